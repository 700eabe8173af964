"""The protocol: the tables of a folder, the training and test rows of a seed, and the error of predictions."""

from __future__ import annotations

import csv
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.common import specs
from glassnet.common.arrays import AnyArray

INDEX = "tables.csv"
COLUMNS = ("name", "file", "target", "task", "categorical_columns")
TASKS = ("binary", "multiclass", "regression")

RAREST = 8
"""Rows of classes with fewer rows than this are left out: at least two of each class are test rows."""

LOWEST = 1e-6
"""Probabilities below this are raised to it, so that a single wrong one does not make the log loss infinite."""


@dataclass(frozen=True)
class TableEntry:
    """A row of tables.csv: a table's file, its target, its task, and its columns that hold categories."""

    name: str
    file: Path
    target: str
    task: str
    categorical: tuple[str, ...] = ()


@dataclass(frozen=True)
class Split:
    """The rows of a table that a contestant trains on, and those that it is measured on.

    X_train, X_test: data frames, (n, columns) and (m, columns); categories are texts "c_…", or missing. y_train,
    y_test: labels as texts, or numbers, (n,) and (m,). categorical: the names of the columns with categories.
    """

    X_train: Any
    y_train: Any
    X_test: Any
    y_test: Any
    categorical: list[str]
    target: str
    task: str

    @property
    def is_regression(self) -> bool:
        """Whether the target is a number."""
        return self.task == "regression"


def read_index(folder: Path) -> dict[str, TableEntry]:
    """Return the tables of a folder by name.

    Raises ValueError if tables.csv, one of its columns, or the file of a table is missing, and for an unknown task.
    """
    index = folder / INDEX
    if not index.is_file():
        raise ValueError(f"{folder} must contain {INDEX} with the columns {', '.join(COLUMNS)}")
    with index.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        absent = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if absent:
            raise ValueError(f"{index} lacks the column {absent[0]!r}; it needs {', '.join(COLUMNS)}")
        entries = [_entry(folder, row) for row in reader]
    if not entries:
        raise ValueError(f"{index} has no rows")
    return {entry.name: entry for entry in entries}


def _entry(folder: Path, row: dict[str, str]) -> TableEntry:
    file, task = folder / row["file"], row["task"]
    if task not in TASKS:
        raise specs.unknown(f"task of table {row['name']}:", task, TASKS)
    if not file.is_file():
        raise ValueError(f"table {row['name']}: {file} does not exist")
    categorical = tuple(name for name in (row["categorical_columns"] or "").split("|") if name)
    return TableEntry(row["name"], file, row["target"], task, categorical)


def load_split(entry: TableEntry, seed: int, rows: int) -> Split:
    """Return the training rows (3/4) and the test rows (1/4) of a random sample of a table.

    The sample has at most `rows` rows. Each class has a quarter of its rows, rounded down, in the test set. The rows
    depend only on the table, the seed, and `rows`.
    """
    if importlib.util.find_spec("pandas") is None:
        raise ValueError("glassnet bench tables needs pandas: pip install pandas")
    import pandas as pd

    frame = pd.read_csv(entry.file, low_memory=False)
    absent = [name for name in (entry.target, *entry.categorical) if name not in frame.columns]
    if absent:
        raise ValueError(f"table {entry.name}: {entry.file} has no column {absent[0]!r}")
    frame = frame[frame[entry.target].notna()]
    inputs = [name for name in frame.columns if name != entry.target]
    categorical = [name for name in inputs if name in entry.categorical or frame[name].dtype.kind not in "iufb"]
    rng = np.random.default_rng(seed)
    frame = frame.iloc[rng.permutation(len(frame))[:rows]]
    y = frame[entry.target]
    if entry.task == "regression":
        is_test = _quarter(rng, len(y))
    else:
        y = y.astype(str)
        common = y.map(y.value_counts()) >= RAREST
        frame, y = frame[common], y[common]
        is_test = _quarter_of_classes(rng, y.to_numpy(), y.unique())
    X = frame[inputs].copy()
    for name in categorical:
        X[name] = X[name].map(lambda value: None if pd.isna(value) else f"c_{value}")
    parts = [part[mask].reset_index(drop=True) for mask in (~is_test, is_test) for part in (X, y)]
    return Split(parts[0], parts[1], parts[2], parts[3], categorical, entry.target, entry.task)


def _quarter(rng: np.random.Generator, rows: int) -> AnyArray:
    """Return which rows are test rows: a random quarter, (rows,)."""
    is_test = np.zeros(rows, bool)
    is_test[rng.permutation(rows)[: rows // 4]] = True
    return is_test


def _quarter_of_classes(rng: np.random.Generator, labels: AnyArray, classes: Any) -> AnyArray:
    """Return which rows are test rows: a random quarter of each class, (rows,)."""
    is_test = np.zeros(len(labels), bool)
    for label in classes:
        of_class = np.flatnonzero(labels == label)
        is_test[rng.permutation(of_class)[: len(of_class) // 4]] = True
    return is_test


def error_of(split: Split, predictions: Any, classes: list[str] | None = None) -> float:
    """Return the error on the test rows: 1 − ROC AUC (binary), log loss (multiclass), or RMSE (regression).

    predictions: numbers, (m,), or probabilities, (m, classes). Raises ValueError if some are not finite.
    """
    found = np.asarray(predictions, float)
    if not np.isfinite(found).all():
        raise ValueError(f"{int((~np.isfinite(found)).sum())} predictions are not finite")
    if split.is_regression:
        return float(np.sqrt(np.mean((np.asarray(split.y_test, float) - found) ** 2)))
    from sklearn.metrics import log_loss, roc_auc_score

    assert classes is not None
    found = np.clip(found, LOWEST, 1)
    found = found / found.sum(axis=1, keepdims=True)
    y = np.asarray(split.y_test)
    if len(classes) == 2:
        return float(1 - roc_auc_score(y == classes[1], found[:, 1]))
    return float(log_loss(y, found, labels=classes))
