"""Exercise 6: which samples are for training, which for validation, which for the test."""
