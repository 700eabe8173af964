"""Exercise 22: SGD with momentum."""
