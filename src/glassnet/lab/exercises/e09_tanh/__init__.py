"""Exercise 9: the hyperbolic tangent, for large numbers and for tiny ones."""
