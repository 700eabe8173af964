"""Exercise 2: flattening, the pixels of an image as one column vector."""
