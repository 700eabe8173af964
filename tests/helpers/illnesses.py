"""Networks with data and one illness each, for `gn.diagnose`; and healthy ones."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

import glassnet as gn
from glassnet.network.layer import Layer

Case = tuple[gn.Network, np.ndarray, np.ndarray, dict[str, Any]]
"""Network, X, y, and options of `gn.diagnose`."""

ROWS = 600


@cache
def digits() -> tuple[np.ndarray, np.ndarray]:
    """600 digits, (600, 64), from 0 to 1, and their classes."""
    data = gn.load("digits")
    return (data.X[:ROWS] / 16).astype(np.float32), data.y[:ROWS]


@cache
def columns() -> tuple[np.ndarray, np.ndarray]:
    """600 rows of six standardized columns, and two classes."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((ROWS, 6))
    return X, (X[:, 0] + X[:, 1] * X[:, 2] + 0.3 * rng.standard_normal(ROWS) > 0).astype(np.int64)


def mlp(inputs: int = 64, outputs: int = 10, activation: str = "relu", depth: int = 2, **options: Any) -> gn.Network:
    """A network with hidden layers of 32 units."""
    hidden = [gn.Dense(32, activation) for _ in range(depth)]
    return gn.Network(inputs, [*hidden, gn.Dense(outputs, "softmax")], seed=0, **options)


def on_digits(network: gn.Network | None = None, **options: Any) -> Case:
    return (mlp() if network is None else network, *digits(), options)


def changed_column(change: Callable[[np.ndarray], None]) -> Case:
    X, y = columns()
    X = X.copy()
    change(X)
    return mlp(6, 2), X, y, {}


def with_parameters(network: gn.Network, change: Callable[[dict[str, np.ndarray]], None]) -> gn.Network:
    change(network.named_parameters())
    return network


def scaled(name: str, factor: float) -> Callable[[dict[str, np.ndarray]], None]:
    def change(p: dict[str, np.ndarray]) -> None:
        p[name] *= factor

    return change


def filled(name: str, value: float) -> Callable[[dict[str, np.ndarray]], None]:
    def change(p: dict[str, np.ndarray]) -> None:
        p[name][:] = value

    return change


def all_equal(p: dict[str, np.ndarray]) -> None:
    for i in (1, 2, 3):
        p[f"dense{i}.W"][:] = 0.05


def overflowing(p: dict[str, np.ndarray]) -> None:
    """The product of the weights is above 1e38."""
    for i in (1, 2, 3):
        p[f"dense{i}.W"] *= 1e15


def twins(p: dict[str, np.ndarray]) -> None:
    """Half of the first layer's units are copies of the other half, with other weights after them."""
    p["dense1.W"][:, 16:] = p["dense1.W"][:, :16]


def set_column(j: int, values: Any) -> Callable[[np.ndarray], None]:
    def change(X: np.ndarray) -> None:
        X[:, j] = values

    return change


def scale_column(X: np.ndarray) -> None:
    X[:, 3] *= 5000


def one_gap(X: np.ndarray) -> None:
    X[17, 2] = np.nan


@dataclass(frozen=True)
class Noise(Layer):
    """A layer that adds noise, in evaluation, too."""

    kind = "noise"

    def forward(self, p: Any, state: Any, x: np.ndarray, train: bool, rng: Any) -> tuple[np.ndarray, None]:
        return x + np.random.default_rng().standard_normal(x.shape).astype(x.dtype), None

    def backward(self, p: Any, cache: Any, dy: np.ndarray, g: Any, want_dx: bool) -> np.ndarray | None:
        return dy


@dataclass(frozen=True)
class WrongSlope:
    """tanh with the derivative of sigmoid."""

    def forward(self, z: np.ndarray) -> np.ndarray:
        return np.tanh(z)

    def backward(self, da: np.ndarray, z: np.ndarray, a: np.ndarray) -> np.ndarray:
        return da * a * (1 - a)


@dataclass(frozen=True)
class Cut(Layer):
    """A layer that passes no gradient on, like a detached tensor."""

    kind = "cut"

    def forward(self, p: Any, state: Any, x: np.ndarray, train: bool, rng: Any) -> tuple[np.ndarray, None]:
        return x, None

    def backward(self, p: Any, cache: Any, dy: np.ndarray, g: Any, want_dx: bool) -> np.ndarray | None:
        return 0 * dy


