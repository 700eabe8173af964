"""Exercise 21: a convergence criterion."""
