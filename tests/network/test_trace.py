"""The trace: all values of a forward and backward pass, and a text whose sums can be verified by hand."""

import itertools
from typing import Any

import numpy as np
import pytest

from glassnet.maths.activations import activation
from glassnet.maths.losses import CrossEntropy, Huber, SquaredError
from glassnet.network.layers import (
    Activation,
    BatchNorm,
    Dense,
    Dropout,
    Embedding,
    LayerNorm,
    ParametricActivation,
    PeriodicEmbedding,
    Scale,
)
from glassnet.network.network import Network
from glassnet.network.piecewise_linear import PiecewiseLinearEmbedding
from glassnet.network.trace_numbers import number
from helpers.networks import LABELS, X

TABLE = X.copy()
TABLE[:, 0] = LABELS

NETWORKS = {
    "dense": ([Dense(5, "relu"), Dense(4, "sigmoid"), Dense(3, "softmax")], None),
    "one layer": ([Dense(3, "softmax")], None),
    "not canonical": ([Dense(5, "tanh"), Dense(3, "softmax")], "squared_error"),
    "normalized": ([Dense(5), BatchNorm(), Activation("gelu"), Dropout(0.5), LayerNorm(), Dense(3, "softmax")], None),
    "activation last": ([Dense(3), LayerNorm(), Activation("softmax")], None),
    "activation last, not canonical": ([Dense(3), Activation("sigmoid")], "huber"),
    "embedding first": ([Embedding(0, 3, 2), Dense(4, "elu"), Dense(3, "softmax")], None),
    "scaled": ([Scale(), Dense(4, "tanh"), Scale(), Dense(3, "softmax")], None),
    "parametric": ([Dense(4), ParametricActivation("mish"), Dense(3), ParametricActivation("softmax")], "huber"),
    "piecewise-linear embedding first": (
        [PiecewiseLinearEmbedding(2, 3, 1, linear=True), Dense(4, "elu"), Dense(3, "softmax")],
        None,
    ),
    "periodic": ([PeriodicEmbedding(1, 3, 2, sigma=0.5), Dense(4, "relu"), Dense(3, "softmax")], None),
    "normalization last": ([Dense(4, "relu"), Dense(3), LayerNorm()], "squared_error"),
}
by_network = pytest.mark.parametrize(("layers", "loss"), NETWORKS.values(), ids=NETWORKS)
by_rows = pytest.mark.parametrize("rows", [1, 9])


def network_and_data(layers: Any, loss: Any, rows: int, dtype: str = "float64") -> tuple[Network, Any, Any]:
    net = Network(4, layers, dtype=dtype, seed=1)
    net.parameters += np.random.default_rng(2).normal(0, 0.1, net.parameters.size).astype(dtype)
    y = LABELS[:rows] if loss is None else np.eye(3)[LABELS[:rows]]
    return net, TABLE[:rows], y


@by_rows
@by_network
def test_the_trace_has_the_values_that_the_network_computes(layers: Any, loss: Any, rows: int) -> None:
    net, x, y = network_and_data(layers, loss, rows)
    trace = net.trace(x, y, loss)
    value, _ = net.gradient(x, y, loss)
    assert trace.loss == value
    np.testing.assert_array_equal(trace.output, net.forward(net.rows(x))[0])
    np.testing.assert_array_equal(trace[net.names[-1]].a, trace.output)
    for name, view in net.named_gradients().items():
        layer, short = name.split(".")
        np.testing.assert_allclose(trace[layer]["d" + short], view, rtol=1e-12, atol=1e-15, err_msg=name)
        np.testing.assert_array_equal(trace[layer][short], net.named_parameters()[name], err_msg=name)


