"""What a playground is started with: data, a recipe, or a run, as a state and data of one's own."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.common.specs import spec_dict
from glassnet.data.dataset import Dataset
from glassnet.data.preprocessing import Pipeline
from glassnet.data.sources import BUILTIN, resolve
from glassnet.data.tables.disk_backed import as_numbers
from glassnet.data.tables.table import Table
from glassnet.maths.activations import Identity, Softmax
from glassnet.model import Model
from glassnet.model.per_network import pieces_of
from glassnet.network.layers import Dense, layer_to_spec
from glassnet.network.network import Network
from glassnet.playground.own import Own, Start, few_rows
from glassnet.playground.scene import scene_of
from glassnet.playground.state import CHANGEABLE, KINDS, State
from glassnet.recipes.recipe import Recipe
from glassnet.runs.load import read_run
from glassnet.runs.run import read_source
from glassnet.training.options import TrainingOptions


def is_run(source: str) -> bool:
    """Return whether a source is a run folder."""
    return (Path(source) / "recipe.toml").is_file() or (Path(source) / "model.safetensors").is_file()


def from_recipe(recipe: Recipe, has_network: bool) -> tuple[State, Own | None]:
    """Return the state and the data of a recipe.

    has_network: whether its layers and training options are meant, not only its data. Data with more than two numeric
    columns are shown by their principal components at first.
    """
    network = _network_of(recipe) if has_network and recipe.quality is None else {}
    source = resolve(recipe.source, recipe.options)
    if source.kind == BUILTIN and source.name in KINDS and not source.options:
        return State().changed({"data": {"kind": source.name}, **network}), None
    dataset, parts = read_source(source)
    own = _own_of(few_rows(dataset), few_rows(parts["test"]) if "test" in parts else None)
    state = State().changed({"data": {"kind": "own"}, **network})
    if own.data.image_shape is None and scene_of(state.data, own).train.features > 2:
        state = state.changed({"data": {"components": True}})
    return state, own


def from_run(folder: str) -> tuple[State, Own]:
    """Return the state and the data of a run, with its weights as the start.

    The test rows are those of the run's last split. Raises ValueError if the data are gone, or if the run has a network
    that the playground does not show.
    """
    run, notes = read_run(folder)
    if not run.parts:
        raise ValueError(f"{folder}: {notes[-1]}")
    model = run.model
    network = _single_network(folder, model)
    train, test = (few_rows(run.parts[name]) for name in ("train", list(run.parts)[-1]))
    own = _own_of(_as_numbers(model, train), _as_numbers(model, test) if len(run.parts) > 1 else None)
    scale = pieces_of(model.preprocessing, 1)[0]
    state = State().changed({"data": {"kind": "own"}, **_network_of(run.recipe), "layers": _hidden(network)})
    plain = state.to_json()
    start = Start(
        {name: plain[name] for name in ("data", "layers", "seed")},
        network.parameters.astype(np.float32),
        network.state.astype(np.float32),
    )
    return state, dataclasses.replace(own, scale=Pipeline() if scale is None else scale, start=start)


def _network_of(recipe: Recipe) -> dict[str, Any]:
    """Return a recipe's layers, training options, and seed, as changes of a state."""
    default = TrainingOptions()
    training = {name: getattr(recipe, name) for name in CHANGEABLE if getattr(recipe, name) != getattr(default, name)}
    if spec_dict(recipe.optimizer)["name"] == "lbfgs":  # which has no single steps
        del training["optimizer"]
    return {"layers": list(recipe.layers), "training": training, "seed": recipe.seed}


def _own_of(data: Dataset, test: Dataset | None) -> Own:
    """Return training rows and test rows as one data set, or rows that are split later."""
    if test is None:
        return Own(data)
    X, y = (np.concatenate([np.asarray(one), np.asarray(other)]) for one, other in ((data.X, test.X), (data.y, test.y)))
    return Own(Dataset(X, y, data.class_names, data.image_shape, data.feature_names, data.name), len(data))


def _as_numbers(model: Model, data: Dataset) -> Dataset:
    """Return rows as a model's preprocessing gets them: a table encoded."""
    if model.columns is None or not isinstance(data.X, Table):
        return data
    (X,), _ = as_numbers(model.columns, [data.X])
    return dataclasses.replace(data, X=np.asarray(X), feature_names=None)


def _single_network(folder: str, model: Model) -> Network:
    """Return the network of a model, which must be one that the playground shows."""
    if len(model.networks) > 1:
        raise ValueError(
            f"{folder} has {len(model.networks)} networks, and the playground shows one; train a single network, "
            "such as with --hidden 32,32"
        )
    network, last = model.networks[0], model.networks[0].layers[-1]
    wanted = Softmax if model.class_names is not None else Identity
    if not (isinstance(last, Dense) and isinstance(last.activation, wanted)) or model.target_scale is not None:
        raise ValueError(
            f"{folder} has an output that the playground does not show; it shows softmax for classes, and a single "
            "number on a linear scale"
        )
    return network


def _hidden(network: Network) -> Sequence[Any]:
    return [layer_to_spec(one) for one in network.layers[:-1]]
