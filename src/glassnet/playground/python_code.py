"""Python code that reproduces a playground's network, with public functions of glassnet only."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.common.specs import spec_dict
from glassnet.data.scaling import Divide
from glassnet.playground.formula import CONSTANTS, FUNCTIONS, Formula
from glassnet.playground.own import Own
from glassnet.playground.scene import HALF_WIDTH, SPREADS, Scene, painted_rows
from glassnet.playground.state import DataChoice, State
from glassnet.playground.trainer import HORIZON, Trainer

MOST_NUMBERS = 40_000
"""Limit on the numbers of own rows, which are part of the code."""

NEW_EPOCHS = 100
"""Epochs of the code if nothing is trained yet."""

WIDTH = 110
"""Characters of a line."""

CLASSES = {
    "dense": "Dense",
    "activation": "Activation",
    "dropout": "Dropout",
    "batchnorm": "BatchNorm",
    "layernorm": "LayerNorm",
}
"""Class of each kind of layer."""

FIRST_ARGUMENTS = {"dense": ("units", "activation"), "activation": ("activation",), "dropout": ("rate",)}
"""Arguments that are written without their names."""


def python_code(state: State, trainer: Trainer, own: Own | None = None) -> str:
    """Return a program that trains the same network for as many epochs, and prints its losses.

    Raises ValueError if the data are too many to be part of it, or if the network has begun with the weights of a run.
    """
    if state.data.kind == "own" and own is not None and own.start is not None:
        raise ValueError(
            "this network began with the weights of a run, which are no Python code; take the model file along, or "
            "the recipe.toml in the folder of the run"
        )
    return "\n".join(
        [
            '"""A network of the glassnet playground: pip install glassnet."""',
            "",
            "import numpy as np",
            "",
            "import glassnet as gn",
            "",
            "# Data: rows in their own units.",
            *_data(state.data, trainer.scene),
            *_scaled(trainer.scene),
            "",
            "# Network: hidden layers and the output.",
            *_network(state, trainer.scene),
            "",
            *_training(state, trainer),
            "",
            "# Predictions for rows in their own units.",
            *_model(trainer.scene),
            "",
        ]
    )


def _data(choice: DataChoice, scene: Scene) -> list[str]:
    """Return the lines that make `train` and `test`."""
    if choice.kind == "own":
        return _literal_parts(scene)
    n, noise, seed = choice.rows, choice.noise, choice.seed
    match choice.kind:
        case "digits":
            lines = [f'data = gn.load("digits").take(np.random.default_rng({seed}).permutation(1797)[:{n}])']
        case "above" | "surface":
            lines = _of_formula(choice)
        case "points":
            lines = _painted(choice)
        case kind:
            lines = [f'data = gn.load("{kind}", n={n}, noise={noise} * {SPREADS[kind]}, seed={seed})']
    share = choice.test_share
    if share == 0:
        return [*lines, f"(train,) = data.split(1.0, seed={seed})"]
    return [*lines, f"train, test = data.split({1 - share!r}, {share!r}, seed={seed})"]


def _of_formula(choice: DataChoice) -> list[str]:
    """Return the lines of points above a line, or with the value of a formula."""
    n, noise, formula = choice.rows, choice.noise, numpy_text(choice.formula)
    lines = [
        f"rng = np.random.default_rng({choice.seed})",
        f"points = rng.uniform({-HALF_WIDTH}, {HALF_WIDTH}, ({n}, 2))",
    ]
    if choice.kind == "above":
        return [
            *lines,
            "x = points[:, 0]",
            f"is_above = points[:, 1] > {formula}",
            f"points += {0.3 * noise!r} * rng.standard_normal(points.shape)  # noise",
            "X, y = points.astype(np.float32), is_above.astype(np.int64)",
            'data = gn.Dataset(X, y, ("below", "above"), feature_names=("x", "y"))',
        ]
    return [
        *lines,
        "x, y = points.T",
        f"values = np.zeros({n}) + ({formula})",
        f"values = values + {noise!r} * values.std() * rng.standard_normal({n})  # noise",
        'data = gn.Dataset(points.astype(np.float32), values, feature_names=("x", "y"))',
    ]


def _painted(choice: DataChoice) -> list[str]:
    X, y, names = painted_rows(choice)
    return [
        *_array("X", X),
        *_array("y", y),
        f'data = gn.Dataset(X, y, {names!r}, feature_names=("x", "y"))',
    ]


def _literal_parts(scene: Scene) -> list[str]:
    """Return the lines of own rows, number by number."""
    parts = {"train": scene.train, "test": scene.test} if len(scene.test) else {"train": scene.train}
    numbers = sum(part.X.size for part in parts.values())
    if numbers > MOST_NUMBERS:
        raise ValueError(
            f"the rows have {numbers:,} numbers, and Python code is written with {MOST_NUMBERS:,} at most; take the "
            "model file along"
        )
    lines = []
    for name, part in parts.items():
        lines += [*_array("X", np.asarray(part.X, np.float32)), *_array("y", part.y)]
        options = {
            "image_shape": part.image_shape,
            "feature_names": None if part.feature_names is None else tuple(map(str, part.feature_names)),
        }
        classes = "" if part.class_names is None else f", {tuple(map(str, part.class_names))!r}"
        given = "".join(f", {key}={value!r}" for key, value in options.items() if value is not None)
        lines.append(f"{name} = gn.Dataset(X, y{classes}{given})")
    return lines


def _array(name: str, values: AnyArray) -> list[str]:
    """Return the lines of an array, each number with the digits that determine it."""
    if values.ndim == 1:
        text = ", ".join(map(str, values))
    else:
        text = ", ".join("[" + ", ".join(map(str, row)) + "]" for row in values)
    body = textwrap.wrap(text, WIDTH, initial_indent="    ", subsequent_indent="    ")
    return [f"{name} = np.array([", *body, f"], np.{values.dtype.name})"]


def _scaled(scene: Scene) -> list[str]:
    """Return the lines that make the rows and targets of the network."""
    scale = f"gn.Divide({scene.scale.by!r})" if isinstance(scene.scale, Divide) else "gn.Standardize().fit(train.X)"
    lines = [f"scale = {scale}", "X = scale.transform(train.X).astype(np.float32)  # (n, features)"]
    y, y_test = "train.y", "test.y"
    if scene.target_scale is not None:
        lines.append("target_scale = gn.TargetScale().fit(train.y)")
        y, y_test = (f"target_scale.transform({one})" for one in (y, y_test))
    lines.append(f"y = {y}")
    if len(scene.test):
        lines.append(f"valid = scale.transform(test.X).astype(np.float32), {y_test}")
    return lines


def _network(state: State, scene: Scene) -> list[str]:
    output = f'gn.Dense({scene.train.n_classes}, "softmax")' if scene.is_classification else "gn.Dense(1)"
    layers = [*map(_layer, state.layers), output]
    options = f'dtype="float32", seed={state.seed}'
    return [
        "layers = [",
        *(f"    {one}," for one in layers),
        "]",
        f"net = gn.Network({scene.train.features}, layers, {options})",
    ]


def _layer(spec: Mapping[str, Any]) -> str:
    """Return the call of a layer's class."""
    plain = spec_dict(spec)
    name = plain.pop("name")
    first = []
    for argument in FIRST_ARGUMENTS.get(name, ()):
        if argument not in plain:
            break
        first.append(_text(plain.pop(argument)))
    return f"gn.{CLASSES[name]}({', '.join([*first, *(f'{key}={_text(value)}' for key, value in plain.items())])})"


