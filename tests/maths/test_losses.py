"""Losses: values and gradients against JAX, Optax, and PyTorch, exact and without warnings for large logits."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
import optax
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from jax.scipy.special import xlogy

from glassnet.maths.activations import activation
from glassnet.maths.losses import (
    LOSSES,
    BinaryCrossEntropy,
    CrossEntropy,
    CrossEntropyGroups,
    Huber,
    Poisson,
    Quantile,
    SquaredError,
    loss,
    mean_loss,
    row_shares,
)
from helpers.needs import needs
from helpers.oracles import jax_pullback, torch_pullback

DTYPES = [np.float32, np.float64]
TOLERANCE = {np.float32: {"rtol": 3e-6, "atol": 3e-6}, np.float64: {"rtol": 1e-12, "atol": 1e-14}}
both_dtypes = pytest.mark.parametrize("dtype", DTYPES)

rng = np.random.default_rng(0)
N, K = 12, 5
CLASSES = np.arange(N) % K
ONE_HOT = np.eye(K, dtype=np.uint8)[CLASSES]
SOFT = rng.dirichlet(np.ones(K), N)
YES_NO = rng.integers(0, 2, N)
MANY_LABELS = rng.integers(0, 2, (N, K))
BETWEEN = rng.uniform(0, 1, (N, K))
NUMBERS = rng.normal(0, 2, (N, K))
NUMBER = rng.normal(0, 2, N)
COUNTS = rng.poisson(3, (N, K))
PARTS = [slice(0, 2), slice(2, 5)]
CHOICES = np.hstack([np.eye(2)[CLASSES % 2], np.eye(3)[CLASSES % 3]])
GROUPS = np.hstack([rng.dirichlet(np.ones(2), N), rng.dirichlet(np.ones(3), N)])


@dataclass(frozen=True)
class Row:
    """A loss on an output, and what it must be as a function of z and Y, (n,), for JAX and for PyTorch.

    Y comes as an array of the library that is asked; F is torch.nn.functional.
    """

    loss: Any
    output: str
    y: np.ndarray
    jax: Callable[[Any, Any], Any]
    torch: Callable[[Any, Any, Any], Any]


def softmax_cross_entropy(smoothing: float) -> Callable[[Any, Any], Any]:
    def formula(z: Any, Y: Any) -> Any:
        if Y.ndim == 1 and smoothing == 0:
            return optax.softmax_cross_entropy_with_integer_labels(z, Y)
        shares = jnp.eye(K)[Y] if Y.ndim == 1 else Y
        return optax.softmax_cross_entropy(z, optax.smooth_labels(shares, smoothing))

    return formula


def sum_of(formula: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda z, Y: formula(z, Y).sum(axis=1)


def of_softplus(formula: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda z, Y: formula(jnp.logaddexp(z, 0), Y).sum(axis=1)


def torch_softmax(smoothing: float) -> Callable[[Any, Any, Any], Any]:
    return lambda F, z, Y: F.cross_entropy(z, Y, reduction="none", label_smoothing=smoothing)


def torch_sum_of(function: str, **options: Any) -> Callable[[Any, Any, Any], Any]:
    return lambda F, z, Y: getattr(F, function)(z, Y, reduction="none", **options).sum(1)


bce = sum_of(optax.sigmoid_binary_cross_entropy)
torch_bce = torch_sum_of("binary_cross_entropy_with_logits")

ROWS = {
    "cross_entropy of classes": Row(CrossEntropy(), "softmax", CLASSES, softmax_cross_entropy(0), torch_softmax(0)),
    "cross_entropy of one-hot rows": Row(
        CrossEntropy(), "softmax", ONE_HOT, softmax_cross_entropy(0), torch_softmax(0)
    ),
    "cross_entropy of shares": Row(CrossEntropy(), "softmax", SOFT, softmax_cross_entropy(0), torch_softmax(0)),
    "cross_entropy of classes, smoothed": Row(
        CrossEntropy(0.1), "softmax", CLASSES, softmax_cross_entropy(0.1), torch_softmax(0.1)
    ),
    "cross_entropy of one-hot rows, smoothed": Row(
        CrossEntropy(0.3), "softmax", ONE_HOT, softmax_cross_entropy(0.3), torch_softmax(0.3)
    ),
    "cross_entropy of shares, smoothed": Row(
        CrossEntropy(0.3), "softmax", SOFT, softmax_cross_entropy(0.3), torch_softmax(0.3)
    ),
    "binary_cross_entropy": Row(BinaryCrossEntropy(), "sigmoid", YES_NO, bce, torch_bce),
    "binary_cross_entropy, many labels": Row(BinaryCrossEntropy(), "sigmoid", MANY_LABELS, bce, torch_bce),
    "binary_cross_entropy of shares": Row(BinaryCrossEntropy(), "sigmoid", BETWEEN, bce, torch_bce),
    "squared_error": Row(SquaredError(), "identity", NUMBERS, sum_of(optax.squared_error), torch_sum_of("mse_loss")),
    "squared_error, one output": Row(
        SquaredError(), "identity", NUMBER, sum_of(optax.squared_error), torch_sum_of("mse_loss")
    ),
    "squared_error, half": Row(
        SquaredError(half=True),
        "identity",
        NUMBERS,
        sum_of(optax.l2_loss),
        lambda F, z, Y: F.mse_loss(z, Y, reduction="none").sum(1) / 2,
    ),
    "squared_error of softplus": Row(
        SquaredError(),
        "softplus",
        NUMBERS,
        of_softplus(optax.squared_error),
        lambda F, z, Y: F.mse_loss(F.softplus(z), Y, reduction="none").sum(1),
    ),
    "absolute_error": Row(
        loss("absolute_error"), "identity", NUMBERS, sum_of(lambda z, Y: jnp.abs(z - Y)), torch_sum_of("l1_loss")
    ),
    "huber": Row(Huber(), "identity", NUMBERS, sum_of(optax.huber_loss), torch_sum_of("huber_loss")),
    "huber, narrow": Row(
        Huber(delta=0.3),
        "identity",
        NUMBERS,
        sum_of(lambda z, Y: optax.huber_loss(z, Y, delta=0.3)),
        torch_sum_of("huber_loss", delta=0.3),
    ),
    "squared_error, half the mean": Row(
        SquaredError(half=True, mean=True),
        "identity",
        NUMBERS,
        lambda z, Y: optax.l2_loss(z, Y).mean(axis=1),
        lambda F, z, Y: F.mse_loss(z, Y, reduction="none").mean(1) / 2,
    ),
    "quantile": Row(
        Quantile(0.9),
        "identity",
        NUMBERS,
        sum_of(lambda z, Y: jnp.maximum(0.9 * (Y - z), -0.1 * (Y - z))),
        lambda F, z, Y: (0.9 * (Y - z)).maximum(-0.1 * (Y - z)).sum(1),
    ),
    "poisson deviance": Row(
        Poisson(deviance=True),
        "exponential",
        COUNTS,
        sum_of(lambda z, Y: jnp.exp(z) - Y * z + xlogy(Y, Y) - Y),
        lambda F, z, Y: (z.exp() - Y * z + Y.xlogy(Y) - Y).sum(1),
    ),
    "cross_entropy_groups": Row(
        CrossEntropyGroups((2, 3)),
        "softmax_groups",
        GROUPS,
        lambda z, Y: sum(optax.softmax_cross_entropy(z[:, part], Y[:, part]) for part in PARTS),
        lambda F, z, Y: sum(F.cross_entropy(z[:, part], Y[:, part], reduction="none") for part in PARTS),
    ),
    "cross_entropy_groups, smoothed": Row(
        CrossEntropyGroups((2, 3), label_smoothing=0.2),
        "softmax_groups",
        GROUPS,
        lambda z, Y: sum(
            optax.softmax_cross_entropy(z[:, part], optax.smooth_labels(Y[:, part], 0.2)) for part in PARTS
        ),
        lambda F, z, Y: sum(
            F.cross_entropy(z[:, part], Y[:, part], reduction="none", label_smoothing=0.2) for part in PARTS
        ),
    ),
    "poisson": Row(
        Poisson(),
        "exponential",
        COUNTS,
        sum_of(lambda z, Y: jnp.exp(z) - Y * z),
        torch_sum_of("poisson_nll_loss", log_input=True),
    ),
    "poisson of softplus": Row(
        Poisson(),
        "softplus",
        COUNTS,
        of_softplus(lambda a, Y: a - Y * jnp.log(a)),
        lambda F, z, Y: F.poisson_nll_loss(F.softplus(z), Y, log_input=False, reduction="none", eps=0).sum(1),
    ),
}
every_row = pytest.mark.parametrize("row", ROWS.values(), ids=list(ROWS))


def logits(row: Row, dtype: type) -> np.ndarray:
    """Random z for the output of a row, none of which has zero loss."""
    outputs = 1 if row.y.ndim == 1 and row.loss.needs != ("distribution",) else K
    return np.random.default_rng(1).normal(0, 2, (N, outputs)).astype(dtype)


def targets(row: Row, outputs: int, dtype: type) -> np.ndarray:
    """Y as the network passes it to the loss: class indices stay integers, all else has the dtype of the network."""
    Y = row.loss.targets(row.y, outputs)
    return Y if Y.ndim == 1 else Y.astype(dtype)


def output_of(row: Row) -> Any:
    """The output activation of the row."""
    groups = getattr(row.loss, "groups", None)
    return activation(row.output if groups is None else {"name": row.output, "groups": groups})


def values_and_gradients(row: Row, z: np.ndarray, Y: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """ℓ, (n,), and dℓ/dz, (n, k), by the chain rule and, where supported, directly from the logits."""
    f = output_of(row)
    a = f.forward(z)
    ways = [(row.loss.value(a, Y), f.backward(row.loss.gradient(a, Y), z, a))]
    if row.loss.canonical == row.output:
        ways.append((row.loss.value_from_logits(z, Y), row.loss.gradient_from_logits(a, Y)))
    return ways


def test_every_loss_is_in_the_table() -> None:
    assert {type(row.loss) for row in ROWS.values()} == set(LOSSES.values())


@both_dtypes
@every_row
def test_values_and_gradients_match_jax(row: Row, dtype: type) -> None:
    z = logits(row, dtype)
    Y = targets(row, z.shape[1], dtype)
    weight = np.random.default_rng(2).uniform(0.5, 2, N)
    expected, slope = jax_pullback(lambda z_: row.jax(z_, jnp.asarray(Y)), z, weight)
    for value, gradient in values_and_gradients(row, z, Y):
        assert value.dtype == gradient.dtype == dtype
        np.testing.assert_allclose(value, expected, **TOLERANCE[dtype])
        np.testing.assert_allclose(weight[:, None] * gradient, slope, **TOLERANCE[dtype])


@every_row
def test_values_and_gradients_match_pytorch(row: Row) -> None:
    torch = needs("torch")
    z = logits(row, np.float64)
    Y = targets(row, z.shape[1], np.float64)
    functional = torch.nn.functional
    expected, slope = torch_pullback(lambda z_: row.torch(functional, z_, torch.tensor(Y)), z, np.ones(N))
    for value, gradient in values_and_gradients(row, z, Y):
        np.testing.assert_allclose(value, expected, **TOLERANCE[np.float64])
        np.testing.assert_allclose(gradient, slope, **TOLERANCE[np.float64])


@pytest.mark.parametrize("weights", [None, np.arange(N, dtype=float)], ids=["plain", "weighted"])
@every_row
def test_the_gradient_is_that_of_the_reported_mean_loss(row: Row, weights: np.ndarray | None) -> None:
    z = logits(row, np.float64)
    Y = targets(row, z.shape[1], np.float64)
    direction = np.random.default_rng(3).normal(size=z.shape)
    h = 1e-6
    for way, (_, gradient) in enumerate(values_and_gradients(row, z, Y)):
        ahead, behind = (
            mean_loss(values_and_gradients(row, z + step * direction, Y)[way][0], weights) for step in (h, -h)
        )
        slope = np.sum(gradient * row_shares(weights, N) * direction)
        assert slope == pytest.approx((ahead - behind) / (2 * h), rel=1e-7)


@every_row
def test_arguments_are_not_modified(row: Row) -> None:
    z = logits(row, np.float64)
    Y = targets(row, z.shape[1], np.float64)
    a = output_of(row).forward(z)
    before = a.copy(), Y.copy()
    for array in (z, a, Y):
        array.flags.writeable = False
    values_and_gradients(row, z, Y)
    row.loss.gradient(a, Y)
    np.testing.assert_array_equal(a, before[0])
    np.testing.assert_array_equal(Y, before[1])


# The notebook took the logarithm of the probabilities it had printed, which are right to eight digits.
PRINTED = [[0.4083291, 0.20277023, 0.18347409, 0.12298636, 0.08244022]]
THEIR_LOGITS = [[0.9, 0.2, 0.1, -0.3, -0.7]]


@pytest.mark.parametrize("y", [[1], [[0, 1, 0, 0, 0]]], ids=["class", "one-hot"])
def test_the_loss_of_the_notebook(y: Any) -> None:
    kind = CrossEntropy()
    Y = kind.targets(np.array(y), 5)
    np.testing.assert_array_equal(kind.value(np.array(PRINTED), Y), [1.5956818129123256])
    np.testing.assert_allclose(kind.value_from_logits(np.array(THEIR_LOGITS), Y), [1.5956818129123256], atol=3e-8)
    single = np.array(THEIR_LOGITS, np.float32)
    np.testing.assert_allclose(kind.value_from_logits(single, Y), [1.5956818129123256], rtol=1e-6)


@both_dtypes
def test_a_uniform_guess_of_ten_classes_costs_log_10_per_row(dtype: type) -> None:
    a = np.full((3, 10), 0.1, dtype)
    for Y in (np.array([0, 4, 9]), np.eye(10, dtype=dtype)[[0, 4, 9]]):
        np.testing.assert_allclose(CrossEntropy().value(a, Y), np.full(3, np.log(10)), rtol=1e-6)


def quiet() -> np.errstate:
    return np.errstate(over="raise", invalid="raise", divide="raise")


@both_dtypes
@pytest.mark.parametrize(
    ("kind", "y", "surprises"),
    [(CrossEntropy(), [0], 1), (CrossEntropy(), [[1, 0]], 1), (BinaryCrossEntropy(), [[1, 0]], 2)],
    ids=["class", "one-hot", "binary"],
)
def test_a_certain_prediction_has_zero_loss_if_correct_and_finite_loss_if_wrong(
    kind: Any, y: Any, surprises: int, dtype: type
) -> None:
    Y = kind.targets(np.array(y), 2)
    right, wrong = np.array([[1, 0]], dtype), np.array([[0, 1]], dtype)
    with quiet():
        np.testing.assert_array_equal(kind.value(right, Y), [0])
        np.testing.assert_allclose(kind.value(wrong, Y), [-surprises * np.log(np.finfo(dtype).tiny)], rtol=1e-6)
        assert np.isfinite(kind.gradient(right, Y)).all()
        assert np.isfinite(kind.gradient(wrong, Y)).all()


@both_dtypes
@pytest.mark.parametrize(
    ("kind", "z", "y", "value", "gradient"),
    [
        (CrossEntropy(), [1e4, -1e4, 0], [0], 0, [0, 0, 0]),
        (CrossEntropy(), [1e4, -1e4, 0], [1], 2e4, [1, -1, 0]),
        (CrossEntropy(), [1e4, -1e4, 0], [[0, 1, 0]], 2e4, [1, -1, 0]),
        (CrossEntropy(), [1e4, -1e4, 0], [[0.5, 0.5, 0]], 1e4, [0.5, -0.5, 0]),
        (CrossEntropy(0.3), [1e4, -1e4, 0], [0], 3e3, [0.2, -0.1, -0.1]),
        (CrossEntropy(), [-1e4, -1e4, -1e4], [2], np.log(3), [1 / 3, 1 / 3, -2 / 3]),
        (BinaryCrossEntropy(), [1e4, -1e4, 0], [[1, 0, 1]], np.log(2), [0, 0, -0.5]),
        (BinaryCrossEntropy(), [1e4, -1e4, 0], [[0, 1, 0.5]], 2e4 + np.log(2), [1, -1, 0]),
        (SquaredError(), [1e4, -1e4, 0], [[0, 0, 0]], 2e8, [2e4, -2e4, 0]),
        (Poisson(), [-1e4, -1e4, 0], [[0, 2, 1]], 2e4 + 1, [0, -2, 0]),
        (Poisson(), [1e4, 0, 0], [[0, 2, 1]], np.inf, [np.inf, -1, 0]),
    ],
    ids=str,
)
def test_very_large_logits_give_exact_losses_without_warnings(
    kind: Any, z: list[float], y: list[Any], value: float, gradient: list[float], dtype: type
) -> None:
    z_ = np.array([z], dtype)
    Y = kind.targets(np.array(y), 3)
    Y = Y if Y.ndim == 1 else Y.astype(dtype)
    with quiet():
        a = activation(kind.canonical).forward(z_)
        got = kind.value_from_logits(z_, Y)
        slope = kind.gradient_from_logits(a, Y)
        mean_loss(got, None)
    np.testing.assert_allclose(got, [value], rtol=4 * np.finfo(dtype).eps)
    np.testing.assert_allclose(slope, [gradient], rtol=4 * np.finfo(dtype).eps, atol=np.finfo(dtype).eps)


@both_dtypes
@pytest.mark.parametrize(
    ("kind", "output", "y"),
    [
        (CrossEntropy(), "softmax", [0, 1, 2]),
        (CrossEntropy(0.1), "softmax", [0, 1, 2]),
        (BinaryCrossEntropy(), "sigmoid", np.eye(3)),
        (BinaryCrossEntropy(), "softmax", np.eye(3)),
        (SquaredError(), "softplus", np.eye(3)),
        (loss("absolute_error"), "identity", np.eye(3)),
        (Huber(), "identity", np.eye(3)),
        (Huber(1e4), "identity", np.eye(3)),
        (Poisson(), "softplus", 1000 * np.eye(3)),
        (Poisson(), "sigmoid", 1000 * np.eye(3)),
        (Poisson(), "softmax", 1000 * np.eye(3)),
    ],
    ids=str,
)
def test_gradients_of_very_large_logits_are_finite_without_warnings(
    kind: Any, output: str, y: Any, dtype: type
) -> None:
    z = np.array([[1e4, -1e4, 0], [-1e4, 1e4, 0], [0, 1e4, -1e4]], dtype)
    Y = kind.targets(np.array(y), 3)
    Y = Y if Y.ndim == 1 else Y.astype(dtype)
    f = activation(output)
    with quiet():
        a = f.forward(z)
        value = kind.value(a, Y)
        dz = f.backward(kind.gradient(a, Y), z, a)
    assert np.isfinite(value).all()
    assert np.isfinite(dz).all()


@given(
    z=arrays(np.float32, (3, 4), elements=st.floats(-(2.0**120), 2.0**120, width=32))
    | arrays(np.float64, (3, 4), elements=st.floats(-1e300, 1e300)),
    y=arrays(np.int64, 3, elements=st.integers(0, 3)),
    kind=st.sampled_from([CrossEntropy(), CrossEntropy(0.2), BinaryCrossEntropy()]),
)
def test_cross_entropy_of_any_logits_is_at_least_0(z: np.ndarray, y: np.ndarray, kind: Any) -> None:
    Y = np.eye(4, dtype=z.dtype)[y]
    with quiet():
        a = activation(kind.canonical).forward(z)
        value = kind.value_from_logits(z, Y)
        slope = kind.gradient_from_logits(a, Y)
    assert (value >= 0).all()
    assert np.isfinite(value).all()
    assert (np.abs(slope) <= 1).all()
    if kind == CrossEntropy():
        np.testing.assert_array_equal(kind.value_from_logits(z, y), value)


@given(
    z=arrays(np.float64, (3, 4), elements=st.floats(-50, 50)),
    shift=st.floats(-1e3, 1e3),
    y=arrays(np.int64, 3, elements=st.integers(0, 3)),
)
def test_cross_entropy_depends_only_on_differences_of_logits(z: np.ndarray, shift: float, y: np.ndarray) -> None:
    kind = CrossEntropy(0.1)
    np.testing.assert_allclose(kind.value_from_logits(z + shift, y), kind.value_from_logits(z, y), atol=1e-9)
    slope = kind.gradient_from_logits(activation("softmax").forward(z), y)
    np.testing.assert_allclose(slope.sum(axis=1), 0, atol=1e-14)


def test_the_gradient_is_0_where_the_prediction_is_exact() -> None:
    a = np.array([[0.0, -2.0, 3.0]])
    for kind in (SquaredError(), loss("absolute_error"), Huber()):
        np.testing.assert_array_equal(kind.value(a, a), [0])
        np.testing.assert_array_equal(kind.gradient(a, a), [[0, 0, 0]])


@both_dtypes
def test_the_mean_is_weighted(dtype: type) -> None:
    losses = np.array([1, 2, 6], dtype)
    assert mean_loss(losses, None) == 3
    assert mean_loss(losses, np.array([1, 1, 1], dtype)) == 3
    assert mean_loss(losses, np.array([3, 0, 1], dtype)) == pytest.approx(9 / 4)
    assert isinstance(mean_loss(losses, None), float)
    assert row_shares(None, 4) == 0.25
    shares = row_shares(np.array([3, 0, 1], dtype), 3)
    np.testing.assert_array_equal(shares, [[0.75], [0], [0.25]])
    assert shares.dtype == dtype


@both_dtypes
def test_rows_of_zero_weight_have_zero_loss_and_gradient(dtype: type) -> None:
    nothing = np.zeros(3, dtype)
    with quiet():
        assert mean_loss(np.array([1, 2, np.inf], dtype), nothing) == 0
        np.testing.assert_array_equal(row_shares(nothing, 3), np.zeros((3, 1)))


@given(
    losses=arrays(np.float64, 5, elements=st.floats(0, 1e6)),
    weights=arrays(np.float64, 5, elements=st.integers(0, 4).map(float)),
)
def test_an_integer_weight_equals_repeated_rows(losses: np.ndarray, weights: np.ndarray) -> None:
    repeated = np.repeat(losses, weights.astype(int))
    expected = repeated.mean() if len(repeated) else 0
    assert mean_loss(losses, weights) == pytest.approx(expected, rel=1e-12)


@both_dtypes
@pytest.mark.parametrize(
    ("kind", "output", "y"),
    [
        (CrossEntropy(cap=1.5), "softmax", CLASSES),
        (CrossEntropyGroups((2, 3), cap=1.5), "softmax_groups", CHOICES),
        (BinaryCrossEntropy(cap=1.5), "sigmoid", MANY_LABELS),
    ],
    ids=["cross_entropy", "cross_entropy_groups", "binary_cross_entropy"],
)
def test_a_cap_limits_the_reported_losses_but_not_the_gradient(
    kind: Any, output: str, y: np.ndarray, dtype: type
) -> None:
    capped, free = (Row(one, output, y, xlogy, xlogy) for one in (kind, dataclasses.replace(kind, cap=None)))
    z = 3 * logits(free, dtype)
    Y = targets(free, z.shape[1], dtype)
    most = {"softmax": 1.5, "softmax_groups": 3.0, "sigmoid": 1.5 * K}[output]
    for (value, gradient), (whole, slope) in zip(
        values_and_gradients(capped, z, Y), values_and_gradients(free, z, Y), strict=True
    ):
        assert value.max() <= most < whole.max()
        small = whole <= 1.5
        np.testing.assert_array_equal(value[small], whole[small])
        np.testing.assert_array_equal(gradient, slope)


def test_gradient_of_sum_with_mean_value() -> None:
    a, Y = np.array([[1.0, 4.0]]), np.array([[0.0, 2.0]])
    theirs = SquaredError(half=True, mean=True, gradient_of_sum=True)
    np.testing.assert_array_equal(theirs.value(a, Y), [(0.5 * 1 + 0.5 * 4) / 2])
    np.testing.assert_array_equal(theirs.gradient(a, Y), [[1.0, 2.0]])


def test_the_quantile_of_the_targets_minimizes_its_loss() -> None:
    y = np.random.default_rng(5).normal(size=(1000, 1))
    guesses = np.linspace(-3, 3, 601)
    total = [Quantile(0.9).value(np.full_like(y, guess), y).sum() for guess in guesses]
    assert guesses[np.argmin(total)] == pytest.approx(np.quantile(y, 0.9), abs=0.02)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Quantile(1.0), "quantile must be above 0 and below 1, got 1.0"),
        (lambda: CrossEntropy(cap=0.0), "cap must be above 0, got 0.0"),
        (lambda: CrossEntropyGroups((2, 0)), "classes of a group must be at least 1, got 0"),
        (lambda: CrossEntropyGroups((2, 2)).value(SOFT, SOFT), r"groups \(2, 2\) have 4 outputs, but there are 5"),
    ],
)
def test_invalid_options_raise(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
