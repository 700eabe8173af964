"""Activations: values and gradients against JAX and PyTorch, accurate and without warnings at extreme inputs."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from glassnet.common import specs
from glassnet.maths.activations import (
    ACTIVATIONS,
    ELU,
    OUTPUTS,
    SELU,
    Identity,
    LeakyReLU,
    ReLU,
    Softmax,
    SoftmaxGroups,
    activation,
    activation_name,
)
from helpers.needs import needs
from helpers.oracles import jax_pullback, torch_pullback

DTYPES = [np.float32, np.float64]
# An absolute error of a few roundings at 1 is allowed: 1 − a² cannot be more exact where a is almost 1.
TOLERANCE = {np.float32: {"rtol": 1e-6, "atol": 5e-7}, np.float64: {"rtol": 1e-12, "atol": 5e-15}}

JAX = {
    "identity": lambda z: z,
    "linear": lambda z: z,
    "sigmoid": jax.nn.sigmoid,
    "tanh": jax.numpy.tanh,
    "relu": jax.nn.relu,
    "leaky_relu": jax.nn.leaky_relu,
    "elu": jax.nn.elu,
    "selu": jax.nn.selu,
    "gelu": lambda z: jax.nn.gelu(z, approximate=False),
    "silu": jax.nn.silu,
    "softplus": jax.nn.softplus,
    "mish": jax.nn.mish,
    "exponential": jax.numpy.exp,
    "softmax": jax.nn.softmax,
    "softmax_groups": jax.nn.softmax,
}

# What a and dz/da tend to on the far right (z = 1e4) and on the far left (z = −1e4).
LIMITS = {
    "identity": {"right": (1e4, 1), "left": (-1e4, 1)},
    "linear": {"right": (1e4, 1), "left": (-1e4, 1)},
    "sigmoid": {"right": (1, 0), "left": (0, 0)},
    "tanh": {"right": (1, 0), "left": (-1, 0)},
    "relu": {"right": (1e4, 1), "left": (0, 0)},
    "leaky_relu": {"right": (1e4, 1), "left": (-100, 0.01)},
    "elu": {"right": (1e4, 1), "left": (-1, 0)},
    "selu": {"right": (1e4 * SELU.SCALE, SELU.SCALE), "left": (-SELU.SCALE * SELU.ALPHA, 0)},
    "gelu": {"right": (1e4, 1), "left": (0, 0)},
    "silu": {"right": (1e4, 1), "left": (0, 0)},
    "softplus": {"right": (1e4, 1), "left": (0, 0)},
    "mish": {"right": (1e4, 1), "left": (0, 0)},
    "exponential": {"right": (np.inf, np.inf), "left": (0, 0)},
}


def quiet() -> np.errstate:
    return np.errstate(over="raise", invalid="raise", divide="raise")


def away_from_kinks(dtype: type) -> np.ndarray:
    """Numbers from −30 to 30, none closer to 0 than 0.01: at 0 some derivatives are a matter of convention."""
    z = np.random.default_rng(0).uniform(0.01, 1, (60, 7)) * np.geomspace(0.1, 30, 60)[:, None]
    z[:, ::2] *= -1
    return z.astype(dtype)


def test_every_activation_is_in_the_tables() -> None:
    assert set(JAX) == set(ACTIVATIONS)
    assert set(LIMITS) == set(ACTIVATIONS) - {"softmax", "softmax_groups"}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_value_and_gradient_match_jax(name: str, dtype: type) -> None:
    z = away_from_kinks(dtype)
    da = np.random.default_rng(1).standard_normal(z.shape).astype(dtype)
    f = activation(name)
    a = f.forward(z)
    dz = f.backward(da, z, a)
    assert a.dtype == dz.dtype == dtype
    expected_a, expected_dz = jax_pullback(JAX[name], z, da)
    np.testing.assert_allclose(a, expected_a, **TOLERANCE[dtype])
    np.testing.assert_allclose(dz, expected_dz, **TOLERANCE[dtype])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_value_and_gradient_match_pytorch(name: str) -> None:
    torch = needs("torch")
    functional = torch.nn.functional
    theirs = {
        "identity": lambda z: z * 1,
        "linear": lambda z: z * 1,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "exponential": torch.exp,
        "softplus": lambda z: functional.softplus(z, threshold=50),
        "softmax": lambda z: functional.softmax(z, dim=-1),
        "softmax_groups": lambda z: functional.softmax(z, dim=-1),
    }
    z = away_from_kinks(np.float64)
    da = np.random.default_rng(2).standard_normal(z.shape)
    f = activation(name)
    a = f.forward(z)
    expected_a, expected_dz = torch_pullback(theirs.get(name) or getattr(functional, name), z, da)
    np.testing.assert_allclose(a, expected_a, **TOLERANCE[np.float64])
    np.testing.assert_allclose(f.backward(da, z, a), expected_dz, **TOLERANCE[np.float64])


@pytest.mark.parametrize(
    ("f", "oracle"),
    [
        (LeakyReLU(0.3), lambda z: jax.nn.leaky_relu(z, negative_slope=0.3)),
        (ELU(0.5), lambda z: jax.nn.elu(z, alpha=0.5)),
        (ELU(2.0), lambda z: jax.nn.elu(z, alpha=2.0)),
    ],
    ids=["leaky_relu", "elu-0.5", "elu-2"],
)
def test_options_match_jax(f: LeakyReLU | ELU, oracle: Callable[[Any], Any]) -> None:
    z = away_from_kinks(np.float64)
    a = f.forward(z)
    expected_a, expected_dz = jax_pullback(oracle, z, np.ones_like(z))
    np.testing.assert_allclose(a, expected_a, **TOLERANCE[np.float64])
    np.testing.assert_allclose(f.backward(np.ones_like(z), z, a), expected_dz, **TOLERANCE[np.float64])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_gradient_is_the_slope_of_the_value(name: str) -> None:
    rng = np.random.default_rng(3)
    z = rng.choice([-1.0, 1.0], (4, 5)) * rng.uniform(0.1, 3, (4, 5))
    da = rng.standard_normal(z.shape)
    f = activation(name)
    dz = f.backward(da, z, f.forward(z))
    h = 1e-5
    for place in np.ndindex(z.shape):
        step = np.zeros_like(z)
        step[place] = h
        slope = np.sum(da * (f.forward(z + step) - f.forward(z - step))) / (2 * h)
        assert dz[place] == pytest.approx(slope, rel=1e-8, abs=1e-9)


NOTEBOOK = [0.9, 0.2, 0.1, -0.3, -0.7]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("sigmoid", [0.7109495, 0.549834, 0.52497919, 0.42555748, 0.33181223]),
        ("relu", [0.9, 0.2, 0.1, 0, 0]),
        ("tanh", [0.71629787, 0.19737532, 0.09966799, -0.29131261, -0.60436778]),
        ("softmax", [0.4083291, 0.20277023, 0.18347409, 0.12298636, 0.08244022]),
    ],
)
def test_values_of_the_notebook(name: str, values: list[float]) -> None:
    np.testing.assert_allclose(activation(name).forward(np.array([NOTEBOOK])), [values], atol=5e-9)


@pytest.mark.parametrize(
    ("name", "slopes"),
    [
        ("linear", [1, 1, 1, 1, 1]),
        ("relu", [1, 1, 1, 0, 0]),
        ("tanh", [0.48691736, 0.96104298, 0.99006629, 0.91513696, 0.63473959]),
        ("sigmoid", [0.20550031, 0.24751657, 0.24937604, 0.24445831, 0.22171287]),
    ],
)
def test_derivatives_of_the_notebook(name: str, slopes: list[float]) -> None:
    z = np.array([NOTEBOOK])
    f = activation(name)
    np.testing.assert_allclose(f.backward(np.ones_like(z), z, f.forward(z)), [slopes], atol=5e-9)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", LIMITS)
def test_limits_are_reached_without_warnings(name: str, dtype: type) -> None:
    z = np.array([[1e4, -1e4]], dtype=dtype)
    f = activation(name)
    with quiet():
        a = f.forward(z)
        dz = f.backward(np.ones_like(z), z, a)
    (a_right, dz_right), (a_left, dz_left) = LIMITS[name]["right"], LIMITS[name]["left"]
    rounding = 4 * np.finfo(dtype).eps
    np.testing.assert_allclose(a, [[a_right, a_left]], rtol=rounding)
    np.testing.assert_allclose(dz, [[dz_right, dz_left]], rtol=rounding)


def check_quiet(name: str, z: np.ndarray) -> None:
    f = activation(name)
    with quiet():
        a = f.forward(z)
        dz = f.backward(np.ones_like(z), z, a)
    assert not np.isnan(a).any()
    assert not np.isnan(dz).any()
    assert name == "exponential" or (np.isfinite(a).all() and np.isfinite(dz).all())


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_extreme_inputs_give_numbers_without_warnings(name: str, dtype: type) -> None:
    smallest, half_of_largest = np.finfo(dtype).smallest_subnormal, np.finfo(dtype).max / 2
    places = np.array(
        [0, smallest, 1e-30, 17, 37, 40, 88.8, 104, 709.8, 745.2, 1e4, 1e19, half_of_largest], dtype=dtype
    )
    check_quiet(name, np.concatenate([places, -places])[:, None])
    check_quiet(name, np.concatenate([places, -places])[None, :])


@given(
    name=st.sampled_from(sorted(ACTIVATIONS)),
    z=arrays(np.float32, (2, 3), elements=st.floats(-(2.0**126), 2.0**126, width=32))
    | arrays(np.float64, (2, 3), elements=st.floats(-(2.0**1022), 2.0**1022)),
)
def test_any_number_gives_a_number_without_warnings(name: str, z: np.ndarray) -> None:
    check_quiet(name, z)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("name", "slope"),
    [("tanh", 1), ("elu", 1), ("selu", SELU.SCALE * SELU.ALPHA), ("gelu", 0.5), ("silu", 0.5), ("mish", 0.6)],
)
def test_precision_is_kept_near_zero(name: str, slope: float, dtype: type) -> None:
    z = -np.geomspace(1e-30, 1e-17, 14, dtype=dtype)[None]
    np.testing.assert_allclose(activation(name).forward(z), slope * z, rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "factor"), [("sigmoid", 1), ("softplus", 1), ("exponential", 1), ("silu", -100), ("mish", -100)]
)
def test_precision_is_kept_in_the_left_tail(name: str, factor: float) -> None:
    z = np.array([[-100.0]])
    np.testing.assert_allclose(activation(name).forward(z), factor * np.exp(z), rtol=1e-14)


@pytest.mark.parametrize(("f", "slope"), [(ReLU(), 0.0), (LeakyReLU(0.2), 0.2)], ids=str)
def test_the_gradient_at_a_kink_is_the_left_derivative(f: ReLU | LeakyReLU, slope: float) -> None:
    z = np.array([[0.0, -0.0]])
    np.testing.assert_array_equal(f.forward(z), [[0, 0]])
    np.testing.assert_array_equal(f.backward(np.ones_like(z), z, z), [[slope, slope]])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_output_describes_the_range_of_the_values(name: str) -> None:
    f = activation(name)
    a = f.forward(away_from_kinks(np.float64))
    assert f.output in OUTPUTS
    if f.output in ("distribution", "distributions"):  # without sizes, one group of all
        np.testing.assert_allclose(a.sum(axis=1), 1, rtol=1e-14)
    elif f.output == "probability":
        assert ((a >= 0) & (a <= 1)).all()
    elif f.output == "positive":
        assert (a > 0).all()
    else:
        assert name == "relu" or (a < 0).any()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("z", "a"),
    [
        ([[1, 2, 3], [1, 2, 3]], [[0.09003057, 0.24472847, 0.66524096]] * 2),
        ([[1, 2, 3], [11, 12, 13]], [[0.09003057, 0.24472847, 0.66524096]] * 2),
        ([[1000, 1001, 1002]], [[0.09003057, 0.24472847, 0.66524096]]),
        ([[-1000, -1001, -1002]], [[0.66524096, 0.24472847, 0.09003057]]),
        ([[709, 710]], [[0.26894142, 0.73105858]]),
        ([[0, 1000]], [[0, 1]]),
        ([[1e4, -1e4]], [[1, 0]]),
        ([[0], [1], [2]], [[1], [1], [1]]),
        (
            [[-0.82, 3.27], [-0.98, 3.1], [-0.9, 3.01], [-1.9, 3.09], [-1.35, 3.35]],
            [
                [0.01646364, 0.98353636],
                [0.01662636, 0.98337364],
                [0.01964677, 0.98035323],
                [0.00675966, 0.99324034],
                [0.0090133, 0.9909867],
            ],
        ),
    ],
)
def test_softmax_is_computed_per_row(z: list[list[float]], a: list[list[float]], dtype: type) -> None:
    with quiet():
        got = Softmax().forward(np.array(z, dtype=dtype))
    np.testing.assert_allclose(got, a, atol=1e-7 if dtype == np.float32 else 6e-9)


@given(arrays(np.float64, (3, 4), elements=st.floats(-50, 50)), st.floats(-1e3, 1e3))
def test_softmax_is_shift_invariant_and_its_gradients_sum_to_zero(z: np.ndarray, shift: float) -> None:
    f = Softmax()
    a = f.forward(z)
    np.testing.assert_allclose(f.forward(z + shift), a, rtol=1e-11, atol=1e-15)
    np.testing.assert_allclose(f.backward(z, z, a).sum(axis=1), 0, atol=1e-12)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_forward_and_backward_do_not_modify_their_arguments(name: str) -> None:
    z, da = away_from_kinks(np.float64), np.ones((60, 7))
    f = activation(name)
    a = f.forward(z)
    before = a.copy()
    f.backward(da, z, a)
    np.testing.assert_array_equal(z, away_from_kinks(np.float64))
    np.testing.assert_array_equal(a, before)
    np.testing.assert_array_equal(da, 1)


class Square:
    """A custom activation."""

    def forward(self, z: np.ndarray) -> np.ndarray:
        return z * z

    def backward(self, da: np.ndarray, z: np.ndarray, a: np.ndarray) -> np.ndarray:
        return 2 * da * z


class Half:
    """Not an activation: the derivative is missing."""

    def forward(self, z: np.ndarray) -> np.ndarray:
        return z / 2


def test_a_custom_activation_is_used_unchanged() -> None:
    own = Square()
    assert activation(own) is own
    assert activation_name(own) == "Square"


@pytest.mark.parametrize(
    ("choice", "error", "message"),
    [
        ("rleu", ValueError, r"unknown activation 'rleu'; did you mean 'relu'\? known: relu, (leaky_relu|elu|selu)"),
        ("no such thing", ValueError, r"unknown activation 'no such thing'; known: identity, linear, sigmoid"),
        (Square, TypeError, r"got the class Square; write Square\(\.\.\.\)"),
        (Half(), TypeError, r"forward\(z\) and backward\(da, z, a\), got .*Half"),
        (np.tanh, TypeError, r"forward\(z\) and backward\(da, z, a\), got .*tanh"),
        (None, TypeError, "got None"),
        ({"name": "elu", "alhpa": 1}, ValueError, r"option of activation 'elu': 'alhpa'; did you mean 'alpha'\?"),
        ({"name": "elu", "alpha": -1}, ValueError, "alpha of elu must be above 0, got -1"),
        ({"name": "leaky_relu", "slope": "x"}, TypeError, "slope of leaky_relu must be a number, got 'x'"),
    ],
)
def test_an_invalid_activation_raises_with_its_name(choice: object, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        activation(choice)


@pytest.mark.parametrize("piece", [cls() for cls in ACTIVATIONS.values()] + [LeakyReLU(0.3), ELU(0.5)], ids=str)
def test_specs_and_activations_convert_into_each_other(piece: object) -> None:
    assert activation(specs.to_spec(piece, ACTIVATIONS)) == piece


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_names_and_activations_convert_into_each_other(name: str) -> None:
    assert activation_name(activation(name)) == ("identity" if name == "linear" else name)
    assert activation("linear") == Identity()


def test_exponential_gives_gradient_0_for_upstream_gradient_0_despite_overflow() -> None:
    z = np.array([[1e4, 1e4, 0]], np.float32)
    a = activation("exponential").forward(z)
    with quiet():
        dz = activation("exponential").backward(np.array([[0, 1, 2]], np.float32), z, a)
    np.testing.assert_array_equal(dz, [[0, np.inf, 2]])


@pytest.mark.parametrize("dtype", DTYPES)
def test_softmax_of_groups_equals_softmax_of_each_group(dtype: type) -> None:
    z = away_from_kinks(dtype)
    da = np.random.default_rng(1).standard_normal(z.shape).astype(dtype)
    f, parts = SoftmaxGroups((2, 1, 4)), [slice(0, 2), slice(2, 3), slice(3, 7)]
    a = f.forward(z)
    dz = f.backward(da, z, a)
    for part in parts:
        alone = Softmax().forward(z[:, part])
        np.testing.assert_array_equal(a[:, part], alone)
        np.testing.assert_array_equal(dz[:, part], Softmax().backward(da[:, part], z[:, part], alone))


@pytest.mark.parametrize(("groups", "message"), [((0, 2), "at least 1, got 0"), ((2, 2), "have 4 outputs, but there")])
def test_group_sizes_that_do_not_match_raise(groups: tuple[int, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SoftmaxGroups(groups).forward(np.zeros((1, 5)))
