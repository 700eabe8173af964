"""Metrics for imbalanced classes are scikit-learn's, with weights and ties; intervals hold; thresholds are the best."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sklearn.metrics as sk
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from glassnet.maths import intervals
from glassnet.maths.decision_threshold import best_threshold, threshold_rule
from glassnet.maths.metrics import average_precision, balanced_accuracy, brier_score, f1, ranking_scores, roc_auc

rng = np.random.default_rng(0)
N, K = 300, 4
BINARY = (rng.random(N) < 0.1).astype(int)
LABELS = rng.choice(K, N, p=[0.7, 0.15, 0.1, 0.05])
WEIGHTS = rng.choice([0.0, 0.5, 1.0, 3.0], N)
by_weight = pytest.mark.parametrize("w", [None, WEIGHTS], ids=["plain", "weighted"])


def shares(y: np.ndarray, k: int, has_ties: bool = False) -> np.ndarray:
    """Probabilities that know a little of y; with ties, they are tenths."""
    p = rng.dirichlet(np.ones(k), N) + 0.3 * np.eye(k)[y]
    p /= p.sum(axis=1, keepdims=True)
    return rng.multinomial(10, p) / 10 if has_ties else p


@by_weight
@pytest.mark.parametrize("has_ties", [False, True], ids=["distinct", "ties"])
def test_two_classes_are_measured_as_by_scikit_learn(w: Any, has_ties: bool) -> None:
    p = shares(BINARY, 2, has_ties)
    assert roc_auc(BINARY, p, w) == pytest.approx(sk.roc_auc_score(BINARY, p[:, 1], sample_weight=w), abs=1e-12)
    assert brier_score(BINARY, p, w) == pytest.approx(sk.brier_score_loss(BINARY, p[:, 1], sample_weight=w), abs=1e-12)
    for positive in (0, 1):
        of = positive == BINARY
        expected = sk.average_precision_score(of, p[:, positive], sample_weight=w)
        assert average_precision(BINARY, p, w, positive) == pytest.approx(expected, abs=1e-12)
        constant = sk.average_precision_score(of, np.ones(N), sample_weight=w)
        assert average_precision(BINARY, p, w, positive).baseline == pytest.approx(constant, abs=1e-12)


@by_weight
@pytest.mark.parametrize("has_ties", [False, True], ids=["distinct", "ties"])
def test_several_classes_are_measured_as_by_scikit_learn(w: Any, has_ties: bool) -> None:
    p, one_hot = shares(LABELS, K, has_ties), np.eye(K)[LABELS]
    auc = sk.roc_auc_score(LABELS, p, multi_class="ovr", average="macro", sample_weight=w)
    assert roc_auc(LABELS, p, w) == pytest.approx(auc, abs=1e-12)
    ap = sk.average_precision_score(one_hot, p, average="macro", sample_weight=w)
    assert average_precision(LABELS, p, w) == pytest.approx(ap, abs=1e-12)
    brier = sk.brier_score_loss(LABELS, p, sample_weight=w, labels=range(K))
    assert brier_score(LABELS, p, w) == pytest.approx(brier, abs=1e-12)


@by_weight
def test_predicted_classes_are_measured_as_by_scikit_learn(w: Any) -> None:
    for y, k in ((BINARY, 2), (LABELS, K)):
        for y_hat in (np.where(rng.random(N) < 0.7, y, rng.integers(0, k, N)), np.zeros(N, int)):
            assert balanced_accuracy(y, y_hat, w) == pytest.approx(
                sk.balanced_accuracy_score(y, y_hat, sample_weight=w)
            )
            assert f1(y, y_hat, w) == pytest.approx(sk.f1_score(y, y_hat, average="macro", sample_weight=w))
            for positive in range(k):
                expected = sk.f1_score(y == positive, y_hat == positive, sample_weight=w)
                assert f1(y, y_hat, w, positive) == pytest.approx(expected)


@by_weight
def test_baselines_are_the_best_constants(w: Any) -> None:
    for y, k in ((BINARY, 2), (LABELS, K)):
        constant = [np.full(N, c) for c in range(k)]
        assert balanced_accuracy(y, y, w).baseline == pytest.approx(balanced_accuracy(y, constant[0], w))
        assert f1(y, y, w, 1).baseline == pytest.approx(f1(y, constant[1], w, 1))
        assert f1(y, y, w).baseline == pytest.approx(max(float(f1(y, c, w)) for c in constant))
        p = np.tile(np.bincount(y, weights=w) / (N if w is None else w.sum()), (N, 1))
        assert brier_score(y, p, w).baseline == pytest.approx(brier_score(y, p, w))
        assert roc_auc(y, p, w).baseline == roc_auc(y, p, w) == 0.5
    assert str(f1(BINARY, BINARY, None, 1, ("no", "yes"))).endswith("always 'yes')")


def test_one_class_has_no_area_and_a_class_that_does_not_occur_is_left_out() -> None:
    p = shares(LABELS, K)
    for metric in (roc_auc, average_precision):
        assert np.isnan(metric(np.zeros(N, int), p))
        assert np.isnan(metric([1], [[0.2, 0.8]]))
        single = [metric((k == BINARY).astype(int), np.stack([1 - p[:, k], p[:, k]], axis=1)) for k in (0, 1)]
        assert metric(BINARY, p) == pytest.approx(np.mean(single))
    assert balanced_accuracy([0, 0], [0, 1]) == 0.5
    assert f1([0, 0], [0, 0], positive=1) == 0
    assert brier_score([0], [[1.0, 0.0]]) == 0


@pytest.mark.parametrize("metric", [roc_auc, average_precision, brier_score])
def test_wrong_shapes_are_refused(metric: Callable[..., float]) -> None:
    with pytest.raises(ValueError, match="probabilities must have the shape"):
        metric([0, 1, 2], np.ones((3, 2)) / 2)
    with pytest.raises(ValueError, match="sample_weight must be 2 numbers"):
        metric([0, 1], np.eye(2), [1.0])
    with pytest.raises(ValueError, match="positive must be one of the two classes"):
        average_precision([0, 1], np.eye(2), positive=2)


@given(arrays(np.int64, 12, elements=st.integers(0, 1)), arrays(np.int64, 12, elements=st.integers(0, 4)))
def test_an_area_is_the_share_of_pairs_in_the_right_order(y: np.ndarray, score: np.ndarray) -> None:
    area = roc_auc(y, np.stack([-score, score], axis=1))
    pairs = [(a > b) + (a == b) / 2 for a in score[y == 1] for b in score[y == 0]]
    assert np.isnan(area) if not pairs else area == pytest.approx(np.mean(pairs))


# Intervals


def test_the_interval_of_an_area_holds_the_truth_in_about_95_of_100_samples() -> None:
    held = 0
    for seed in range(400):
        own = np.random.default_rng(seed)
        y = own.random(200) < 0.2
        held += (ends := intervals.roc_auc(y, own.standard_normal(200) + y)).low < 0.7602 < ends.high  # Φ(1/√2)
    assert 0.92 < held / 400 < 0.98


def test_the_interval_of_an_area_uses_delongs_variance() -> None:
    y = np.arange(40) < 15
    score = np.round(rng.standard_normal(40) + y, 1)
    order = [[(a > b) + (a == b) / 2 for b in score[~y]] for a in score[y]]
    area = np.mean(order)
    variance = np.var(np.mean(order, axis=1), ddof=1) / 15 + np.var(np.mean(order, axis=0), ddof=1) / 25
    logit, reach = np.log(area / (1 - area)), 1.959964 * np.sqrt(variance) / (area * (1 - area))
    expected = 1 / (1 + np.exp(-np.array([logit - reach, logit + reach])))
    assert intervals.roc_auc(y, score) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("y", "score"), [([1, 0, 0], [3, 1, 2]), ([1, 1, 0, 0], [3, 4, 1, 2]), ([1, 1], [1, 2]),
                                          ([1, 1, 0, 0], [1, 1, 1, 1])])  # fmt: skip
def test_an_area_without_spread_has_no_interval(y: list[int], score: list[float]) -> None:
    assert np.isnan(intervals.roc_auc(y, score)).all()


def test_the_interval_of_a_mean_of_recalls_holds_the_truth_in_about_95_of_100_samples() -> None:
    truth, rows = np.array([0.95, 0.4, 0.6]), (500, 30, 12)
    drawn = rng.binomial(rows, truth, (2000, 3)).tolist()
    held = np.mean([low < truth.mean() < high for low, high in (intervals.mean_of_proportions(d, rows) for d in drawn)])
    assert 0.93 < held < 0.98
    assert intervals.mean_of_proportions([7], [30]) == pytest.approx(intervals.wilson(7, 30))
    assert intervals.mean_of_proportions([30, 5], [30, 5]).high == 1


# Decision thresholds

RULES: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "f1": lambda y, y_hat: sk.f1_score(y, y_hat),
    "balanced": lambda y, y_hat: sk.balanced_accuracy_score(y, y_hat),
    "cost=5": lambda y, y_hat: -float(5 * (y & ~y_hat).sum() + (~y & y_hat).sum()),
    "cost=0.2": lambda y, y_hat: -float(0.2 * (y & ~y_hat).sum() + (~y & y_hat).sum()),
}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("has_ties", [False, True], ids=["distinct", "ties"])
def test_no_other_threshold_is_better(rule: str, has_ties: bool) -> None:
    y, p = BINARY.astype(bool), shares(BINARY, 2, has_ties)[:, 1]
    threshold = best_threshold(y, p, rule)
    assert 0 < threshold < 1
    best = RULES[rule](y, p >= threshold)
    assert best == pytest.approx(
        max(RULES[rule](y, p >= other) for other in np.linspace(1e-9, 1 - 1e-9, 3001)), abs=2e-3
    )
    assert best >= max(RULES[rule](y, p >= other) for other in p) - 1e-12


def test_a_high_cost_of_false_negatives_lowers_the_threshold() -> None:
    y, p = BINARY.astype(bool), shares(BINARY, 2)[:, 1]
    thresholds = [best_threshold(y, p, f"cost={cost}") for cost in (0.1, 1, 3, 10, 100)]
    assert thresholds == sorted(thresholds, reverse=True)
    assert len(set(thresholds)) > 2


def test_thresholds_of_few_rows_lie_between_the_probabilities() -> None:
    assert best_threshold([True, False], [0.8, 0.2], "f1") == 0.5
    assert best_threshold([True, False], [1.0, 0.0], "balanced") == 0.5
    assert best_threshold([True, False, False], np.array([0.3, 0.2, 0.1], np.float32), "f1") == pytest.approx(0.25)
    assert best_threshold([True], [0.7], "f1") == 0.35
    assert 0 < best_threshold([True, True], [0.0, 0.0], "f1") < 1


@pytest.mark.parametrize(
    "value", [0, 1, -0.1, "0.0", "cost", "cost=", "cost=0", "cost=-1", "cost=x", "recall", "nan", True, None]
)
def test_other_thresholds_are_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="threshold must be f1, balanced, cost=NUMBER"):
        threshold_rule(value)


def test_thresholds_are_read_from_text() -> None:
    assert threshold_rule("0.3") == threshold_rule(0.3) == ("number", 0.3)
    assert threshold_rule("cost=5") == ("cost", 5.0)
    assert threshold_rule("balanced") == ("balanced", 1.0)


@pytest.mark.parametrize(("classes", "positive"), [(2, 0), (2, 1), (3, 1), (5, 1)])
@pytest.mark.parametrize("weighted", [False, True])
def test_ranking_scores_are_both_scores_with_one_sort_per_class(
    classes: int, positive: int, weighted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = np.random.default_rng(classes)
    y = own.integers(0, max(classes - 1, 2), 60)  # with five classes, the last one does not occur
    p = own.integers(0, 9, (60, classes)) / 10  # with ties
    w = own.integers(0, 3, 60) * 1.0 if weighted else None
    area, precision = roc_auc(y, p, w), average_precision(y, p, w, positive=positive)
    sort, sorts = np.argsort, []
    monkeypatch.setattr(np, "argsort", lambda *values: sorts.append(1) or sort(*values))
    both = ranking_scores(y, p, w, positive=positive)
    assert both == (area, precision)
    assert [(score.name, score.baseline) for score in both] == [
        (score.name, score.baseline) for score in (area, precision)
    ]
    assert len(sorts) == (len(set(y.tolist())) if classes > 2 else 2 - positive)