@by_rows
@by_network
def test_the_output_of_a_layer_is_the_input_of_the_next(layers: Any, loss: Any, rows: int) -> None:
    net, x, y = network_and_data(layers, loss, rows)
    trace = net.trace(x, y, loss)
    below = x
    for name, layer in zip(net.names, net.layers, strict=True):
        values = trace[name].values
        np.testing.assert_array_equal(values["z" if isinstance(layer, Activation) else "x"], below)
        if isinstance(layer, (Dense, Activation)):
            np.testing.assert_allclose(values["a"], layer.activation.forward(values["z"]), rtol=1e-12)
        if isinstance(layer, Dense):
            np.testing.assert_allclose(values["z"], below @ values["W"] + values["b"], rtol=1e-12)
        below = values["a"]
    for lower, upper in zip(net.names, net.names[1:], strict=False):
        into = "dz" if isinstance(net.layers[net.names.index(upper)], Activation) else "dx"
        np.testing.assert_array_equal(trace[lower].da, trace[upper][into])


@by_rows
@by_network
def test_the_derivatives_are_consistent(layers: Any, loss: Any, rows: int) -> None:
    net, x, y = network_and_data(layers, loss, rows)
    trace = net.trace(x, y, loss)
    for name, layer in zip(net.names, net.layers, strict=True):
        v = trace[name].values
        if isinstance(layer, (Dense, Activation)):
            # Also with the shortcut of a canonical loss, da and dz agree with the chain rule.
            np.testing.assert_allclose(v["dz"], layer.activation.backward(v["da"], v["z"], v["a"]), atol=1e-14)
        if isinstance(layer, Dense):
            np.testing.assert_allclose(v["dW"], v["x"].T @ v["dz"], rtol=1e-12, atol=1e-16)
            np.testing.assert_allclose(v["db"], v["dz"].sum(axis=0), rtol=1e-12, atol=1e-16)
            np.testing.assert_allclose(v["dx"], v["dz"] @ v["W"].T, rtol=1e-12, atol=1e-16)


def test_da_and_dz_are_slopes_of_the_loss() -> None:
    """Finite difference: the change of the loss after a small change of one number."""
    net, x, y = network_and_data([Dense(5, "tanh"), Dense(3, "softmax")], None, 9)
    trace = net.trace(x, y)
    p = net.named_parameters()

    def loss_behind(a1: Any) -> float:
        z = a1 @ p["dense2.W"] + p["dense2.b"]
        return CrossEntropy().value_from_logits(z, LABELS).mean()

    h = 1e-6
    for row, unit in ((0, 0), (4, 2), (8, 4)):
        for kind in ("da", "dz"):
            moved = []
            for sign in (1, -1):
                z = trace["dense1"].z.copy()
                a = trace["dense1"].a.copy()
                if kind == "dz":
                    z[row, unit] += sign * h
                    a = np.tanh(z)
                else:
                    a[row, unit] += sign * h
                moved.append(loss_behind(a))
            assert trace["dense1"][kind][row, unit] == pytest.approx((moved[0] - moved[1]) / (2 * h), rel=1e-6)


@by_network
def test_evaluation_mode_changes_no_state(layers: Any, loss: Any) -> None:
    net, x, y = network_and_data(layers, loss, 9)
    before = net.parameters.copy(), net.state.copy()
    first, again = net.trace(x, y, loss), net.trace(x, y, loss)
    np.testing.assert_array_equal(net.parameters, before[0])
    np.testing.assert_array_equal(net.state, before[1])
    assert str(first) == str(again)


def test_a_trace_is_a_copy_that_later_steps_do_not_change() -> None:
    net, x, y = network_and_data(NETWORKS["dense"][0], None, 9)
    trace = net.trace(x, y)
    W, dW = trace["dense1"].W.copy(), trace["dense1"].dW.copy()
    net.parameters -= 1
    net.gradient(x, y)
    np.testing.assert_array_equal(trace["dense1"].W, W)
    np.testing.assert_array_equal(trace["dense1"].dW, dW)


