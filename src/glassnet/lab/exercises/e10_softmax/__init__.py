"""Exercise 10: scores become probabilities, one distribution per sample."""
