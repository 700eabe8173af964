"""What is kept of a training run: preprocessing, network and class names together, from raw input to an answer.

A model file is one `.safetensors` file: arrays, and words about them as JSON. Loading it runs no code, and believes no
length before it has been compared with what is there.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import AnyArray, Array
from glassnet.common.files import whole_file
from glassnet.data.images import ImageFrame
from glassnet.data.preprocessing import Preprocessing
from glassnet.data.preprocessing import describe as describe_preprocessing
from glassnet.data.preprocessing import preprocessing as find_preprocessing
from glassnet.network.answers import decide
from glassnet.network.ensemble import Ensemble
from glassnet.network.layers import layer_words
from glassnet.network.network import Network

FORMAT = 1
"""The version of the file's layout; a file of a later one is refused."""

KEY = "glassnet"
"""Under which name the words lie among a safetensors file's metadata."""


class Model:
    """Preprocessing, a network (or an Ensemble of several) and class names: raw rows in, answers out.

    preprocessing: fitted on the training part, or None. network: Network or Ensemble. class_names: in the order of the
    outputs, None where numbers are predicted. feature_names: what the columns of raw input are called. image_frame:
    how pictures are made to look like the training images, for a model of images. recipe, metrics: plain words about
    how it came about and how good it is, kept in the file. Raises ValueError where they do not fit together.

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
        class_names: Sequence[str] | None = None,
        *,
        feature_names: Sequence[str] | None = None,
        image_frame: ImageFrame | None = None,
        recipe: Mapping[str, Any] | None = None,
        metrics: Mapping[str, Any] | None = None,
    ) -> None:
        self.preprocessing: Preprocessing = find_preprocessing(preprocessing)
        self.network = network
        self.class_names = None if class_names is None else tuple(map(str, class_names))
        self.feature_names = None if feature_names is None else tuple(map(str, feature_names))
        self.image_frame = image_frame
        self.recipe = None if recipe is None else dict(recipe)
        self.metrics = None if metrics is None else dict(metrics)
        if self.class_names is not None and len(self.class_names) != (classes := _classes(network)):
            raise ValueError(
                f"class_names holds {len(self.class_names)} names, the network tells {classes} classes apart"
            )
        for what, count in (
            ("feature_names", None if self.feature_names is None else len(self.feature_names)),
            ("the image frame", None if image_frame is None else int(np.prod(image_frame.image_shape))),
        ):
            if count is not None and count != network.inputs:
                raise ValueError(f"{what} speaks of {count} features, the network has {network.inputs} inputs")

    @property
    def networks(self) -> tuple[Network, ...]:
        """The networks inside, one unless it is an ensemble."""
        return self.network.networks if isinstance(self.network, Ensemble) else (self.network,)

    def outputs(self, raw: Any) -> Array:
        """Return the network's output, (n, outputs), for raw rows, (n, features)."""
        return self.network.predict_proba(self.preprocessing.transform(np.asarray(raw)))

    def predict_proba(self, raw: Any) -> Array:
        """Return the probability of every class for raw rows, (n, classes); for numbers, the output as it is.

        A network with one sigmoid output gives two columns, for no and for yes.
        """
        output = self.outputs(raw)
        if self.class_names is not None and output.shape[1] == 1:
            return np.hstack([1 - output, output])
        return output

    def predict(self, raw: Any) -> AnyArray:
        """Return the answer for raw rows: class names (n,) as text, or numbers (n,) or (n, outputs)."""
        answers = decide(self.outputs(raw), self.network.output_kind)
        return answers if self.class_names is None else np.array(self.class_names)[answers]

    def save(self, path: str | Path) -> None:
        """Write the model to one file, whole or not at all; a user's own pieces cannot be saved and are named."""
        from safetensors.numpy import save_file

        arrays: dict[str, AnyArray] = {}
        for i, network in enumerate(self.networks):
            arrays[f"networks.{i}.parameters"] = network.parameters
            arrays[f"networks.{i}.state"] = network.state
        for name, array in self.preprocessing.arrays().items():
            arrays[f"preprocessing.{name}"] = array
        with whole_file(path) as temporary:
            save_file(arrays, temporary, metadata={KEY: json.dumps(self._words())})

    def _words(self) -> dict[str, Any]:
        from glassnet import __version__

        return {
            "format": FORMAT,
            "networks": [
                {"inputs": one.inputs, "dtype": one.dtype.name, "layers": [layer_words(layer) for layer in one.layers]}
                for one in self.networks
            ],
            "ensemble": isinstance(self.network, Ensemble),
            "preprocessing": describe_preprocessing(self.preprocessing),
            "class_names": self.class_names,
            "feature_names": self.feature_names,
            "image_frame": None if self.image_frame is None else dataclasses.asdict(self.image_frame),
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
    words, arrays = _read(path)
    try:
        return _build(words, arrays)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(f"{path} is a damaged glassnet model: {error}") from None


def _read(path: Path) -> tuple[dict[str, Any], dict[str, AnyArray]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            text = (file.metadata() or {}).get(KEY)
            arrays = {name: file.get_tensor(name) for name in file.keys()} if text else {}  # noqa: SIM118 - not a dict
    except (SafetensorError, OSError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} is not a glassnet model: {error}") from None
    try:
        words = json.loads(text) if text else None
    except (ValueError, RecursionError):
        words = None
    if not isinstance(words, dict) or not isinstance(words.get("format"), int):
        raise ValueError(f"{path} is not a glassnet model: it holds no description of a network")
    if words["format"] > FORMAT:
        raise ValueError(f"{path} has format {words['format']}, this glassnet reads up to {FORMAT}; update glassnet")
    return words, arrays


def _build(words: dict[str, Any], arrays: dict[str, AnyArray]) -> Model:
    networks = []
    for i, described in enumerate(_list(words, "networks")):
        parameters, state = (_vector(arrays, f"networks.{i}.{part}") for part in ("parameters", "state"))
        shape = described["inputs"], described["layers"]
        networks.append(Network.from_vectors(*shape, parameters, state, described["dtype"]))
    prefix = "preprocessing."
    learnt = {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
    preprocessing = find_preprocessing(words["preprocessing"]).restore(learnt)
    for name, array in learnt.items():
        if array.shape != (networks[0].inputs,):
            raise ValueError(f"array {name} of the preprocessing has shape {array.shape}")
    frame = words.get("image_frame")
    return Model(
        preprocessing,
        Ensemble(networks) if words.get("ensemble") else networks[0],
        _names(words, "class_names"),
        feature_names=_names(words, "feature_names"),
        image_frame=None if frame is None else ImageFrame(**frame),
        recipe=words.get("recipe"),
        metrics=words.get("metrics"),
    )


def _vector(arrays: dict[str, AnyArray], name: str) -> AnyArray:
    if name not in arrays:
        raise ValueError(f"array {name} is missing")
    vector = arrays[name]
    if vector.dtype.kind != "f" or vector.ndim != 1:
        raise ValueError(f"array {name} must be one vector of floats, got {vector.dtype} of shape {vector.shape}")
    checks.finite(name, vector)
    return vector


def _list(words: dict[str, Any], key: str) -> list[Any]:
    if not isinstance(words.get(key), list) or not words[key]:
        raise ValueError(f"{key} must be a list that is not empty")
    entries: list[Any] = words[key]
    return entries


def _names(words: dict[str, Any], key: str) -> list[str] | None:
    if words.get(key) is None:
        return None
    if not all(isinstance(name, str) for name in _list(words, key)):
        raise ValueError(f"{key} must be names")
    return _list(words, key)


def _classes(network: Network | Ensemble) -> int:
    return 2 if network.outputs == 1 and network.output_kind == "probability" else network.outputs
