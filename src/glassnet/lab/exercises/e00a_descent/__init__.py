"""Exercise 0a: walking downhill, step by step, until the loss settles."""
