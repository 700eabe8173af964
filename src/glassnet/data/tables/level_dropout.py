"""Level dropout: during training, a small share of the categories is replaced by "other", the code of unseen levels.

So the network learns to predict rows whose category it has not seen: from their other columns alone. The rows are drawn
again in every epoch, in Python, so both engines train on the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassnet.common.arrays import Array

SHARE = 0.02
"""Share of the entries of each categorical column that are replaced."""


@dataclass(frozen=True)
class LevelDropout:
    """Random replacement of categories in encoded rows.

    columns: for each category, its first encoded column, and the numbers of "other" from there on: zeros, or a code.

    >>> dropout, X = LevelDropout(((1, (0.0, 0.0)),)), np.array([[7.0, 1.0, 0.0]])
    >>> dropout.apply(X, np.random.default_rng(0), at_least=1)
    array([[7., 0., 0.]])
    """

    columns: tuple[tuple[int, tuple[float, ...]], ...]

    def apply(self, rows: Array, rng: np.random.Generator, at_least: int = 0) -> Array:
        """Replace entries of rows, (n, width), in place, and return them.

        at_least: how many entries of each column are replaced in any case, where rows are drawn only once.
        """
        for first, other in self.columns:
            draws = rng.random(len(rows))  # (n,)
            replaced = draws < SHARE
            replaced[np.argsort(draws)[:at_least]] = True
            rows[replaced, first : first + len(other)] = other
        return rows
