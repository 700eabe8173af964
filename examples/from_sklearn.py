"""
In a scikit-learn pipeline
==========================

``MLPClassifier`` replaces scikit-learn's class of the same name in ``Pipeline``, ``GridSearchCV``,
``CalibratedClassifierCV``, and ``permutation_importance``. Only the import changes.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer
from sklearn.inspection import permutation_importance
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from glassnet import MLPClassifier  # was: from sklearn.neural_network import MLPClassifier

# %%
# A table with numbers and a category
# -----------------------------------

data = load_breast_cancer(as_frame=True)
X = data.data.assign(size=pd.cut(data.data["mean radius"], 3, labels=["small", "middle", "large"]).astype(str))
y = data.target_names[data.target]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)

# %%
# Grid search over a pipeline
# ---------------------------

numbers = X.columns.drop("size")
pipeline = Pipeline(
    [
        ("columns", ColumnTransformer([("scale", StandardScaler(), numbers), ("encode", OneHotEncoder(), ["size"])])),
        ("network", MLPClassifier(learning_rate_init=0.01, early_stopping=True, random_state=0)),
    ]
)
search = GridSearchCV(
    pipeline, {"network__hidden_layer_sizes": [(20,), (50, 20)], "network__dropout": [0.0, 0.2]}, cv=3
)
search.fit(X_train, y_train)
print("best parameters:", search.best_params_)
print(f"test accuracy: {search.score(X_test, y_test):.3f}")

# %%
# Calibration and feature importance
# ----------------------------------

calibrated = CalibratedClassifierCV(search.best_estimator_, cv=3).fit(X_train, y_train)
confidence = calibrated.predict_proba(X_test).max(axis=1)
print(f"mean confidence {confidence.mean():.3f}, test accuracy {calibrated.score(X_test, y_test):.3f}")

importance = permutation_importance(search.best_estimator_, X_test, y_test, n_repeats=5, random_state=0)
order = np.argsort(importance.importances_mean)[-5:]
figure, axis = plt.subplots(figsize=(6, 3), layout="constrained")
axis.barh(X.columns[order], importance.importances_mean[order], xerr=importance.importances_std[order])
axis.set(xlabel="decrease of the accuracy when shuffled")
plt.show()

# %%
# Categories without an encoder
# -----------------------------
# With ``categories="auto"``, the estimator encodes columns of words itself. Numbers still have to be scaled.

scaled = X_train.assign(**{name: (X_train[name] - X_train[name].mean()) / X_train[name].std() for name in numbers})
direct = MLPClassifier(categories="auto", learning_rate_init=0.01, early_stopping=True, random_state=0).fit(
    scaled, y_train
)
print(f"{direct.n_features_in_} columns, validation accuracy {direct.best_validation_score_:.3f}")

# %%
# Look inside
# -----------
# ``network_`` is a :class:`glassnet.Network`. ``save`` writes a model file that :func:`glassnet.load_model` reads
# without scikit-learn.

print(search.best_estimator_[-1].network_.summary())
