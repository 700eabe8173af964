"""Exercise 2c: two sums that say how far predictions are from the truth."""
