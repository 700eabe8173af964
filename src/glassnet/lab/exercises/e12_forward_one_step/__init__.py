"""Exercise 12: from the input through all layers, with everything kept that the way back needs."""
