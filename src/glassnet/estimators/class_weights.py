"""Row weights by class, from the parameter `class_weight`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.utils import compute_sample_weight

from glassnet.common.arrays import AnyArray
from glassnet.estimators.labels import MULTILABEL, SEVERAL, Labels


def weights_by_class(class_weight: Any, labels: Labels, y: Any) -> AnyArray:
    """Return the weight of each row, (n,).

    class_weight: "balanced" for equal total weights of the classes of y, or a dict by label. For several labels or
    columns, a list of such dicts, whose weights are multiplied. Classes that are not in a dict have weight 1.
    """
    if isinstance(class_weight, str):
        balanced: AnyArray = compute_sample_weight(class_weight, y)
        return balanced
    is_wide = labels.kind in (MULTILABEL, SEVERAL)
    if is_wide != isinstance(class_weight, list) or (is_wide and len(class_weight) != len(labels.classes)):
        wanted = f"a list of {len(labels.classes)} dicts, one for each column of y" if is_wide else "a dict by label"
        raise ValueError(f"class_weight must be {wanted}, or 'balanced'; got {class_weight!r}")
    if not is_wide:
        return _of_column(class_weight, labels.classes, np.asarray(y))
    columns = np.asarray(y.toarray() if hasattr(y, "toarray") else y).T
    known = labels.classes if labels.kind == SEVERAL else [np.array([0, 1])] * len(columns)
    of_columns = [_of_column(*one) for one in zip(class_weight, known, columns, strict=True)]
    product: AnyArray = np.multiply.reduce(of_columns)
    return product


def _of_column(weights: Any, classes: AnyArray, y: AnyArray) -> AnyArray:
    if not isinstance(weights, Mapping):
        raise ValueError(f"class_weight must contain weights by label, got {weights!r}")
    known = classes.tolist()
    for label, weight in weights.items():
        if not isinstance(weight, (int, float, np.number)) or not 0 <= weight < np.inf:
            raise ValueError(f"class_weight of {label!r} must be a finite number, at least 0, got {weight!r}")
        if label not in known:
            raise ValueError(
                f"class_weight has {label!r}, which is not a class; the classes are {', '.join(map(repr, known))}"
            )
    of_class = np.array([float(weights.get(label, 1.0)) for label in known])
    return of_class[np.searchsorted(classes, y)]
