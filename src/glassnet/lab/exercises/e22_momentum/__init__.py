"""Exercise 22: a step that remembers the steps before it."""
