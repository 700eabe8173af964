"""What is learned from a table: encoded training rows, targets, and the folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from glassnet.common.arrays import AnyArray, Array, IntArray
from glassnet.data.tables.level_dropout import LevelDropout


@dataclass(frozen=True)
class Problem:
    """Training rows as numbers, and how they are held out.

    X: (n, width): numbers first, then indicators and one-hot columns, then codes. y: class indices, int64, (n,), or
    numbers on a standardized scale, (n,) or (n, outputs). classes: number of classes, 0 for regression. numbers: number
    of numeric columns. levels: number of codes of each of the last columns. folds: training rows and held-out rows of
    each fold. weights: sample weights, (n,), or None. level_dropout: random replacement of categories, or None. engine:
    as in TrainingOptions.
    """

    X: Array
    y: AnyArray
    classes: int
    numbers: int
    levels: tuple[int, ...]
    folds: Sequence[tuple[IntArray, IntArray]]
    weights: Array | None = None
    level_dropout: LevelDropout | None = None
    engine: str = "auto"

    @property
    def outputs(self) -> int:
        """Number of outputs of a network."""
        return self.classes or self.y[:1].size
