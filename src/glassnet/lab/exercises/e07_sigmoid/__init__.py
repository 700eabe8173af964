"""Exercise 7: the sigmoid of whole arrays, for any size of number."""
