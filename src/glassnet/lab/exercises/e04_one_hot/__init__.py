"""Exercise 4: labels become rows of zeros with a single one."""
