"""Exercise 2b: normalize every row of a matrix to length 1."""
