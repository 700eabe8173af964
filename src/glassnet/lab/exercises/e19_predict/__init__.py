"""Exercise 19: prediction, accuracy, confusion matrix, and baseline."""
