"""Exercise 2b: every row of a matrix brought to length 1."""
