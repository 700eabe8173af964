"""Exercise 3: reshape a vector of pixels into a square image."""
