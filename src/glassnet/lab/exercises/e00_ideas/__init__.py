"""Exercise 0: the nine concepts of a neural network, a linear function, and five derivatives."""
