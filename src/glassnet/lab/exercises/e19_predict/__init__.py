"""Exercise 19: classes from probabilities, and honest numbers about them."""
