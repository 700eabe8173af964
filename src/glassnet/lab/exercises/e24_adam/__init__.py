"""Exercise 24: Adam."""