@dataclass(frozen=True)
class Loud(Cut):
    """A layer that forgets a factor of 1/16."""

    kind = "loud"

    def backward(self, p: Any, cache: Any, dy: np.ndarray, g: Any, want_dx: bool) -> np.ndarray | None:
        return 16 * dy


def sgd(rate: float) -> dict[str, Any]:
    return {"optimizer": {"name": "sgd", "learning_rate": rate}}


def one_based() -> Case:
    X, y = digits()
    return mlp(), X, y + 1, {}


def rare() -> Case:
    X, _ = columns()
    y = np.zeros(ROWS, np.int64)
    y[X[:, 0] + X[:, 1] > 2.9] = 1
    return mlp(6, 2), X, y, {}


def nearly_constant() -> Case:
    X = np.random.default_rng(0).standard_normal((2500, 6))
    X[:, 4] = 1.5
    X[[3, 1800], 4] = 0.5, 2.5
    return mlp(6, 2), X, (X[:, 0] > 0.3 * X[:, 1]).astype(np.int64), {}


def mostly_zeros() -> Case:
    X, y = digits()
    return mlp(), X * (np.arange(64) // 2 == 10), y, {}


def leak() -> Case:
    X, y = columns()
    return mlp(7, 2), np.column_stack([X, y + 0.01 * X[:, 0]]), y, {}


def prices(y_scale: float = 1.0) -> Case:
    X, _ = columns()
    y = X[:, 0] + np.sin(2 * X[:, 1])
    return gn.Network(6, [gn.Dense(32, "relu"), gn.Dense(1)], seed=0), X, (y + 3 * (y_scale > 1)) * y_scale, {}


def infinite_target() -> Case:
    network, X, y, options = prices()
    y = y.copy()
    y[5] = np.inf
    return network, X, y, options


def labeled(y: Any, outputs: int = 2, activation: str = "softmax") -> Case:
    """Six columns with other targets, which do not depend on them."""
    network = gn.Network(6, [gn.Dense(32, "relu"), gn.Dense(outputs, activation)], seed=0)
    return network, columns()[0], np.asarray(y), {}


def two_targets() -> Case:
    _, X, y, options = prices()
    network = gn.Network(6, [gn.Dense(32, "relu"), gn.Dense(2)], seed=0)
    return network, X, np.column_stack([y, 1e4 * (y - y.mean())]), options


def large_numbers() -> Case:
    """Targets of usual size, and large weights."""
    network, X, y, options = prices()
    return with_parameters(network, scaled("dense2.W", 20)), X, y, options


def counts(scale: float) -> np.ndarray:
    X, _ = columns()
    return np.random.default_rng(1).poisson(scale * np.exp((X[:, 0] + X[:, 1]) / 2)).astype(float)


ROW = np.arange(ROWS)
ILLNESSES: dict[str, tuple[Callable[[], Case], str, str]] = {
    # Name: the case, the rule that finds it, and where.
    "a gap in a column": (lambda: changed_column(one_gap), "not finite", "column 2"),
    "an infinite target": (infinite_target, "not finite", "y"),
    "classes from 1": (one_based, "labels out of range", "y"),
    "classes from 1 as floats": (lambda: labeled(1.0 + ROW % 10, 10), "labels out of range", "y"),
    "classes -1 and 1": (lambda: labeled(np.where(ROW % 2, 1, -1), 1, "sigmoid"), "labels out of range", "y"),
    "a row of class -1": (lambda: labeled(np.where(ROW == 3, -1, ROW % 2)), "labels out of range", "y"),
    "numbers as classes": (lambda: labeled(ROW / 300 + 0.1, 3), "labels out of range", "y"),
    "numbers for a sigmoid": (lambda: labeled(ROW / 300 + 0.1, 1, "sigmoid"), "labels out of range", "y"),
    "one class, one-hot": (lambda: labeled(np.ones((ROWS, 1)), 1, "sigmoid"), "constant target", "y"),
    "one class of three": (lambda: labeled(np.ones(ROWS, int), 3), "constant target", "y"),
    "one number": (lambda: labeled(np.full(ROWS, 3.5), 1, "identity"), "constant target", "y"),
    "one of three labels that is never true": (lambda: labeled(columns()[0][:, :3] > [0, 9, 1], 3, "sigmoid"),
                                               "constant target", "y, column 1"),
    "softmax of one unit": (lambda: labeled(ROW % 2, 1), "softmax of one unit", "dense2"),
    "one-hot classes without rows": (lambda: labeled(np.eye(4)[columns()[1]], 4), "missing class", "y"),
    "classes without rows": (lambda: on_digits(mlp(outputs=12)), "missing class", "y"),
    "a rare class": (rare, "imbalance", "y"),
    "a constant column": (lambda: changed_column(set_column(4, 2.5)), "constant column", "column 4"),
    "a column of one value, but for two rows": (nearly_constant, "nearly constant column", "column 4"),
    "62 of 64 columns of zeros": (mostly_zeros, "dead inputs", "X"),
    "a column in other units": (lambda: changed_column(scale_column), "scale of a column", "column 3"),
    "-999 for missing": (lambda: changed_column(lambda X: X.__setitem__((slice(None, None, 9), 3), -999)),
                         "code for missing values", "column 3"),
    "a number of 1e5": (lambda: changed_column(lambda X: X.__setitem__((7, 3), 1e5)),
                        "outlier in a column", "column 3"),
    "tiny columns": (lambda: changed_column(lambda X: np.multiply(X, 1e-5, out=X)), "scale of a column", "column 0"),
    "a column that is the target": (leak, "leak", "column 6"),
    "weights of zero": (lambda: on_digits(mlp(init="zeros")), "equal units", "dense1"),
    "equal weights": (lambda: on_digits(with_parameters(mlp(), all_equal)), "equal units", "dense1"),
    "half the units twice": (lambda: on_digits(with_parameters(mlp(), twins)), "duplicated units", "dense1"),
    "large output weights": (
        lambda: on_digits(with_parameters(mlp(), scaled("dense3.W", 15))), "first loss", "loss"),
    "large output weights, numbers": (large_numbers, "first loss", "loss"),
    "a target in thousands": (lambda: prices(1000.0), "scale of the target", "y"),
    "a target of 1e5 around 0": (lambda: labeled(1e5 * columns()[0][:, 0] * columns()[0][:, 1], 1, "identity"),
                                 "scale of the target", "y"),
    "a target of 1e5, and SGD": (lambda: (*prices(1e5)[:3], sgd(0.01)), "scale of the target", "y"),
    "a target of 1e5, absolute errors": (lambda: (*prices(1e5)[:3], {"loss": "absolute_error"}),
                                         "scale of the target", "y"),
    "a target of 1e-5": (lambda: prices(1e-5), "scale of the target", "y"),
    "one of two targets in other units": (two_targets, "scale of the target", "y, column 1"),
    "large counts": (lambda: (*labeled(counts(1e4), 1, "softplus")[:3], {"loss": "poisson"}),
                     "scale of the target", "y"),
    "dead units": (lambda: on_digits(with_parameters(mlp(), lambda p: p["dense1.b"][:20].fill(-50))),
                   "dead units", "dense1"),
    "a dead layer": (lambda: on_digits(with_parameters(mlp(), filled("dense1.b", -50))), "zero gradient", "dense1"),
    "saturated tanh": (lambda: on_digits(with_parameters(mlp(activation="tanh"), scaled("dense1.W", 30))),
                       "saturated units", "dense1"),
    "saturated sigmoid": (lambda: on_digits(with_parameters(mlp(activation="sigmoid"), filled("dense1.b", 12))),
                          "saturated units", "dense1"),
    "ten layers of sigmoid": (lambda: on_digits(mlp(activation="sigmoid", depth=10)), "vanishing gradient", "dense1"),
    "overflow": (lambda: on_digits(with_parameters(mlp(), overflowing)), "not finite", "dense"),
    "softmax twice": (
        lambda: on_digits(gn.Network(64, [gn.Dense(32, "relu"), gn.Dense(10, "softmax"), gn.Activation("softmax")])),
        "softmax twice", "activation1"),
    "noise in evaluation": (
        lambda: on_digits(gn.Network(64, [gn.Dense(32, "relu"), Noise(), gn.Dense(10, "softmax")], seed=0)),
        "noise in evaluation", "network"),
    "the derivative of another layer": (
        lambda: on_digits(gn.Network(64, [gn.Dense(32, WrongSlope()), gn.Dense(10, "softmax")], seed=0)),
        "wrong gradient", "dense1.W"),
    "a gradient that is cut off": (
        lambda: on_digits(gn.Network(64, [gn.Dense(32, "relu"), Cut(), gn.Dense(10, "softmax")], seed=0)),
        "wrong gradient", "dense1.W"),
    "a gradient that is too large": (
        lambda: on_digits(gn.Network(64, [gn.Dense(32, "relu"), Loud(), gn.Dense(10, "softmax")], seed=0)),
        "wrong gradient", "dense1.W"),
    "a bottleneck": (
        lambda: on_digits(gn.Network(64, [gn.Dense(1, "sigmoid"), gn.Dense(10, "softmax")], seed=0)),
        "cannot fit one batch", "network"),
    "learning rate too high": (lambda: on_digits(**sgd(5.0)), "learning rate", "dense"),
    "learning rate too low": (lambda: on_digits(**sgd(1e-7)), "learning rate", "dense"),
    "divergence": (lambda: on_digits(**sgd(1e6)), "not finite", "loss"),
}  # fmt: skip


def healthy() -> dict[str, Case]:
    """Networks with which nothing is wrong."""
    X, y = columns()
    found: dict[str, Case] = {}
    for activation in ("relu", "tanh", "sigmoid", "gelu", "leaky_relu"):
        found[f"digits, {activation}"] = on_digits(mlp(activation=activation))
        found[f"columns, {activation}"] = (mlp(6, 2, activation), X, y, {})
    for name, rate in {"sgd": 0.1, "rmsprop": 0.001, "adamw": 0.003, "lion": 0.0003, "nadam": 0.002}.items():
        found[f"digits, {name}"] = on_digits(optimizer={"name": name, "learning_rate": rate})
    found["numbers"] = prices()
    found["one output"] = (gn.Network(6, [gn.Dense(16, "tanh"), gn.Dense(1, "sigmoid")], seed=0), X, y, {})
    found["batchnorm and dropout"] = on_digits(
        gn.Network(64, [gn.Dense(64), gn.BatchNorm(), gn.Activation("relu"), gn.Dropout(0.3), gn.Dense(10, "softmax")])
    )
    found["no hidden layer"] = on_digits(mlp(depth=0))
    found["zeros without a hidden layer"] = (mlp(6, 2, depth=0, init="zeros"), X, y, {})
    found["a linear path of zeros"] = (
        gn.Network(6, [gn.Residual([gn.Dense(16, "relu")]), gn.Dense(2, "softmax")], seed=0),
        X,
        y,
        {},
    )
    found["a linear model with noise"] = (gn.Network(6, [gn.Dense(1)], seed=0), X, X[:, 0] + X[:, 5] ** 2, {})
    found["counts"] = (
        gn.Network(6, [gn.Dense(32, "relu"), gn.Dense(1, "softplus")], seed=0),
        X,
        counts(0.4),
        {"loss": "poisson"},
    )
    found["one column"] = (mlp(1, 2), X[:, :1], (X[:, 0] ** 2 > 1).astype(np.int64), {})
    sure = gn.Network(6, [gn.Dense(2, "softmax")], init="zeros")
    sure.named_parameters()["dense1.W"][:2] = -40, 40
    found["sure and right"] = (sure, X, (X[:, 0] + X[:, 1] > 0).astype(np.int64), {})
    found["large counts"] = (
        gn.Network(6, [gn.Dense(32, "relu"), gn.Dense(1, "exponential")], seed=0),
        X,
        counts(100.0),
        {"loss": "poisson"},
    )
    found["one-hot"] = (mlp(6, 2), X, np.eye(2)[y], {})
    found["classes as floats"] = (mlp(6, 2), X, y.astype(float), {})
    found["probabilities as targets"] = (
        gn.Network(6, [gn.Dense(16, "tanh"), gn.Dense(1, "sigmoid")], seed=0),
        X,
        0.1 + 0.8 * y,
        {},
    )
    fitted = gn.Network(6, [gn.Dense(1)], seed=0)
    fitted.named_parameters()["dense1.W"][:, 0] = 1e4, -2e4, 0, 0, 3e4, 0
    target = 1e4 * (X[:, 0] - 2 * X[:, 1] + 3 * X[:, 4] + 0.1 * X[:, 5] ** 2)
    found["a large target that is learned"] = (fitted, X, target, {"optimizer": {"name": "sgd", "learning_rate": 0.01}})
    order = np.argsort(y, kind="stable")
    found["rows in the order of their classes"] = (mlp(6, 2), X[order], y[order], {})
    found["several yes or no"] = (
        gn.Network(6, [gn.Dense(16, "relu"), gn.Dense(6, "sigmoid")], seed=0),
        X,
        (X > 0).astype(float),
        {},
    )
    return found
