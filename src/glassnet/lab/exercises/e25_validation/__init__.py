"""Exercise 25: data that nothing is learned from say when to stop."""
