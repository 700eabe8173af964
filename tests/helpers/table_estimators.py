"""Data and small table estimators that several modules test."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import glassnet as gn

RNG = np.random.default_rng(0)
N = 60
CITIES = np.array(["Bern", "Oslo", "Rome"])[RNG.integers(3, size=N)]
FRAME = pd.DataFrame(
    {
        "area": np.where(RNG.random(N) < 0.2, np.nan, RNG.normal(80, 20, N)),
        "city": pd.Series(CITIES, dtype=object).where(RNG.random(N) > 0.1, None),
        "sold": pd.Timestamp("2024-01-01") + pd.to_timedelta(RNG.integers(700, size=N), unit="D"),
        "floor": RNG.integers(5, size=N),
    }
)
PRICE = RNG.normal(0, 10, N) + 100 * (CITIES == "Rome") + np.nan_to_num(FRAME["area"].to_numpy(), nan=80.0)
KIND = np.where(np.median(PRICE) < PRICE, "high", "low")
X = np.stack([FRAME["area"].fillna(80), FRAME["floor"], CITIES == "Rome"], axis=1).astype(float)

small: dict[str, Any] = {"quality": "quick", "folds": 2}
TARGETS = {"TableClassifier": KIND, "TableRegressor": PRICE}
by_name = pytest.mark.parametrize("name", TARGETS)


def make(name: str, **parameters: Any) -> Any:
    return getattr(gn, name)(**{**small, **parameters})


def predicted(estimator: Any, rows: Any) -> np.ndarray:
    return getattr(estimator, "predict_proba", estimator.predict)(rows)