def _training(state: State, trainer: Trainer) -> list[str]:
    """Return the lines that train the network, up to the epoch that the playground is at."""
    epochs = trainer.epoch or NEW_EPOCHS
    has_schedule = spec_dict(state.options().schedule)["name"] != "constant"
    total = HORIZON if has_schedule else epochs
    options = {**state.training, "epochs": total, "engine": "compiled", "seed": state.seed}
    valid = "    valid=valid,\n" if len(trainer.scene.test) else ""
    given = "".join(f"    {name}={_text(value)},\n" for name, value in options.items())
    lines = [f"# Training: {epochs:,} epochs." if trainer.epoch else "# Training: nothing is trained yet."]
    if trainer.is_changed:
        lines.append(
            "# In the playground, options were changed on the way; here they are the last ones from the start."
        )
    if has_schedule and epochs > HORIZON:
        lines.append(f"# The schedule lasts {HORIZON} epochs; the playground then keeps the learning rate.")
    call = f"for record in gn.train(\n    net,\n    (X, y),\n{valid}{given}):"
    body = ["    print(record)"]
    if epochs > 20:
        body = [f"    if record.epoch % {epochs // 10} == 0:", "        print(record)"]
    if epochs < total:
        body += [f"    if record.epoch == {epochs}:  # where the playground is", "        break"]
    return [*lines, *call.split("\n"), *body]


def _model(scene: Scene) -> list[str]:
    names = ", train.class_names" if scene.is_classification else ""
    target = ", target_scale=target_scale" if scene.target_scale is not None else ""
    return [f"model = gn.Model(scale, net{names}{target})", "print(model.predict(train.X[:5]))"]


def _text(value: Any) -> str:
    """Return a value as Python code; text in double quotes."""
    if isinstance(value, Mapping):
        plain = dict(value)
        if list(plain) == ["name"]:
            return _text(plain["name"])
        return "{" + ", ".join(f"{_text(key)}: {_text(one)}" for key, one in plain.items()) + "}"
    if isinstance(value, str) and '"' not in value and value.isprintable() and "\\" not in value:
        return f'"{value}"'
    return repr(value)


def numpy_text(formula: str) -> str:
    """Return a checked formula as code with NumPy's functions.

    >>> numpy_text("sin(3 * x) / 2 + x ^ 2")
    'np.sin(3.0 * x) / 2.0 + x ** 2.0'
    """
    return ast.unparse(_WithNumpy().visit(Formula(formula, ("x", "y")).tree()))


class _WithNumpy(ast.NodeTransformer):
    """Replaces functions and constants by those of NumPy, and makes numbers floats, as in a formula."""

    def visit_Name(self, node: ast.Name) -> ast.AST:
        name = FUNCTIONS[node.id].__name__ if node.id in FUNCTIONS else node.id
        return ast.Name(f"np.{name}") if node.id in FUNCTIONS or node.id in CONSTANTS else node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        assert isinstance(node.value, int | float)
        return ast.Constant(float(node.value))
