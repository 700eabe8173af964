"""Exercise 16: one step of gradient descent."""
