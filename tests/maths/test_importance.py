"""Permutation importance and calibration, against scikit-learn."""

from typing import Any

import numpy as np
import pytest
import sklearn.calibration
import sklearn.inspection
import sklearn.linear_model

from glassnet.maths.calibration import calibration_curve
from glassnet.maths.importance import permutation_importance

X = np.random.default_rng(0).standard_normal((400, 4))
Y = X @ [3.0, 0.0, -1.0, 0.5]
LINEAR = sklearn.linear_model.LinearRegression().fit(X, Y + np.random.default_rng(1).standard_normal(400))


def test_importances_match_scikit_learn_up_to_shuffling_noise() -> None:
    found = permutation_importance(lambda rows: LINEAR.score(rows, Y), X, repeats=20)
    wanted = sklearn.inspection.permutation_importance(LINEAR, X, Y, n_repeats=20, random_state=0)
    np.testing.assert_allclose(found.mean, wanted.importances_mean, atol=0.03)
    np.testing.assert_allclose(found.spread, wanted.importances_std, atol=0.03)
    assert found.score == LINEAR.score(X, Y)
    assert found.drops.shape == (4, 20)
    assert found.mean[0] > 10 * found.mean[2] / 2 > found.mean[3] > found.mean[1]


def test_an_unused_column_has_zero_importance_and_the_data_are_unchanged() -> None:
    rows = X.copy()
    found = permutation_importance(lambda given: float(given[:, 2] @ rows[:, 2]), rows)
    np.testing.assert_array_equal(found.drops[[0, 1, 3]], 0)
    assert (found.drops[2] > 0).all()
    np.testing.assert_array_equal(rows, X)


def test_one_column_at_a_time_is_shuffled_and_keeps_its_values() -> None:
    seen: list[Any] = []

    def score(rows: Any) -> float:
        seen.append(rows.copy())
        return 0.0

    permutation_importance(score, X, repeats=2)
    assert len(seen) == 1 + 4 * 2
    for number, rows in enumerate(seen[1:]):
        assert [j for j in range(4) if not np.array_equal(rows[:, j], X[:, j])] == [number // 2]
        np.testing.assert_array_equal(np.sort(rows, axis=0), np.sort(X, axis=0))
    assert not np.array_equal(seen[1], seen[2])


def test_the_seed_determines_the_result() -> None:
    first, again, other = (permutation_importance(lambda rows: LINEAR.score(rows, Y), X, seed=s) for s in (3, 3, 4))
    np.testing.assert_array_equal(first.drops, again.drops)
    assert not np.array_equal(first.drops, other.drops)
    with pytest.raises(ValueError, match="repeats must be at least 1, got 0"):
        permutation_importance(lambda rows: 0.0, X, repeats=0)


def test_scores_per_row_have_the_same_mean_and_intervals_over_the_rows() -> None:
    def losses(rows: Any) -> np.ndarray:
        return -((Y - LINEAR.predict(rows)) ** 2)

    found = permutation_importance(losses, X, repeats=4)
    single = permutation_importance(lambda rows: float(losses(rows).mean()), X, repeats=4)
    np.testing.assert_allclose(found.drops, single.drops)
    assert found.score == pytest.approx(single.score)
    low, high = found.intervals().T
    assert (low < found.mean).all()
    assert (low[[0, 2, 3]] > 0).all()
    assert low[1] < 0.01
    np.testing.assert_allclose(high - found.mean, found.mean - low)
    assert (high - low)[1] < (high - low)[0]
    np.testing.assert_allclose(single.error, single.drops.std(axis=1, ddof=1) / 2)


def test_intervals_hold_the_importance_on_all_rows_in_about_95_of_100_samples() -> None:
    """Shuffling x of a linear model with weight w raises the squared error by 2 w² on average."""
    held = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        rows = rng.standard_normal((150, 1))
        y = rows[:, 0] + rng.standard_normal(150)
        found = permutation_importance(lambda given, y=y: -((y - given[:, 0]) ** 2), rows, repeats=5, seed=seed)
        held.append(found.intervals()[0, 0] < 2 < found.intervals()[0, 1])
    assert 0.9 < np.mean(held) < 1


# Calibration


def test_calibration_bins_match_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    sure = rng.uniform(0.3, 1, 500)
    right = rng.random(500) < sure**2
    found = calibration_curve(right, sure, bins=8)
    accuracy, confidence = sklearn.calibration.calibration_curve(right, sure, n_bins=8)
    np.testing.assert_allclose(found.accuracy[found.rows > 0], accuracy)
    np.testing.assert_allclose(found.confidence[found.rows > 0], confidence)
    np.testing.assert_array_equal(found.rows, np.histogram(sure, found.edges)[0])
    gaps = np.abs(accuracy - confidence)
    assert found.error == pytest.approx((gaps * found.rows[found.rows > 0]).sum() / 500)


def test_calibrated_confidence_has_almost_no_calibration_error() -> None:
    rng = np.random.default_rng(0)
    sure = rng.uniform(0.5, 1, 20_000)
    assert calibration_curve(rng.random(20_000) < sure, sure).error < 0.01
    assert calibration_curve(np.zeros(5), np.ones(5)).error == 1
    assert calibration_curve(np.ones(5), np.ones(5) + 1e-6).error == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize(
    ("right", "sure", "text"),
    [
        ([1, 0], [0.5], r"is_right has shape \(2,\) but confidence has shape \(1,\)"),
        ([], [], r"must be \(n,\) with n at least 1, got shape \(0,\)"),
        ([1], [1.5], "confidence must be probabilities from 0 to 1, got 1.5 to 1.5"),
        ([1], [np.nan], "confidence must be probabilities from 0 to 1"),
    ],
)
def test_invalid_confidences_raise(right: Any, sure: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        calibration_curve(right, sure)
