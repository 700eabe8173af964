"""The lab: a course of exercises on neural networks, with an autograder that explains mistakes."""
