"""Exercise 17: training, one sample at a time, epoch after epoch."""
