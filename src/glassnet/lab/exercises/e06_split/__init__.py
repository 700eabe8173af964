"""Exercise 6: a random split into training, validation, and test set."""
