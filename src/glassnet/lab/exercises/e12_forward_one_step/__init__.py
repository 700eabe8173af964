"""Exercise 12: forward propagation through all layers, with all values that backpropagation needs."""
