"""Exercise 11: the forward pass of one layer, for any number of samples."""
