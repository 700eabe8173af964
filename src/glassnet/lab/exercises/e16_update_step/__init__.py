"""Exercise 16: one step downhill for all weights and biases."""
