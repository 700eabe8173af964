"""Exercise 1a: vectorization, four products of vectors without Python loops."""
