"""Exercise 1: the matrix product, the transpose, and the product of entries in the same place."""
