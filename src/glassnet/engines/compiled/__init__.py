"""The compiled engine: the program, the execution plan it follows, the kernels it calls, and where they are kept."""
