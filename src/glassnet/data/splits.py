"""Splits of rows at random, by group, or by time, for training, validation, and test sets and for folds.

at random   classes keep their shares (stratified)
by group    rows of a group are never in two splits; classes keep their shares as far as possible
by time     earlier rows come before later ones; rows of the same time are never in two splits
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from glassnet.common.arrays import AnyArray, Array, IntArray

SETS = {"train": "training set", "valid": "validation set", "test": "test set", "all": "all rows"}
"""Names of the splits in messages; "all" is the whole data set."""

ASSIGNMENTS, MANY_GROUPS = 20, 1000
"""Of this many random assignments of groups to splits the best is taken; with many groups, the first is good."""


def split_rows(
    fractions: Sequence[float],
    rows: int,
    rng: np.random.Generator,
    *,
    y: IntArray | None = None,
    groups: AnyArray | None = None,
    times: AnyArray | None = None,
) -> list[IntArray]:
    """Return the row numbers of every split.

    Rows of a split are in random order, or, with `times`, in the order of time.

    Parameters
    ----------
    fractions : sequence of float
        Share of each split; they sum to 1.
    rows : int
        Number of rows.
    rng : numpy.random.Generator
        Source of randomness.
    y : IntArray, (n,), optional
        Class indices; every class has its share of every split, as far as possible. Ignored with `times`.
    groups : AnyArray, (n,), optional
        Group of each row.
    times : AnyArray, (n,), optional
        Time of each row.

    Returns
    -------
    list of IntArray
        Row numbers.

    Raises
    ------
    ValueError
        If there are fewer groups, or fewer distinct times, than splits.

    Examples
    --------
    >>> patients = np.array(["a", "a", "b", "b", "c", "c"])
    >>> train, test = split_rows([2 / 3, 1 / 3], 6, np.random.default_rng(0), groups=patients)
    >>> len(train), len(set(patients[test]))
    (4, 1)
    >>> split_rows([0.5, 0.5], 4, np.random.default_rng(0), times=np.array([2024, 2021, 2023, 2022]))
    [array([1, 3]), array([2, 0])]
    """
    if times is not None:
        return _in_order(fractions, times)
    if groups is not None:
        names, group = np.unique(groups, return_inverse=True)
        assigned = _assign(fractions, group, len(names), y, rng)[group]  # (n,)
        return [rng.permutation(np.flatnonzero(assigned == split)) for split in range(len(fractions))]
    order = rng.permutation(rows)
    if y is not None:
        order = order[stratified_order(y[order], rng)]
    cuts = [round(rows * min(math.fsum(fractions[: i + 1]), 1.0)) for i in range(len(fractions) - 1)]
    return [rng.permutation(part) for part in np.split(order, cuts)]


def fold_rows(
    folds: int,
    rows: int,
    rng: np.random.Generator,
    *,
    y: IntArray | None = None,
    groups: AnyArray | None = None,
    times: AnyArray | None = None,
) -> list[tuple[IntArray, IntArray]]:
    """Return the row numbers of the training rows and of the held-out rows of every fold.

    With `times`, the rows are divided into one block more than there are folds, and each fold holds out a block and
    trains on all earlier ones. So the rows of the first block are never held out.

    Parameters
    ----------
    folds : int
        Number of folds.
    rows, rng, y, groups, times
        As in `split_rows`.

    Returns
    -------
    list of (IntArray, IntArray)
        Training rows and held-out rows.

    Raises
    ------
    ValueError
        If there are too few rows, groups, or distinct times.

    Notes
    -----
    With `groups`, folds are those of scikit-learn's `StratifiedGroupKFold`; with `times`, of its `TimeSeriesSplit`.

    Examples
    --------
    >>> for train, held in fold_rows(2, 6, np.random.default_rng(0), times=np.array([1, 2, 2, 3, 4, 5])):
    ...     print(train, held)
    [0] [1 2 3]
    [0 1 2 3] [4 5]
    """
    most = most_folds(rows, groups, times)
    if folds > most:
        kind = "distinct times" if times is not None else "training rows" if groups is None else "groups"
        count = most + (times is not None)
        raise ValueError(f"{count} {kind} are not enough for {folds} folds")
    if times is not None:
        blocks = _in_order([1 / (folds + 1)] * (folds + 1), times)
        return [(np.concatenate(blocks[:i]), blocks[i]) for i in range(1, folds + 1)]
    if groups is not None:
        dealt = split_rows([1 / folds] * folds, rows, rng, y=y, groups=groups)
    else:  # array_split makes folds that differ by one row at most
        order = rng.permutation(rows)
        if y is not None:
            order = order[stratified_order(y[order], rng)]
        dealt = [rng.permutation(part) for part in np.array_split(order, folds)]
    return [(np.delete(np.arange(rows), held), held) for held in dealt]


def held_out_order(held: Sequence[IntArray]) -> tuple[IntArray, IntArray, IntArray]:
    """Return the order by row number of the held-out rows of all folds, the rows in this order, and the fold of each.

    held: the held-out rows of each fold. All three are (m,). A row that several folds hold out occurs as often.

    >>> held_out_order([np.array([3, 0]), np.array([2, 1])])
    (array([1, 3, 2, 0]), array([0, 1, 2, 3]), array([0, 1, 1, 0]))
    """
    rows = np.concatenate(held)
    order = np.argsort(rows, kind="stable")
    return order, rows[order], np.repeat(np.arange(len(held)), list(map(len, held)))[order]


def random_rows(rows: int, most: int, seed: int) -> IntArray:
    """Return the row numbers of a random sample of at most `most` rows, in increasing order."""
    return np.sort(np.random.default_rng(seed).permutation(rows)[:most])


def most_folds(rows: int, groups: AnyArray | None = None, times: AnyArray | None = None) -> int:
    """Return the largest number of folds that `fold_rows` can make."""
    if times is not None:
        return len(np.unique(times)) - 1
    return rows if groups is None else len(np.unique(groups))


def as_groups(values: npt.ArrayLike) -> AnyArray:
    """Return the group of each row as an array that can be sorted; ValueError if one is missing."""
    groups = np.asarray(values)
    _check_none_missing("groups", groups)
    return groups.astype(str) if groups.dtype.kind == "O" else groups


def as_times(values: npt.ArrayLike, number_of: Callable[[int], int] = int) -> AnyArray:
    """Return the time of each row as numbers or datetime64; ValueError if one is missing or no time.

    number_of: returns the number of a row in messages.

    >>> as_times(["2024-05-01", "2024-05-01T12:30:00+02:00"])
    array(['2024-05-01T00:00:00.000000', '2024-05-01T10:30:00.000000'],
          dtype='datetime64[us]')
    """
    times = np.asarray(values)
    _check_none_missing("times", times)
    if times.dtype.kind in "iufM":
        return times
    moments: dict[object, np.datetime64] = {}
    for row, value in enumerate(times.flat):
        if value not in moments:
            try:
                moments[value] = _moment(value)
            except (ValueError, TypeError):
                raise ValueError(
                    f"row {number_of(row)}: {str(value)!r} is not a number, a date, or ISO text such as 2024-05-31"
                ) from None
    return np.array([moments[value] for value in times.flat], "datetime64[us]").reshape(times.shape)


def _moment(value: object) -> np.datetime64:
    """Return a date, or ISO text, without a time zone; times that have one are converted to UTC."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        moment = value  # such as 2024-05, which NumPy reads
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return np.datetime64(moment, "us")  # type: ignore[call-overload]


