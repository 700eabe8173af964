"""Exercise 0: the nine ideas of a neural network, a line, and five derivatives by hand."""
