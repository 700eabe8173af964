"""Judging an answer: running it in a process of its own, looking at it, and saying what is wrong."""
