"""What is kept of a training run: preprocessing, network and class names together, from raw input to an answer.

A model file is one `.safetensors` file: arrays, and words about them as JSON. Loading it runs no code, and believes no
length before it has been compared with what is there.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.common import checks, specs
from glassnet.common.arrays import AnyArray, Array
from glassnet.common.files import whole_file
from glassnet.common.selection import is_on_disk, row_blocks
from glassnet.data.images.transforms import ImageTransform, PhotoTransform, image_transform_from_spec
from glassnet.data.preprocessing import Preprocessing, check_width, preprocessing_to_spec
from glassnet.data.preprocessing import preprocessing as find_preprocessing
from glassnet.data.tables.columns import in_order, is_table
from glassnet.data.tables.disk_backed import as_numbers
from glassnet.data.tables.encoder import TableEncoder
from glassnet.maths.activations import SoftmaxGroups
from glassnet.maths.groups import parts_of
from glassnet.network.decisions import decide
from glassnet.network.embedding import embedded_levels
from glassnet.network.ensemble import Ensemble
from glassnet.network.layers import layer_to_spec
from glassnet.network.network import Network

FORMAT = 3
"""The latest version of the file's layout; a file of a later one is refused. A file says the first that can read it."""

FRAME_BEFORE = {"centre": "center"}
METRICS_BEFORE = {"kept_epoch": "best_epoch", "networks": "ensemble_size"}
"""Old names of entries in image frames and metrics, with their new ones: earlier files keep loading."""

KEY = "glassnet"
"""Under which name the words lie among a safetensors file's metadata."""

LONGEST = 300
"""How many characters of an error about a file's contents are shown."""


ClassNames = tuple[Any, ...]
"""The names of the classes, in the order of the outputs; or a tuple of them for each of several columns of classes."""


