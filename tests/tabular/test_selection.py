"""Greedy ensemble selection and temperature scaling, on held-out predictions whose best average is known."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from glassnet.maths.temperature import best_temperature, with_temperature
from glassnet.tabular.selection import select_weights


def mean_squared(y):
    return lambda output: float(((output - y) ** 2).mean())


def log_loss(labels):
    return lambda output: float(-np.log(output[np.arange(len(labels)), labels]).mean())


def test_a_candidate_that_is_always_worse_has_no_weight() -> None:
    rng = np.random.default_rng(0)
    y = rng.normal(size=(200, 1))
    good, bad = y + rng.normal(0, 0.1, y.shape), y + rng.normal(0, 5, y.shape)
    assert select_weights([bad, good], mean_squared(y)).tolist() == [0, 1]


def test_independent_errors_are_averaged() -> None:
    rng = np.random.default_rng(1)
    y = rng.normal(size=(4000, 1))
    outputs = [y + rng.normal(0, 1, y.shape) for _ in range(4)]
    weights = select_weights(outputs, mean_squared(y))
    assert weights == pytest.approx(np.full(4, 0.25), abs=0.05)
    mixed = sum(weight * output for weight, output in zip(weights, outputs, strict=True))
    assert mean_squared(y)(mixed) < 0.27 < 0.9 < min(map(mean_squared(y), outputs))


def test_better_candidates_weigh_more_about_as_the_best_linear_combination() -> None:
    rng = np.random.default_rng(2)
    y = rng.normal(size=(20_000, 1))
    outputs = [y + rng.normal(0, spread, y.shape) for spread in (1.0, 2.0)]
    # For independent errors, the best weights are in proportion to 1 / variance.
    assert select_weights(outputs, mean_squared(y)) == pytest.approx([0.8, 0.2], abs=0.05)


def test_probabilities_are_selected_by_log_loss() -> None:
    labels = np.array([0, 0, 1, 1])
    left, right = np.array([[0.9, 0.1], [0.6, 0.4]] * 2), np.array([[0.5, 0.5], [0.5, 0.5], [0.1, 0.9], [0.1, 0.9]])
    weights = select_weights([left, right], log_loss(labels))
    mixed = weights[0] * left + weights[1] * right
    assert log_loss(labels)(mixed) <= min(log_loss(labels)(left), log_loss(labels)(right))


def test_without_any_finite_error_all_candidates_weigh_the_same() -> None:
    outputs = [np.full((3, 1), np.nan), np.full((3, 1), np.nan)]
    assert select_weights(outputs, mean_squared(np.zeros((3, 1)))).tolist() == [0.5, 0.5]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("true", [0.5, 1.0, 2.0])
def test_the_temperature_of_logits_that_were_multiplied_is_found(true, dtype) -> None:
    rng = np.random.default_rng(3)
    logits = rng.normal(0, 2, (20_000, 4))
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    labels = (rng.random(len(shares))[:, None] > shares.cumsum(1)).sum(1)
    claimed = np.exp(logits * true)
    claimed = (claimed / claimed.sum(1, keepdims=True)).astype(dtype)
    found = best_temperature(claimed, labels)
    assert found == pytest.approx(true, rel=0.07)
    scaled = with_temperature(claimed, found)
    assert scaled.dtype == dtype
    assert scaled == pytest.approx(shares, abs=0.03)


def test_the_temperature_is_scipys_minimum_with_sample_weights() -> None:
    rng = np.random.default_rng(4)
    shares = rng.dirichlet(np.ones(3), 300)
    labels, weights = rng.integers(0, 3, 300), rng.random(300)
    log_p = np.log(shares)

    def loss(temperature):
        z = log_p / temperature
        return np.average(np.log(np.exp(z).sum(1)) - z[np.arange(300), labels], weights=weights)

    wanted = minimize_scalar(loss, bounds=(0.25, 4), method="bounded", options={"xatol": 1e-9}).x
    assert best_temperature(shares, labels, weights) == pytest.approx(wanted ** (300 / 800), abs=1e-4)


def test_few_rows_without_an_error_do_not_make_networks_certain() -> None:
    sure = np.tile([[0.9, 0.1]], (20, 1))
    few, many = (best_temperature(np.tile(sure, (n, 1)), np.zeros(20 * n, int)) for n in (1, 1000))
    assert 0.9 < few < 1
    assert many == pytest.approx(0.25, abs=0.02)


def test_temperature_one_changes_nothing_and_zero_probabilities_stay_finite() -> None:
    shares = np.array([[1.0, 0.0], [0.5, 0.5]])
    assert with_temperature(shares, 1.0) is shares
    assert np.isfinite(with_temperature(shares, 2.0)).all()
    assert np.isfinite(best_temperature(shares, np.array([1, 0])))
