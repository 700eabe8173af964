"""Exercise 24: momentum and a rate for every parameter, freed from their start at 0."""
