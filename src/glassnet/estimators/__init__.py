"""Drop-in estimators: scikit-learn's MLPClassifier and MLPRegressor on glassnet's engines, with what was asked for."""
