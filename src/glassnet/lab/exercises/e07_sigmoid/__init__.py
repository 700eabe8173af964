"""Exercise 7: the sigmoid of arrays, without overflow."""
