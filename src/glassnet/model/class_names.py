"""Names and labels of a model's classes, and what its network must output for them."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.common.labels import as_labels
from glassnet.common.labels import to_spec as labels_to_spec
from glassnet.maths.activations import SoftmaxGroups
from glassnet.network.ensemble import Ensemble
from glassnet.network.network import Network

ClassNames = tuple[Any, ...]
"""The class names in the order of the outputs, or one tuple of names per column for several columns of classes."""


def check_class_names(names: ClassNames, network: Network | Ensemble) -> None:
    """Raise ValueError for class names that do not match the outputs of the network."""
    groups = column_groups(network)
    if not groups and network.output_kind not in ("distribution", "probability"):
        raise ValueError(
            "class_names require a network that ends in softmax or sigmoid, but the output of this one is numeric"
        )
    is_nested = not isinstance(names[0], str) if names else False
    if is_nested != bool(groups) or (groups and len(names) != len(groups)):
        wanted = f"one list of names for each of {len(groups)} columns" if groups else "one list of names"
        raise ValueError(f"class_names must be {wanted}, got {names}")
    counts = groups or (2 if has_one_probability(network) else network.outputs,)
    for own, classes in zip(names if groups else [names], counts, strict=True):
        if len(own) != classes:
            raise ValueError(f"class_names has {len(own)} names, but the network has {classes} classes")
        if len(set(own)) < classes:
            raise ValueError(f"class_names must be unique, got {', '.join(map(str, own))}")


def tidy_names(names: Any) -> ClassNames | None:
    """Return names of classes as a tuple of texts, or a tuple of such tuples for several columns of classes."""
    if names is None:
        return None
    return tuple(str(own) if isinstance(own, str) or np.ndim(own) == 0 else tuple(map(str, own)) for own in names)


def labels_for(names: ClassNames | None, classes: Any) -> Any:
    """Return the labels of the classes as an array, or a tuple of arrays for several columns of classes."""
    if names is None:
        return None
    if isinstance(names[0], str):
        return as_labels(classes, names)
    return tuple(as_labels(labels, one) for labels, one in zip(classes, names, strict=True))


def labels_spec(classes: Any) -> list[Any] | None:
    """Return the labels of the classes as in a model file."""
    if classes is None or isinstance(classes, np.ndarray):
        return None if classes is None else labels_to_spec(classes)
    return [labels_to_spec(own) for own in classes]


def column_groups(network: Network | Ensemble) -> tuple[int, ...]:
    """Return the number of classes of each column, or () if there is a single target column."""
    first = network.networks[0] if isinstance(network, Ensemble) else network
    last = first.output_activation
    return last.groups if isinstance(last, SoftmaxGroups) else ()


def has_one_probability(network: Network | Ensemble) -> bool:
    """Return whether a network has a single output, the probability of the second of two classes."""
    return network.outputs == 1 and network.output_kind == "probability"
