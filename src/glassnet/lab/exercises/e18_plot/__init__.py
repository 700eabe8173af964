"""Exercise 18: the loss curve, and what its shape says."""
