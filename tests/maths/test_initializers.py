"""Initializers: the variance of their formula, reproducible by seed, biases, and orthogonality."""

from math import sqrt
from typing import Any

import numpy as np
import pytest
from scipy import stats

from glassnet.common import specs
from glassnet.maths.initializers import (
    INITIALIZERS,
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LeCunNormal,
    LeCunUniform,
    Normal,
    Orthogonal,
    Uniform,
    Zeros,
    initializer,
)
from helpers.needs import needs

# What each one draws for W (200, 300): normal numbers of this std, or uniform ones up to this limit.
NORMAL = [
    (Normal(), 0.01),
    (Normal(0.1), 0.1),
    (GlorotNormal(), sqrt(2 / 500)),
    (GlorotNormal(gain=5 / 3), 5 / 3 * sqrt(2 / 500)),
    (HeNormal(), sqrt(2 / 200)),
    (HeNormal(slope=0.5), sqrt(2 / (1.25 * 200))),
    (LeCunNormal(), sqrt(1 / 200)),
]
UNIFORM = [
    (Uniform(), 0.05),
    (Uniform(0.2), 0.2),
    (GlorotUniform(), sqrt(6 / 500)),
    (GlorotUniform(gain=2), 2 * sqrt(6 / 500)),
    (HeUniform(), sqrt(6 / 200)),
    (HeUniform(slope=0.5), sqrt(6 / (1.25 * 200))),
    (LeCunUniform(), sqrt(3 / 200)),
]
EVERY = [cls() for cls in INITIALIZERS.values()]


def draw(piece: Any, shape: tuple[int, ...] = (200, 300), dtype: type = np.float64, seed: int = 0) -> np.ndarray:
    return piece.draw(np.random.default_rng(seed), shape, dtype)


def test_every_initializer_is_in_the_tables() -> None:
    assert {type(piece) for piece, _ in NORMAL + UNIFORM} | {Orthogonal, Zeros} == set(INITIALIZERS.values())


@pytest.mark.parametrize(("piece", "std"), NORMAL, ids=str)
def test_normal_initializers_have_the_std_of_their_formula(piece: Any, std: float) -> None:
    W = draw(piece)
    assert abs(W.mean()) < 5 * std / sqrt(W.size)
    assert abs(W.std() / std - 1) < 5 / sqrt(2 * W.size)
    assert stats.kstest(W.ravel(), stats.norm(0, std).cdf).pvalue > 1e-3
    # Not truncated: of 60000 normal numbers about 160 lie beyond three times the spread.
    assert (np.abs(W) > 3 * std).sum() > 100
    np.testing.assert_array_equal(W, draw(Normal(std)))


@pytest.mark.parametrize(("piece", "limit"), UNIFORM, ids=str)
def test_uniform_initializers_fill_the_interval_of_their_formula(piece: Any, limit: float) -> None:
    W = draw(piece)
    assert 0.999 * limit < np.abs(W).max() <= limit
    assert stats.kstest(W.ravel(), stats.uniform(-limit, 2 * limit).cdf).pvalue > 1e-3
    np.testing.assert_array_equal(W, draw(Uniform(limit)))


@pytest.mark.parametrize(
    ("normal", "uniform"),
    [(GlorotNormal(), GlorotUniform()), (HeNormal(), HeUniform()), (LeCunNormal(), LeCunUniform())],
    ids=str,
)
def test_normal_and_uniform_variants_have_the_same_std(normal: Any, uniform: Any) -> None:
    assert draw(normal).std() == pytest.approx(draw(uniform).std(), rel=0.02)


@pytest.mark.parametrize(
    ("piece", "function", "options"),
    [
        (GlorotNormal(5 / 3), "xavier_normal_", {"gain": 5 / 3}),
        (GlorotUniform(), "xavier_uniform_", {}),
        (HeNormal(), "kaiming_normal_", {"nonlinearity": "relu"}),
        (HeNormal(slope=0.7), "kaiming_normal_", {"a": 0.7}),
        (HeUniform(slope=0.7), "kaiming_uniform_", {"a": 0.7}),
        (LeCunNormal(), "kaiming_normal_", {"nonlinearity": "linear"}),
        (LeCunUniform(), "kaiming_uniform_", {"nonlinearity": "linear"}),
    ],
    ids=str,
)
def test_distributions_match_pytorch(piece: Any, function: str, options: dict[str, Any]) -> None:
    torch = needs("torch")
    theirs = torch.empty(300, 200)  # PyTorch's weights are (units, inputs)
    getattr(torch.nn.init, function)(theirs, **options, generator=torch.Generator().manual_seed(0))
    assert stats.ks_2samp(draw(piece).ravel(), theirs.numpy().ravel()).pvalue > 1e-3


