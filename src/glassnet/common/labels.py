"""Class labels: what a target holds for each class (integers, booleans, numbers, or strings), next to its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray


def as_labels(labels: Sequence[Any] | AnyArray, names: Sequence[str]) -> AnyArray:
    """Return labels as an array of one type, (k,); the names if the labels have several types, or are text.

    Raises ValueError if there is not one different label for each name.

    >>> as_labels([3, 5], ["3", "5"]), as_labels([True, 5], ["yes", "no"])
    (array([3, 5]), array(['yes', 'no'], dtype='<U3'))
    """
    values = labels.tolist() if isinstance(labels, np.ndarray) else list(labels)
    if len(values) != len(names) or len(set(values)) < len(values):
        raise ValueError(f"classes must be {len(names)} different labels, one for each class, got {values}")
    kinds = set(map(type, values))
    if kinds not in ({int}, {bool}, {float}):
        return np.array([str(name) for name in names])
    array = np.array(values) if np.asarray(labels).dtype == object else np.asarray(labels)
    if array.dtype.kind not in "iubf" or (array.dtype.kind == "f" and not np.isfinite(array).all()):
        return np.array([str(name) for name in names])
    return array


def to_spec(labels: AnyArray) -> list[Any] | None:
    """Return labels as plain data, None for text, which is stored as the names of the classes.

    >>> to_spec(np.array([False, True])), to_spec(np.array(["a", "b"]))
    ([False, True], None)
    """
    values: list[Any] = labels.tolist()
    return None if labels.dtype.kind == "U" else values
