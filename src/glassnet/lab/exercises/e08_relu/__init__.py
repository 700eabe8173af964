"""Exercise 8: the activation that leaves positive numbers as they are and makes the others 0."""