def _check_none_missing(name: str, values: AnyArray) -> None:
    missing = np.flatnonzero(is_missing(values))
    if len(missing):
        raise ValueError(f"{name} must have a value for each row, but row {missing[0]} has none")


def is_missing(values: AnyArray) -> AnyArray:
    """Return which values, (n,), are None, NaN, or NaT."""
    if values.dtype.kind in "fM":
        return np.isnan(values)
    if values.dtype.kind != "O":
        return np.zeros(len(values), bool)
    return np.fromiter((value is None or value != value for value in values.flat), bool, values.size)


def _in_order(fractions: Sequence[float], times: AnyArray) -> list[IntArray]:
    """Return the row numbers of consecutive splits in the order of time; cuts are between distinct times."""
    order = np.argsort(times, kind="stable")
    ordered = times[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))[: len(order)]  # of each distinct time
    filled = [i for i, fraction in enumerate(fractions) if fraction > 0]
    if len(starts) < len(filled):
        raise ValueError(f"{len(starts)} distinct times are not enough for {len(filled)} splits")
    bounds, last = np.append(starts, len(order)), 0
    cuts = np.zeros(len(fractions), int)  # first row of each split in the order
    for position, i in enumerate(filled[1:], start=1):
        wanted = len(order) * math.fsum(fractions[:i])
        candidates = np.arange(last + 1, len(starts) - (len(filled) - position) + 1)  # leaves each split a time
        last = int(candidates[np.argmin(np.abs(bounds[candidates] - wanted))])
        cuts[i] = bounds[last]
    for i, fraction in enumerate(fractions):
        if fraction == 0:
            cuts[i] = len(order) if i > max(filled) else next(cuts[j] for j in filled if j > i)
    return np.split(order, cuts[1:])


