"""Metrics: equal to scikit-learn, with the baseline of a constant prediction; wrong shapes raise."""

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sklearn.metrics as sk
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from glassnet.maths.metrics import (
    Score,
    accuracy,
    class_report,
    confusion_matrix,
    l1,
    l2,
    log_loss,
    mae,
    majority_class,
    r2,
    rmse,
    top_k_accuracy,
)

rng = np.random.default_rng(0)
N, K = 200, 5
LABELS = rng.choice(K, N, p=[0.1, 0.4, 0.2, 0.25, 0.05])
GUESSES = np.where(rng.random(N) < 0.7, LABELS, rng.integers(0, K, N))
PROBABILITIES = rng.dirichlet(np.ones(K), N)
NUMBERS = rng.normal(50, 10, (N, 3))
ESTIMATES = NUMBERS + rng.normal(0, 5, (N, 3))
WEIGHTS = rng.choice([0.0, 0.5, 1.0, 3.0], N)
REGRESSION = {"r2": r2, "rmse": rmse, "mae": mae}


# ---- the numbers are scikit-learn's ----


@pytest.mark.parametrize("sample_weight", [None, WEIGHTS], ids=["plain", "weighted"])
@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.uint8])
def test_accuracy(sample_weight: np.ndarray | None, dtype: type) -> None:
    score = accuracy(LABELS.astype(dtype), GUESSES.astype(dtype), sample_weight)
    assert score == pytest.approx(sk.accuracy_score(LABELS, GUESSES, sample_weight=sample_weight), rel=1e-14)
    constants = [sk.accuracy_score(LABELS, np.full(N, c), sample_weight=sample_weight) for c in range(K)]
    assert score.baseline == pytest.approx(max(constants), rel=1e-14)
    assert score.constant == f"always '{np.argmax(constants)}'"


def test_accuracy_is_an_exact_fraction() -> None:
    assert accuracy(np.ones(719, int), np.r_[np.ones(648, int), np.zeros(71, int)]) == 648 / 719
    assert accuracy(np.arange(719) % 10, np.arange(719) % 10) == 1


@pytest.mark.parametrize("sample_weight", [None, WEIGHTS], ids=["plain", "weighted"])
@pytest.mark.parametrize("k", [1, 2, 4])
def test_top_k_accuracy(k: int, sample_weight: np.ndarray | None) -> None:
    score = top_k_accuracy(LABELS, PROBABILITIES, k, sample_weight)
    expected = sk.top_k_accuracy_score(LABELS, PROBABILITIES, k=k, sample_weight=sample_weight)
    assert score == pytest.approx(expected, rel=1e-14)
    shares = np.sort(np.bincount(LABELS, weights=sample_weight) / np.sum(np.bincount(LABELS, weights=sample_weight)))
    assert score.baseline == pytest.approx(shares[::-1][:k].sum())
    assert score.name == f"top-{k} accuracy"


def test_top_1_equals_accuracy_also_for_ties() -> None:
    scores = rng.integers(0, 3, (N, K))
    assert top_k_accuracy(LABELS, scores, k=1) == accuracy(LABELS, scores.argmax(axis=1))
    assert top_k_accuracy(LABELS, scores, k=K) == 1
    assert top_k_accuracy(LABELS, scores, k=K + 1) == 1


