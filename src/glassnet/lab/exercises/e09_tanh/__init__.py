"""Exercise 9: tanh, accurate for large and for tiny numbers."""
