"""Exercise 26: random search for hyperparameters."""
