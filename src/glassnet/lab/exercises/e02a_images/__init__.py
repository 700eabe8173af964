"""Exercise 2a: image arrays from Pillow, Matplotlib, and OpenCV, and conversions between them."""
