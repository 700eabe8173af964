"""Exercise 1a: four products of vectors, without loops in Python."""
