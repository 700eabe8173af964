"""Figures made of a learner's own results: plain data, and one renderer each for terminal, PNG, and notebook."""
