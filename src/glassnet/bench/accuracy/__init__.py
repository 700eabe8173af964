"""Accuracy on real tables next to other libraries: the same rows and the same error for every contestant."""
