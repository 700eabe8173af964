"""Training: the epoch loop, its records, stopping rules, and training options."""
