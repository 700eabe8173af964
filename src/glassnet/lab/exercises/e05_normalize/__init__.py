"""Exercise 5: every column gets mean 0 and standard deviation 1, as measured on the training part."""
