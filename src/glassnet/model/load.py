"""Loading a model file: what it declares is checked before it is used, and no code is executed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from glassnet.common import checks, specs
from glassnet.common.arrays import AnyArray
from glassnet.common.text import brief
from glassnet.data.images.transforms import image_transform_from_spec
from glassnet.data.preprocessing import Preprocessing, check_width
from glassnet.data.preprocessing import preprocessing as find_preprocessing
from glassnet.data.tables.encoder import TableEncoder
from glassnet.data.target_scale import TargetScale
from glassnet.model.model import Model
from glassnet.model.model_checks import width_before
from glassnet.model.per_network import PerNetwork, distinct_pieces
from glassnet.model.save import FORMAT, KEY, PER_NETWORK, TARGET_SCALES
from glassnet.network.ensemble import Ensemble
from glassnet.network.network import Network

FRAME_BEFORE = {"centre": "center"}
METRICS_BEFORE = {"kept_epoch": "best_epoch", "networks": "ensemble_size"}
"""Old names of entries of image transforms and metrics in earlier files, with their new names."""

PREFIXES = ("preprocessing.", "target_scale.")
"""Beginnings of the names of arrays that belong to components."""

LONGEST = 300
"""Maximum number of characters of an error about a file's contents, which may quote them."""


def load_model(path: str | Path) -> Model:
    """Load a model from a file, or from a run folder. No code is executed.

    Parameters
    ----------
    path : str or Path
        A .safetensors file, or a folder that contains model.safetensors.

    Returns
    -------
    Model
        The model.

    Raises
    ------
    FileNotFoundError
        If the file does not exist.
    ValueError
        If the file is damaged, not a glassnet model, or of a later format.
    """
    path = Path(path)
    if path.is_dir():
        path = path / "model.safetensors"
    if not path.is_file():
        raise FileNotFoundError(f"there is no model file {path}")
    spec, arrays = _read(path)
    try:
        return _build(spec, arrays)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise ValueError(f"{path} is a damaged glassnet model: {brief(error, LONGEST)}") from None