def test_values_are_available_by_attribute_and_name_in_layer_order() -> None:
    net, x, y = network_and_data(NETWORKS["normalized"][0], None, 9)
    trace = net.trace(x, y)
    assert tuple(trace) == tuple(trace.keys()) == net.names
    assert len(trace) == 6
    assert trace["dense1"].dW is trace["dense1"]["dW"]
    assert [layer.name for layer in trace.values()] == list(net.names)
    assert set(trace["dense1"].values) == {"x", "W", "b", "z", "a", "da", "dz", "dW", "db", "dx"}
    assert set(trace["batchnorm1"].values) == {"x", "scale", "shift", "mean", "variance", "a", "da", "dx"} | {
        "dscale",
        "dshift",
    }
    assert set(trace["activation1"].values) == {"z", "a", "da", "dz"}
    assert set(trace["dropout1"].values) == {"x", "a", "da", "dx"}
    with pytest.raises(AttributeError, match=r"dropout1 has no 'dW' in its trace; it has x, a, da, dx"):
        _ = trace["dropout1"].dW
    with pytest.raises(KeyError, match=r"no layer 'dense9' in this trace; it has dense1, batchnorm1, activation1, "):
        trace["dense9"]


def test_the_repr_has_names_and_shapes_but_no_values() -> None:
    net, x, y = network_and_data([Dense(5, "tanh"), Dropout(), Dense(3, "softmax")], None, 9)
    trace = net.trace(x, y)
    assert repr(trace["dropout1"]) == "<dropout1: x (9, 5), a (9, 5), da (9, 5), dx (9, 5)>"
    assert repr(trace) == f"<trace of dense1, dropout1, dense2: loss {number(trace.loss)}, output (9, 3)>"


# The text


def row_0(batch: Any) -> str:
    return "[" + "  ".join(map(number, batch[0])) + "]"


@by_rows
@by_network
def test_the_text_names_every_layer_and_the_followed_unit_and_why(layers: Any, loss: Any, rows: int) -> None:
    net, x, y = network_and_data(layers, loss, rows)
    trace = net.trace(x, y, loss)
    forward, backward = str(trace).split("backward")
    for name, layer in zip(net.names, net.layers, strict=True):
        blame = "dz" if isinstance(layer, (Dense, Activation)) else "da"
        size, of = np.abs(trace[name][blame][0]), ""
        if isinstance(layer, Embedding):
            size[: -len(layer.columns) * layer.units], of = -1, " of a vector"
        if isinstance(layer, (PeriodicEmbedding, PiecewiseLinearEmbedding)):
            size[layer.columns * layer.units :], of = -1, " of a vector"
        if isinstance(layer, PeriodicEmbedding):
            size[layer.units - 1] = -1  # the column itself
        assert f"\n  {name}    example: unit {size.argmax()}, with the largest |{blame}|{of}\n" in forward
        assert f"\n  {name}\n" in backward
    assert forward.startswith("forward pass, evaluation mode" + (", row 0 of 9\n" if rows == 9 else "\n"))
    assert backward.startswith(" pass, row 0 of 9: " if rows == 9 else " pass: ")
    assert "nan" not in str(trace)
    assert max(map(len, str(trace).splitlines())) <= 120


@by_network
def test_the_text_explains_the_origin_of_each_da(layers: Any, loss: Any) -> None:
    net, x, y = network_and_data(layers, loss, 9)
    trace = net.trace(x, y, loss)
    for lower, upper in itertools.pairwise(net.names):
        kind = type(net.layers[net.names.index(upper)])
        where = {Dense: f"{upper}.dz {upper}.Wᵀ", Activation: f"{upper}.dz"}
        source = where.get(kind, f"{upper}.dx")
        assert f"\n  {lower}\n    da = {source} = {row_0(trace[lower].da)}\n" in str(trace)


