"""Bins of a column from a small regression tree: edges where the targets change."""

from __future__ import annotations

import heapq

import numpy as np

from glassnet.common.arrays import AnyArray, Array

SMALLEST = 4
"""Minimum number of rows of a leaf."""

SMALLEST_SHARE = 1 / 200
"""Minimum number of rows of a leaf, as a share of all rows."""


NEGLIGIBLE = 1e-9
"""Splits with a smaller gain per row, in variances of the targets, are rounding errors."""


def tree_edges(x: Array, y: AnyArray, most: int) -> Array:
    """Return the thresholds of a regression tree on one column, (edges,), in increasing order.

    The tree grows leaf by leaf: the next split is the one that reduces the squared error most. A split of rows with the
    sums s_1 and s_2 of centered targets reduces it by

        gain = |s_1|² / n_1 + |s_2|² / n_2 − |s_1 + s_2|² / (n_1 + n_2)

    A threshold is halfway between two neighboring numbers.

    Parameters
    ----------
    x : Array, (n,)
        The column.
    y : Array, (n,) or (n, outputs)
        Targets: class indices, which are integers, or numbers.
    most : int
        Maximum number of thresholds.

    Returns
    -------
    Array, (edges,)
        Thresholds; none for a constant column.

    References
    ----------
    Breiman, Friedman, Olshen & Stone, "Classification and regression trees", 1984. As bins: Gorishniy, Rubachev &
    Babenko, "On embeddings for numerical features in tabular deep learning", NeurIPS 2022.

    Examples
    --------
    >>> x, y = np.arange(20.0), np.where(np.arange(20) < 12, 0.0, 5.0)
    >>> tree_edges(x, y, most=8)
    array([11.5])
    """
    return edges_by(x, centered_targets(y), most)


def edges_by(x: Array, targets: Array, most: int) -> Array:
    """Return the thresholds of `tree_edges` from centered targets, (outputs, n), which all columns share."""
    order = np.argsort(x, kind="stable")
    x = x[order].astype(np.float64)
    sums = targets[:, order]  # (outputs, n)
    sums = np.concatenate([np.zeros((len(sums), 1)), np.cumsum(sums, axis=1)], axis=1)  # (outputs, n + 1)
    differs = np.concatenate([[False], x[1:] > x[:-1]])  # a split before row i separates different numbers
    least = max(SMALLEST, round(SMALLEST_SHARE * len(x)))

    def best_split(first: int, end: int) -> tuple[float, int, int, int] | None:
        """Return −gain, the leaf, and the first row behind its best split; None if the leaf cannot be split."""
        places = np.arange(first + least, end - least + 1)
        places = places[differs[places]]
        if not len(places):
            return None
        low, high = sums[:, places] - sums[:, [first]], sums[:, [end]] - sums[:, places]  # (outputs, places)
        whole = sums[:, end] - sums[:, first]
        gain = (low**2).sum(axis=0) / (places - first) + (high**2).sum(axis=0) / (end - places)
        best = int(np.argmax(gain))
        return float(whole @ whole) / (end - first) - float(gain[best]), first, end, int(places[best])

    leaves = [found for found in [best_split(0, len(x))] if found]
    rows = list[int]()
    while leaves and len(rows) < most:
        loss, first, end, place = heapq.heappop(leaves)
        if loss > -NEGLIGIBLE * len(x):
            break
        rows.append(place)
        for found in (best_split(first, place), best_split(place, end)):
            if found:
                heapq.heappush(leaves, found)
    places = np.sort(np.array(rows, np.int64))
    edges: Array = x[places - 1] + (x[places] - x[places - 1]) / 2
    return edges


def centered_targets(y: AnyArray) -> Array:
    """Return targets as columns with mean 0 and total variance 1, (outputs, n); classes as indicators."""
    numbers = (y == np.unique(y)[:, None]) if y.dtype.kind in "iu" else y.reshape(len(y), -1).T
    centered: Array = numbers - numbers.mean(axis=1, keepdims=True, dtype=np.float64)
    spread = np.sqrt((centered**2).mean(axis=1).sum())
    return centered / spread if spread else centered
