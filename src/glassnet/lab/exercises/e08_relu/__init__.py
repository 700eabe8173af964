"""Exercise 8: ReLU, the activation function max(0, x)."""
