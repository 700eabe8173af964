"""How fast training and predicting are, measured beside what a user would pick instead, in one run on one machine."""
