"""Exercise 2c: the L1 and L2 losses, two sums that measure the error of predictions."""
