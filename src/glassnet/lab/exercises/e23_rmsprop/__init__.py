"""Exercise 23: Adagrad and RMSProp."""
