"""Exercise 25: early stopping on a validation set."""
