"""Exercise 20: minibatches."""
