"""Exercise 20: minibatches, several samples side by side in every step."""
