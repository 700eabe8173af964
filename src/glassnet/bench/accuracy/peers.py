"""The peers with their defaults, each with the preprocessing that a user needs to fit it on a table.

Libraries of gradient-boosted trees stop early on a fifth of the training rows. Each function trains on the training
rows of a split, and returns predictions for its test rows and the classes of the probabilities' columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from glassnet.bench.accuracy.protocol import Split
from glassnet.common.arrays import IntArray

THREADS = 2
"""Threads of each contestant."""

ROUNDS, LEARNING_RATE, PATIENCE = 1000, 0.05, 100
"""Trees of LightGBM and XGBoost: most rounds, learning rate, and rounds without improvement before training stops."""

Predictions = tuple[Any, list[str] | None]


def hist_gradient_boosting(split: Split, seed: int) -> Predictions:
    """HistGradientBoosting on ordinal codes."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    make = HistGradientBoostingRegressor if split.is_regression else HistGradientBoostingClassifier
    X, X_test = ordinal(split)
    return predictions(make(random_state=seed).fit(X, targets(split)), X_test, split)


def random_forest(split: Split, seed: int) -> Predictions:
    """Random forest of 300 trees on ordinal codes, missing values replaced by medians."""
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline

    make = RandomForestRegressor if split.is_regression else RandomForestClassifier
    forest = make(n_estimators=300, random_state=seed, n_jobs=THREADS)
    X, X_test = ordinal(split)
    model = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), forest)
    return predictions(model.fit(X, targets(split)), X_test, split)


def linear(split: Split, seed: int) -> Predictions:
    """Logistic regression, or ridge regression with a penalty chosen by cross-validation."""
    from sklearn.linear_model import LogisticRegression, RidgeCV

    return one_hot_model(RidgeCV() if split.is_regression else LogisticRegression(max_iter=2000), split)


def sklearn_mlp(split: Split, seed: int) -> Predictions:
    """scikit-learn's MLP with early stopping; targets of regression are standardized."""
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.preprocessing import StandardScaler

    options: dict[str, Any] = {"random_state": seed, "early_stopping": True, "max_iter": 500}
    if not split.is_regression:
        return one_hot_model(MLPClassifier(**options), split)
    return one_hot_model(TransformedTargetRegressor(MLPRegressor(**options), transformer=StandardScaler()), split)


def catboost(split: Split, seed: int) -> Predictions:
    """CatBoost, which encodes categories itself."""
    return _catboost(split, seed, [holdout(split, seed)])


def catboost8(split: Split, seed: int) -> Predictions:
    """CatBoost averaged over 8 folds; each model stops early on its own held-out rows."""
    from sklearn.model_selection import KFold, StratifiedKFold

    folds = (KFold if split.is_regression else StratifiedKFold)(8, shuffle=True, random_state=seed)
    return _catboost(split, seed, list(folds.split(split.X_train, split.y_train)))


def _catboost(split: Split, seed: int, parts: Sequence[tuple[IntArray, IntArray]]) -> Predictions:
    """Return the mean prediction of one model per part: rows to train on, and rows for early stopping."""
    from catboost import CatBoostClassifier, CatBoostRegressor

    X, X_test = (filled(frame, split.categorical, str) for frame in (split.X_train, split.X_test))
    y, found, classes = targets(split), [], None
    for rows, held in parts:
        model = (CatBoostRegressor if split.is_regression else CatBoostClassifier)(
            random_seed=seed,
            thread_count=THREADS,
            verbose=False,
            allow_writing_files=False,
            cat_features=split.categorical,
            early_stopping_rounds=PATIENCE,
        )
        model.fit(X.iloc[rows], y.iloc[rows], eval_set=(X.iloc[held], y.iloc[held]))
        own, classes = predictions(model, X_test, split)
        found.append(own)
    return np.mean(found, axis=0), classes


def lightgbm(split: Split, seed: int) -> Predictions:
    """LightGBM on ordinal codes."""
    from lightgbm import LGBMClassifier, LGBMRegressor, early_stopping

    model = (LGBMRegressor if split.is_regression else LGBMClassifier)(
        random_state=seed, n_jobs=THREADS, verbose=-1, n_estimators=ROUNDS, learning_rate=LEARNING_RATE
    )
    X, X_test = map(numbered, ordinal(split))
    y = targets(split)
    rows, held = holdout(split, seed)
    stopping = [early_stopping(PATIENCE, verbose=False)]
    model.fit(X.iloc[rows], y.iloc[rows], eval_set=[(X.iloc[held], y.iloc[held])], callbacks=stopping)
    return predictions(model, X_test, split)


