"""Exercise 15a: gradient check with central differences."""
