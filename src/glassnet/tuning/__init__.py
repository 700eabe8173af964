"""Hyperparameter search with Optuna, on one machine or several."""
