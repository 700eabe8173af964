"""Exercise 6a: the sigmoid of one number, and why that is not enough."""
