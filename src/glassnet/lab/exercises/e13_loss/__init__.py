"""Exercise 13: cross-entropy loss."""