def _read(path: Path) -> tuple[dict[str, Any], dict[str, AnyArray]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            text = (file.metadata() or {}).get(KEY)
            arrays = {name: file.get_tensor(name) for name in file.keys()} if text else {}  # noqa: SIM118 - not a dict
    except (SafetensorError, OSError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} is not a glassnet model: {brief(error, LONGEST)}") from None
    try:
        spec = json.loads(text) if text else None
        json.dumps(spec, ensure_ascii=False).encode()  # lone surrogates cannot be printed on a terminal
    except (ValueError, RecursionError):
        spec = None
    if not isinstance(spec, dict) or not _is_count(spec.get("format")):
        raise ValueError(f"{path} is not a glassnet model: it contains no description of a network")
    if spec["format"] > FORMAT:
        raise ValueError(f"{path} has format {spec['format']}, this glassnet reads up to {FORMAT}; update glassnet")
    return spec, arrays


def _build(spec: dict[str, Any], arrays: dict[str, AnyArray]) -> Model:
    described = _entry(spec, "networks", list)
    is_ensemble = _entry(spec, "ensemble", bool)
    if not described or (len(described) > 1 and not is_ensemble):
        raise ValueError(f"it describes {len(described)} networks, ensemble is {is_ensemble}")
    networks = [_network(one, arrays, f"networks.{i}") for i, one in enumerate(described)]
    known = {f"networks.{i}.{part}" for i in range(len(networks)) for part in ("parameters", "state")}
    for name in arrays:
        if name not in known and not name.startswith(PREFIXES):
            raise ValueError(f"array {name!r} belongs to nothing")
    preprocessing = _component(spec, "preprocessing", arrays, len(networks), _preprocessing)
    for piece in distinct_pieces(preprocessing):
        check_width(piece, width_before(preprocessing, networks))
    weights = _entry(spec, "weights", list, optional=True)
    temperature = _entry(spec, "temperature", float, optional=True)
    if (weights is not None or temperature is not None) and not is_ensemble:
        raise ValueError("weights and temperature are for an ensemble")
    transform = _entry(spec, "image_frame", dict, optional=True)
    columns = _entry(spec, "columns", list, optional=True)
    metrics = _entry(spec, "metrics", dict, optional=True)
    decision = _entry(spec, "decision", dict, optional=True) or {}
    return Model(
        preprocessing,
        Ensemble(networks, weights, 1.0 if temperature is None else temperature) if is_ensemble else networks[0],
        names := _class_names(spec),
        classes=_classes(spec, names),
        feature_names=_names(spec, "feature_names"),
        image_transform=None
        if transform is None
        else image_transform_from_spec(specs.renamed(transform, FRAME_BEFORE)),
        columns=None if columns is None else TableEncoder.from_spec(columns),
        recipe=_entry(spec, "recipe", dict, optional=True),
        metrics=None if metrics is None else specs.renamed(metrics, METRICS_BEFORE),
        threshold=decision.get("threshold", 0.5),
        positive_class=decision.get("positive_class", 1),
        target_scale=_component(spec, "target_scale", arrays, len(networks), _target_scale),
        output_range=_entry(spec, "output_range", list, optional=True),
    )


def _component(
    spec: dict[str, Any],
    key: str,
    arrays: dict[str, AnyArray],
    count: int,
    restore: Callable[[Any, dict[str, AnyArray]], Any],
) -> Any:
    """Return a component that all `count` networks share, or a PerNetwork. restore: makes one from spec and arrays."""
    described, prefix = spec.get(key), f"{key}."
    own = {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
    if not isinstance(described, dict) or described.get("name") != PER_NETWORK:
        return restore(described, own)
    pieces, positions = _entry(described, "pieces", list), _entry(described, "networks", list)
    if not all(type(i) is int and 0 <= i < len(pieces) for i in positions) or len(positions) != count:
        raise ValueError(f"{key} must have the index of one of its {len(pieces)} pieces for each of {count} networks")
    if list(dict.fromkeys(positions)) != list(range(len(pieces))):
        raise ValueError(f"the pieces of {key} must be in the order of the networks")
    shares: list[dict[str, AnyArray]] = [{} for _ in pieces]
    for name, array in own.items():
        place, _, rest = name.partition(".")
        if not place.isdecimal() or int(place) >= len(pieces):
            raise ValueError(f"array {prefix + name!r} belongs to none of the {len(pieces)} pieces of {key}")
        shares[int(place)][rest] = array
    made = [restore(piece, share) for piece, share in zip(pieces, shares, strict=True)]
    return PerNetwork([made[i] for i in positions])


def _preprocessing(spec: Any, arrays: dict[str, AnyArray]) -> Preprocessing:
    return find_preprocessing(spec).restore(arrays)


def _target_scale(spec: Any, arrays: dict[str, AnyArray]) -> TargetScale | None:
    if spec is None:
        if arrays:
            raise ValueError(f"array target_scale.{min(arrays)} belongs to nothing")
        return None
    scale = specs.from_spec("target_scale", spec, TARGET_SCALES)
    if not isinstance(scale, TargetScale):
        raise TypeError(f"target_scale must be a name and options, got {scale!r}")
    return scale.restore(arrays)


def _network(spec: Any, arrays: dict[str, AnyArray], name: str) -> Network:
    if not isinstance(spec, dict):
        raise ValueError(f"{name} is not described by a table")
    dtype = _entry(spec, "dtype", str)
    if dtype not in ("float32", "float64"):
        raise ValueError(f"dtype of {name} must be float32 or float64, got {dtype!r}")
    parameters, state = (_vector(arrays, f"{name}.{part}", dtype) for part in ("parameters", "state"))
    network = Network.from_vectors(spec.get("inputs", 0), _entry(spec, "layers", list), parameters, state, dtype)
    for key, view in network.named_state().items():
        if key.endswith(".variance") and (view < 0).any():
            raise ValueError(f"{key} of {name} contains a number below 0")
    return network


def _vector(arrays: dict[str, AnyArray], name: str, dtype: str) -> AnyArray:
    if name not in arrays:
        raise ValueError(f"array {name} is missing")
    vector = arrays[name]
    if vector.dtype != dtype or vector.ndim != 1:
        raise ValueError(f"array {name} must be one vector of {dtype}, got {vector.dtype} of shape {vector.shape}")
    checks.finite(name, vector)
    return vector


def _entry(spec: dict[str, Any], key: str, kind: type[Any], optional: bool = False) -> Any:
    """Return an entry of the description; raise ValueError for another type, or if a required entry is missing."""
    value = spec.get(key)
    if value is None and optional:
        return None
    if not isinstance(value, kind):
        raise ValueError(f"{key} is {'missing' if value is None else f'not a {kind.__name__}'}")
    return value


def _names(spec: dict[str, Any], key: str) -> list[str] | None:
    names: list[str] | None = _entry(spec, key, list, optional=True)
    if names is not None and not all(isinstance(name, str) for name in names):
        raise ValueError(f"{key} must be names")
    return names


def _class_names(spec: dict[str, Any]) -> Any:
    """Return the class names, or one list of names per column for several columns."""
    names: list[Any] | None = _entry(spec, "class_names", list, optional=True)
    if names and all(isinstance(own, list) for own in names):
        return [_names({"class_names": own}, "class_names") for own in names]
    return _names(spec, "class_names")


def _classes(spec: dict[str, Any], names: Any) -> Any:
    """Return the labels of the classes, or a list of them for each of several columns; None if they are the names."""
    classes: list[Any] | None = _entry(spec, "classes", list, optional=True)
    if classes is None or names is None:
        return None
    if names and isinstance(names[0], list):
        if len(classes) != len(names) or not all(own is None or isinstance(own, list) for own in classes):
            raise ValueError(f"classes must be a list of labels for each of {len(names)} columns")
        return [one if own is None else _checked_labels(own) for own, one in zip(classes, names, strict=True)]
    return _checked_labels(classes)


def _checked_labels(labels: list[Any]) -> list[Any]:
    if not all(isinstance(label, (int, float)) and abs(label) <= 2**64 for label in labels):
        raise ValueError(f"classes must be numbers or booleans, got {labels}")
    return labels


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
