"""Exercise 2: the pixels of an image as one long column."""
