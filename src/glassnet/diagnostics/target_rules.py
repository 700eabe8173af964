"""Rules about the targets that a network is trained on: labels, classes, and targets that are all the same."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.common.numbers import percent
from glassnet.diagnostics.findings import Finding

RARE_OTHERS = 0.97
"""From this share of the most frequent class on, classes are imbalanced."""

OTHER_OUTPUT = (
    "For numbers as targets, end the network in gn.Dense(1), without an activation; for classes, number them from 0."
)


def diagnose_targets(y: AnyArray, kind: str, outputs: int) -> list[Finding]:
    """Return the findings about targets; those that rule out a training are errors.

    y: (n,), or (n, outputs), finite. kind: of the network's outputs: "distribution", "probability", "real", ...
    """
    if y.dtype.kind not in "biuf" or not y.size:
        return []  # the network raises an error
    labels = _labels_of(y, kind, outputs)
    for found in (_out_of_range(labels, kind, outputs), _constant(y if labels is None else labels, kind)):
        if findings := list(found):
            return findings
    if labels is None or (labels != np.floor(labels)).any():  # probabilities as targets
        return []
    return [*_missing_classes(labels, kind, outputs), *_imbalance(labels)]


def _labels_of(y: AnyArray, kind: str, outputs: int) -> Array | None:
    """Return labels, (n,), also those of one-hot rows; None where targets are numbers, or several per row."""
    if kind not in ("distribution", "probability"):
        return None
    if y.ndim == 1 or y.shape[1:] == (1,):
        return y.reshape(-1).astype(np.float64)
    is_one_hot = kind == "distribution" and y.shape[1:] == (outputs,) and bool(((y == 0) | (y == 1)).all())
    return y.argmax(axis=1).astype(np.float64) if is_one_hot and (y.sum(axis=1) == 1).all() else None


def _out_of_range(labels: Array | None, kind: str, outputs: int) -> Iterator[Finding]:
    if labels is None or (kind == "probability" and outputs > 1):
        return
    last = max(outputs, 2) - 1
    low, high, is_whole = labels.min(), labels.max(), labels == np.floor(labels)
    are_classes = bool(is_whole.all())
    # A single probability may be the target of a sigmoid.
    bad = (labels < 0) | (labels > last) | (~is_whole & (kind == "distribution"))
    if not bad.any():
        return
    has = (
        f"a network with {outputs} output{'s' * (outputs != 1)} has the classes 0 {'and' if last == 1 else 'to'} {last}"
    )
    if not are_classes:
        worst = int(np.flatnonzero(bad & ~is_whole if (bad & ~is_whole).any() else bad)[0])
        message = f"y has {labels[worst]:g} in row {worst}, which is no class: {has}."
        advice = OTHER_OUTPUT
    else:
        worst = int(np.flatnonzero(labels == (high if high > last else low))[0])
        message = f"y has the class {labels[worst]:.0f} in row {worst}, but {has}."
        advice = "Number the classes from 0, or add output units."
        if low == 1 and high == last + 1:
            advice = "The classes count from 1: use y - 1."
        elif last == 1 and ((labels == -1) | (labels == 1)).all():
            advice = "The classes are -1 and 1: use (y + 1) // 2."
        elif low == -1 and high <= last:
            advice = "If -1 marks rows without a label, leave them out; otherwise, number the classes from 0."
    yield Finding("labels out of range", "error", "y", message, advice, {"row": worst, "class": float(labels[worst])})


def _constant(y: AnyArray, kind: str) -> Iterator[Finding]:
    columns = y.reshape(len(y), -1)
    same = np.flatnonzero((columns == columns[0]).all(axis=0))
    if len(y) < 2 or not len(same):
        return
    value = f"{float(columns[0, same[0]]):.6g}"
    if len(same) == columns.shape[1]:
        yield Finding(
            "constant target",
            "error",
            "y",
            f"All {len(y):,} rows {'are of class' if kind == 'distribution' else 'have the target'} {value}.",
            "There is nothing to learn. Is it the right column, or are these the first rows of a sorted file?",
            {"rows": len(y)},
        )
        return
    yield Finding(
        "constant target",
        "warning",
        f"y, column {same[0]}",
        f"{len(same)} of {columns.shape[1]} columns of y are the same in all {len(y):,} rows: column {same[0]} is "
        f"{value}.",
        "There is nothing to learn for these outputs: leave them out, or add rows.",
        {"columns": len(same)},
    )


def _missing_classes(labels: Array, kind: str, outputs: int) -> Iterator[Finding]:
    if kind != "distribution":
        return
    missing = np.flatnonzero(np.bincount(labels.astype(np.int64), minlength=outputs) == 0)
    if len(missing):
        is_one = len(missing) == 1
        which = f"Class {missing[0]} has" if is_one else f"{len(missing)} classes, such as {missing[0]}, have"
        yield Finding(
            "missing class",
            "warning",
            "y",
            f"{which} no row, though the network has {outputs} outputs.",
            f"{'It is' if is_one else 'They are'} never predicted. Use as many outputs as classes, or add rows.",
            {"classes": len(missing)},
        )


def _imbalance(labels: Array) -> Iterator[Finding]:
    counts = np.bincount(labels.astype(np.int64))
    share = counts.max() / counts.sum()
    if len(labels) > 1 and RARE_OTHERS <= share < 1:
        yield Finding(
            "imbalance",
            "info",
            "y",
            f"{percent(float(share))} of the rows are of class {int(counts.argmax())}: always predicting it has that "
            "accuracy.",
            'Judge by ROC AUC or balanced accuracy; class_weight="balanced" raises the recall of the others.',
            {"share": float(share)},
        )
