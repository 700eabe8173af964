"""Drop-in replacements for scikit-learn's MLPClassifier and MLPRegressor, on glassnet's engines."""