def _assign(
    fractions: Sequence[float], group: IntArray, count: int, y: IntArray | None, rng: np.random.Generator
) -> IntArray:
    """Return the split of every group, (groups,). group: number of each row's group, (n,)."""
    filled = np.flatnonzero(np.asarray(fractions) > 0)
    if count < len(filled):
        raise ValueError(f"{count} groups are not enough for {len(filled)} splits")
    kinds = [np.bincount(group, minlength=count)]
    if y is not None:
        kinds += [np.bincount(group[y == c], minlength=count) for c in np.unique(y)]
    shares = np.stack(kinds, axis=1) / [kind.sum() for kind in kinds]  # (groups, kinds): of all rows, and of each class
    weights = np.asarray(fractions)[filled]
    tried = [_assign_once(weights, shares, rng) for _ in range(ASSIGNMENTS if count < MANY_GROUPS else 1)]
    return filled[min(tried, key=lambda one: one[0])[1]]


def _assign_once(weights: Array, shares: Array, rng: np.random.Generator) -> tuple[float, IntArray]:
    """Deal the groups in random order, each to the split where Σ (share in the split)² / weight grows least.

    This sum, over splits and kinds of rows, is smallest where every split holds its weight of every kind.
    Return it, and the split of every group.
    """
    held, sizes = np.zeros((len(weights), shares.shape[1])), np.zeros(len(weights), int)
    assigned = np.empty(len(shares), int)
    for dealt, group in enumerate(rng.permutation(len(shares))):
        growth = (2 * held + shares[group]) @ shares[group] / weights  # (splits,)
        if len(shares) - dealt <= np.count_nonzero(sizes == 0):  # the rest is needed to fill every split
            growth[sizes > 0] = np.inf
        split = int(np.argmin(growth))
        assigned[group], held[split], sizes[split] = split, held[split] + shares[group], sizes[split] + 1
    return float(np.sum(held**2 / weights[:, None])), assigned


def stratified_order(y: AnyArray, rng: np.random.Generator) -> IntArray:
    """Return an order of the rows, (n,), in which every contiguous part has about the same class proportions.

    Rows of the same class keep their order.

    Parameters
    ----------
    y : IntArray, (n,)
        Class indices.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    IntArray, (n,)
        Row numbers.

    Examples
    --------
    >>> y = np.array([0, 0, 0, 0, 1, 1])
    >>> sorted(y[stratified_order(y, np.random.default_rng(0))][:3].tolist())
    [0, 0, 1]
    """
    # The members of each class are spread evenly over [0, 1) with a random offset, so any interval contains its share:
    # member i of the n_c members of class c is at (i + u_c) / n_c, with u_c between 0 and 1.
    position = np.empty(len(y))  # (n,)
    for c in np.unique(y):
        members = np.flatnonzero(y == c)
        position[members] = (np.arange(len(members)) + rng.random()) / len(members)
    return np.argsort(position, kind="stable")


def parse_split(text: str) -> tuple[float, ...]:
    """Return the fractions written as "60/20/20" or "0.6/0.4".

    Parameters
    ----------
    text : str
        Percentages or fractions, separated by slashes.

    Returns
    -------
    tuple of float
        The fractions.

    Raises
    ------
    ValueError
        If they do not add up to 100 (or 1).

    Examples
    --------
    >>> parse_split("60/20/20")
    (0.6, 0.2, 0.2)
    >>> parse_split("60/20/30")
    Traceback (most recent call last):
        ...
    ValueError: split 60/20/30 sums to 110, not 100
    """
    try:
        parts = [float(part) for part in text.split("/")]
    except ValueError:
        parts = []
    if not parts or not all(0 <= part < math.inf for part in parts):
        raise ValueError(f"split {text!r} must be numbers of 0 or more between slashes, such as 60/20/20")
    total = math.fsum(parts)
    if abs(total - 1) <= 1e-9:
        return tuple(parts)
    if abs(total - 100) <= 1e-7:
        return tuple(part / 100 for part in parts)
    raise ValueError(f"split {text} sums to {total:g}, not {100 if max(parts) > 1 else 1}")
