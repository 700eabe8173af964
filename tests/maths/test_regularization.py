"""Penalties, decay, and clipping: values and gradients against JAX and Optax, biases excluded."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import optax
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from glassnet.maths.regularization import add_l1, add_l2, clip_norm, clip_value, decay_weights
from helpers import oracles  # noqa: F401  (turns on JAX's float64)
from helpers.needs import needs

DTYPES = [np.float32, np.float64]
RTOL = {np.float32: 1e-6, np.float64: 1e-14}
both_dtypes = pytest.mark.parametrize("dtype", DTYPES)

# θ as a network of two layers lays it out: weights, biases, weights, biases.
WEIGHTS = [slice(0, 6), slice(8, 11)]
IS_WEIGHT = np.array([1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0], dtype=bool)
PLACES = pytest.mark.parametrize(
    ("places", "covered"), [(WEIGHTS, IS_WEIGHT), ([slice(None)], np.ones(12, dtype=bool))], ids=["weights", "all"]
)


def vector(seed: int, dtype: type) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=12).astype(dtype)


@both_dtypes
@PLACES
@pytest.mark.parametrize(
    ("add", "formula"),
    [
        (add_l1, lambda w, strength: strength * jax.numpy.abs(w).sum()),
        (add_l2, lambda w, strength: strength / 2 * (w**2).sum()),
    ],
    ids=["l1", "l2"],
)
def test_penalty_and_gradient_match_jax(
    add: Callable[..., float], formula: Callable[[Any, float], Any], places: list[slice], covered: Any, dtype: type
) -> None:
    theta, g = vector(0, dtype), vector(1, dtype)
    penalty = add(theta, g, 0.03, places)
    expected, slope = jax.value_and_grad(lambda all_: formula(all_[covered], 0.03))(theta.astype(np.float64))
    assert penalty == pytest.approx(float(expected), rel=RTOL[dtype])
    np.testing.assert_allclose(g, vector(1, dtype) + slope, rtol=0, atol=RTOL[dtype])
    np.testing.assert_array_equal(g[~covered], vector(1, dtype)[~covered])
    np.testing.assert_array_equal(theta, vector(0, dtype))
    assert g.dtype == dtype


def test_l2_matches_weight_decay_of_pytorch() -> None:
    torch = needs("torch")
    theirs = torch.nn.Parameter(torch.tensor(vector(0, np.float64)))
    theirs.grad = torch.tensor(vector(1, np.float64))
    torch.optim.SGD([theirs], lr=0.1, weight_decay=0.3).step()
    theta, g = vector(0, np.float64), vector(1, np.float64)
    add_l2(theta, g, 0.3, [slice(None)])
    np.testing.assert_allclose(theta - 0.1 * g, theirs.detach().numpy(), rtol=1e-14)


@both_dtypes
def test_l1_leaves_a_weight_of_0_at_0(dtype: type) -> None:
    theta, g = np.zeros(12, dtype), vector(1, dtype)
    assert add_l1(theta, g, 5.0, WEIGHTS) == 0
    np.testing.assert_array_equal(g, vector(1, dtype))


@both_dtypes
@PLACES
def test_decay_matches_optax(places: list[slice], covered: np.ndarray, dtype: type) -> None:
    theta = vector(0, dtype)
    decay_weights(theta, 0.1, places)
    decay = optax.add_decayed_weights(0.1, mask={"weights": True, "biases": False})
    before = {"weights": vector(0, dtype)[covered], "biases": vector(0, dtype)[~covered]}
    update, _ = decay.update({key: np.zeros_like(part) for key, part in before.items()}, decay.init(before), before)
    np.testing.assert_allclose(theta[covered], before["weights"] - update["weights"], rtol=RTOL[dtype])
    np.testing.assert_array_equal(theta[~covered], before["biases"])
    assert theta.dtype == dtype


@both_dtypes
@pytest.mark.parametrize("share", [1e-3, 0.5, 0.999, 1.001, 30.0])
def test_clipping_by_norm_matches_optax(share: float, dtype: type) -> None:
    before, g = vector(1, dtype), vector(1, dtype)
    limit = share * float(np.linalg.norm(before))
    length = clip_norm(g, limit)
    clip = optax.clip_by_global_norm(limit)
    expected, _ = clip.update(before, clip.init(before))
    np.testing.assert_allclose(g, expected, rtol=4 * RTOL[dtype])
    assert length == pytest.approx(np.linalg.norm(before.astype(np.float64)), rel=RTOL[dtype])
    assert g.dtype == dtype


@both_dtypes
@pytest.mark.parametrize("limit", [1e-3, 0.5, 100.0])
def test_clipping_by_value_matches_optax(limit: float, dtype: type) -> None:
    g = vector(1, dtype)
    assert clip_value(g, limit) is None
    clip = optax.clip(limit)
    expected, _ = clip.update(vector(1, dtype), clip.init(g))
    np.testing.assert_array_equal(g, expected)
    assert g.dtype == dtype


gradients = arrays(np.float64, st.integers(1, 20), elements=st.floats(-1e100, 1e100)) | arrays(
    np.float32, st.integers(1, 20), elements=st.floats(-(2.0**60), 2.0**60, width=32)
)
limits = st.floats(1e-6, 1e6)


@given(before=gradients, limit=limits)
def test_a_clipped_gradient_respects_the_limit_and_keeps_its_direction(before: np.ndarray, limit: float) -> None:
    g = before.copy()
    length = clip_norm(g, limit)
    if length <= limit:
        np.testing.assert_array_equal(g, before)
        return
    rounding = 8 * float(np.finfo(g.dtype).eps)
    assert np.linalg.norm(g.astype(np.float64)) == pytest.approx(limit, rel=rounding)
    smallest = float(np.finfo(g.dtype).smallest_normal)  # below it, digits are lost
    np.testing.assert_allclose(g / limit, before / length, rtol=rounding, atol=smallest / limit)


@given(before=gradients, limit=limits)
def test_clipping_is_idempotent(before: np.ndarray, limit: float) -> None:
    once = before.copy()
    clip_norm(once, limit)
    twice = once.copy()
    clip_norm(twice, limit)
    numbers = np.finfo(once.dtype)
    np.testing.assert_allclose(twice, once, rtol=8 * numbers.eps, atol=numbers.smallest_normal)


@given(before=gradients, limit=limits)
def test_clipping_by_value_changes_only_values_beyond_the_limit(before: np.ndarray, limit: float) -> None:
    limit = float(before.dtype.type(limit))
    g = before.copy()
    clip_value(g, limit)
    assert np.abs(g).max() <= limit
    inside = np.abs(before) <= limit
    np.testing.assert_array_equal(g[inside], before[inside])
    np.testing.assert_array_equal(np.sign(g), np.sign(before))


@both_dtypes
def test_a_zero_gradient_stays_zero(dtype: type) -> None:
    g = np.zeros(3, dtype)
    assert clip_norm(g, 1.0) == 0
    clip_value(g, 1.0)
    assert not g.any()


def test_a_nan_gradient_stays_nan() -> None:
    g = np.array([np.nan, 1.0])
    assert np.isnan(clip_norm(g, 1.0))
    assert np.isnan(g[0])
