"""The decision path: contributions that add up to the decision, for every kind of layer."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest

from glassnet.maths.activations import SoftmaxGroups
from glassnet.network.column_names import ColumnNames
from glassnet.network.decision_path import decision_path
from glassnet.network.layer import Layer
from glassnet.network.layers import (
    Activation,
    BatchNorm,
    Dense,
    Dropout,
    Embedding,
    LayerNorm,
    PeriodicEmbedding,
    Residual,
    Scale,
)
from glassnet.network.network import Network
from glassnet.network.passes import backward_pass, forward_pass
from glassnet.network.piecewise_linear import PiecewiseLinearEmbedding
from helpers.layer_cases import CASES
from helpers.networks import TABLE, network_of

ALONE = {name: (*case.layers, Dense(4, "tanh"), Dense(3, "softmax")) for name, case in CASES.items()}
BEHIND = {f"{name}, behind dense": (Dense(4), *own) for name, own in ALONE.items() if not isinstance(own[0], Embedding)}
by_layers = pytest.mark.parametrize("layers", [*ALONE.values(), *BEHIND.values()], ids=[*ALONE, *BEHIND])


@pytest.mark.parametrize("row", [0, 5])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@by_layers
def test_contributions_add_up_to_the_decision_and_shares_to_1(layers: Any, dtype: str, row: int) -> None:
    net = network_of(layers, dtype)
    before = net.named_gradients()["dense1.W"].copy() if "dense1.W" in net.named_gradients() else None
    path = decision_path(net, TABLE[row])
    z = np.log(net.predict_proba(TABLE[[row]].astype(dtype)).astype(np.float64)[0])
    best, second, _ = np.argsort(-z)
    assert path.formula == f"z[{best}] − z[{second}]"
    assert path.margin == pytest.approx(z[best] - z[second], rel=1e-3, abs=1e-4)
    assert path.layers[-1].name == "input"
    assert len(path.layers) >= 2
    for layer in path.layers:
        assert layer.contributions.sum() + layer.rest == pytest.approx(path.margin, rel=1e-12)
        assert layer.shares.sum() == pytest.approx(1)
        assert (layer.shares >= 0).all()
        assert len(layer.units) == len(layer.values) == len(layer.contributions) == len(layer.shares) - 1
        assert np.isfinite(layer.contributions).all()
    if before is not None:
        np.testing.assert_array_equal(net.named_gradients()["dense1.W"], before)


def test_with_relu_a_contribution_is_activation_times_gradient_and_the_rest_is_that_of_the_biases() -> None:
    net = network_of([Dense(8, "relu"), Dense(7, "relu"), Dense(3, "softmax")])
    x = TABLE[:1]
    path = decision_path(net, x)
    outputs, caches = forward_pass(net.operations, x, False, None)
    weights = np.zeros((1, 3))
    best, second = np.argsort(-outputs[-2][0])[:2]
    weights[0, [best, second]] = 1, -1
    last = len(net.operations) - 2
    slopes = {step.name: dx for step, _, dx in backward_pass(net.operations, caches, weights, last, -1) if step.p}
    biases = {
        name: float((net.named_parameters()[f"{name}.b"] * net.named_gradients()[f"{name}.b"]).sum()) for name in slopes
    }
    above: list[str] = []
    for layer, name in zip(path.layers, ("dense3", "dense2", "dense1"), strict=True):
        above.append(name)
        np.testing.assert_allclose(layer.contributions, layer.values * slopes[name][0], rtol=1e-10, atol=1e-12)
        assert layer.rest == pytest.approx(sum(biases[one] for one in above), rel=1e-10)
    assert [layer.name for layer in path.layers] == ["dense2", "dense1", "input"]


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "softplus", "gelu"])
def test_a_curve_is_replaced_by_the_line_through_its_values_at_0_and_z(name: str) -> None:
    net = network_of([Dense(5, name), Dense(1)])
    p, x = net.named_parameters(), TABLE[0]
    f = Activation(name).activation.forward
    z = x @ p["dense1.W"] + p["dense1.b"]
    slope = (f(z) - f(np.zeros(5))) / z
    wanted = x * (p["dense1.W"] @ (slope * p["dense2.W"][:, 0]))
    constants = f(np.zeros(5)) @ p["dense2.W"][:, 0] + p["dense2.b"][0]
    path = decision_path(net, x)
    np.testing.assert_allclose(path.layers[1].contributions, wanted, rtol=1e-9, atol=1e-12)
    assert path.layers[1].rest == pytest.approx((slope * p["dense1.b"]) @ p["dense2.W"][:, 0] + constants)
    assert path.margin == pytest.approx(float(net.predict(x[None])[0]))


def test_at_zero_the_line_has_the_slope_of_the_derivative() -> None:
    net = Network(2, [Dense(1, "sigmoid"), Dense(1)], init="zeros", dtype="float64")
    net.parameters = [1, -1, 0, 8, 0]  # z = 1·2 − 1·2 = 0
    path = decision_path(net, [2.0, 2.0])
    np.testing.assert_allclose(path.layers[1].contributions, [2 * 8 / 4, -2 * 8 / 4])
    assert path.margin == 4


@pytest.mark.parametrize("layer", [PiecewiseLinearEmbedding(3, 4, 2), PeriodicEmbedding(2, 3, 3)])
def test_a_column_contributes_what_its_vector_changes_from_0(layer: Any) -> None:
    net = network_of([layer, Dense(1)])
    x = TABLE[[4]]
    path = decision_path(net, x)
    for column in range(4):
        without = x.copy()
        without[0, column] = 0
        change = float((net.forward(x)[0] - net.forward(without)[0])[0, 0])
        assert path.layers[1].contributions[column] == pytest.approx(change, rel=1e-9, abs=1e-12)


def test_codes_contribute_what_their_vectors_do() -> None:
    net = network_of([Embedding(1, 3, 2), Embedding(1, 4, 3), Dense(1)])
    W, p = net.named_parameters()["dense1.W"][:, 0], net.named_parameters()
    path = decision_path(net, TABLE[5])  # codes 2 and 1
    first = p["embedding1.W"][2] @ W[2:4]
    second = p["embedding2.W"][1] @ W[4:]
    x = TABLE[5]
    np.testing.assert_allclose(path.layers[-1].contributions, [x[0] * W[0], first, second, x[3] * W[1]])
    assert path.layers[-1].rest == pytest.approx(p["dense1.b"][0])


def test_a_row_is_normalized_with_its_own_mean_and_sigma_taken_as_given() -> None:
    net = network_of([LayerNorm(), Dense(1)])
    p, x = net.named_parameters(), TABLE[0]
    w = p["layernorm1.scale"] * p["dense1.W"][:, 0] / np.sqrt(x.var() + 1e-5)
    np.testing.assert_allclose(decision_path(net, x).layers[-1].contributions, x * (w - w.mean()), rtol=1e-10)


def test_in_a_residual_layer_the_way_around_a_unit_is_in_the_rest() -> None:
    net = network_of([Residual([Dense(5, "relu"), Dense(1)])])
    p, x = net.named_parameters(), TABLE[0]
    path = {layer.name: layer for layer in decision_path(net, x).layers}
    around = x @ p["residual1.linear.W"][:, 0]
    inner = path["residual1.dense1"]
    biases = p["residual1.linear.b"][0] + p["residual1.dense2.b"][0]
    assert inner.rest == pytest.approx(around + biases)
    is_on = x @ p["residual1.dense1.W"] + p["residual1.dense1.b"] > 0
    inside = p["residual1.dense1.W"] @ (is_on * p["residual1.dense2.W"][:, 0])
    np.testing.assert_allclose(path["input"].contributions, x * (inside + p["residual1.linear.W"][:, 0]))


class Doubled(Layer):
    """A layer of a user."""

    def forward(self, p: Any, state: Any, x: Any, train: bool, rng: Any) -> Any:
        return 2 * x, None

    def backward(self, p: Any, cache: Any, dy: Any, g: Any, want_dx: bool) -> Any:
        return 2 * dy


def test_a_custom_layer_is_followed_by_its_gradient() -> None:
    net = network_of([Doubled(), Dense(1)])
    path = decision_path(net, TABLE[0])
    np.testing.assert_allclose(path.layers[-1].contributions, 2 * TABLE[0] * net.named_parameters()["dense1.W"][:, 0])


OUTPUTS = {
    "sigmoid, yes": (Dense(1, "sigmoid"), [0, 0, 1], {}, "yes over no", "z", 1.0),
    "sigmoid, no": (Dense(1, "sigmoid"), [0, 0, -2], {}, "no over yes", "−z", 2.0),
    "several sigmoids": (Dense(2, "sigmoid"), [0, 0, 0, 0, 1, -2], {"output": 1}, "0 over 1", "−z[1]", 2.0),
    "a number": (Dense(1), [1, 0, 3], {}, "a number", "z", 4.0),
    "a positive number": (Dense(1, "exponential"), [1, 0, 3], {}, "a number", "z", 4.0),
    "several numbers": (Dense(2), [1, 0, 0, 2, 3, 5], {"output": 1}, "output 1", "z[1]", 7.0),
    "softmax": (Dense(2, "softmax"), [1, 0, 0, 2, 3, 5], {}, "yes over no", "z[1] − z[0]", 3.0),
    "groups": (
        Dense(5, SoftmaxGroups((2, 3))),
        [0] * 10 + [9, 0, 1, 2, 4],
        {"output": 1, "classes": ("a", "b", "c")},
        "c over b",
        "z[4] − z[3]",
        2.0,
    ),
}


@pytest.mark.parametrize(("layer", "theta", "options", "decision", "formula", "margin"), OUTPUTS.values(), ids=OUTPUTS)
def test_what_was_decided_depends_on_the_output(
    layer: Any, theta: Any, options: Any, decision: str, formula: str, margin: float
) -> None:
    net = Network(2, [layer], init="zeros")
    net.parameters = theta
    path = decision_path(net, [1.0, 1.0], **({"classes": ("no", "yes")} | options))
    assert (path.decision, path.formula, path.margin) == (decision, formula, margin)


@pytest.mark.parametrize(
    ("x", "options", "message"),
    [
        ([1.0], {}, r"x must be one row of 2 inputs, got shape \(1,\)"),
        (np.ones((2, 2)), {}, r"x must be one row of 2 inputs, got shape \(2, 2\)"),
        ([1.0, 2.0], {"output": 1}, "output must be below 1"),
        ([1.0, 2.0], {"output": -1}, "output must be at least 0"),
        ([1.0, np.nan], {}, "NaN"),
    ],
)
def test_a_path_is_one_of_a_single_valid_row(x: Any, options: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        decision_path(Network(2, [Dense(3, "softmax")]), x, **options)


def test_the_text_and_the_plain_data_have_names_and_add_up() -> None:
    net = network_of([Embedding(3, 2, 2), Dense(20, "relu"), Dense(2, "softmax")])
    names = ColumnNames(["age", "sex=f", "sex=m", "city"], {"city": ["Rome", "Oslo"]})
    path = decision_path(net, [0.5, 1.0, 0.0, 1.0], names, ["no", "yes"])
    head, *parts = str(path).split("\n\n")
    assert re.fullmatch(r"decision  (no over yes|yes over no): z\[\d\] − z\[\d\] = \S+", head)
    assert [part.split()[0] for part in parts] == ["dense1", "embedding1", "input"]
    for part, layer in zip(parts, path.layers, strict=True):
        cells = [line.split() for line in part.split("\n")[2:]]
        assert sum(float(line[-2]) for line in cells) == pytest.approx(path.margin, rel=2e-3)
        assert sum(float(line[-1].rstrip("%")) for line in cells) == pytest.approx(100, abs=0.5)
        shown = min(np.count_nonzero(layer.contributions), 6)
        assert len(cells) == shown + (len(layer.units) > shown) + 1
    assert {line.split()[0] for line in parts[1].split("\n")[2:]} >= {"age", "sex=f", "city[0]", "city[1]"}
    assert {line.split()[0] for line in parts[2].split("\n")[2:]} >= {"age", "sex=f", "city=Oslo"}
    data = json.loads(json.dumps(path.to_dict()))
    for given, layer in zip(data["layers"], path.layers, strict=True):
        assert sum(given["contributions"]) + given["rest"] == pytest.approx(data["margin"])
        assert sum(given["shares"]) + given["rest_share"] == pytest.approx(1)
        assert given["units"] == list(layer.units)
    assert "<table>" in path._repr_html_()


def test_layers_that_do_not_combine_units_are_left_out_and_dropout_has_the_name_of_what_it_passes_on() -> None:
    layers = [PeriodicEmbedding(2, 2, 3), Scale(), Dense(4), BatchNorm(), Activation("relu"), Dropout(), Dense(2)]
    path = decision_path(network_of(layers), TABLE[0])
    assert [layer.name for layer in path.layers] == ["activation1", "scale1", "input"]


def test_a_network_without_any_contribution_has_equal_shares() -> None:
    path = decision_path(Network(2, [Dense(2, "softmax")], init="zeros"), [0.0, 0.0])
    np.testing.assert_allclose(path.layers[0].shares, [1 / 3] * 3)


def test_the_prediction_can_be_compared_with_any_other_class() -> None:
    net = network_of((Dense(4, "relu"), Dense(3, "softmax")), "float64")
    z = np.log(net.predict_proba(TABLE[[0]])[0])
    best, second, third = map(int, np.argsort(-z))
    path = decision_path(net, TABLE[0], against=third)
    assert path.formula == f"z[{best}] − z[{third}]"
    assert path.margin == pytest.approx(z[best] - z[third])
    for layer in path.layers:
        assert layer.contributions.sum() + layer.rest == pytest.approx(path.margin)
    assert decision_path(net, TABLE[0], against=second).to_dict() == decision_path(net, TABLE[0]).to_dict()
    for wrong in (best, 3, -1):
        with pytest.raises(ValueError, match="against must be a class from 0 to 2 other than"):
            decision_path(net, TABLE[0], against=wrong)
    number = network_of((Dense(1),), "float64")
    with pytest.raises(ValueError, match="softmax outputs"):
        decision_path(number, TABLE[0], against=0)
