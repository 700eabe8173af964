"""Exercise 11: one layer, from its inputs to the values of its units, for any number of samples at once."""
