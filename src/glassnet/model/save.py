"""Model files: the description as plain data, the arrays, and the lowest version of the format that can read them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.common.files import write_tensors
from glassnet.common.specs import to_spec
from glassnet.data.images.transforms import PhotoTransform
from glassnet.data.preprocessing import (
    FirstColumns,
    Pipeline,
    QuantileTransform,
    RobustScale,
    TargetEncoding,
    preprocessing_to_spec,
)
from glassnet.data.target_scale import TargetScale
from glassnet.model.class_names import labels_spec
from glassnet.model.per_network import PerNetwork
from glassnet.network.ensemble import Ensemble
from glassnet.network.layers import layer_to_spec

FORMAT = 5
"""The latest version of the file format. A file contains the lowest version that can read it."""

KEY = "glassnet"
"""Key of the description in the metadata of a safetensors file."""

FIRST_LAYERS = ("dense", "activation", "dropout", "batchnorm", "layernorm", "embedding")
"""Kinds of the layers that format 1 can store."""

PER_NETWORK = "per_network"
"""Name of a list of components in a description, one per network."""

TARGET_SCALES = {"target_scale": TargetScale}


def save_model(model: Any, path: str | Path) -> None:
    """Write a Model to a file, completely or not at all."""
    arrays: dict[str, AnyArray] = {}
    for i, network in enumerate(model.networks):
        arrays[f"networks.{i}.parameters"] = network.parameters
        arrays[f"networks.{i}.state"] = network.state
    for key in ("preprocessing", "target_scale"):
        arrays |= {f"{key}.{name}": array for name, array in _arrays_of(getattr(model, key))}
    spec = json.dumps(model_to_spec(model), default=_plain)
    write_tensors(path, arrays, {KEY: spec})


def _arrays_of(choice: Any) -> Iterator[tuple[str, AnyArray]]:
    """Yield the name and array of each fitted statistic; of several pieces, the names begin with their index."""
    if isinstance(choice, PerNetwork):
        for i, piece in enumerate(choice.distinct):
            yield from ((f"{i}.{name}", array) for name, array in _arrays_of(piece))
    elif choice is not None:
        yield from choice.arrays().items()


def model_to_spec(model: Any) -> dict[str, Any]:
    """Return the description of a Model as plain data."""
    from glassnet import __version__

    decision = {"threshold": model.threshold, "positive_class": model.positive_class}
    return {
        "format": lowest_format(model),
        "networks": [
            {
                "inputs": one.inputs,
                "dtype": one.dtype.name,
                "layers": [layer_to_spec(layer) for layer in one.layers],
            }
            for one in model.networks
        ],
        "ensemble": isinstance(model.network, Ensemble),
        "preprocessing": _component_spec(model.preprocessing, preprocessing_to_spec),
        "class_names": model.class_names,
        "classes": labels_spec(model.classes),
        "decision": None if decision == {"threshold": 0.5, "positive_class": 1} else decision,
        "feature_names": model.feature_names,
        "image_frame": None if model.image_transform is None else model.image_transform.to_spec(),
        "columns": None if model.columns is None else model.columns.to_spec(),
        "recipe": model.recipe,
        "metrics": model.metrics,
        "versions": {"glassnet": __version__, "numpy": np.__version__},
    } | later_entries(model)


def later_entries(model: Any) -> dict[str, Any]:
    """Return the entries of the description that format 5 added; those that are empty are left out."""
    entries = {
        "weights": list(model.network.weights) if _is_weighted(model) else None,
        "temperature": _temperature(model),
        "target_scale": _component_spec(model.target_scale, _target_scale_to_spec),
        "output_range": None if model.output_range is None else [ends.tolist() for ends in model.output_range],
    }
    return {key: value for key, value in entries.items() if value is not None}


def _component_spec(choice: Any, to_spec: Callable[[Any], Any]) -> Any:
    if isinstance(choice, PerNetwork):
        specs = [to_spec(piece) for piece in choice.distinct]
        return {"name": PER_NETWORK, "pieces": specs, "networks": list(choice.positions)}
    return to_spec(choice)


def _target_scale_to_spec(scale: TargetScale | None) -> Any:
    return None if scale is None else to_spec(scale, TARGET_SCALES)


def _is_weighted(model: Any) -> bool:
    return isinstance(model.network, Ensemble) and model.network.is_weighted


def _temperature(model: Any) -> float | None:
    is_scaled = isinstance(model.network, Ensemble) and model.network.temperature != 1
    return float(model.network.temperature) if is_scaled else None


def lowest_format(model: Any) -> int:
    """Return the first version of the file format that can store a Model."""
    needs = [
        (5, bool(later_entries(model)) or isinstance(model.preprocessing, PerNetwork)),
        (5, _has_quantiles(model.preprocessing)),
        (5, any(layer.kind not in FIRST_LAYERS for network in model.networks for layer in network.layers)),
        (4, model.threshold != 0.5),
        (3, isinstance(model.image_transform, PhotoTransform)),
        (1 if model.columns is None else model.columns.format, True),
    ]
    return max(version for version, is_needed in needs if is_needed)


def _has_quantiles(transformer: Any) -> bool:
    """Return whether a transformer, or a part of it, was added in format 5."""
    if isinstance(transformer, Pipeline):
        return any(map(_has_quantiles, transformer.steps))
    if isinstance(transformer, FirstColumns):
        return _has_quantiles(transformer.piece)
    return isinstance(transformer, (QuantileTransform, RobustScale, TargetEncoding))


def _plain(value: Any) -> Any:
    """Return a NumPy number or array as a JSON value."""
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    raise TypeError(f"recipe and metrics of a model must be text, numbers, lists, and dicts, got {value!r}")
