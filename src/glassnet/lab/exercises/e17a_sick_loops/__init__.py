"""Exercise 17a: diagnosis of five training loops that do not learn as they should."""
