"""
In a scikit-learn pipeline
==========================

``MLPClassifier`` replaces scikit-learn's class of the same name in ``Pipeline``, ``GridSearchCV``,
``CalibratedClassifierCV``, and ``permutation_importance``. Only the import changes.
"""

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

# A table with numbers and a category, so that there is something to transform.
data = load_breast_cancer(as_frame=True)
X = data.data.assign(size=pd.cut(data.data["mean radius"], 3, labels=["small", "middle", "large"]).astype(str))
y = data.target_names[data.target]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)

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
print("the best of the grid:", search.best_params_)
print(f"accuracy on the test rows: {search.score(X_test, y_test):.3f}")

calibrated = CalibratedClassifierCV(search.best_estimator_, cv=3).fit(X_train, y_train)
sure = calibrated.predict_proba(X_test).max(axis=1)
print(f"calibrated: {sure.mean():.3f} sure on average, {calibrated.score(X_test, y_test):.3f} right")

importance = permutation_importance(search.best_estimator_, X_test, y_test, n_repeats=5, random_state=0)
order = np.argsort(-importance.importances_mean)[:3]
print("what counts most:", ", ".join(f"{X.columns[i]} ({importance.importances_mean[i]:.3f})" for i in order))

# The same table without a pipeline: glassnet reads the category itself; numbers still want to be scaled.
scaled = X_train.assign(**{name: (X_train[name] - X_train[name].mean()) / X_train[name].std() for name in numbers})
itself = MLPClassifier(categories="auto", learning_rate_init=0.01, early_stopping=True, random_state=0).fit(
    scaled, y_train
)
print(f"read as it is, {itself.n_features_in_} columns: {itself.best_validation_score_:.3f} on the validation rows")

network = search.best_estimator_[-1]
network.save("breast_cancer.safetensors")  # glassnet.load_model reads it, without scikit-learn
print("the network inside:")
print(network.network_.summary())