def test_the_text_of_one_sample_can_be_followed_by_hand() -> None:
    net = Network(2, [Dense(2, "relu"), Dense(2, "softmax")], init="zeros", dtype="float64")
    net.parameters = [1, -1, 2, 0.5, 0.5, 0, 1, 0, 0, 1, 0, 0]
    assert (
        str(net.trace([[1, 2]], [1]))
        == """\
forward pass, evaluation mode
  input   x = [1  2]

  dense1    example: unit 0, with the largest |dz|
    z = x W + b          x is the input, (1, 2)   W (2, 2)   b (2,)
    z[0] = 1·1 + 2·2 + 0.5 = 5.5
    z = [5.5  0]
    a = relu(z) = [5.5  0]

  dense2    example: unit 0, with the largest |dz|
    z = x W + b          x is dense1.a, (1, 2)   W (2, 2)   b (2,)
    z[0] = 5.5·1 + 0·0 + 0 = 5.5
    z = [5.5  0]
    a = softmax(z) = [0.9959  0.00407]

  loss    cross_entropy of dense2.a and y = 1 is 5.504

backward pass: d… is the derivative of the loss with respect to …

  dense2
    dz = (a − y), y one-hot = [0.9959  -0.9959]
    dz[0] = (0.9959 − 0) = 0.9959
    dW = xᵀ dz, (2, 2): dW[0, 0] = 5.5·0.9959 = 5.478
    db = Σ dz over the rows, (2,): db[0] = 0.9959

  dense1
    da = dense2.dz dense2.Wᵀ = [0.9959  -0.9959]
    da[0] = 0.9959·1 + (-0.9959)·0 = 0.9959
    dz = da · relu'(z) = [0.9959  0]
    dz[0] = 0.9959 · relu'(5.5) = 0.9959·1 = 0.9959
    dW = xᵀ dz, (2, 2): dW[1, 0] = 2·0.9959 = 1.992
    db = Σ dz over the rows, (2,): db[0] = 0.9959"""
    )


LOSS_LINES = {
    "one row": (None, 1, "cross_entropy of dense1.a and y = 0 is {row}"),
    "two rows": (None, 2, "cross_entropy of dense1.a and y; row 0: y = 0, loss {row}; mean over 2 rows {mean}"),
    "smoothed": (CrossEntropy(0.1), 1, "cross_entropy(label_smoothing=0.1) of dense1.a and y = 0 is {row}"),
    "half": (SquaredError(half=True), 1, "squared_error(half=True) of dense1.a and y = [1  0  0] is {row}"),
    "huber": (Huber(0.5), 1, "huber(delta=0.5) of dense1.a and y = [1  0  0] is {row}"),
}


@pytest.mark.parametrize(("loss", "rows", "line"), LOSS_LINES.values(), ids=LOSS_LINES)
def test_the_loss_is_printed_with_its_options_and_for_row_0(loss: Any, rows: int, line: str) -> None:
    net = Network(4, [Dense(3, "softmax")], dtype="float64", seed=1)
    y = LABELS if loss is None or isinstance(loss, CrossEntropy) else np.eye(3)[LABELS]
    of_row_0, mean = net.gradient(X[:1], y[:1], loss)[0], net.gradient(X[:rows], y[:rows], loss)[0]
    text = str(net.trace(X[:rows], y[:rows], loss))
    assert f"\n  loss    {line.format(row=number(of_row_0), mean=number(mean))}\n" in text


def test_layers_without_weights_print_their_formulas() -> None:
    layers = [Embedding(0, 3, 2), BatchNorm(), Activation("gelu"), Dropout(0.25), LayerNorm(), Dense(3, "softmax")]
    net, x, y = network_and_data(layers, None, 9)
    trace = net.trace(x, y)
    normalized = "a = scale · (x − mean) / σ + shift          x is"
    for line in (
        "columns 0 → W[level]          W (3, 2)\n    a[",
        f"a = [the other columns  W[0]] = {row_0(trace['embedding1'].a)}",
        f"{normalized} embedding1.a; mean and σ: running statistics",
        f"{normalized} dropout1.a; mean and σ: statistics of the row",
        f"a = gelu(z) = {row_0(trace['activation1'].a)}",
        f"a = x · mask / 0.75 in training; here dropout is off: a = x = {row_0(trace['dropout1'].a)}",
        "dscale = Σ da · (x − mean) / σ over the rows: dscale[",
        # Rows 0, 3 and 6 hold level 0.
        "dW = Σ da over the rows with the same level: dW[0, 0] = -0.1071 + … (2 more rows: ",
        f"dW[0] = {row_0(trace['embedding1'].dW)}",
    ):
        assert f"\n    {line}" in str(trace)


