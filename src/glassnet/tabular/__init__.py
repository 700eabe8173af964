"""The best network for a table: settings trained on folds, and averaged by their held-out predictions."""
