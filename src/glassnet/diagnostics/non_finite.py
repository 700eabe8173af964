"""The first number that is not finite: its row, and the operation that makes it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from glassnet.common.arrays import AnyArray, Array

LARGEST_LOGIT = {name: math.log(float(np.finfo(name).max)) for name in ("float16", "float32", "float64")}
"""The exponential of a larger number is infinite, by data type: 11, 88.7, and 709.8."""


@dataclass(frozen=True)
class Failure:
    """Why a number is not finite. where: a sentence. advice: what to do. row: in its batch, None if there is no one."""

    where: str
    advice: str
    row: int | None = None


def failure_of(outputs: AnyArray, targets: AnyArray) -> Failure | None:
    """Return the row and the operation by which a loss is not finite, None if it is not known.

    outputs: (n,), (n, 1), or (n, K), logits or probabilities. targets: class indices (n,), or numbers as outputs.
    """
    if not outputs.ndim or not outputs.size or not len(targets) or outputs.dtype.kind not in "fiub":
        return None
    a = outputs.reshape(len(outputs), -1)
    return _of_rows(a) or _of_targets(targets) or _of_logarithm(a, targets) or _of_size(a, targets)


def _of_rows(a: Array) -> Failure | None:
    bad = np.flatnonzero(~np.isfinite(a).all(axis=1))
    if not bad.size:
        return None
    row = int(bad[0])
    value = a[row][~np.isfinite(a[row])][0]
    if bad.size == len(a):
        return Failure(
            f"No row of the batch has finite outputs: the first is {value:g}.",
            "In the first step, look at the inputs (a column that is divided by a standard deviation of 0?) and at the "
            "initial weights; later, at the update before: lower the learning rate, or clip the gradient.",
        )
    return Failure(
        f"The output of row {row} of the batch is {value:g}; {len(a) - bad.size} of {len(a)} rows have finite outputs.",
        f"The weights are finite, since other rows are: look for NaN or huge numbers in row {row} of the input.",
        row,
    )


def _of_targets(targets: AnyArray) -> Failure | None:
    if targets.dtype.kind != "f" or np.isfinite(targets).all():
        return None
    row = int(np.argwhere(~np.isfinite(targets))[0, 0])
    return Failure(
        f"The target of row {row} of the batch is not finite; the outputs are.",
        "Leave out rows without a target, or fill them.",
        row,
    )


def _of_logarithm(a: Array, targets: AnyArray) -> Failure | None:
    """Find the logarithm of a probability of 0."""
    if (a < 0).any() or (a > 1).any():
        return None
    if a.shape[1] == 1 and targets.size == len(a):
        y = targets.reshape(-1)
        zero = np.flatnonzero(((a[:, 0] == 0) & (y > 0)) | ((a[:, 0] == 1) & (y < 1)))
        name = "sigmoid"
    elif a.shape[1] > 1 and np.allclose(a.sum(axis=1), 1, atol=1e-3):
        y = targets.argmax(axis=1) if targets.ndim == 2 else targets.astype(np.int64)
        if len(y) != len(a) or not 0 <= y.min() <= y.max() < a.shape[1]:
            return None
        zero, name = np.flatnonzero(a[np.arange(len(a)), y] == 0), "softmax"
    else:
        return None
    if not zero.size:
        return None
    row = int(zero[0])
    return Failure(
        f"It is the logarithm of 0: in row {row} of the batch, the class has a probability of exactly 0.",
        f"Compute the loss from logits, as losses that contain {name} do, or clip probabilities at 1e-7.",
        row,
    )


def _of_size(a: Array, targets: AnyArray) -> Failure | None:
    """Find numbers whose exponential or square is infinite."""
    kind = a.dtype.name if a.dtype.name in LARGEST_LOGIT else "float64"
    row, unit = np.unravel_index(int(np.abs(a).argmax()), a.shape)
    largest, limit = float(a[row, unit]), LARGEST_LOGIT[kind]
    is_square = targets.dtype.kind == "f" and abs(largest) > math.sqrt(float(np.finfo(kind).max))
    if is_square or abs(largest) <= limit:
        return (
            None
            if not is_square
            else Failure(
                f"The square overflows: the output of row {row} of the batch is {largest:.3g}.",
                "The outputs grew too large: lower the learning rate, or clip the gradient.",
                int(row),
            )
        )
    sign = "" if largest > 0 else "-"
    return Failure(
        f"exp({sign}z) overflows: the output of row {row} of the batch is {largest:.4g}, and in {kind}, the "
        f"exponential of more than {limit:.3g} is infinite.",
        "Subtract the largest logit of each row before exp, or use a loss that takes logits.",
        int(row),
    )


def operation_of(activation: str, z: float, kind: str) -> str:
    """Return the operation by which an activation of a finite z is not finite, as a sentence."""
    limit = LARGEST_LOGIT.get(kind, math.inf)
    if abs(z) > limit:
        return f"exp of z = {z:.4g} overflows: the exponential of more than {limit:.3g} is infinite in {kind}."
    return f"{activation} of z = {z:.4g} is not finite: look for 0 / 0 and log(0)."