@pytest.mark.parametrize("sample_weight", [None, WEIGHTS], ids=["plain", "weighted"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_log_loss(dtype: type, sample_weight: np.ndarray | None) -> None:
    p = PROBABILITIES.astype(dtype)
    score = log_loss(LABELS, p, sample_weight)
    assert score == pytest.approx(sk.log_loss(LABELS, p, sample_weight=sample_weight), rel=1e-6)
    shares = np.bincount(LABELS, weights=sample_weight)
    constant = np.tile(shares / shares.sum(), (N, 1))
    assert score.baseline == pytest.approx(sk.log_loss(LABELS, constant, sample_weight=sample_weight), rel=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_log_loss_of_certain_predictions(dtype: type) -> None:
    p = np.array([[1, 0], [0, 1]], dtype=dtype)
    right, wrong = log_loss([0, 1], p), log_loss([1, 0], p)
    assert right == 0
    assert "-0" not in str(right)
    assert wrong == pytest.approx(-np.log(np.finfo(dtype).eps)) == pytest.approx(sk.log_loss([1, 0], p))


def test_confusion_matrix() -> None:
    matrix = confusion_matrix(LABELS, GUESSES)
    assert matrix.counts.dtype == np.int64
    np.testing.assert_array_equal(matrix.counts, sk.confusion_matrix(LABELS, GUESSES))
    assert matrix.accuracy == accuracy(LABELS, GUESSES)
    assert (matrix.accuracy.baseline, matrix.accuracy.constant) == (accuracy(LABELS, GUESSES).baseline, "always '1'")


def test_confusion_matrix_rows_are_the_true_classes() -> None:
    np.testing.assert_array_equal(confusion_matrix([0, 0], [1, 1]).counts, [[0, 2], [0, 0]])


def test_confusion_matrix_includes_classes_that_do_not_occur() -> None:
    np.testing.assert_array_equal(confusion_matrix([0, 1], [0, 0], 3).counts, [[1, 0, 0], [1, 0, 0], [0, 0, 0]])
    assert confusion_matrix([0, 1], [0, 0], ["a", "b", "c"]).classes == ("a", "b", "c")


def test_confusion_matrix_of_uint8_does_not_wrap_around() -> None:
    labels = np.arange(200, dtype=np.uint8)
    np.testing.assert_array_equal(confusion_matrix(labels, labels).counts, np.eye(200))


@pytest.mark.parametrize("guesses", [GUESSES, np.full(N, 1)], ids=["good", "constant"])
def test_class_report(guesses: np.ndarray) -> None:
    report = class_report(LABELS, guesses)
    expected = sk.precision_recall_fscore_support(LABELS, guesses, zero_division=0.0)
    for ours, theirs in zip((report.precision, report.recall, report.f1, report.support), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-14)


def test_class_report_has_the_baseline_of_each_class() -> None:
    report = class_report(LABELS, GUESSES, K + 1)  # the last class does not occur
    for c in range(K + 1):
        always = class_report(LABELS, np.full(N, c), K + 1)
        assert report.share[c] == always.precision[c]
        assert report.baseline_f1[c] == pytest.approx(always.f1[c], rel=1e-14)
        assert always.recall[c] == (1 if c < K else 0)


ORACLES: dict[str, Callable[..., float]] = {
    "r2": sk.r2_score,
    "rmse": lambda y, y_hat, sample_weight: sk.mean_squared_error(y, y_hat, sample_weight=sample_weight) ** 0.5,
    "mae": sk.mean_absolute_error,
}
CONSTANTS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "r2": lambda y, w: w @ y / w.sum(),
    "rmse": lambda y, w: w @ y / w.sum(),
    # Repeating each row as often as it weighs turns a weighted median into a plain one.
    "mae": lambda y, w: np.median(np.repeat(y, (2 * w).astype(int), axis=0), axis=0),
}


@pytest.mark.parametrize("sample_weight", [None, WEIGHTS], ids=["plain", "weighted"])
@pytest.mark.parametrize("columns", [slice(0, 3), slice(0, 1), 0], ids=["(n, 3)", "(n, 1)", "(n,)"])
@pytest.mark.parametrize("name", REGRESSION)
def test_regression(name: str, columns: Any, sample_weight: np.ndarray | None) -> None:
    y, y_hat = NUMBERS[:, columns], ESTIMATES[:, columns]
    score = REGRESSION[name](y, y_hat, sample_weight)
    assert score == pytest.approx(ORACLES[name](y, y_hat, sample_weight=sample_weight), rel=1e-12)
    constant = np.broadcast_to(CONSTANTS[name](y, np.ones(N) if sample_weight is None else sample_weight), y.shape)
    expected = ORACLES[name](y, constant, sample_weight=sample_weight)
    assert score.baseline == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(("y_hat", "value"), [([0.1] * 7, 1), ([0.1] * 6 + [0.2], 0)])
def test_r2_of_a_constant(y_hat: list[float], value: float) -> None:
    # The mean of seven times 0.1 is not quite 0.1, so the variance is not quite 0.
    assert r2([0.1] * 7, y_hat) == value
    assert r2([0.1] * 7 + [9.0], [*y_hat, 5.0], [1.0] * 7 + [0.0]) == value
    assert r2(np.array([[0.1, 1], [0.1, 2], [0.1, 4]]), np.array([[0.1, 1], [0.1, 2], [0.1, 4]])) == 1


@pytest.mark.parametrize(
    ("y", "y_hat", "sum_of_absolutes", "sum_of_squares"),
    [
        ([1, 0, 0, 1, 1], [0.9, 0.2, 0.1, 0.4, 0.9], 1.1, 0.43),
        ([1, 0, 0, 1, 1, 0], [0.1, 0.7, 0.4, 0.7, 0.8, 0.2], 2.7, 1.63),
    ],
)
def test_l1_and_l2_of_the_notebook(
    y: list[int], y_hat: list[float], sum_of_absolutes: float, sum_of_squares: float
) -> None:
    assert l1(y, y_hat) == pytest.approx(sum_of_absolutes, rel=1e-14)
    assert l2(y, y_hat) == pytest.approx(sum_of_squares, rel=1e-14)
    assert l1(y, y_hat).baseline == pytest.approx(mae(y, y_hat).baseline * len(y))
    assert l2(y, y_hat).baseline == pytest.approx(rmse(y, y_hat).baseline ** 2 * len(y))


def test_uint8_does_not_wrap_around() -> None:
    one, three, two_hundred = (np.array([x], dtype=np.uint8) for x in (1, 3, 200))
    assert l1(one, three) == mae(one, three) == 2
    assert l2(one, two_hundred) == 199**2
    assert rmse(one, two_hundred) == 199


def test_majority_class() -> None:
    assert majority_class(LABELS) == 1
    assert majority_class([2, 0, 2, 0]) == 0


# ---- what holds for any predictions ----

labels = st.integers(1, 30).flatmap(lambda n: st.tuples(*[arrays(np.int64, n, elements=st.integers(0, 4))] * 2))
values = st.integers(1, 20).flatmap(
    lambda n: st.tuples(*[arrays(np.float64, n, elements=st.integers(-50, 50).map(float))] * 2)
)


@given(labels)
def test_no_constant_class_beats_the_baseline(pair: tuple[np.ndarray, np.ndarray]) -> None:
    y, y_hat = pair
    score = accuracy(y, y_hat)
    assert 0 <= score <= 1
    assert score.baseline == max(accuracy(y, np.full_like(y, c)) for c in range(5))
    assert accuracy(y, np.full_like(y, majority_class(y))) == score.baseline
    assert confusion_matrix(y, y_hat).counts.sum() == len(y)


@given(values, st.integers(-50, 50))
def test_no_constant_number_beats_the_baseline(pair: tuple[np.ndarray, np.ndarray], c: int) -> None:
    y, y_hat = pair
    constant = np.full_like(y, c)
    for metric in (rmse, mae, l1, l2):
        score = metric(y, y_hat)
        assert score >= 0
        assert metric(y, y) == 0
        assert score.baseline <= metric(y, constant) + 1e-9
    assert r2(y, y_hat).baseline == 0
    assert r2(y, y_hat) <= r2(y, y) == 1


@given(values, st.lists(st.integers(0, 3), min_size=20, max_size=20))
def test_a_weight_of_two_equals_a_repeated_row(pair: tuple[np.ndarray, np.ndarray], times: list[int]) -> None:
    y, y_hat = pair
    w = np.array(times[: len(y)])
    w[0] += 1
    for metric in REGRESSION.values():
        weighted, repeated = metric(y, y_hat, w), metric(np.repeat(y, w), np.repeat(y_hat, w))
        assert weighted == pytest.approx(repeated, rel=1e-9, abs=1e-9)
        assert weighted.baseline == pytest.approx(repeated.baseline, rel=1e-9, abs=1e-9)
    assert mae(y, y_hat, w).constant == mae(np.repeat(y, w), np.repeat(y_hat, w)).constant


# ---- a score is a float that knows its baseline ----


def test_a_score_is_a_float() -> None:
    score = Score(0.9861, "accuracy", 0.1019, "always '8'")
    assert str(score) == f"{score}" == "accuracy 0.9861 (baseline 0.1019: always '8')"
    assert f"{score:.3f}" == "0.986"
    assert score > 0.9
    assert score + 1 == 1.9861
    assert type(score * 1) is float
    assert json.dumps({"test_accuracy": score}) == '{"test_accuracy": 0.9861}'
    assert repr(score) == "0.9861"
    assert np.array([score]).dtype == np.float64
    assert type(accuracy([0], [0]).baseline) is float


@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, *(lambda s, p=p: pickle.loads(pickle.dumps(s, p)) for p in range(6))],
    ids=["copy", "deepcopy", *(f"pickle{p}" for p in range(6))],
)
def test_a_score_survives_copying(again: Callable[[Score], Score]) -> None:
    score = again(Score(0.5, "accuracy", 0.25, "always 'a'"))
    assert (type(score), score, score.name, score.baseline, score.constant) == (
        (Score, 0.5, "accuracy", 0.25, "always 'a'")
    )


