"""The text that is compiled: the mathematics of `maths/` and `network/` once more, as loops over flat memory.

Each file holds factories. A factory takes the machine `m` (see intrinsics.py) for one number format and returns plain
functions; nothing here is compiled, and Numba is not loaded, before somebody asks for it. Arrays are pointers here:
`z[i]` is their i-th number, `m.at(z, 10)` the pointer ten numbers further on.
"""
