"""Exercise 14: how steep each activation is, at the number it got."""
