"""Estimators of scikit-learn: for tables, and drop-in replacements for MLPClassifier and MLPRegressor."""