@pytest.mark.parametrize(
    ("score", "text"),
    [
        (accuracy([0, 1, 1], [0, 1, 0], classes=["no", "yes"]), "accuracy 0.6667 (baseline 0.6667: always 'yes')"),
        (
            top_k_accuracy([0, 2, 2], np.eye(3), k=2, classes=["a", "b", "c"]),
            "top-2 accuracy 0.6667 (baseline 1.0000: always one of 'a', 'c')",
        ),
        (log_loss([0, 1], [[0.5, 0.5], [0.5, 0.5]]), "log loss 0.6931 (baseline 0.6931: the class shares)"),
        (r2([1, 2, 6], [1, 2, 6]), "R2 1.0000 (baseline 0.0000: the mean 3)"),
        (rmse([1e7, 3e7], [1e7, 3e7]), "RMSE 0.0000 (baseline 1e+07: the mean 2e+07)"),
        (rmse([1e-5, 3e-5], [1e-5, 2e-5]), "RMSE 7.071e-06 (baseline 1e-05: the mean 2e-05)"),
        (mae([1, 2, 6, 7], [1, 2, 6, 8]), "MAE 0.2500 (baseline 2.5000: the median 4)"),
        (mae(np.ones((2, 2)), np.ones((2, 2))), "MAE 0.0000 (baseline 0.0000: each output's median)"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_scores_print_with_their_baseline(score: Score, text: str) -> None:
    assert str(score) == text


def test_confusion_matrix_prints_as_an_aligned_table() -> None:
    assert str(confusion_matrix([0] * 12 + [1, 1, 2], [0] * 12 + [1, 2, 2], ["cat", "a dog", "x"])) == (
        "true \\ predicted  cat  a dog  x\n"
        "cat                12      .  .\n"
        "a dog               .      1  1\n"
        "x                   .      .  1\n"
        "accuracy 0.9333 (baseline 0.8000: always 'cat')"
    )


def test_class_report_prints_as_an_aligned_table() -> None:
    assert str(class_report([0] * 12 + [1, 1, 2], [0] * 12 + [1, 2, 2], ["cat", "a dog", "x"])) == (
        "class  precision  recall      F1   share  F1 if always  rows\n"
        "cat       1.0000  1.0000  1.0000  0.8000        0.8889    12\n"
        "a dog     1.0000  0.5000  0.6667  0.1333        0.2353     2\n"
        "x         0.5000  1.0000  0.6667  0.0667        0.1250     1\n"
        "mean      0.8333  0.8333  0.7778                          15"
    )


# ---- what cannot be measured is refused ----


@pytest.mark.parametrize("metric", [r2, rmse, mae, l1, l2])
def test_a_column_in_place_of_a_row_raises(metric: Callable[..., Score]) -> None:
    with pytest.raises(ValueError, match=r"y has shape \(5,\) but y_hat has shape \(5, 1\); give both the same shape"):
        metric(np.zeros(5), np.zeros((5, 1)))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: accuracy([0, 1], [0, 1, 1]), ValueError, r"y has shape \(2,\) but y_hat has shape \(3,\)"),
        (lambda: accuracy([0, 1], np.eye(2)), TypeError, r"y_hat must be class indices.*got float64 of shape \(2, 2\)"),
        (lambda: accuracy(["a"], ["a"]), TypeError, r"y must be class indices, whole numbers of shape \(n,\), got <U1"),
        (lambda: accuracy([0.0], [0]), TypeError, "y must be class indices.*got float64"),
        (lambda: accuracy([-1], [0]), ValueError, "y contains -1; class indices count from 0"),
        (lambda: accuracy(np.zeros(0, int), np.zeros(0, int)), ValueError, "y is empty; there is nothing to measure"),
        (lambda: accuracy([2], [2], classes=["a", "b"]), ValueError, "there are 2 classes, but class 2 occurs"),
        (lambda: accuracy([0], [0], [-1]), ValueError, r"sample_weight must be 1 numbers, none below 0 and not all 0"),
        (lambda: accuracy([0], [0], [0]), ValueError, "sample_weight must be"),
        (lambda: accuracy([0], [0], [1, 1]), ValueError, r"sample_weight must be 1 numbers.*got shape \(2,\)"),
        (lambda: accuracy([0], [0], [np.nan]), ValueError, "sample_weight contains NaN in row 0"),
        (lambda: confusion_matrix([0, 3], [0, 1], 3), ValueError, "there are 3 classes, but class 3 occurs"),
        (lambda: class_report([0, 1], [0, 3], ["a", "b"]), ValueError, "there are 2 classes, but class 3 occurs"),
        (lambda: top_k_accuracy([0], [[1.0]], k=0), ValueError, "k must be at least 1, got 0"),
        (
            lambda: top_k_accuracy([2], [[0.5, 0.5]]),
            ValueError,
            r"\(1, classes\) with more than 2 classes, got \(1, 2\)",
        ),
        (
            lambda: log_loss([0, 1], [0.5, 0.5]),
            ValueError,
            r"shape \(2, classes\) with more than 1 classes, got \(2,\)",
        ),
        (
            lambda: log_loss([0], [[2.0, 3.0]]),
            ValueError,
            "row 0 of probabilities sums to 5 or contains a number below 0",
        ),
        (
            lambda: log_loss([0], [[-1.0, 2.0]]),
            ValueError,
            "row 0 of probabilities sums to 1 or contains a number below 0",
        ),
        (lambda: log_loss([0], [[np.nan, 1.0]]), ValueError, "probabilities contains NaN in row 0, column 0"),
        (lambda: rmse([1, np.inf], [1, 2]), ValueError, "y contains inf in row 1"),
        (lambda: mae([1], ["a"]), TypeError, "y_hat must be numbers, got <U1"),
        (
            lambda: r2([], []),
            ValueError,
            r"y must have the shape \(n,\) or \(n, columns\) with n at least 1, got \(0,\)",
        ),
        (lambda: l2(np.zeros((1, 1, 1)), np.zeros((1, 1, 1))), ValueError, r"got \(1, 1, 1\)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_errors_name_the_argument(call: Callable[[], Any], error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("metric", [r2, rmse, mae, l1, l2])
@pytest.mark.parametrize("power", [-1000, -600, 600, 1000])
def test_metrics_of_numbers_hold_in_every_unit(metric: Callable[..., Score], power: int) -> None:
    """Squares of such numbers are no floats; a power of two changes no digit."""
    y, y_hat = np.array([1.0, 2.0, 6.0, 7.0]), np.array([1.5, 2.0, 4.0, 9.0])
    score, large = metric(y, y_hat), metric(np.ldexp(y, power), np.ldexp(y_hat, power))
    degree = {r2: 0, l2: 2}.get(metric, 1)
    with np.errstate(over="ignore"):
        assert [large, large.baseline] == np.ldexp([score, score.baseline], degree * power).tolist()


@pytest.mark.parametrize("metric", [r2, rmse, mae, l1, l2])
def test_metrics_of_one_row(metric: Callable[..., Score]) -> None:
    right, wrong = metric([3.0], [3.0]), metric([3.0], [4.0])
    assert (right, wrong) == ((1, 0) if metric is r2 else (0, 1))
