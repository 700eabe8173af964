"""Execution of recipes: preparing the data, training and evaluating networks, and saving and loading run folders."""