@pytest.mark.parametrize("shape", [(5, 5), (7, 3), (3, 7), (1, 4), (4, 1)], ids=str)
@pytest.mark.parametrize(("dtype", "rounding"), [(np.float32, 1e-6), (np.float64, 1e-14)])
@pytest.mark.parametrize("gain", [1.0, 1.5])
def test_orthogonal_columns_or_rows(shape: tuple[int, int], dtype: type, rounding: float, gain: float) -> None:
    W = draw(Orthogonal(gain), shape, dtype)
    assert W.shape == shape
    assert W.flags.c_contiguous
    product = W.T @ W if shape[0] >= shape[1] else W @ W.T
    np.testing.assert_allclose(product, gain**2 * np.eye(min(shape)), atol=5 * rounding)


def test_orthogonal_matrices_are_uniformly_distributed() -> None:
    # Without the sign correction the first entry would always be negative.
    corners = np.array([draw(Orthogonal(), (3, 2), seed=seed)[0, 0] for seed in range(400)])
    assert abs((corners > 0).mean() - 0.5) < 0.1
    assert stats.kstest(corners, stats.uniform(-1, 2).cdf).pvalue > 1e-3  # a coordinate of a sphere's random point


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_zeros_are_zero(dtype: type) -> None:
    W = draw(Zeros(), (4, 3), dtype)
    assert W.dtype == dtype
    np.testing.assert_array_equal(W, np.zeros((4, 3)))


@pytest.mark.parametrize("piece", EVERY, ids=str)
def test_one_seed_gives_the_same_numbers_in_either_precision(piece: Any) -> None:
    first, second = np.random.default_rng(7), np.random.default_rng(7)
    single, double = piece.draw(first, (6, 4), np.float32), piece.draw(second, (6, 4), np.float64)
    assert (single.dtype, double.dtype) == (np.float32, np.float64)
    np.testing.assert_array_equal(single, double.astype(np.float32))
    assert first.random() == second.random()
    np.testing.assert_array_equal(double, draw(piece, (6, 4), seed=7))
    assert piece == Zeros() or not np.array_equal(double, draw(piece, (6, 4), seed=8))


@pytest.mark.parametrize("piece", EVERY, ids=str)
def test_float32_is_the_default(piece: Any) -> None:
    assert piece.draw(np.random.default_rng(0), (3, 2)).dtype == np.float32


@pytest.mark.parametrize("name", INITIALIZERS)
def test_biases_have_no_fans(name: str) -> None:
    piece = initializer(name)
    if name in ("normal", "uniform", "zeros"):
        assert draw(piece, (5,)).shape == (5,)
    else:
        message = f"bias_init '{name}' needs the shape of a weight matrix; use normal, uniform or zeros"
        with pytest.raises(ValueError, match=message):
            draw(piece, (5,))


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (2, 3, 4), ()], ids=str)
def test_shapes_that_are_not_a_weight_matrix_raise(shape: tuple[int, ...]) -> None:
    with pytest.raises(
        ValueError, match=r"init 'he_normal' needs the shape \(inputs, units\) of a weight matrix, got \("
    ):
        draw(HeNormal(), shape)


class Ones:
    """A custom initializer."""

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dtype: Any = np.float32) -> np.ndarray:
        return np.ones(shape, dtype)


def test_a_custom_initializer_is_used_unchanged() -> None:
    own = Ones()
    assert initializer(own) is own


@pytest.mark.parametrize(
    ("choice", "error", "message"),
    [
        ("he_norm", ValueError, r"unknown initializer 'he_norm'; did you mean 'he_normal'\?"),
        ("magic", ValueError, "unknown initializer 'magic'; .*known: .*glorot_normal"),
        (Ones, TypeError, r"got the class Ones; write Ones\(\.\.\.\)"),
        (0.1, TypeError, r"a name or an object with draw\(rng, shape, dtype\), got 0.1"),
        ({"name": "normal", "sd": 1}, ValueError, r"option of initializer 'normal': 'sd'; did you mean 'std'\?"),
        ({"name": "normal", "std": -1}, ValueError, "std of normal must be at least 0, got -1"),
        ({"name": "uniform", "limit": "x"}, TypeError, "limit of uniform must be a number, got 'x'"),
        ({"name": "glorot_normal", "gain": 0}, ValueError, "gain of glorot_normal must be above 0, got 0"),
        ({"name": "glorot_uniform", "gain": 0}, ValueError, "gain of glorot_uniform must be above 0, got 0"),
        ({"name": "he_normal", "slope": np.nan}, ValueError, "slope of he_normal must be finite, got nan"),
        ({"name": "he_uniform", "slope": np.inf}, ValueError, "slope of he_uniform must be finite, got inf"),
        ({"name": "orthogonal", "gain": -2}, ValueError, "gain of orthogonal must be above 0, got -2"),
    ],
)
def test_an_invalid_initializer_raises_with_its_name(choice: object, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        initializer(choice)


@pytest.mark.parametrize("piece", [*EVERY, *(piece for piece, _ in NORMAL + UNIFORM)], ids=str)
def test_specs_and_initializers_convert_into_each_other(piece: Any) -> None:
    assert initializer(specs.to_spec(piece, INITIALIZERS)) == piece
