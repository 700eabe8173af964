"""Exercise 5: standardization, every column with mean 0 and standard deviation 1, fitted on the training set."""
