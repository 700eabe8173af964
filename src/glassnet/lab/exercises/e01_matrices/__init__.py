"""Exercise 1: the matrix product, the transpose, and the elementwise (Hadamard) product."""
