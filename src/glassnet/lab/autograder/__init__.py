"""The autograder: runs an answer in a separate process, observes it, and diagnoses its mistakes."""
