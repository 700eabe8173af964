"""Exercise 15a: a gradient measured by small steps, to compare the computed one with."""
