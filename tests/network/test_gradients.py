"""Gradients: every valid pair of output and loss, whole networks, weights, and the errata of the notebook."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.sources import load
from glassnet.engines.dispatch import ENGINES, engine
from glassnet.engines.job import Job
from glassnet.maths.activations import ACTIVATIONS
from glassnet.maths.losses import LOSSES, CrossEntropy, Huber, SquaredError, loss
from glassnet.maths.optimizers import SGD
from glassnet.network.gradient_check import check_gradient
from glassnet.network.layers import BatchNorm, Dense, Dropout, LayerNorm
from glassnet.network.network import Network
from helpers.needs import needs
from helpers.networks import LABELS, X, by_dtype, notebook, small
from helpers.oracles import jax_gradients

# Gradients


OUTPUTS = {
    "softmax": jax.nn.softmax,
    "softmax_groups": jax.nn.softmax,
    "sigmoid": jax.nn.sigmoid,
    "identity": lambda z: z,
    "tanh": jax.numpy.tanh,
    "softplus": jax.nn.softplus,
    "exponential": jax.numpy.exp,
}


def huber(r: Any) -> Any:
    r = jax.numpy.abs(r)
    return jax.numpy.where(r <= 1, r**2 / 2, r - 1 / 2)


def surprise(a: Any, Y: Any) -> Any:
    return -(Y * jax.numpy.log(a)).sum(axis=1)


# Each loss as a function of an output a and targets Y, both (n, k).
JAX_LOSSES: dict[str, Callable[[Any, Any], Any]] = {
    "cross_entropy": surprise,
    "binary_cross_entropy": lambda a, Y: surprise(a, Y) + surprise(1 - a, 1 - Y),
    "squared_error": lambda a, Y: ((a - Y) ** 2).sum(axis=1),
    "absolute_error": lambda a, Y: jax.numpy.abs(a - Y).sum(axis=1),
    "cross_entropy_groups": surprise,
    "huber": lambda a, Y: huber(a - Y).sum(axis=1),
    "quantile": lambda a, Y: jax.numpy.abs(a - Y).sum(axis=1) / 2,
    "poisson": lambda a, Y: (a - Y * jax.numpy.log(a)).sum(axis=1),
}
JAX_HIDDEN = {"relu": jax.nn.relu, "tanh": jax.numpy.tanh, "silu": jax.nn.silu, "elu": jax.nn.elu}

DISTRIBUTION, DISTRIBUTIONS = ("softmax",), ("softmax_groups",)
PROBABILITY, POSITIVE = ("sigmoid",), ("softplus", "exponential")
LEGAL = {
    "cross_entropy": DISTRIBUTION,
    "cross_entropy_groups": DISTRIBUTIONS,
    "binary_cross_entropy": DISTRIBUTION + DISTRIBUTIONS + PROBABILITY,
    "poisson": DISTRIBUTION + DISTRIBUTIONS + PROBABILITY + POSITIVE,
    "squared_error": tuple(ACTIVATIONS),
    "absolute_error": tuple(ACTIVATIONS),
    "huber": tuple(ACTIVATIONS),
    "quantile": tuple(ACTIVATIONS),
}
LEGAL_PAIRS = [(output, name) for name, outputs in LEGAL.items() for output in outputs]
ILLEGAL_PAIRS = [(output, name) for name in LOSSES for output in ACTIVATIONS if (output, name) not in LEGAL_PAIRS]


def targets_of(loss_name: str, outputs: int) -> np.ndarray:
    """Targets any loss accepts: probabilities if it needs a distribution, else numbers in (0, 1)."""
    Y = np.random.default_rng(4).uniform(0.1, 0.9, (len(X), outputs))
    return Y / Y.sum(axis=1, keepdims=True) if loss_name.startswith("cross_entropy") else Y


@pytest.mark.parametrize("engine_name", ENGINES)
@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize(("output", "loss_name"), [pair for pair in LEGAL_PAIRS if pair[0] in OUTPUTS])
def test_every_valid_pair_of_output_and_loss_matches_jax(
    output: str, loss_name: str, outputs: int, engine_name: str
) -> None:
    if output.startswith("softmax") and outputs == 1:
        return  # a probability that is always one
    net = Network(4, [Dense(5, "silu"), Dense(outputs, output)], dtype="float64", seed=1)
    Y, w = targets_of(loss_name, outputs), np.random.default_rng(5).uniform(0, 2, len(X))

    def mean_loss(p: Any) -> Any:
        hidden = jax.nn.silu(X @ p["dense1.W"] + p["dense1.b"])
        rows = JAX_LOSSES[loss_name](OUTPUTS[output](hidden @ p["dense2.W"] + p["dense2.b"]), Y)
        return (w * rows).sum() / w.sum()

    expected, (by_name,) = jax_gradients(mean_loss, net.named_parameters())
    job = Job(net, loss(loss_name), SGD(), None)
    for value, g in (
        net.gradient(X, Y, loss_name, sample_weight=w),
        engine(engine_name).gradient(job, X, Y, w, None)[::2],
    ):
        assert value == pytest.approx(expected, rel=1e-12)
        np.testing.assert_allclose(
            g, np.concatenate([by_name[name].ravel() for name in net.named_parameters()]), rtol=1e-10, atol=1e-13
        )


@pytest.mark.parametrize(("output", "loss_name"), LEGAL_PAIRS)
def test_the_gradient_of_every_valid_pair_of_output_and_loss_is_its_slope(output: str, loss_name: str) -> None:
    net = Network(4, [Dense(5, "tanh"), Dense(3, output)], seed=1)
    check = check_gradient(net, X, targets_of(loss_name, 3), loss_name)
    assert check, str(check)


@pytest.mark.parametrize(("output", "loss_name"), ILLEGAL_PAIRS)
def test_every_other_pair_raises_by_name(output: str, loss_name: str) -> None:
    net = Network(4, [Dense(5), Dense(3, output)])
    # identity and linear are two names of one activation.
    ends = "identity" if output == "linear" else output
    with pytest.raises(
        ValueError, match=rf"^{loss_name} does not accept the output of dense2, which ends in '{ends}'; end the"
    ):
        net.gradient(X, targets_of(loss_name, 3), loss_name)


def test_a_loss_on_distributions_raises_for_other_output_layers() -> None:
    net = Network(4, [Dense(3, "softmax"), Dropout(0.5)])
    with pytest.raises(
        ValueError, match="cross_entropy does not accept the output of dropout1, which ends in 'identity'"
    ):
        net.gradient(X, LABELS, "cross_entropy")


@pytest.mark.parametrize(
    ("output", "loss_name"),
    [
        ("softmax", "cross_entropy"),
        ("sigmoid", "binary_cross_entropy"),
        ("identity", "squared_error"),
        ("exponential", "poisson"),
    ],
)
def test_the_default_loss_matches_the_output(output: str, loss_name: str) -> None:
    net = Network(4, [Dense(3, output)], dtype="float64")
    Y = targets_of("cross_entropy", 3)
    assert net.gradient(X, Y)[0] == net.gradient(X, Y, loss_name)[0]


def test_an_output_without_a_default_loss_raises() -> None:
    with pytest.raises(ValueError, match="no loss belongs to output activation 'tanh'; name one of cross_entropy"):
        Network(4, [Dense(1, "tanh")]).gradient(X, np.zeros(9))


@pytest.mark.parametrize("loss_choice", ["cross_entropy", CrossEntropy(0.1), "squared_error", Huber(0.5)], ids=repr)
@pytest.mark.parametrize("hidden", ["relu", "tanh", "gelu", "elu", "mish"])
def test_gradients_of_whole_networks_match_pytorch(hidden: str, loss_choice: Any) -> None:
    torch = needs("torch")
    functional = torch.nn.functional
    net = Network(4, [Dense(7, hidden), LayerNorm(), Dense(6, hidden), BatchNorm(), Dense(3, "softmax")], seed=2)
    net = Network.from_vectors(4, net.layers, net.parameters, net.state, "float64")
    p = {name: torch.tensor(view, requires_grad=True) for name, view in net.named_parameters().items()}
    act = getattr(functional, hidden)
    h = act(torch.tensor(X) @ p["dense1.W"] + p["dense1.b"])
    h = functional.layer_norm(h, (7,), p["layernorm1.scale"], p["layernorm1.shift"])
    h = act(h @ p["dense2.W"] + p["dense2.b"])
    h = functional.batch_norm(h, None, None, p["batchnorm1.scale"], p["batchnorm1.shift"], training=True)
    z = h @ p["dense3.W"] + p["dense3.b"]
    labels, one_hot = torch.tensor(LABELS), torch.eye(3, dtype=torch.float64)[LABELS]
    rows = {
        "CrossEntropy": lambda: functional.cross_entropy(
            z, labels, label_smoothing=getattr(loss_choice, "label_smoothing", 0.0)
        ),
        "SquaredError": lambda: functional.mse_loss(functional.softmax(z, 1), one_hot, reduction="sum") / 9,
        "Huber": lambda: functional.huber_loss(functional.softmax(z, 1), one_hot, reduction="sum", delta=0.5) / 9,
    }
    expected = rows[type(loss(loss_choice)).__name__]()
    expected.backward()
    kind = loss(loss_choice)
    value, _ = net.gradient(X, LABELS if isinstance(kind, CrossEntropy) else np.eye(3)[LABELS], kind, train=True)
    assert value == pytest.approx(expected.item(), rel=1e-12)
    for name, view in net.named_gradients().items():
        np.testing.assert_allclose(view, p[name].grad, rtol=1e-9, atol=1e-13, err_msg=name)


@by_dtype
def test_the_returned_gradient_is_a_buffer_that_the_next_call_overwrites(dtype: str) -> None:
    net = small(dtype)
    _, g = net.gradient(X, LABELS)
    first = g.copy()
    _, second = net.gradient(X[:4], LABELS[:4])
    assert second is g
    assert not np.allclose(g, first)
    assert np.shares_memory(g, net.named_gradients()["dense2.b"])
    net.gradient(X, LABELS)
    np.testing.assert_array_equal(g, first)


@by_dtype
@pytest.mark.parametrize("z", [1e4, -1e4])
def test_extreme_logits_give_exact_losses_and_finite_gradients(z: float, dtype: str) -> None:
    for output, y, expected in (("softmax", [0], max(-z, 0)), ("sigmoid", [1], max(-z, 0))):
        net = Network(1, [Dense(1 + (output == "softmax"), output)], init="zeros", dtype=dtype)
        net.named_parameters()["dense1.b"][0] = z
        value, g = net.gradient([[1.0]], y)
        assert value == expected
        assert np.all(np.isfinite(g))


# Sample weights


def test_the_loss_is_the_weighted_mean_over_the_rows() -> None:
    net = small()
    w = np.random.default_rng(1).uniform(0, 3, 9)
    alone = [net.gradient(X[[i]], LABELS[[i]]) for i in range(9)]
    alone = [(value, net.gradient(X[[i]], LABELS[[i]])[1].copy()) for i, (value, _) in enumerate(alone)]
    value, g = net.gradient(X, LABELS, sample_weight=w)
    assert value == pytest.approx(sum(w_i * l_i for w_i, (l_i, _) in zip(w, alone, strict=True)) / w.sum())
    np.testing.assert_allclose(g, sum(w_i * g_i for w_i, (_, g_i) in zip(w, alone, strict=True)) / w.sum(), atol=1e-14)


@given(factor=st.floats(1e-3, 1e3))
def test_weights_are_relative_and_weight_two_equals_two_rows(factor: float) -> None:
    net = small()
    value, g = net.gradient(X[[0, 1, 1]], LABELS[[0, 1, 1]])
    expected = g.copy()
    weighted, g = net.gradient(X[:2], LABELS[:2], sample_weight=factor * np.array([1, 2]))
    assert weighted == pytest.approx(value)
    np.testing.assert_allclose(g, expected, atol=1e-14)


def test_rows_of_weight_zero_are_ignored() -> None:
    net = small()
    value, g = net.gradient(X[:5], LABELS[:5])
    expected = g.copy()
    wild = X.copy()
    wild[5:] = 1e6
    weighted, g = net.gradient(wild, LABELS, sample_weight=[1] * 5 + [0] * 4)
    assert weighted == pytest.approx(value)
    np.testing.assert_allclose(g, expected, atol=1e-14)


def test_loss_and_gradient_are_zero_if_all_weights_are_zero() -> None:
    value, g = small().gradient(X, LABELS, sample_weight=np.zeros(9))
    assert value == 0
    np.testing.assert_array_equal(g, 0)


# The errata of the notebook, as regression tests


DIGITS = load("digits")
DIGITS_X = DIGITS.X / 16


def test_the_network_of_the_notebook_has_485_parameters() -> None:
    net = notebook()
    shapes = {name: view.shape for name, view in net.named_parameters().items()}
    assert shapes == {
        "dense1.W": (64, 6),
        "dense1.b": (6,),
        "dense2.W": (6, 5),
        "dense2.b": (5,),
        "dense3.W": (5, 10),
        "dense3.b": (10,),
    }
    assert net.parameters.shape == (485,)
    assert 0.09 < net.parameters.std() < 0.11


def test_the_network_of_the_notebook_passes_the_gradient_check() -> None:
    assert check_gradient(notebook(), DIGITS_X[:50], DIGITS.y[:50]).relative_error < 1e-6
    assert check_gradient(notebook(), DIGITS_X[[0]], DIGITS.y[[0]], per_parameter=True).relative_error < 1e-6


def test_gradients_have_the_shape_of_their_parameters_and_exceed_rounding_noise() -> None:
    net = notebook()
    net.gradient(DIGITS_X[:50], DIGITS.y[:50])
    for name, view in net.named_gradients().items():
        assert view.shape == net.named_parameters()[name].shape
        assert np.linalg.norm(view) > 1e-4
    # Every unit has a gradient of its own: none is one number spread over all.
    assert np.all(np.ptp(net.named_gradients()["dense3.b"]) > 1e-3)


def test_deltas_are_elementwise_and_use_the_derivative_of_their_layer() -> None:
    net = notebook()
    X1, y1 = DIGITS_X[:7], DIGITS.y[:7]
    trace = net.trace(X1, y1)
    p = net.named_parameters()
    delta3 = (trace["dense3"].a - np.eye(10)[y1]) / 7
    s = trace["dense2"].a
    delta2 = (delta3 @ p["dense3.W"].T) * s * (1 - s)
    delta1 = (delta2 @ p["dense2.W"].T) * (trace["dense1"].z > 0)
    inputs = [X1, trace["dense1"].a, trace["dense2"].a]
    for name, x, delta in zip(net.names, inputs, (delta1, delta2, delta3), strict=True):
        np.testing.assert_allclose(trace[name].dz, delta, rtol=1e-12, atol=1e-16)
        np.testing.assert_allclose(trace[name].dW, x.T @ delta, rtol=1e-12, atol=1e-16)
        np.testing.assert_allclose(trace[name].db, delta.sum(axis=0), rtol=1e-12, atol=1e-16)


@by_dtype
def test_the_gradient_of_a_batch_is_the_mean_over_its_samples(dtype: str) -> None:
    net = notebook(dtype)
    X1, y1 = DIGITS_X[:20], DIGITS.y[:20]
    values, gradients = [], []
    for i in range(20):
        value, g = net.gradient(X1[[i]], y1[[i]])
        values.append(value)
        gradients.append(g.copy())
    value, g = net.gradient(X1, y1)
    tolerance = {"float32": 1e-5, "float64": 1e-12}[dtype]
    assert value == pytest.approx(np.mean(values), rel=tolerance)
    np.testing.assert_allclose(g, np.mean(gradients, axis=0), rtol=tolerance, atol=tolerance)
    alone = np.vstack([net.predict_proba(X1[[i]]) for i in range(20)])
    np.testing.assert_allclose(net.predict_proba(X1), alone, rtol=tolerance)
    np.testing.assert_allclose(net.predict_proba(X1).sum(axis=1), 1, rtol=tolerance)


def test_the_untrained_network_of_the_notebook_has_a_loss_of_about_log_10() -> None:
    assert notebook().gradient(DIGITS_X, DIGITS.y)[0] == pytest.approx(np.log(10), abs=0.05)


def test_the_gradient_of_the_squared_error_is_its_derivative_for_one_and_several_outputs() -> None:
    for outputs in (1, 3):
        net = Network(4, [Dense(outputs)], dtype="float64", seed=1)
        Y = targets_of("squared_error", outputs)
        r = net.predict_proba(X) - Y
        value, _ = net.gradient(X, Y)
        assert value == pytest.approx((r**2).sum() / 9)
        np.testing.assert_allclose(net.named_gradients()["dense1.b"], 2 * r.mean(axis=0))
        half, _ = net.gradient(X, Y, SquaredError(half=True))
        assert half == pytest.approx(value / 2)
