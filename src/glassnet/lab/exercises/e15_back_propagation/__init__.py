"""Exercise 15: backpropagation."""