class Model:
    """Preprocessing, a network (or an Ensemble of several) and class names: raw rows in, answers out.

    preprocessing: fitted on the training part, or None. network: Network or Ensemble. class_names: in the order of the
    outputs (a list for each of several columns of classes), None where numbers are predicted. feature_names: what the
    columns of raw input are called. image_transform: how an image becomes a row, for a model of images (a
    DrawingTransform or a PhotoTransform). columns: how a table becomes numbers, for a model of tables with gaps or
    categories. recipe, metrics: plain words about how it came about and how good it is, kept in the file. Raises
    ValueError where they do not fit.

    >>> from glassnet.network.layers import Dense
    >>> model = Model(None, Network(2, [Dense(2, "softmax")], init="zeros"), ("cat", "dog"))
    >>> model.predict([[1.0, 2.0]])
    array(['cat'], dtype='<U3')
    >>> model.predict_proba([[1.0, 2.0]])
    array([[0.5, 0.5]], dtype=float32)
    """

    def __init__(
        self,
        preprocessing: Any,
        network: Network | Ensemble,
        class_names: Sequence[Any] | None = None,
        *,
        feature_names: Sequence[str] | None = None,
        image_transform: ImageTransform | None = None,
        columns: TableEncoder | None = None,
        recipe: Mapping[str, Any] | None = None,
        metrics: Mapping[str, Any] | None = None,
    ) -> None:
        self.preprocessing: Preprocessing = find_preprocessing(preprocessing)
        self.preprocessing.arrays()  # a piece that was never fitted says so here
        self.network = network
        self.class_names = _tidy_names(class_names)
        self.feature_names = None if feature_names is None else tuple(map(str, feature_names))
        self.image_transform = image_transform
        self.columns = columns
        self.recipe = None if recipe is None else dict(recipe)
        self.metrics = None if metrics is None else dict(metrics)
        if self.class_names is not None:
            self._check_class_names(self.class_names)
        if columns is not None:
            self._check_columns(columns)
        for what, count in (
            ("feature_names", None if self.feature_names is None else len(self.feature_names)),
            ("the image transform", None if image_transform is None else math.prod(image_transform.image_shape)),
        ):
            if count is not None and count != self.features:
                raise ValueError(f"{what} speaks of {count} features, the network has {self.features} inputs")

    def _check_class_names(self, names: ClassNames) -> None:
        """Refuse names that do not stand for what the network tells apart."""
        groups = _groups(self.network)
        if not groups and self.network.output_kind not in ("distribution", "probability"):
            raise ValueError("class_names go with a network that ends in softmax or sigmoid; this one gives numbers")
        is_nested = not isinstance(names[0], str) if names else False
        if is_nested != bool(groups) or (groups and len(names) != len(groups)):
            wanted = f"a list of names for each of {len(groups)} columns" if groups else "one list of names"
            raise ValueError(f"class_names must be {wanted}, got {names}")
        counts = groups or (2 if _is_binary(self.network) else self.network.outputs,)
        for own, classes in zip(names if groups else [names], counts, strict=True):
            if len(own) != classes:
                raise ValueError(f"class_names holds {len(own)} names, the network tells {classes} classes apart")
            if len(set(own)) < classes:
                raise ValueError(f"class_names must be different from each other, got {', '.join(map(str, own))}")

    def _check_columns(self, columns: TableEncoder) -> None:
        """Refuse columns that other names, or networks made for another table, contradict."""
        if columns.width != self.network.inputs:
            raise ValueError(f"the table becomes {columns.width} columns, the network has {self.network.inputs} inputs")
        if self.feature_names is not None and columns.names not in (None, list(self.feature_names)):
            raise ValueError(f"feature_names are {list(self.feature_names)}, the table's columns {columns.names}")
        first = columns.width - len(columns.embedded)
        wanted = {first + i: levels for i, levels in enumerate(columns.embedded)}
        for network in self.networks:
            if (found := embedded_levels(network.inputs, network.layers)) != wanted:
                raise ValueError(f"the table has levels by column {wanted}, the network's embeddings {found}")

    def __repr__(self) -> str:
        what = "numbers" if self.class_names is None else f"{len(self.class_names)} classes"
        if _groups(self.network):
            what = f"{len(_groups(self.network))} columns of classes"
        return f"<Model: {self.features} features → {what}, {type(self.network).__name__}>"

    @property
    def features(self) -> int:
        """How many columns raw rows have."""
        return self.network.inputs if self.columns is None else len(self.columns.all)

    @property
    def networks(self) -> tuple[Network, ...]:
        """The networks inside, one unless it is an ensemble."""
        return self.network.networks if isinstance(self.network, Ensemble) else (self.network,)

    def outputs(self, raw: Any) -> Array:
        """Return the network's output, (n, outputs), for raw rows, (n, features); NaN and inf are refused.

        Of a DataFrame the columns are found by their names, in whatever order they stand. For a model of tables with
        gaps or categories, raw rows hold words and numbers.
        """
        return self.outputs_of_numbers(self._numbers(raw))

    def outputs_of_numbers(self, X: Any) -> Array:
        """Return the network's output, (n, outputs), for rows that are numbers already, (n, inputs), as checked ones.

        For a model of tables these are what `columns` makes of raw rows; for others it is what `outputs` returns.
        """
        output = np.empty((len(X), self.network.outputs), self.networks[0].dtype)
        for first, rows in row_blocks(X):
            output[first : first + len(rows)] = self.network.predict_proba(self._preprocessed(rows))
        return output

    def inputs(self, raw: Any) -> Array:
        """Return raw rows, (n, features), as the network takes them, (n, inputs): numbers, preprocessed."""
        return self._preprocessed(np.asarray(self._numbers(raw)))

    def _numbers(self, raw: Any) -> Any:
        """Return raw rows as numbers, (n, inputs), which stay on the disk if that is where they are."""
        if self.columns is not None:
            (raw,) = as_numbers(self.columns, [raw])
        elif self.feature_names is not None and is_table(raw):
            raw = np.stack([np.asarray(column) for column in in_order(raw, self.feature_names)], axis=1)
        raw = raw if is_on_disk(raw) else np.asarray(raw)
        if raw.ndim != 2 or raw.shape[1] != self.network.inputs:
            raise ValueError(f"X must be (n, {self.network.inputs}) for this model, got shape {raw.shape}")
        checks.finite("X", raw, self.feature_names if self.columns is None else None)
        return raw

    def _preprocessed(self, rows: AnyArray) -> Array:
        with np.errstate(over="ignore"):  # what becomes too large here is refused at the network's door
            return self.preprocessing.transform(rows)

    def predict_proba(self, raw: Any) -> Array:
        """Return the probability of every class for raw rows, (n, classes); for numbers, the output as it is.

        A network with one sigmoid output gives two columns, for no and for yes.
        """
        return self.probabilities_of(self.outputs(raw))

    def probabilities_of(self, output: Array) -> Array:
        """Return what `predict_proba` gives where the network's output, (n, outputs), is there already."""
        if self.class_names is not None and _is_binary(self.network):
            return np.hstack([1 - output, output])
        return output

    def predict(self, raw: Any) -> AnyArray:
        """Return the answer for raw rows: class names (n,) as text, or numbers (n,) or (n, outputs).

        A network with several sigmoid outputs, each a question of its own, answers with 0 and 1, a column per name; one
        with several groups of classes with a class name of each, (n, groups).
        """
        return self.answers_of(self.outputs(raw))

    def answers_of(self, output: Array) -> AnyArray:
        """Return what `predict` gives where the network's output, (n, outputs), is there already."""
        if self.class_names is not None and (groups := _groups(self.network)):
            parts = zip(self.class_names, parts_of(groups, output.shape[1]), strict=True)
            return np.stack([np.array(names)[output[:, part].argmax(axis=1)] for names, part in parts], axis=1)
        answers = decide(output, self.network.output_kind)
        if self.class_names is None or answers.ndim == 2:
            return answers
        return np.array(self.class_names)[answers]

    def save(self, path: str | Path) -> None:
        """Write the model to one file, whole or not at all; a user's own pieces cannot be saved and are named."""
        from safetensors.numpy import save_file

        arrays: dict[str, AnyArray] = {}
        for i, network in enumerate(self.networks):
            arrays[f"networks.{i}.parameters"] = network.parameters
            arrays[f"networks.{i}.state"] = network.state
        for name, array in self.preprocessing.arrays().items():
            arrays[f"preprocessing.{name}"] = array
        spec = json.dumps(self._spec(), default=_plain)
        with whole_file(path) as temporary:
            save_file(arrays, temporary, metadata={KEY: spec})

    def _spec(self) -> dict[str, Any]:
        from glassnet import __version__

        return {
            "format": 3 if isinstance(self.image_transform, PhotoTransform) else 2 if self.columns is not None else 1,
            "networks": [
                {
                    "inputs": one.inputs,
                    "dtype": one.dtype.name,
                    "layers": [layer_to_spec(layer) for layer in one.layers],
                }
                for one in self.networks
            ],
            "ensemble": isinstance(self.network, Ensemble),
            "preprocessing": preprocessing_to_spec(self.preprocessing),
            "class_names": self.class_names,
            "feature_names": self.feature_names,
            "image_frame": None if self.image_transform is None else self.image_transform.to_spec(),
            "columns": None if self.columns is None else self.columns.to_spec(),
            "recipe": self.recipe,
            "metrics": self.metrics,
            "versions": {"glassnet": __version__, "numpy": np.__version__},
        }


