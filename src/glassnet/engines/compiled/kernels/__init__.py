"""Source of the compiled kernels: the mathematics of `maths/` and `network/` as loops over flat memory.

Each file contains factories. A factory takes the helper functions `m` for one dtype (see compiler.machine) and returns
plain functions. Nothing is compiled, and Numba is not imported, before it is needed. Arrays are pointers: `z[i]` is the
i-th number, and `m.at(z, 10)` is the pointer ten numbers further on.
"""
