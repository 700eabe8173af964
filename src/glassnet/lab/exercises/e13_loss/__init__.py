"""Exercise 13: one number for how wrong probabilities are, the cross entropy."""