def load_model(path: str | Path) -> Model:
    """Return the model in this file, or in the run folder that holds a `model.safetensors`.

    Raises FileNotFoundError where there is none, and ValueError with one sentence for a file that is not a glassnet
    model, is damaged, or comes from a later format.
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
        raise ValueError(f"{path} is a damaged glassnet model: {_brief(error)}") from None


def _read(path: Path) -> tuple[dict[str, Any], dict[str, AnyArray]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            text = (file.metadata() or {}).get(KEY)
            arrays = {name: file.get_tensor(name) for name in file.keys()} if text else {}  # noqa: SIM118 - not a dict
    except (SafetensorError, OSError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} is not a glassnet model: {_brief(error)}") from None
    try:
        spec = json.loads(text) if text else None
        json.dumps(spec, ensure_ascii=False).encode()  # what is no text, as half a character, no terminal can show
    except (ValueError, RecursionError):
        spec = None
    if not isinstance(spec, dict) or not _is_count(spec.get("format")):
        raise ValueError(f"{path} is not a glassnet model: it holds no description of a network")
    if spec["format"] > FORMAT:
        raise ValueError(f"{path} has format {spec['format']}, this glassnet reads up to {FORMAT}; update glassnet")
    return spec, arrays


def _build(spec: dict[str, Any], arrays: dict[str, AnyArray]) -> Model:
    described = _entry(spec, "networks", list)
    is_ensemble = _entry(spec, "ensemble", bool)
    if not described or (len(described) > 1 and not is_ensemble):
        raise ValueError(f"it describes {len(described)} networks, ensemble is {is_ensemble}")
    networks = [_network(one, arrays, f"networks.{i}") for i, one in enumerate(described)]
    prefix = "preprocessing."
    learned = {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
    known = {f"networks.{i}.{part}" for i in range(len(networks)) for part in ("parameters", "state")}
    for name in arrays:
        if not name.startswith(prefix) and name not in known:
            raise ValueError(f"array {name!r} belongs to nothing")
    preprocessing = find_preprocessing(spec.get("preprocessing")).restore(learned)
    check_width(preprocessing, networks[0].inputs)
    transform = _entry(spec, "image_frame", dict, optional=True)
    columns = _entry(spec, "columns", list, optional=True)
    metrics = _entry(spec, "metrics", dict, optional=True)
    return Model(
        preprocessing,
        Ensemble(networks) if is_ensemble else networks[0],
        _class_names(spec),
        feature_names=_names(spec, "feature_names"),
        image_transform=None
        if transform is None
        else image_transform_from_spec(specs.renamed(transform, FRAME_BEFORE)),
        columns=None if columns is None else TableEncoder.from_spec(columns),
        recipe=_entry(spec, "recipe", dict, optional=True),
        metrics=None if metrics is None else specs.renamed(metrics, METRICS_BEFORE),
    )


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
            raise ValueError(f"{key} of {name} holds a number below 0")
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
    """Return one of the words, which must be of this kind, or may be absent if it is `optional`."""
    value = spec.get(key)
    if value is None and optional:
        return None
    if not isinstance(value, kind):
        raise ValueError(f"{key} is {'missing' if value is None else f'no {kind.__name__}'}")
    return value


def _names(spec: dict[str, Any], key: str) -> list[str] | None:
    names: list[str] | None = _entry(spec, key, list, optional=True)
    if names is not None and not all(isinstance(name, str) for name in names):
        raise ValueError(f"{key} must be names")
    return names


def _class_names(spec: dict[str, Any]) -> Any:
    """Return the names of the classes, or a list of them for each of several columns."""
    names: list[Any] | None = _entry(spec, "class_names", list, optional=True)
    if names and all(isinstance(own, list) for own in names):
        return [_names({"class_names": own}, "class_names") for own in names]
    return _names(spec, "class_names")


def _tidy_names(names: Any) -> ClassNames | None:
    if names is None:
        return None
    return tuple(str(own) if isinstance(own, str) or np.ndim(own) == 0 else tuple(map(str, own)) for own in names)


def _groups(network: Network | Ensemble) -> tuple[int, ...]:
    """Return how many classes each of several columns has, () where the network answers one question only."""
    first = network.networks[0] if isinstance(network, Ensemble) else network
    last = first.output_activation
    return last.groups if isinstance(last, SoftmaxGroups) else ()


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_binary(network: Network | Ensemble) -> bool:
    return network.outputs == 1 and network.output_kind == "probability"


def _plain(value: Any) -> Any:
    """Return a NumPy number or array as JSON can hold it."""
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    raise TypeError(f"recipe and metrics of a model must be plain words and numbers, got {value!r}")


def _brief(error: Exception) -> str:
    """Return what an error says in one line of bearable length: a file may hold any text, and errors quote it."""
    text = " ".join(str(error).split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
