"""The compiled engine: a compiled program, its execution plan, the kernels it calls, and their cache."""
