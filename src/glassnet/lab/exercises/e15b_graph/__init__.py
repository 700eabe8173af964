"""Exercise 15b: the computational graph of scalars, and reverse-mode automatic differentiation."""
