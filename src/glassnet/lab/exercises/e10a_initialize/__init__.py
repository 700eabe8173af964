"""Exercise 10a: random initialization of weights and biases."""
