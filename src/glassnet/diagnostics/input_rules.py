"""Rules about the arrays that a network is trained on: numbers that are not finite, and columns of X."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.common.numbers import percent, rounded
from glassnet.common.text import printable
from glassnet.diagnostics.findings import Finding
from glassnet.diagnostics.target_rules import diagnose_targets

MOST_ROWS = 5_000
"""Number of rows that are examined, except for NaN."""

LARGE, SMALL = 30.0, 1e-3
"""A network expects columns of about size 1; their root mean square should be between these."""

NEARLY = 0.999
"""From this share of one value on, a column of more than two values is nearly constant."""

DEAD, FEWEST_ROWS = 0.9, 100
"""With at least FEWEST_ROWS rows, more than this share of columns of zeros is a finding."""

MOST_NAMES = 5
"""Number of columns that a message names."""


def diagnose_inputs(X: AnyArray, y: AnyArray, kind: str, outputs: int, names: Sequence[str] = ()) -> list[Finding]:
    """Return the findings about arrays; those that rule out a training are errors.

    X: (n, inputs). y: (n,) or (n, outputs), classes as indices. kind: of the network's outputs: "distribution",
    "probability", "real", ... names: of the columns.
    """
    found = [*_not_finite("X", X, names), *_not_finite("y", y, ())] or diagnose_targets(y, kind, outputs)
    if any(one.severity == "error" for one in found):
        return found
    some = X[:: max(1, len(X) // MOST_ROWS)].astype(np.float64)
    return [*found, *_columns(some, names)]


def _called(j: int, names: Sequence[str]) -> str:
    return printable(names[j]) if len(names) else f"column {j}"


def _listed(columns: Sequence[int], names: Sequence[str]) -> str:
    shown = ", ".join(_called(j, names) for j in columns[:MOST_NAMES])
    return shown if len(columns) <= MOST_NAMES else f"{shown}, and {len(columns) - MOST_NAMES} more"


def _not_finite(what: str, values: AnyArray, names: Sequence[str]) -> Iterator[Finding]:
    if values.dtype.kind not in "fc" or np.isfinite(values).all():
        return
    bad = ~np.isfinite(values.reshape(len(values), -1))
    rows, columns = np.nonzero(bad)
    where = f"row {rows[0]}" + (f", {_called(int(columns[0]), names)}" if values.ndim > 1 else "")
    value = values.reshape(len(values), -1)[rows[0], columns[0]]
    yield Finding(
        "not finite",
        "error",
        what if values.ndim == 1 else _listed(sorted({int(j) for j in columns}), names),
        f"{what} has {len(rows):,} entr{'y' if len(rows) == 1 else 'ies'} that {'is' if len(rows) == 1 else 'are'} NaN "
        f"or infinite, the first {value:g} in {where}.",
        "Every output and every gradient becomes NaN. Drop these rows, or fill the gaps: gn.TableEncoder does.",
        {"entries": float(len(rows)), "row": float(rows[0])},
    )


def _columns(X: AnyArray, names: Sequence[str]) -> Iterator[Finding]:
    """Findings about columns of a sample, (n, inputs)."""
    low, high = X.min(axis=0), X.max(axis=0)
    constant = np.flatnonzero((low == high) & (low != 0))  # zeros take no part in anything
    if len(constant) and not _is_image(low, high):
        yield Finding(
            "constant column",
            "info",
            _listed(constant.tolist(), names),
            f"{_listed(constant.tolist(), names)}: the same value in all {len(X):,} rows that were examined.",
            "It says nothing, and its weights are never trained. Leave it out.",
            {"columns": len(constant)},
        )
    dead = int(((low == 0) & (high == 0)).sum())
    if dead > DEAD * X.shape[1] and len(X) >= FEWEST_ROWS:
        yield Finding(
            "dead inputs",
            "warning",
            "X",
            f"{dead} of {X.shape[1]} columns are 0 in all {len(X):,} rows that were examined.",
            "Their weights are never trained. Was the wrong file read, or a column scaled by 0? Leave them out.",
            {"columns": dead},
        )
    size = np.sqrt(np.mean(X**2, axis=0))
    largest = np.maximum(np.abs(low), np.abs(high))  # a rare category is small on average, but not where it occurs
    large, small = np.flatnonzero(size > LARGE), np.flatnonzero((largest < SMALL) & (low < high))
    for which, how in ((large, "large"), (small, "small")):
        if len(which):
            worst = int(which[size[which].argmax() if how == "large" else size[which].argmin()])
            yield Finding(
                "scale of a column",
                "warning",
                _listed(which.tolist(), names),
                f"{len(which)} of {X.shape[1]} columns {'is' if len(which) == 1 else 'are'} {how}: the root mean "
                f"square of {_called(worst, names)} is {rounded(float(size[worst]), 3)}.",
                "One learning rate is too large for some weights and too small for others. Scale the columns: "
                'gn.Standardize, fitted on the training set (steps = ["standardize"] in a recipe).',
                {"columns": len(which), "size": float(size[worst])},
            )
    yield from _nearly_constant(X, names)


def _nearly_constant(X: AnyArray, names: Sequence[str]) -> Iterator[Finding]:
    if len(X) < 1 / (1 - NEARLY) or _is_image(X.min(axis=0), X.max(axis=0)):
        return
    ordered = np.sort(X, axis=0)
    middle = ordered[len(X) // 2]  # a value that makes up more than half of a column is its median
    share = (middle == X).mean(axis=0)
    suspects = np.flatnonzero((share >= NEARLY) & (share < 1))
    nearly = [int(j) for j in suspects if len(np.unique(ordered[:, j])) > 2]
    if nearly:
        yield Finding(
            "nearly constant column",
            "info",
            _listed(nearly, names),
            f"{_listed(nearly, names)}: the same value in {percent(float(share[nearly].min()), len(X))} of the rows or "
            "more.",
            "A few rows decide about its weights. Leave it out, or check it.",
            {"columns": len(nearly)},
        )


def _is_image(low: AnyArray, high: AnyArray) -> bool:
    """Return whether columns look like pixels, whose edge may be constant: from 0 to about the same maximum."""
    return bool(len(low) >= 16 and (low == low.min()).mean() > 0.8 and (high > 0.5 * high.max()).mean() > 0.5)
