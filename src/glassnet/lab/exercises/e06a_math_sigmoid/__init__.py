"""Exercise 6a: the sigmoid of a single number, without overflow."""
