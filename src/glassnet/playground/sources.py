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
from glassnet.data.sources import BUILTIN, load, resolve
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

Data = Dataset | tuple[Any, Any] | str | None

NOT_SHOWN = (
    "has an output that the playground does not show; it shows softmax for classes, and a single "
    "number on a linear scale"
)


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
    return _with_picture(State().changed({"data": {"kind": "own"}, **network}), own), own


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
    state = State().changed({"data": {"kind": "own"}, **_network_of(run.recipe), "layers": _hidden(network)})
    return state, _with_weights(own, state, network, model)


def from_network(network: Network | Model | None, data: Data, test: Data = None) -> tuple[State, Own | None]:
    """Return the state and the data of a network or model that is at hand, with its weights as the start.

    data, test: a data set, (X, y), or the name of a built-in data set; None for the default, without a network. A
    network gets the rows as they are; without one, they are standardized. Raises ValueError if they do not fit
    together, or if the playground does not show the network.
    """
    if network is None:
        if data is None or data in KINDS:
            return State() if data is None else State().changed({"data": {"kind": data}}), None
        own = _own_of(few_rows(_dataset(data)), None if test is None else few_rows(_dataset(test)))
        return _with_picture(State().changed({"data": {"kind": "own"}}), own), own
    if data is None:
        raise ValueError("a network needs data to train on: playground(net, (X, y))")
    model = network if isinstance(network, Model) else None
    single = _single_network("the model", model) if model else _shown("the network", network)
    parts = [_fitting(single, model, few_rows(_dataset(one, single))) for one in (data, test) if one is not None]
    own = _own_of(parts[0], parts[1] if len(parts) > 1 else None)
    state = State().changed({"data": {"kind": "own"}, "layers": _hidden(single)})
    return state, _with_weights(own, state, single, model)


def _dataset(data: Any, network: Network | None = None) -> Dataset:
    """Return data as a data set; for a network with classes, (X, y) may have indices or one-hot rows as y."""
    if isinstance(data, str):
        return load(data)
    if isinstance(data, Dataset):
        return data
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise TypeError(f"data must be a Dataset, (X, y), or the name of a data set, got {type(data).__name__}")
    X, y = np.asarray(data[0]), np.asarray(data[1])  # (n, features), (n,) or (n, outputs)
    if network is None:
        return Dataset(X, y)
    if not isinstance(network.output_activation, Softmax):
        return Dataset(X, y.astype(np.float64))
    if y.ndim == 2 and y.shape[1] == network.outputs:
        y = y.argmax(axis=1)
    names = tuple(map(str, range(network.outputs))) if y.dtype.kind in "iub" else None
    return Dataset(X, y, names)


def _fitting(network: Network, model: Model | None, data: Dataset) -> Dataset:
    """Return rows as the network gets them from its preprocessing; they must have its inputs and classes."""
    rows = data if model is None else _as_numbers(model, data)
    if model is None and data.X.shape[1] != network.inputs:
        raise ValueError(f"the network has {network.inputs} inputs, but the data have {data.X.shape[1]} features")
    classes = None if data.class_names is None else len(data.class_names)
    wanted = network.outputs if isinstance(network.output_activation, Softmax) else None
    if classes != wanted:
        has, needs = (f"{k} classes" if k else "numbers as targets" for k in (classes, wanted))
        raise ValueError(f"the network is for {needs}, but the data have {has}")
    return rows


def _with_picture(state: State, own: Own) -> State:
    """Return the state in which own data with more than two numeric columns are points of the plane."""
    if own.data.image_shape is not None or scene_of(state.data, own).train.features <= 2:
        return state
    return state.changed({"data": {"components": True}})


def _with_weights(own: Own, state: State, network: Network, model: Model | None) -> Own:
    """Return own data with a network's weights as the start of a state, and with its model's scaling, if it has one."""
    scale = None if model is None else pieces_of(model.preprocessing, 1)[0]
    plain = state.to_json()
    start = Start(
        {name: plain[name] for name in ("data", "layers", "seed")},
        network.parameters.astype(np.float32),
        network.state.astype(np.float32),
    )
    return dataclasses.replace(own, scale=Pipeline() if scale is None else scale, start=start)


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
    if model.target_scale is not None:
        raise ValueError(f"{folder} {NOT_SHOWN}")
    return _shown(folder, model.networks[0], model.class_names is not None)


def _shown(what: str, network: Any, is_classification: bool | None = None) -> Network:
    """Return a network if the playground shows its kind of output."""
    if not isinstance(network, Network):
        raise TypeError(f"{what} must be a Network or a Model, got {type(network).__name__}")
    last = network.layers[-1]
    wanted = {None: (Softmax, Identity), True: (Softmax,), False: (Identity,)}[is_classification]
    if not (isinstance(last, Dense) and isinstance(last.activation, wanted)) or (
        isinstance(last.activation, Identity) and network.outputs > 1
    ):
        raise ValueError(f"{what} {NOT_SHOWN}")
    return network


def _hidden(network: Network) -> Sequence[Any]:
    return [layer_to_spec(one) for one in network.layers[:-1]]
