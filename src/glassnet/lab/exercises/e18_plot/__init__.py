"""Exercise 18: the loss curve."""
