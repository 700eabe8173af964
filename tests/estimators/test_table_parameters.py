"""TableClassifier and TableRegressor: parameters, targets, weights, and the errors about them."""

import warnings
from typing import Any

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

import glassnet as gn
from glassnet.estimators import table_base
from helpers.table_estimators import FRAME, KIND, PRICE, TARGETS, N, X, by_name, make, predicted


@pytest.fixture(scope="module")
def fitted() -> dict[str, Any]:
    return {name: make(name).fit(FRAME, y) for name, y in TARGETS.items()}


@by_name
def test_parameters_are_keywords_and_are_cloned(name: str) -> None:
    estimator = clone(make(name, eval_metric="r2", n_jobs=2))
    assert repr(estimator) == f"{name}(eval_metric='r2', folds=2, n_jobs=2, quality='quick')"
    with pytest.raises(TypeError, match="positional"):
        getattr(gn, name)("quick")
    with pytest.raises(NotFittedError, match=f"This {name} instance is not fitted yet"):
        estimator.predict(FRAME)


@by_name
@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"time_limit": 0}, r"'time_limit' parameter of \w+ must be a float in the range \(0.0, inf\) or None. Got 0"),
        ({"quality": "better"}, r"'quality' parameter of \w+ must be a str among \{.*'quick'.*\}. Got 'better'"),
        ({"eval_metric": "f1"}, r"'eval_metric' parameter of \w+ must be a str among"),
        ({"folds": 1}, r"'folds' parameter of \w+ must be an int in the range \[2, inf\) or None. Got 1"),
        ({"random_state": -1}, r"'random_state' parameter of \w+ must be an int in the range \[0, 4294967295\]"),
    ],
    ids=str,
)
def test_invalid_parameters_raise(name: str, parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make(name, **parameters).fit(FRAME, TARGETS[name])


def test_a_metric_of_the_other_task_raises() -> None:
    with pytest.raises(ValueError, match=r"^eval_metric 'rmse' is for regression; for classification: log_loss, "):
        make("TableClassifier", eval_metric="rmse").fit(X, KIND)
    with pytest.raises(
        ValueError, match=r"^eval_metric 'roc_auc' is for classification; for regression: rmse, mae, r2$"
    ):
        make("TableRegressor", eval_metric="roc_auc").fit(X, PRICE)


def test_the_metric_chooses_the_weights() -> None:
    estimator = make("TableRegressor", eval_metric="mae").fit(X, PRICE)
    # The error is that of predictions that are not clipped.
    assert estimator.contributions_[0]["error"] == pytest.approx(np.abs(estimator.held_out_ - PRICE).mean(), rel=0.05)


@by_name
def test_a_time_limit_keeps_at_least_one_network(name: str) -> None:
    estimator = make(name, time_limit=1e-9, n_jobs=1).fit(FRAME, TARGETS[name])
    assert len(estimator.model_.networks) == 1
    assert np.isnan(estimator.held_out_).any(axis=-1 if name == "TableClassifier" else None).sum() in (1, N // 2)
    assert estimator.model_.recipe["training"]["members"] == 1


@by_name
def test_the_seed_determines_the_result_and_the_number_of_threads_does_not(name: str, fitted: dict[str, Any]) -> None:
    found = predicted(fitted[name], FRAME)
    np.testing.assert_array_equal(predicted(make(name, n_jobs=2).fit(FRAME, TARGETS[name]), FRAME), found)
    others = [make(name, random_state=s).fit(FRAME, TARGETS[name]) for s in (1, np.random.RandomState(0))]
    assert not any(np.array_equal(predicted(one, FRAME), found) for one in others)


def test_threads_are_those_of_joblib(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, train = [], table_base.fit_table

    def watched(*data: Any, **options: Any) -> Any:
        seen.append(options["limits"].threads)
        return train(*data, **options)

    monkeypatch.setattr(table_base, "fit_table", watched)
    make("TableRegressor").fit(X, PRICE)
    make("TableRegressor", n_jobs=3).fit(X, PRICE)
    make("TableRegressor", n_jobs=-1).fit(X, PRICE)
    with joblib.parallel_config(n_jobs=2):
        make("TableRegressor").fit(X, PRICE)
    assert seen == [1, 3, joblib.cpu_count(), 2]
    with pytest.raises(ValueError, match="n_jobs == 0"):
        make("TableRegressor", n_jobs=0).fit(X, PRICE)


def test_verbose_shows_a_bar(capsys: pytest.CaptureFixture[str]) -> None:
    make("TableRegressor").fit(X, PRICE)
    assert capsys.readouterr().err == ""
    make("TableRegressor", verbose=1).fit(X, PRICE)
    assert "96/96" in capsys.readouterr().err


# Targets and weights


def test_one_class_raises() -> None:
    with pytest.raises(ValueError, match=r"^y has a single class, 1; a classifier needs at least two$"):
        make("TableClassifier").fit(X, np.ones(N, int))


def test_classes_with_one_row_warn() -> None:
    y = KIND.astype(object)
    y[0] = "odd"
    with pytest.warns(UserWarning, match="^class odd of y has a single row, so no network"):
        estimator = make("TableClassifier").fit(X, y)
    assert estimator.predict_proba(X).shape == (N, 3)


@by_name
def test_fewer_rows_than_folds_make_fewer_folds(name: str) -> None:
    rows = [int(np.argmax(KIND == "high")), *np.flatnonzero(KIND == "low")[:1]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        estimator = make(name, folds=7).fit(X[rows], TARGETS[name][rows])
    assert len(estimator.model_.networks) == 2
    with pytest.raises(ValueError, match=f"Found 1 sample, but a minimum of 2 is required by {name}"):
        make(name).fit(FRAME[:1], TARGETS[name][:1])


def test_classes_as_a_numeric_target_raise() -> None:
    for y in (KIND, KIND.astype(object), pd.Series(KIND), pl.Series(KIND)):
        with pytest.raises(
            ValueError, match=r"^y contains (high|low), which is not a number; TableClassifier predicts"
        ):
            make("TableRegressor").fit(X, y)


def test_numbers_beyond_float32_raise() -> None:
    with pytest.raises(ValueError, match=r"^y contains 1e\+300 in row 4, too large for float32; scale y$"):
        make("TableRegressor").fit(X, np.where(np.arange(N) == 4, 1e300, PRICE))


def test_class_weights_shift_the_predictions() -> None:
    noise = np.random.default_rng(1).normal(size=(200, 2))
    y = np.repeat(["many", "few"], [180, 20])
    shares = {}
    for weights in (None, "balanced", {"few": 9.0}):
        estimator = make("TableClassifier", class_weight=weights).fit(noise, y)
        shares[str(weights)] = estimator.predict_proba(noise)[:, 0].mean()
    assert shares["None"] < 0.2
    assert 0.35 < shares["balanced"] < 0.65
    assert 0.35 < shares["{'few': 9.0}"] < 0.65
    with pytest.raises(ValueError, match="class_weight has 'none', which is not a class"):
        make("TableClassifier", class_weight={"none": 1}).fit(noise, y)


@by_name
def test_rows_with_weight_0_are_left_out(name: str) -> None:
    weights = (np.arange(N) % 4 > 0).astype(float)
    kept = weights > 0
    weighted = make(name).fit(FRAME, TARGETS[name], sample_weight=weights)
    without = make(name).fit(FRAME[kept], TARGETS[name][kept], sample_weight=weights[kept])
    np.testing.assert_array_equal(predicted(weighted, FRAME), predicted(without, FRAME))
    np.testing.assert_array_equal(weighted.held_out_[kept], without.held_out_)
    assert np.isnan(weighted.held_out_[~kept]).all()
    for bad, message in (
        (np.zeros(N), "all sample weights are 0|at least one non-zero"),
        (-np.ones(N), "weights must be at least 0, got -1"),
    ):
        with pytest.raises(ValueError, match=message):
            make(name).fit(FRAME, TARGETS[name], sample_weight=bad)