SMOOTHED, Q = CrossEntropy(0.1), "q = 0.9 y + 0.1 / 3"


@pytest.mark.parametrize(
    ("output", "loss", "text", "formula"),
    [
        ("softmax", "cross_entropy", "dz = (a − y) / 9, y one-hot", lambda a, y, da: (a - y) / 9),
        ("softmax", SMOOTHED, f"dz = (a − q) / 9, {Q}, y one-hot", lambda a, y, da: (a - 0.9 * y - 0.1 / 3) / 9),
        ("sigmoid", "binary_cross_entropy", "dz = (a − y) / 9", lambda a, y, da: (a - y) / 9),
        ("identity", "squared_error", "dz = 2 (a − y) / 9", lambda a, y, da: 2 * (a - y) / 9),
        ("identity", SquaredError(half=True), "dz = (a − y) / 9", lambda a, y, da: (a - y) / 9),
        ("exponential", "poisson", "dz = (a − y) / 9", lambda a, y, da: (a - y) / 9),
        ("tanh", "squared_error", "da = 2 (a − y) / 9", lambda a, y, da: 2 * (a - y) / 9),
        (
            "tanh",
            "huber",
            "da = (derivative of huber with respect to a) / 9",
            lambda a, y, da: np.clip(a - y, -1, 1) / 9,
        ),
        ("tanh", "squared_error", "dz = da · tanh'(z)", lambda a, y, da: da * (1 - a * a)),
        ("softmax", "squared_error", "dz = a · (da − Σ da·a)", lambda a, y, da: a * (da - (da * a).sum(1)[:, None])),
        ("identity", "huber", "dz = da", lambda a, y, da: da),
    ],
)
def test_the_text_explains_the_origin_of_the_gradient(output: str, loss: Any, text: str, formula: Any) -> None:
    net = Network(4, [Dense(3, output)], dtype="float64", seed=1)
    trace = net.trace(X, LABELS if "one-hot" in text else np.eye(3)[LABELS], loss)
    v = trace["dense1"].values
    assert f"\n    {text} = {row_0(v[text[:2]])}\n" in str(trace)
    np.testing.assert_allclose(v[text[:2]], formula(v["a"], np.eye(3)[LABELS], v["da"]), atol=1e-14)
    np.testing.assert_allclose(v["dz"], activation(output).backward(v["da"], v["z"], v["a"]), atol=1e-14)


def test_a_hidden_softmax_has_its_own_formula_and_one_row_has_no_division() -> None:
    net = Network(4, [Dense(3, "softmax"), Dense(3, "softmax")], dtype="float64", seed=1)
    assert "\n    dz = a · (da − Σ da·a) = " in str(net.trace(X, LABELS))
    assert "\n    dz = (a − y), y one-hot = " in str(net.trace(X[:1], LABELS[:1]))
    assert "\n    dz = (a − y) = " in str(net.trace(X[:1], np.eye(3)[LABELS[:1]], "cross_entropy"))
    assert "\n    da = derivative of huber with respect to a = " in str(net.trace(X[:1], np.eye(3)[:1], "huber"))


def test_long_rows_are_truncated_and_wide_lines_are_wrapped() -> None:
    net = Network(30, [Dense(12, "softmax")], seed=1)
    trace = net.trace(np.ones((2, 30)), [0, 1], SMOOTHED)
    text = str(trace)
    assert "+ … (27 more: " in text
    dz = "  ".join(map(number, trace["dense1"].dz[0, :10]))
    assert f"    dz = (a − q) / 2, q = 0.9 y + 0.1 / 12, y one-hot\n      = [{dz}  …]\n" in text
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize(
    ("value", "text"), [(0.123456, "0.1235"), (-0.0, "0"), (12345.6, "1.235e+04"), (np.float32(0.5), "0.5")]
)
def test_numbers_have_four_significant_digits(value: float, text: str) -> None:
    assert number(value) == text
