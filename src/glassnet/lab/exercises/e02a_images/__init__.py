"""Exercise 2a: what Pillow, Matplotlib and OpenCV make of an image file, and how to get from one to the other."""
