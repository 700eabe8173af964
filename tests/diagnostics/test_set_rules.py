"""Rules about the splits of data: each illness is found, and only it."""

from typing import Any

import numpy as np
import pytest

from glassnet.data.dataset import Dataset
from glassnet.data.tables.table import Table
from glassnet.diagnostics.set_rules import diagnose_sets

N = 300
rng = np.random.default_rng(0)
X = rng.standard_normal((N, 4)) * 3 + 1
Y = (X[:, 0] > 1).astype(np.int64)
NAMES = ("no", "yes")
Parts = dict[str, Dataset]


def parts(features: Any = X, y: np.ndarray = Y, names: tuple[str, ...] = NAMES, cut: int = 200) -> Parts:
    data = Dataset(features, y, names)
    return {"train": data.take(np.arange(cut)), "test": data.take(np.arange(cut, len(data)))}


def copied(share: float) -> Parts:
    """Some test rows are copies of training rows."""
    features, y, k = X.copy(), Y.copy(), int(share * 100)
    features[200 : 200 + k], y[200 : 200 + k] = features[:k], y[:k]
    return parts(features, y)


def repeated() -> tuple[np.ndarray, np.ndarray]:
    """Rows of few values, so that copies leave still fewer; the last 60 rows are the first ones."""
    features = np.random.default_rng(3).integers(0, 60, (N, 4)).astype(float)
    y = Y.copy()
    features[60:200], features[240:] = features[60:130].repeat(2, axis=0), features[:60]
    y[60:200], y[240:] = y[60:130].repeat(2), y[:60]
    return features, y


def numbers() -> Parts:
    """Columns of few values and a target of many; the last 60 rows are the first ones."""
    features, y = np.random.default_rng(3).integers(0, 40, (N, 3)).astype(float), X[:, 0].copy()
    features[240:], y[240:] = features[:60], y[:60]
    data = Dataset(features, y)
    return {"train": data.take(np.arange(200)), "test": data.take(np.arange(200, N))}


def standardized() -> Parts:
    return parts((X - X.mean(axis=0)) / X.std(axis=0))


def table(**columns: np.ndarray) -> Parts:
    return parts(Table(columns))


def images() -> Parts:
    """Images of noise, of which 30 are in both sets."""
    pixels = np.random.default_rng(1).integers(0, 256, (N, 16)).astype(np.uint8)
    pixels[200:230] = pixels[:30]
    data = Dataset(pixels, np.r_[Y[:200], Y[:30], Y[230:]], NAMES, image_shape=(4, 4))
    return {"train": data.take(np.arange(200)), "test": data.take(np.arange(200, N))}


def rare_class() -> Parts:
    return parts(y=(np.arange(N) % 60 == 0).astype(np.int64))


def only_tested() -> Parts:
    return parts(y=np.where(np.arange(N) >= 290, 2, Y), names=("no", "yes", "maybe"))


def spelled() -> Parts:
    """Two classes, of which one is spelled in two ways."""
    return parts(y=np.where(np.arange(N) % 10 == 3, 2, Y), names=("no", "yes", "Yes"))


DAYS = np.arange(N).astype("datetime64[D]")
ILLNESSES: dict[str, tuple[Parts, str, str]] = {
    "copies of rows": (copied(0.2), "rows in both sets", "20 of 100 rows of the test set (20.0%)"),
    "copies of rows of a table": (
        parts(Table({"a": np.r_[X[:200, 0], X[:100, 0]], "b": np.array(["x", "y"], object)[np.r_[Y[:200], Y[:100]]]}),
              np.r_[Y[:200], Y[:100]]),
        "rows in both sets", "100 of 100 rows"),
    "copies of rows with few values": (
        parts(*repeated()), "rows in both sets", "60 of 100 rows of the test set"),
    "copies of rows with a numeric target": (numbers(), "rows in both sets", "60 of 100 rows of the test set"),
    "copies of images": (images(), "rows in both sets", "30 of 100 rows of the test set"),
    "a class without training rows": (only_tested(), "missing class", "'maybe'"),
    "a rare class": (rare_class(), "imbalance", "98.0% of the rows are of class 'no'"),
    "a class in two spellings": (spelled(), "spelling of categories", "differ in case or spaces only"),
    "scaled before the split": (standardized(), "scaled before the split", "4 of 4 columns"),
    "rows of groups": (
        table(patient_id=rng.integers(0, 40, N).astype(float), a=X[:, 0]), "groups", "train with --group patient_id"),
    "rows in the order of time": (table(day=DAYS, a=X[:, 0]), "order", "day increases from row to row"),
}  # fmt: skip


@pytest.mark.parametrize(("sets", "rule", "text"), ILLNESSES.values(), ids=ILLNESSES)
def test_an_illness_is_found_and_only_it(sets: Parts, rule: str, text: str) -> None:
    found = diagnose_sets(sets, {}, "y")
    assert [one.rule for one in found] == [rule], found
    assert text in str(found[0])


def test_healthy_splits_have_no_finding() -> None:
    few_values = rng.integers(0, 3, (N, 3))  # rows repeat by chance
    own = X[:200]
    scaled = (X - own.mean(axis=0)) / own.std(axis=0)
    for sets in (parts(), parts(few_values), parts(scaled), copied(0.01), table(day=rng.permutation(DAYS), a=X[:, 0])):
        assert diagnose_sets(sets, {}, "y") == []


def test_a_split_by_time_or_group_is_no_illness() -> None:
    assert diagnose_sets(ILLNESSES["rows of groups"][0], {"group": "patient_id"}, "y") == []
    assert diagnose_sets(table(day=DAYS, a=X[:, 0]), {"time": "day"}, "y") == []


def test_a_few_rows_are_not_judged() -> None:
    few = Dataset(X[:10], Y[:10], NAMES)
    assert diagnose_sets({"train": few, "test": few}, {}, "y") == []
