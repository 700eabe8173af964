"""Exercise 3: a vector of pixels becomes the square image it was."""
