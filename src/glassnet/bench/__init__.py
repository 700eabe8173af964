"""Benchmark of training and prediction against other libraries, in one run on one machine."""
