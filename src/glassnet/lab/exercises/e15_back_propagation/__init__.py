"""Exercise 15: the gradient of the loss, from the last layer back to the first."""
