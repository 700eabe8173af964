"""Confidence intervals and paired tests, against SciPy, textbooks, and data with a known truth."""

from typing import Any

import numpy as np
import pytest
import scipy.stats

from glassnet.maths import intervals
from glassnet.maths.intervals import Interval, bootstrap, wilson
from glassnet.maths.model_comparison import McNemarResult, accuracy_difference, mcnemar_test, rmse_difference


def some_rows(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Targets and predictions with a true RMSE of 1 and a true R² of one half."""
    rng = np.random.default_rng(seed)
    known = rng.standard_normal(n)
    return known + rng.standard_normal(n), known


# Shares


@pytest.mark.parametrize(("successes", "n"), [(0, 1), (1, 1), (0, 30), (30, 30), (7, 30), (712, 719), (9_940, 10_000)])
@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
def test_wilson_matches_scipy(successes: int, n: int, confidence: float) -> None:
    wanted = scipy.stats.binomtest(successes, n).proportion_ci(confidence, method="wilson")
    assert wilson(successes, n, confidence) == pytest.approx((wanted.low, wanted.high), abs=1e-12)


@pytest.mark.parametrize("p", [0.5, 0.9, 0.99])
def test_the_wilson_interval_covers_the_truth_in_95_of_100_samples(p: float) -> None:
    right = np.random.default_rng(3).binomial(100, p, 4000)
    held = np.mean([low <= p <= high for low, high in map(wilson, right.tolist(), [100] * len(right))])
    assert 0.92 < held < 0.985


# Errors of numbers


@pytest.mark.parametrize("name", ["rmse", "r2"])
def test_the_bootstrap_matches_scipy_up_to_sampling_noise(name: str) -> None:
    y, y_hat = some_rows(80)
    ours: Interval = getattr(intervals, name)(y, y_hat)

    def statistic(y: Any, y_hat: Any, axis: int) -> Any:
        left = ((y - y_hat) ** 2).mean(axis)
        return np.sqrt(left) if name == "rmse" else 1 - left / y.var(axis)

    rng = np.random.default_rng(0)
    wanted = scipy.stats.bootstrap((y, y_hat), statistic, paired=True, n_resamples=9999, method="BCa", rng=rng)
    low, high = wanted.confidence_interval
    assert ours == pytest.approx((low, high), abs=0.08 * (high - low))


@pytest.mark.parametrize("n", [60, 5000])
def test_intervals_of_errors_cover_the_truth_in_about_95_of_100_samples(n: int) -> None:
    samples = [some_rows(n, seed) for seed in range(200)]
    for interval, truth in ((intervals.rmse, 1.0), (intervals.r2, 0.5)):
        held = np.mean([low < truth < high for low, high in (interval(y, y_hat) for y, y_hat in samples)])
        assert 0.88 < held <= 0.99


def test_the_approximation_for_many_rows_agrees_with_the_bootstrap(monkeypatch: pytest.MonkeyPatch) -> None:
    y, y_hat = some_rows(2000)
    drawn = intervals.r2(y, y_hat)
    monkeypatch.setattr(intervals, "MANY_ROWS", 2000)
    assert intervals.r2(y, y_hat) != drawn
    assert intervals.r2(y, y_hat) == pytest.approx(drawn, abs=0.1 * drawn.width)


@pytest.mark.parametrize("unit", [1e-150, 1e6, 1e200])
def test_an_interval_scales_with_the_unit_of_y(unit: float) -> None:
    y, y_hat = some_rows(50)
    assert np.divide(intervals.rmse(unit * y, unit * y_hat), unit) == pytest.approx(intervals.rmse(y, y_hat), rel=1e-9)
    assert intervals.r2(unit * (y + 5), unit * (y_hat + 5)) == pytest.approx(intervals.r2(y, y_hat), rel=1e-9)


def test_the_same_seed_gives_the_same_interval_and_constant_errors_zero_width() -> None:
    y, y_hat = some_rows(50)
    assert intervals.rmse(y, y_hat) == intervals.rmse(y, y_hat) != intervals.rmse(y, y_hat, seed=1)
    assert intervals.rmse(y, y) == (0, 0)
    assert intervals.rmse(y, y + 2).width < 1e-12
    assert intervals.r2(y, y) == (1, 1)
    assert np.isnan(intervals.r2(np.ones(9), y[:9])).all()


def test_several_outputs_have_one_interval() -> None:
    y, y_hat = (np.stack([own, 2 * own], axis=1) for own in some_rows(300))
    assert intervals.r2(y, y_hat) == pytest.approx(intervals.r2(y[:, 0], y_hat[:, 0]))
    assert intervals.rmse(y, y_hat) == pytest.approx(np.sqrt(2.5) * np.array(intervals.rmse(y[:, 0], y_hat[:, 0])))


# Two models on the same rows


@pytest.mark.parametrize(("only_first", "only_second"), [(0, 0), (1, 0), (6, 1), (12, 12), (30, 9), (900, 1000)])
def test_the_p_value_of_mcnemar_matches_the_binomial_test(only_first: int, only_second: int) -> None:
    first = [True] * only_first + [False] * only_second + [True] * 5 + [False] * 3
    second = [False] * only_first + [True] * only_second + [True] * 5 + [False] * 3
    tosses = only_first + only_second
    wanted = scipy.stats.binomtest(only_first, tosses).pvalue if tosses else 1.0
    assert mcnemar_test(first, second) == McNemarResult(only_first, only_second, pytest.approx(wanted, rel=1e-9))


def test_the_p_value_of_mcnemar_matches_a_textbook() -> None:
    """Agresti, Categorical Data Analysis: approval of the prime minister, 86 and 150 changed their mind."""
    first, second = np.repeat([1, 0], [150, 86]), np.repeat([0, 1], [150, 86])
    # statsmodels.stats.contingency_tables.mcnemar([[794, 86], [150, 570]], exact=True).pvalue
    assert mcnemar_test(first, second).p == pytest.approx(3.7159361395713866e-05)


def test_a_paired_test_detects_a_difference_despite_overlapping_intervals() -> None:
    rng = np.random.default_rng(0)
    first = rng.random(1000) < 0.9
    second = first.copy()
    second[np.flatnonzero(first)[:15]] = False
    assert wilson(int(second.sum()), 1000).high > wilson(int(first.sum()), 1000).low
    difference, interval = accuracy_difference(first, second)
    assert difference == pytest.approx(0.015)
    assert 0.007 < interval.low < 0.015 < interval.high < 0.025
    # Three rows of 719 are no evidence, which agrees with McNemar's p of 0.25.
    assert accuracy_difference([True] * 716 + [False] * 3, [True] * 719)[1].high > 0

    y, y_hat = some_rows(400)
    worse = y_hat + rng.normal(0, 0.3, 400)
    difference, interval = rmse_difference(y, y_hat, worse)
    root = [np.sqrt(np.mean((y - given) ** 2)) for given in (y_hat, worse)]
    assert difference == pytest.approx(root[0] - root[1])
    assert interval.low < difference < interval.high < 0
    assert interval.width < intervals.rmse(y, y_hat).width / 2


@pytest.mark.parametrize("share", [0.01, 0.1, 0.4])
def test_the_interval_of_a_difference_covers_the_truth_in_95_of_100_samples(share: float) -> None:
    rng = np.random.default_rng(0)
    held = []
    for _ in range(2000):
        case = rng.choice(4, 150, p=[share * 0.7, share * 0.3, 0.5 - share / 2, 0.5 - share / 2])
        _, (low, high) = accuracy_difference((case == 0) | (case == 2), (case == 1) | (case == 2))
        held.append(low <= share * 0.4 <= high)
    assert 0.93 < np.mean(held) <= 1


# Errors


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: wilson(3, 2), "successes are some of the n rows, got 3 of 2"),
        (lambda: wilson(0, 0), "n must be at least 1, got 0"),
        (lambda: wilson(1, 2, 1.0), "confidence must be above 0 and below 1, got 1.0"),
        (lambda: intervals.rmse([1.0], [1.0]), "an interval needs at least 2 rows"),
        (lambda: intervals.rmse([1.0, 2.0], [1.0]), "y has shape (2,) but y_hat has shape (1,)"),
        (lambda: bootstrap(lambda means: means[:, 0], [[1.0], [np.nan]]), "columns contains NaN in row 1"),
        (lambda: mcnemar_test([], []), "first_is_right must be (n,) with n at least 1, got shape (0,)"),
        (lambda: mcnemar_test([1, 0], [1]), "first_is_right has shape (2,) but second_is_right has shape (1,)"),
        (lambda: rmse_difference([1.0, 2.0], [1.0, 2.0], [1.0]), "y has shape (2,) but second has shape (1,)"),
    ],
)
def test_invalid_arguments_raise(call: Any, text: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is compared below, brackets and all
        call()
    assert text in str(caught.value)


# Few rows, and constants


@pytest.mark.parametrize(
    ("y", "y_hat"),
    [
        ([1, 2], [1.1, 2.2]),
        ([1, 2, 3], [1.1, 2.1, 2.9]),
        ([1, 2, 3], [1.1, 2.1, 9.9]),
        ([5, 5, 5, 5, 5, 5, 5, 7], [5.1, 5, 5.2, 5, 5.1, 5, 5, 6]),
        ([0, 0, 0, 0, 1], [0.1, 0.2, 0.1, 0.3, 0.9]),
        ([1e9, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1e9, 1, 2, 3, 4, 5, 6, 7, 8, 10]),
    ],
)
def test_r2_has_no_interval_where_many_resamples_have_no_spread(y: list[float], y_hat: list[float]) -> None:
    assert np.isnan(intervals.r2(y, y_hat)).all()


@pytest.mark.parametrize("n", range(5, 20))
def test_an_interval_of_r2_from_few_rows_lies_around_it_and_below_1(n: int) -> None:
    y = np.arange(n, dtype=float)
    y_hat = y + 0.3 * np.cos(7 * y)
    low, high = intervals.r2(y, y_hat)
    assert -10 < low < 1 - np.square(y - y_hat).sum() / np.square(y - y.mean()).sum() < high < 1


def test_resamples_without_a_statistic_are_left_out_unless_they_are_many() -> None:
    rows = np.arange(100.0)[:, None]

    def below(bar: float) -> Interval:
        return bootstrap(lambda means: np.where(means[:, 0] < bar, means[:, 0], np.nan), rows)

    assert below(60) == pytest.approx(below(1000), abs=0.1)
    assert np.isnan(below(54)).all()
    assert np.isnan(below(10)).all()


def test_skewed_rows_and_a_high_confidence_end_at_the_samples() -> None:
    low, high = bootstrap(lambda means: means[:, 0], np.eye(1, 12).T, 0.9999)
    assert 0 <= low <= 1 / 12 < high <= 1
