"""Sample weights: the weight of each row times the weight of its class."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from glassnet.common.arrays import AnyArray, Array
from glassnet.maths.losses.targets import class_indices
from glassnet.network.network import Network

ClassWeight = str | Mapping[int, float] | npt.ArrayLike | None
"""Weights of classes: "balanced", a dict by class index, one number per class, or None."""


def row_weights(
    network: Network, Y: AnyArray, sample_weight: npt.ArrayLike | None, class_weight: ClassWeight
) -> Array | None:
    """Return the weight of each row, (n,), or None if all are equal.

    Y: class indices, (n,), or one column of 0 and 1, (n, 1), if class weights are given. class_weight: one number per
    class (a sequence, or a dict by class index; missing classes have weight 1), or "balanced": n / (classes · count),
    so that all classes have the same total weight.
    """
    weights = network.weights(sample_weight, len(Y))
    if class_weight is not None:
        of_classes = _class_weights(network, Y, class_weight)
        weights = of_classes if weights is None else weights * of_classes
    if weights is not None and len(weights) and not weights.any():
        raise ValueError("all sample weights are 0; at least one must be positive")
    return weights


def _class_weights(network: Network, Y: AnyArray, class_weight: ClassWeight) -> Array:
    """Return the weight of each row's class, (n,)."""
    classes = network.outputs if Y.ndim == 1 else 2
    if Y.ndim == 2 and (Y.shape[1] != 1 or network.output_kind != "probability"):
        raise ValueError("class_weight needs one class per row; use sample_weight instead")
    labels = class_indices("y", Y.reshape(-1), classes)
    by_class = weights_by_class(class_weight, labels, classes)
    of_rows: Array = by_class.astype(network.dtype)[labels]
    return of_rows


def weights_by_class(choice: ClassWeight, labels: AnyArray, classes: int) -> Array:
    """Return the weight of each class, (classes,). labels: class indices of the training rows, (n,)."""
    if choice is None:
        return np.ones(classes)
    if isinstance(choice, str):
        if choice != "balanced":
            raise ValueError(f"class_weight must be 'balanced', a dict, or one number per class, got {choice!r}")
        counts = np.bincount(labels, minlength=classes)
        return len(labels) / (classes * np.maximum(counts, 1))
    by_class = np.ones(classes)
    if isinstance(choice, Mapping):
        for label, weight in choice.items():
            if isinstance(label, bool) or not isinstance(label, (int, np.integer)) or not 0 <= label < classes:
                raise ValueError(f"class_weight has class {label!r}; classes are 0 to {classes - 1}")
            by_class[label] = weight
    else:
        by_class = np.asarray(choice, np.float64)
    if by_class.shape != (classes,) or not np.all((by_class >= 0) & np.isfinite(by_class)):
        raise ValueError(f"class_weight must be {classes} finite non-negative numbers, got {choice!r}")
    return by_class
