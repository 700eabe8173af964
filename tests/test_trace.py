"""The trace: every number of one pass forward and back, and a text whose sums can be worked out by hand."""

import re
from typing import Any

import numpy as np
import pytest

from glassnet.maths.activations import activation
from glassnet.maths.losses import CrossEntropy, SquaredError
from glassnet.network.layers import Activation, BatchNorm, Dense, Dropout, Embedding, LayerNorm
from glassnet.network.network import Network
from glassnet.network.trace import number
from networks import LABELS, X, by_dtype

TABLE = X.copy()
TABLE[:, 0] = LABELS

NETWORKS = {
    "dense": ([Dense(5, "relu"), Dense(4, "sigmoid"), Dense(3, "softmax")], None),
    "one layer": ([Dense(3, "softmax")], None),
    "not canonical": ([Dense(5, "tanh"), Dense(3, "softmax")], "squared_error"),
    "normalised": ([Dense(5), BatchNorm(), Activation("gelu"), Dropout(0.5), LayerNorm(), Dense(3, "softmax")], None),
    "activation last": ([Dense(3), LayerNorm(), Activation("softmax")], None),
    "activation last, not canonical": ([Dense(3), Activation("sigmoid")], "huber"),
    "embedding first": ([Embedding(0, 3, 2), Dense(4, "elu"), Dense(3, "softmax")], None),
    "normalisation last": ([Dense(4, "relu"), Dense(3), LayerNorm()], "squared_error"),
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
def test_the_trace_holds_what_the_network_computes(layers: Any, loss: Any, rows: int) -> None:
    net, x, y = network_and_data(layers, loss, rows)
    trace = net.trace(x, y, loss)
    value, _ = net.gradient(x, y, loss)
    assert trace.loss == value
    np.testing.assert_array_equal(trace.output, net.predict_proba(x))
    np.testing.assert_array_equal(trace[net.names[-1]].a, trace.output)
    for name, view in net.named_gradients().items():
        layer, short = name.split(".")
        np.testing.assert_allclose(trace[layer]["d" + short], view, rtol=1e-12, atol=1e-15, err_msg=name)
        np.testing.assert_array_equal(trace[layer][short], net.named_parameters()[name], err_msg=name)


@by_rows
@by_network
def test_what_comes_out_of_a_layer_goes_into_the_next(layers: Any, loss: Any, rows: int) -> None:
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
def test_the_derivatives_belong_to_each_other(layers: Any, loss: Any, rows: int) -> None:
    net, x, y = network_and_data(layers, loss, rows)
    trace = net.trace(x, y, loss)
    for name, layer in zip(net.names, net.layers, strict=True):
        v = trace[name].values
        if isinstance(layer, (Dense, Activation)):
            # Also in the shortcut of a canonical loss, da and dz are what the chain rule says.
            np.testing.assert_allclose(v["dz"], layer.activation.backward(v["da"], v["z"], v["a"]), atol=1e-14)
        if isinstance(layer, Dense):
            np.testing.assert_allclose(v["dW"], v["x"].T @ v["dz"], rtol=1e-12, atol=1e-16)
            np.testing.assert_allclose(v["db"], v["dz"].sum(axis=0), rtol=1e-12, atol=1e-16)
            np.testing.assert_allclose(v["dx"], v["dz"] @ v["W"].T, rtol=1e-12, atol=1e-16)


def test_da_and_dz_are_slopes_of_the_loss() -> None:
    """Measured: a small change of one number, and the loss of everything behind it."""
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
def test_in_evaluation_mode_nothing_moves(layers: Any, loss: Any) -> None:
    net, x, y = network_and_data(layers, loss, 9)
    before = net.parameters.copy(), net.state.copy()
    first, again = net.trace(x, y, loss), net.trace(x, y, loss)
    np.testing.assert_array_equal(net.parameters, before[0])
    np.testing.assert_array_equal(net.state, before[1])
    assert str(first) == str(again)


def test_a_trace_is_a_picture_that_later_steps_do_not_change() -> None:
    net, x, y = network_and_data(NETWORKS["dense"][0], None, 9)
    trace = net.trace(x, y)
    W, dW = trace["dense1"].W.copy(), trace["dense1"].dW.copy()
    net.parameters -= 1
    net.gradient(x, y)
    np.testing.assert_array_equal(trace["dense1"].W, W)
    np.testing.assert_array_equal(trace["dense1"].dW, dW)


def test_numbers_are_had_by_attribute_and_by_name_in_the_order_of_the_layers() -> None:
    net, x, y = network_and_data(NETWORKS["normalised"][0], None, 9)
    trace = net.trace(x, y)
    assert tuple(trace) == tuple(trace.keys()) == net.names
    assert len(trace) == 6
    assert trace["dense1"].dW is trace["dense1"]["dW"]
    assert [layer.name for layer in trace.values()] == list(net.names)
    assert set(trace["dense1"].values) == {"x", "W", "b", "z", "a", "da", "dz", "dW", "db", "dx"}
    assert set(trace["batchnorm1"].values) == {"x", "scale", "shift", "a", "da", "dx", "dscale", "dshift"}
    assert set(trace["activation1"].values) == {"z", "a", "da", "dz"}
    assert set(trace["dropout1"].values) == {"x", "a", "da", "dx"}
    with pytest.raises(AttributeError, match=r"dropout1 has no 'dW' in its trace; it has x, a, da, dx"):
        _ = trace["dropout1"].dW
    with pytest.raises(KeyError):
        trace["dense9"]


# The text

NUMBER = r"\(?(-?\d+(?:\.\d+)?(?:e[-+]\d+)?)\)?"


def sum_of(line: str) -> tuple[float, float]:
    """Work out "z[3] = 0.1·2 + 0.2·(-1) + 0.5 = 0.5": the sum as it is printed, and what is printed as its result."""
    work, result = re.fullmatch(r"\s*\S+ = (.*) = (\S+)", line).groups()  # type: ignore[union-attr]
    total = 0.0
    for term in work.split(" + "):
        total += float(np.prod([float(re.fullmatch(NUMBER, part).group(1)) for part in term.split("·")]))  # type: ignore[union-attr]
    return total, float(result)


@by_dtype
def test_the_sums_in_the_text_add_up(dtype: str) -> None:
    net, x, y = network_and_data([Dense(3, "tanh"), Dense(3, "softmax")], None, 1, dtype)
    net = Network(3, net.layers, dtype=dtype, bias_init="uniform", seed=4)
    trace = net.trace(x[:, 1:], y)
    text = str(trace)
    sums = re.findall(r"^ +z\[\d\] = .*", text, re.MULTILINE)
    assert len(sums) == 2
    for line, name in zip(sums, net.names, strict=True):
        unit = int(line.split("[")[1][0])
        worked_out, printed = sum_of(line)
        assert worked_out == pytest.approx(printed, abs=2e-3)
        assert printed == pytest.approx(float(trace[name].z[0, unit]), rel=1e-3)
        # It follows the unit that the loss blames most.
        assert unit == np.abs(trace[name].dz[0]).argmax()
    products = re.findall(r"dW\[(\d), (\d)\] = (.*) = (\S+)", text)
    assert len(products) == 2
    for (i, j, work, result), name in zip(products, reversed(net.names), strict=True):
        worked_out, printed = sum_of(f"w = {work} = {result}")
        assert worked_out == pytest.approx(printed, rel=2e-3)
        assert printed == pytest.approx(float(trace[name].dW[int(i), int(j)]), rel=1e-3)


def test_the_text_of_one_sample_can_be_followed_by_hand() -> None:
    net = Network(2, [Dense(2, "relu"), Dense(2, "softmax")], init="zeros", dtype="float64")
    net.parameters = [1, -1, 2, 0.5, 0.5, 0, 1, 0, 0, 1, 0, 0]
    assert (
        str(net.trace([[1, 2]], [1]))
        == """\
forward
  input   x = [1  2]

  dense1
    z = x W + b          x is the input, (1, 2)   W (2, 2)   b (2,)
    z[0] = 1·1 + 2·2 + 0.5 = 5.5
    z = [5.5  0]
    a = relu(z) = [5.5  0]

  dense2
    z = x W + b          x is dense1.a, (1, 2)   W (2, 2)   b (2,)
    z[0] = 5.5·1 + 0·0 + 0 = 5.5
    z = [5.5  0]
    a = softmax(z) = [0.9959  0.00407]

  loss    cross_entropy of dense2.a and y = 1 is 5.504

backward: d… is the derivative of the loss with respect to …

  dense2
    dz = (a − y), y one-hot = [0.9959  -0.9959]
    dW = xᵀ dz, (2, 2): dW[0, 0] = 5.5·0.9959 = 5.478
    db = Σ dz over the rows = [0.9959  -0.9959]

  dense1
    da = [0.9959  -0.9959]
    dz = da · relu'(z) = [0.9959  0]
    dW = xᵀ dz, (2, 2): dW[0, 0] = 1·0.9959 = 0.9959
    db = Σ dz over the rows = [0.9959  0]"""
    )


@by_network
def test_every_network_has_a_text_that_names_all_its_layers(layers: Any, loss: Any) -> None:
    for rows in (1, 9):
        net, x, y = network_and_data(layers, loss, rows)
        text = str(net.trace(x, y, loss))
        forward, backward = text.split("backward")
        for name in net.names:
            assert f"\n  {name}\n" in forward
            assert f"\n  {name}\n" in backward
        assert "nan" not in text
        assert ("row 0 of 9" in text) == (rows == 9)
        if rows == 9:
            assert "in the mean over 9 rows" in text


@pytest.mark.parametrize(
    ("output", "loss", "text"),
    [
        ("softmax", CrossEntropy(), "dz = (a − y), y one-hot / 9 ="),
        ("softmax", CrossEntropy(0.1), "dz = (a − q), q the smoothed y / 9 ="),
        ("sigmoid", "binary_cross_entropy", "dz = (a − y) / 9 ="),
        ("identity", "squared_error", "dz = 2 (a − y) / 9 ="),
        ("identity", SquaredError(half=True), "dz = (a − y) / 9 ="),
        ("exponential", "poisson", "dz = (a − y) / 9 ="),
        ("tanh", "squared_error", "dz = da · tanh'(z) ="),
        ("softmax", "squared_error", "dz = da · softmax'(z) ="),
    ],
)
def test_the_text_says_where_the_gradient_comes_from(output: str, loss: Any, text: str) -> None:
    net = Network(4, [Dense(3, output)], dtype="float64")
    Y = np.eye(3)[LABELS]
    trace = net.trace(X, Y, loss)
    assert text in str(trace)
    v = trace["dense1"].values
    np.testing.assert_allclose(v["dz"], activation(output).backward(v["da"], v["z"], v["a"]), atol=1e-14)


def test_long_rows_are_cut() -> None:
    net = Network(30, [Dense(12)])
    text = str(net.trace(np.ones((1, 30)), np.ones((1, 12))))
    assert "+ … (27 more) + " in text
    assert max(map(len, text.splitlines())) < 150


@pytest.mark.parametrize(
    ("value", "text"), [(0.123456, "0.1235"), (-0.0, "0"), (12345.6, "1.235e+04"), (np.float32(0.5), "0.5")]
)
def test_numbers_have_four_digits_that_count(value: float, text: str) -> None:
    assert number(value) == text
