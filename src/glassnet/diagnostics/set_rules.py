"""Rules about the splits of a data set: rows in several of them, classes that one lacks, and an order that matters."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.common.numbers import percent
from glassnet.common.selection import is_on_disk
from glassnet.common.text import printable
from glassnet.data.dataset import Dataset
from glassnet.data.splits import SETS
from glassnet.data.tables.table import Table
from glassnet.diagnostics.columns import Sample, SampledColumn, samples
from glassnet.diagnostics.data_rules import FEW_ROWS_PER_LEVEL, NAME_OF_IDENTIFIER
from glassnet.diagnostics.findings import Finding
from glassnet.diagnostics.target_rules import RARE_OTHERS
from glassnet.diagnostics.value_rules import spelled_alike

MOST_ROWS = 20_000
"""Number of rows of the training set that are compared with the others."""

BLOCK = 1_000
"""Number of rows of which a copy is in memory at a time."""

COPIES, FEWEST_COPIES, CHANCE = 0.02, 5, 3
"""Share and number of the rows of a split, and multiple of what chance explains, from which on copies in the training
set are a finding."""

MANY_VALUES = 0.3
"""Rows repeat by chance if every column, and a numeric target, has fewer values than this share of the rows."""

EXACT = 1e-6
"""Columns whose mean over all rows is this close to 0, in standard deviations, were standardized together."""

MANY_GROUPS = 10
"""Fewer groups are categories, such as a branch."""

FEWEST_ROWS = 50
"""With fewer rows, nothing is found."""


def diagnose_sets(parts: Mapping[str, Dataset], splits: Mapping[str, Any], target: str = "y") -> list[Finding]:
    """Return the findings about "train", "valid", and "test".

    splits: options of the source, of which "time" and "group" determine the split. target: name in messages.
    """
    if "train" not in parts or len(parts["train"]) < FEWEST_ROWS:
        return []
    with np.errstate(all="ignore"):  # what overflows is no finding
        return [finding for rule in RULES for finding in rule(parts, splits, printable(target))]


def _copies(parts: Mapping[str, Dataset], splits: Mapping[str, Any], target: str) -> Iterator[Finding]:
    train = parts["train"]
    known = set(_keys(train))
    if not _has_many_values(train, len(known) / min(len(train), MOST_ROWS)):
        return
    for name in ("test", "valid"):
        if name not in parts:
            continue
        keys = list(_keys(parts[name]))
        copies = sum(key in known for key in keys)
        if copies < max(FEWEST_COPIES, COPIES * len(keys)):
            continue
        if copies >= CHANCE * _expected_copies(train, parts[name]) * len(keys):
            yield Finding(
                "rows in both sets",
                "warning",
                name,
                f"{copies:,} of {len(keys):,} rows of the {SETS[name]} ({percent(copies / len(keys))}) are in the "
                "training set, too, with the same target.",
                "The result is too good: remove copies before the split, or keep them together with --group.",
                {"copies": copies, "rows": len(keys)},
            )


def _expected_copies(train: Dataset, other: Dataset) -> float:
    """Return the share of rows that equal a training row by chance, if columns were independent; 0 for images."""
    sample, few = _sample(train), _sample(other)
    if sample is None or few is None:
        return 0.0
    log_of_match = 0.0
    known, new = ([*(one.values for one in part.columns), part.y] for part in (sample, few))
    for own, others in zip(known, new, strict=True):
        counts = Counter(own.tolist())
        matches = max(sum(counts[value] for value in others.tolist()), 0.5)
        log_of_match += math.log(matches / (len(own) * len(others)))
    return min(1.0, len(train) * math.exp(log_of_match))


def _sample(data: Dataset) -> Sample | None:
    """Return a sample of the columns, with the first target; None for images."""
    return next(samples(data, ""), None)


def _has_many_values(data: Dataset, share: float) -> bool:
    """Return whether a column, or a numeric target, has so many distinct values that rows are hardly equal by chance.

    True for images. share: of rows without their copies.
    """
    sample = _sample(data)
    if sample is None:
        return data.image_shape is not None
    targets = 0 if sample.classes else len(np.unique(sample.y))  # rows are compared with their target
    return max(targets, *(column.codes[1] for column in sample.columns)) >= MANY_VALUES * share * len(sample)


def _keys(data: Dataset) -> Iterator[bytes]:
    """Yield a digest of each row with its target."""
    few = data.take(np.arange(min(len(data), MOST_ROWS)))
    X = few.X.loaded() if isinstance(few.X, Table) else few.X
    y = few.y.reshape(len(few), -1)
    for block in (slice(first, first + BLOCK) for first in range(0, len(few), BLOCK)):
        if isinstance(X, Table):
            columns = [X[name][block].tolist() for name in X.columns]
            rows = (repr(row).encode() for row in zip(*columns, *y[block].T.tolist(), strict=True))
        else:
            rows = (row.tobytes() for row in np.hstack([np.asarray(X[block]), y[block]]))
        for row in rows:
            yield hashlib.blake2b(row, digest_size=16).digest()


def _classes(parts: Mapping[str, Dataset], splits: Mapping[str, Any], target: str) -> Iterator[Finding]:
    train = parts["train"]
    if train.class_names is None:
        return
    counts = np.bincount(train.y, minlength=len(train.class_names))
    missing = [train.class_names[k] for k in np.flatnonzero(counts == 0)]
    if missing:
        which = (
            f"class {missing[0]!r}, so it is"
            if len(missing) == 1
            else (f"{len(missing)} classes, such as {missing[0]!r}, so they are")
        )
        yield Finding(
            "missing class",
            "warning",
            ", ".join(map(str, missing)),
            f"The training set has no row of {which} never predicted.",
            "Collect rows of it, or split so that the training set gets some (--split).",
        )
    if alike := spelled_alike({str(name): int(rows) for name, rows in zip(train.class_names, counts, strict=True)}):
        yield Finding(
            "spelling of categories",
            "warning",
            target,
            f"{target} has classes that differ in case or spaces only: {alike}.",
            "Each spelling is a class of its own. Write them alike in the file.",
        )
    share = float(counts.max() / counts.sum())
    if RARE_OTHERS <= share < 1:
        name = train.class_names[int(counts.argmax())]
        yield Finding(
            "imbalance",
            "info",
            target,
            f"{percent(share)} of the rows are of class {name!r}: always predicting it has that accuracy.",
            "Judge by ROC AUC or balanced accuracy; --threshold f1 or --class-weight balanced raise the recall of the "
            "others.",
            {"share": share},
        )


def _scaled_together(parts: Mapping[str, Dataset], splits: Mapping[str, Any], target: str) -> Iterator[Finding]:
    """Columns whose mean over all splits is exactly 0, and that of the training set is not."""
    sample = _sample(parts["train"])
    if sample is None or len(parts) < 2 or any(_is_on_disk(part) for part in parts.values()):
        return
    numeric = [j for j, column in enumerate(sample.columns) if column.values.dtype.kind in "fiu"]
    near = [j for j in numeric if _is_near_unit(sample.columns[j])]
    if len(near) <= max(1, 0.5 * len(numeric)):
        return
    sums = {name: np.array([_sums(part, j) for j in near]) for name, part in parts.items()}  # (columns, 2) each
    mean, square = np.sum(list(sums.values()), axis=0).T / sum(len(part) for part in parts.values())
    own_mean = sums["train"][:, 0] / len(parts["train"])
    together = (np.abs(mean) < EXACT) & (np.abs(own_mean) > 100 * EXACT) & (np.abs(np.sqrt(square) - 1) < 0.01)
    if together.sum() > max(1, 0.5 * len(numeric)):
        yield Finding(
            "scaled before the split",
            "warning",
            "columns",
            f"{int(together.sum())} of {len(numeric)} columns have mean 0 and standard deviation 1 over training and "
            "test rows together: they were scaled before the split.",
            "Statistics of test rows are known in training. Split first; glassnet scales with training rows only.",
            {"columns": float(together.sum())},
        )


def _is_on_disk(data: Dataset) -> bool:
    """Return whether reading every row is expensive."""
    return data.X.is_on_disk if isinstance(data.X, Table) else is_on_disk(data.X)


def _is_near_unit(column: SampledColumn) -> bool:
    """Return whether a sample of a numeric column has a mean near 0 and a standard deviation near 1."""
    return abs(float(column.numbers.mean())) < 0.5 and 0.3 < float(column.numbers.std()) < 3


def _column(data: Dataset, j: int) -> AnyArray:
    """Return the values of column j, (n,)."""
    return data.X[data.X.columns[j]] if isinstance(data.X, Table) else np.asarray(data.X[:, j])


def _values(data: Dataset, j: int) -> list[Any]:
    """Return the values of column j, those of a sample if they are on disk."""
    sample = _sample(data) if _is_on_disk(data) else None
    return (_column(data, j) if sample is None else sample.columns[j].values).tolist()


def _sums(data: Dataset, j: int) -> tuple[float, float]:
    """Return the sum and the sum of squares of column j."""
    numbers = _column(data, j).astype(np.float64)
    return float(numbers.sum()), float(numbers @ numbers)


def _order(parts: Mapping[str, Dataset], splits: Mapping[str, Any], target: str) -> Iterator[Finding]:
    """A column of dates that increases from row to row, with a random split."""
    if splits.get("time") or splits.get("group"):
        return
    for sample in samples(parts["train"], target):
        for column in sample.columns:
            if column.is_date and column.rows is not None and _increases(column.numbers[np.argsort(column.rows)]):
                name = printable(column.name)
                yield Finding(
                    "order",
                    "info",
                    name,
                    f"{name} increases from row to row, and the rows are split at random: test rows lie between "
                    "training rows.",
                    f"If new rows are later ones, the result is too good: train with --time {name}.",
                )
                return
        return


def _groups(parts: Mapping[str, Dataset], splits: Mapping[str, Any], target: str) -> Iterator[Finding]:
    """A column that numbers or names groups of rows, of which most are both in training and test."""
    if splits.get("time") or splits.get("group") or "test" not in parts:
        return
    train, test = parts["train"], parts["test"]
    for sample in samples(train, target):
        for j, column in enumerate(sample.columns):
            if not NAME_OF_IDENTIFIER.search(column.name) or column.is_date:
                continue
            if column.codes[1] < MANY_GROUPS or sample.rows_per_value(column) < FEW_ROWS_PER_LEVEL:
                continue
            known = set(_values(train, j))
            shared = float(np.mean([value in known for value in _values(test, j)]))
            if shared > 0.5:
                name = printable(column.name)
                yield Finding(
                    "groups",
                    "info",
                    name,
                    f"{name} has {len(known):,} values in {len(train):,} training rows, and {percent(shared)} of the "
                    "test rows have one of them.",
                    f"If new rows are of other groups, the result is too good: train with --group {name}.",
                    {"groups": len(known), "share": shared},
                )
        return


def _increases(values: AnyArray) -> bool:
    steps = np.diff(values)
    return len(steps) > 1 and bool((steps >= 0).mean() > 0.99) and bool((steps > 0).mean() > 0.1)


Rule = Callable[[Mapping[str, Dataset], Mapping[str, Any], str], Iterator[Finding]]
RULES: tuple[Rule, ...] = (_copies, _classes, _scaled_together, _order, _groups)
