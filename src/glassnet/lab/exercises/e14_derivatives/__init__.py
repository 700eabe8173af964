"""Exercise 14: derivatives of the activations."""
