"""glassnet's estimators as contestants: one network by the recipe of RealMLP-TD, as a peer of pytabkit's RealMLP."""

from __future__ import annotations

from glassnet.bench.accuracy.peers import THREADS, Predictions, predictions, targets
from glassnet.bench.accuracy.protocol import Split


def by_estimator(split: Split, seed: int, quality: str) -> Predictions:
    """Networks of a quality; missing values and categories need no preparation."""
    from glassnet.estimators.table import TableClassifier, TableRegressor

    make = TableRegressor if split.is_regression else TableClassifier
    model = make(quality=quality, random_state=seed, n_jobs=THREADS)
    return predictions(model.fit(split.X_train, targets(split)), split.X_test, split)


def realmlp(split: Split, seed: int) -> Predictions:
    """One network by the recipe of RealMLP-TD."""
    return by_estimator(split, seed, "realmlp")
