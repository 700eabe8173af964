"""The gradient check: correct gradients pass, also near kinks, and errors of 0.1% are found and named."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from glassnet.data.sources import load
from glassnet.network.embedding import Embedding
from glassnet.network.gradient_check import GradientCheck, check_gradient
from glassnet.network.layer import Layer
from glassnet.network.layers import (
    Activation,
    BatchNorm,
    Dense,
    Dropout,
    LayerNorm,
    ParametricActivation,
    PeriodicEmbedding,
    Scale,
)
from glassnet.network.network import Network
from helpers.networks import LABELS, X, notebook, small

RIGHT = {
    "smooth": [Dense(5, "tanh"), Dense(3, "softmax")],
    "relu": [Dense(5, "relu"), Dense(4, "relu"), Dense(3, "softmax")],
    "normalized": [Dense(5), BatchNorm(), Activation("gelu"), Dropout(0.3), LayerNorm(), Dense(3, "softmax")],
    "learned by column": [Scale(), Dense(5), ParametricActivation("selu"), Scale(), Dense(3, "softmax")],
    "periodic": [Scale(), PeriodicEmbedding(3), Scale(), Dense(3, "softmax")],
    "one layer": [Dense(3, "softmax")],
}


@pytest.mark.parametrize("train", [False, True], ids=["evaluation", "training"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("layers", RIGHT.values(), ids=RIGHT)
def test_correct_gradients_pass(layers: list[Layer], dtype: str, train: bool) -> None:
    """Also for a float32 network, since the check computes in float64."""
    net = Network(4, layers, dtype=dtype, seed=1)
    check = check_gradient(net, X, LABELS, train=train, sample_weight=np.arange(9))
    assert check
    assert check.passed is True
    assert check.relative_error < 1e-6
    assert list(check.errors) == list(net.named_parameters())
    assert str(check).startswith("the gradient is right: largest relative error ")


@pytest.mark.parametrize(
    ("inputs", "loss"), [(1e-3, 1e-6), (1, 1), (1e3, 1e6)], ids=["small numbers", "usual numbers", "large numbers"]
)
def test_the_scale_of_the_data_does_not_matter(inputs: float, loss: float) -> None:
    net = Network(4, [Dense(5, "sigmoid"), Dense(2)], seed=1)
    check = check_gradient(net, inputs * X, loss * X[:, :2])
    assert check, str(check)


# Wrong by one part in a thousand


def with_wrong_gradient(layer: Layer, short: str, factor: float = 1.001, entry: Any = ...) -> Layer:
    """The same layer with a small error in the gradient of one array, or in one entry of it."""

    @dataclass(frozen=True)
    class WrongGradient(type(layer)):  # type: ignore[misc]
        def backward(self, p: Any, cache: Any, dy: Any, g: Any, want_dx: bool) -> Any:
            dx = super().backward(p, cache, dy, g, want_dx)
            if short == "dx":
                return None if dx is None else factor * dx
            g[short][entry] *= factor
            return dx

    made = object.__new__(WrongGradient)
    made.__dict__.update(layer.__dict__)
    return made


GOOD: list[Layer] = [Dense(5), BatchNorm(), Activation("relu"), Dense(4, "tanh"), LayerNorm(), Dense(3, "softmax")]
ARRAYS = {
    "dense1.W": 0,
    "dense1.b": 0,
    "batchnorm1.scale": 1,
    "batchnorm1.shift": 1,
    "dense2.W": 3,
    "dense2.b": 3,
    "layernorm1.scale": 4,
    "layernorm1.shift": 4,
    "dense3.W": 5,
    "dense3.b": 5,
}


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_whose_gradient_is_wrong_by_a_thousandth_is_named(name: str) -> None:
    layers = [with_wrong_gradient(one, name.split(".")[1]) if i == ARRAYS[name] else one for i, one in enumerate(GOOD)]
    check = check_gradient(Network(4, layers, seed=3), X, LABELS)
    assert not check
    assert check.passed is False
    assert check.worst == name
    assert check.relative_error == pytest.approx(1e-3, rel=0.1)
    assert [other for other, error in check.errors.items() if error > 1e-6] == [name]
    assert str(check).startswith(f"the gradient is WRONG at {name}: largest relative error 1.0e-03, allowed 1e-06")


def test_a_wrong_input_gradient_shows_in_every_layer_below() -> None:
    layers = [with_wrong_gradient(one, "dx") if i == 3 else one for i, one in enumerate(GOOD)]
    check = check_gradient(Network(4, layers, seed=3), X, LABELS)
    wrong = {name for name, error in check.errors.items() if error > 1e-6}
    assert wrong == {"dense1.W", "dense1.b", "batchnorm1.scale", "batchnorm1.shift"}


def test_checking_each_entry_finds_a_single_wrong_one() -> None:
    layers = [with_wrong_gradient(Dense(5, "tanh"), "W", entry=(2, 3)), Dense(3, "softmax")]
    check = check_gradient(Network(4, layers, seed=3), X, LABELS, per_parameter=True)
    assert len(check.errors) == 4 * 5 + 5 + 5 * 3 + 3
    assert check.worst == "dense1.W[2, 3]"
    assert [name for name, error in check.errors.items() if error > 1e-6] == ["dense1.W[2, 3]"]
    right = check_gradient(Network(4, RIGHT["relu"], seed=3), X, LABELS, per_parameter=True)
    assert right, str(right)


@pytest.mark.parametrize("factor", [0.0, -1.0, 2.0, np.nan], ids=["zero", "sign", "twice", "NaN"])
def test_grossly_wrong_gradients_are_rejected(factor: float) -> None:
    layers = [with_wrong_gradient(Dense(5, "tanh"), "W", factor), Dense(3, "softmax")]
    assert not check_gradient(Network(4, layers, seed=3), X, LABELS)


def test_tolerance_sets_the_threshold() -> None:
    layers = [with_wrong_gradient(Dense(5, "tanh"), "W"), Dense(3, "softmax")]
    assert check_gradient(Network(4, layers, seed=3), X, LABELS, tolerance=1e-2)
    assert not check_gradient(Network(4, layers, seed=3), X, LABELS, tolerance=1e-4)


def test_the_mistake_of_the_notebook_is_found() -> None:
    """Its delta of the output layer is the sum over the units, which is always zero."""

    class Summed(Dense):
        def backward(self, p: Any, cache: Any, dy: Any, g: Any, want_dx: bool) -> Any:
            return super().backward(p, cache, np.repeat(dy.sum(axis=1, keepdims=True), 10, axis=1), g, want_dx)

    layers = [*notebook().layers[:2], Summed(10, "softmax")]
    digits = load("digits")
    check = check_gradient(Network(64, layers, seed=0), digits.X[:20], digits.y[:20])
    assert check.relative_error == pytest.approx(1)


# Kinks


@pytest.mark.parametrize(
    ("hidden", "rows"),
    [([60], 800), ([6, 5], 300), ([4, 4, 4], 1500), ([50, 50], 300)],
    ids=["wide, many rows", "narrow", "narrow and deep", "deep"],
)
def test_relu_networks_pass_on_data_with_one_kink_per_row(hidden: list[int], rows: int) -> None:
    """Narrow layers switch off whole rows, so that the next layer is at 0: exactly at the kink."""
    digits = load("digits")
    net = Network(64, [*(Dense(units, "relu") for units in hidden), Dense(10, "softmax")], seed=1)
    check = check_gradient(net, digits.X[:rows] / 16, digits.y[:rows])
    assert check, str(check)


def test_steps_shrink_until_they_fit_between_kinks() -> None:
    """With 3000 rows and 300 units, almost every step of the usual length crosses a kink."""
    many = np.random.default_rng(0).standard_normal((3000, 4))
    check = check_gradient(Network(4, [Dense(300, "relu"), Dense(1)], seed=1), many, many[:, 0], directions=1)
    assert check, str(check)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "elu", "selu"])
def test_rows_of_zeros_with_every_unit_at_its_kink_are_checked_correctly(name: str) -> None:
    rows = X.copy()
    rows[3:] = 0
    net = Network(4, [Dense(5, name), Dense(3, "softmax")], seed=1)
    assert check_gradient(net, rows, LABELS)
    assert check_gradient(net, rows, LABELS, per_parameter=True)
    for short in ("W", "b"):
        wrong = Network(4, [with_wrong_gradient(Dense(5, name), short), Dense(3, "softmax")], seed=1)
        assert check_gradient(wrong, rows, LABELS).worst == f"dense1.{short}"
        assert not check_gradient(wrong, rows, LABELS)


def test_losses_with_kinks_pass() -> None:
    net = Network(4, [Dense(5, "tanh"), Dense(2)], seed=1)
    for loss in ("absolute_error", "huber"):
        check = check_gradient(net, np.repeat(X, 50, axis=0), np.repeat(X[:, :2], 50, axis=0), loss)
        assert check, str(check)


# What else a user may rely on


@pytest.mark.parametrize("train", [False, True], ids=["evaluation", "training"])
def test_the_network_is_unchanged(train: bool) -> None:
    net = small("float32")
    net.gradient(X, LABELS, train=True)
    vectors = net.parameters, net.state, *net.named_gradients().values()
    before = [vector.copy() for vector in vectors]
    check_gradient(net, X, LABELS, train=train)
    for vector, old in zip(vectors, before, strict=True):
        np.testing.assert_array_equal(vector, old)


def test_the_same_seed_gives_the_same_errors() -> None:
    first, again, other = (check_gradient(small(), X, LABELS, seed=seed).errors for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_network_whose_gradient_is_zero_everywhere_passes() -> None:
    answer = small().predict_proba(X)[:, :1]
    net = Network(4, [Dense(1)], init="zeros")
    assert check_gradient(net, X, 0 * answer).relative_error == 0
    assert check_gradient(small(), X, LABELS, sample_weight=np.zeros(9)).relative_error == 0


def test_a_zero_gradient_of_a_sloped_loss_fails() -> None:
    layers = [with_wrong_gradient(Dense(5, "tanh"), "b", 0.0), Dense(3, "softmax")]
    check = check_gradient(Network(4, layers), X, LABELS)
    assert check.errors["dense1.b"] == pytest.approx(1)


def test_an_embedding_can_be_checked() -> None:
    table = X.copy()
    table[:, 0] = LABELS
    net = Network(4, [Embedding(0, 5, 2), Dense(3, "softmax")])
    # Levels 3 and 4 never occur: their vectors have no gradient.
    check = check_gradient(net, table, LABELS, per_parameter=True)
    assert check
    assert check.errors["embedding1.W[4, 1]"] == 0


def test_a_network_without_parameters_raises() -> None:
    with pytest.raises(ValueError, match="this network has no parameters, so there is no gradient to check"):
        check_gradient(Network(3, [Activation("softmax")]), X[:, :3], LABELS)


def test_the_text_lists_the_largest_errors_first() -> None:
    errors = {f"dense{i}.W": i * 1e-9 for i in range(1, 40)}
    lines = str(GradientCheck(errors, 1e-6)).splitlines()
    assert lines[0] == "the gradient is right: largest relative error 3.9e-08, allowed 1e-06"
    assert lines[1:3] == ["  dense39.W  3.9e-08", "  dense38.W  3.8e-08"]
    assert len(lines) == 21
