"""Exercise 0a: gradient descent, step by step, until the loss converges."""
