"""Data of one's own in a playground: rows of a table, of arrays, or of a run, whose weights may be the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from glassnet.common.arrays import Array
from glassnet.data.dataset import Dataset
from glassnet.data.scaling import Preprocessing
from glassnet.data.splits import random_rows
from glassnet.playground.state import MOST_ROWS

MOST_VALUES = 16_000_000
"""Limit on the numbers of the rows that are kept."""


@dataclass(frozen=True, eq=False)
class Own:
    """Data that a playground is started with.

    data: the rows. train_rows: number of rows at the beginning of `data` that are the training set, the others being
    the test set; None if the rows are split as the state says. scale: a run's preprocessing, or None. start: weights to
    begin with, or None.
    """

    data: Dataset
    train_rows: int | None = None
    scale: Preprocessing | None = None
    start: Start | None = None


@dataclass(frozen=True, eq=False)
class Start:
    """Weights to begin with, as long as layers, seed, and data are those of `state`.

    state: plain data of the parts that must be the same. parameters: θ, (parameters,), of a network that predicts in
    the units of the target. running: running statistics of normalizations, the network's `state`.
    """

    state: Mapping[str, Any]
    parameters: Array
    running: Array


def few_rows(data: Dataset, seed: int = 0) -> Dataset:
    """Return the data set, or random rows of it if it has more than the playground shows."""
    most = min(MOST_ROWS, max(2, MOST_VALUES // data.features))
    return data if len(data) <= most else data.take(random_rows(len(data), most, seed))
