"""Exercise 10a: the numbers a network starts with, small and different from unit to unit."""