def xgboost(split: Split, seed: int) -> Predictions:
    """XGBoost on ordinal codes; labels are indices of classes."""
    from xgboost import XGBClassifier, XGBRegressor

    model = (XGBRegressor if split.is_regression else XGBClassifier)(
        random_state=seed,
        n_jobs=THREADS,
        n_estimators=ROUNDS,
        learning_rate=LEARNING_RATE,
        early_stopping_rounds=PATIENCE,
    )
    X, X_test = map(numbered, ordinal(split))
    y, classes = targets(split), None
    if not split.is_regression:
        classes = sorted(y.unique())
        y = y.map({label: number for number, label in enumerate(classes)})
    rows, held = holdout(split, seed)
    model.fit(X.iloc[rows], y.iloc[rows], eval_set=[(X.iloc[held], y.iloc[held])], verbose=False)
    return (model.predict(X_test) if classes is None else model.predict_proba(X_test)), classes


def realmlp(split: Split, seed: int) -> Predictions:
    """RealMLP-TD of pytabkit, which trains in PyTorch on the processor."""
    from pytabkit import RealMLP_TD_Classifier, RealMLP_TD_Regressor

    make = RealMLP_TD_Regressor if split.is_regression else RealMLP_TD_Classifier
    return torch_model(make(device="cpu", random_state=seed, n_threads=THREADS, verbosity=0), split)


def tabm(split: Split, seed: int) -> Predictions:
    """TabM-D of pytabkit, which trains in PyTorch on the processor."""
    from pytabkit import TabM_D_Classifier, TabM_D_Regressor

    make = TabM_D_Regressor if split.is_regression else TabM_D_Classifier
    return torch_model(make(device="cpu", random_state=seed, n_threads=THREADS), split)


def targets(split: Split) -> Any:
    """Return the targets of the training rows: numbers as floats, labels as texts."""
    return split.y_train.astype(float) if split.is_regression else split.y_train


def predictions(model: Any, X: Any, split: Split) -> Predictions:
    """Return a fitted model's predictions for the rows X."""
    if split.is_regression:
        return np.asarray(model.predict(X), float).ravel(), None
    return model.predict_proba(X), [str(label) for label in model.classes_]


def holdout(split: Split, seed: int) -> tuple[IntArray, IntArray]:
    """Return rows to train on, and a fifth of the training rows for early stopping."""
    from sklearn.model_selection import train_test_split

    y = split.y_train
    rows, held = train_test_split(
        np.arange(len(y)), test_size=0.2, random_state=seed, stratify=None if split.is_regression else y
    )
    return rows, held


def ordinal(split: Split) -> tuple[Any, Any]:
    """Return training and test rows with categories as numbers; missing and unseen ones are NaN."""
    from sklearn.preprocessing import OrdinalEncoder

    X, X_test, names = split.X_train.copy(), split.X_test.copy(), split.categorical
    if names:
        encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan, encoded_missing_value=np.nan)
        X[names], X_test[names] = encoder.fit_transform(X[names]), encoder.transform(X_test[names])
    return X.astype(float), X_test.astype(float)


def numbered(frame: Any) -> Any:
    """Return a frame with columns f0, f1, …: LightGBM and XGBoost do not accept all names."""
    return frame.set_axis([f"f{number}" for number in range(frame.shape[1])], axis=1)


def filled(frame: Any, names: list[str], dtype: Any) -> Any:
    """Return a frame whose missing categories are a category of their own."""
    changed = frame.copy()
    for name in names:  # not by `assign`, which takes no column named "self"
        changed[name] = frame[name].fillna("missing").astype(dtype)
    return changed


def one_hot_model(model: Any, split: Split) -> Predictions:
    """Fit a model on standardized numbers and one-hot categories, with indicators of missing numbers."""
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    categories = make_pipeline(
        SimpleImputer(strategy="constant", fill_value="missing"),
        OneHotEncoder(handle_unknown="ignore", min_frequency=3),
    )
    numbers = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    columns = make_column_transformer(
        (categories, split.categorical), (numbers, make_column_selector(dtype_include="number"))
    )
    return predictions(make_pipeline(columns, model).fit(split.X_train, targets(split)), split.X_test, split)


def torch_model(model: Any, split: Split) -> Predictions:
    """Fit a model of pytabkit, which has no missing numbers: they become medians, with an indicator column."""
    X, X_test = (filled(frame, split.categorical, "category") for frame in (split.X_train, split.X_test))
    for name in split.X_train.columns.drop(split.categorical):
        middle = X[name].median()
        is_missing = [frame[name].isna() for frame in (X, X_test)]
        for frame, gaps in zip((X, X_test), is_missing, strict=True):
            if any(one.any() for one in is_missing):
                frame[f"{name}__missing"] = gaps.astype(float)
            frame[name] = frame[name].astype(float).fillna(0.0 if np.isnan(middle) else middle)
    options = {"cat_col_names": split.categorical} if split.categorical else {}
    return predictions(model.fit(X, targets(split), **options), X_test, split)
