"""Exercise 4: one-hot encoding, labels as rows with a single one."""
