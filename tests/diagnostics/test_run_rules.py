"""Rules about finished runs: each illness is found, and only it; a healthy run has no finding."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from glassnet.diagnostics.result_rules import improvement_within_chance
from glassnet.diagnostics.run_record import RunRecord
from glassnet.diagnostics.run_rules import diagnose_run
from glassnet.training.history import EpochRecord, History


def history(losses: Any, valid: Any = None, stop_reason: str = "epochs") -> History:
    """A history with these training and validation losses, whose last epoch is the best one."""
    records = [
        EpochRecord(i + 1, float(loss), 0.9, None if valid is None else float(valid[i]), 0.9, 0.01)
        for i, loss in enumerate(losses)
    ]
    return History(records, len(records), stop_reason)


FALLING = np.linspace(2, 0.2, 30) ** 2 + 0.1
FLAT = np.r_[FALLING, np.full(20, 0.12)]
COUNTS = np.array([[190, 10], [10, 190]])
FINE = RunRecord(
    history(FLAT),
    rows=400,
    set_name="test set",
    value=0.95,
    train_value=0.96,
    interval=(0.925, 0.968),
    baseline=0.5,
    classes=("no", "yes"),
    counts=COUNTS,
    is_better=True,
    steps=5000,
    silent={"dense1": 0.1},
    gradients={"dense1": 1e-3, "dense2": 2e-3},
)
NUMBERS = replace(FINE, classes=(), counts=None, value=2.0, train_value=1.9, interval=(1.8, 2.2), baseline=5.0)
VALID = {"valid_rows": 200, "train_rows": 1200, "inputs": 20, "early_stopping": True}


def chosen(valid_rows: int, accuracy: float | None = 0.9, **changes: Any) -> dict[str, Any]:
    """Changes of a run in which early stopping has restored epoch 20 of 50."""
    records = [replace(one, valid_loss=0.3, valid_accuracy=accuracy) for one in history(FLAT)]
    return VALID | {"valid_rows": valid_rows, "history": History(records, 20, "early stopping"), **changes}


RISING = np.r_[np.linspace(1, 0.4, 4), np.linspace(0.45, 0.9, 46)]

ILLNESSES: dict[str, tuple[RunRecord, str, str]] = {
    # Name: the run, the rule that finds it, and a part of the message.
    "interrupted": (replace(FINE, history=history(FLAT, stop_reason="interrupted")), "interrupted", "after epoch 50"),
    "a portfolio that was cut": (
        replace(FINE, networks=3, stopped="time limit", folds="2 of 5 folds", is_portfolio=True),
        "interrupted",
        "reached its time limit after 2 of 5 folds",
    ),
    "a loss that rises": (
        replace(FINE, history=history(np.r_[np.linspace(1, 0.5, 10), np.linspace(0.5, 3, 40)])),
        "rising loss",
        "0.5 in epoch 10, 3 in the last",
    ),
    "one row with half of the error": (replace(NUMBERS, outlier=("row 7 of the file", 0.8)), "outlier", "80.0%"),
    "one row with all of the error": (
        replace(NUMBERS, outlier=("row 7 of the file", 1.0), value=900, interval=(100, 9000), is_better=None),
        "outlier",
        "100% of the squared error",
    ),
    "few steps": (replace(FINE, steps=40, history=history(FALLING[:10])), "too few steps", "10 epochs of 4"),
    "one class for all": (
        replace(FINE, counts=np.array([[0, 200], [0, 200]]), value=0.5, train_value=0.5, interval=(0.46, 0.54),
                is_better=None),
        "constant prediction",
        "predicted as 'yes'",
    ),
    "labels swapped": (
        replace(FINE, counts=COUNTS[::-1], value=0.05, train_value=None, interval=(0.03, 0.08), is_better=False),
        "baseline",
        "right for 95.0% of the rows",
    ),
    "no better than the baseline": (
        replace(FINE, counts=np.array([[110, 90], [90, 110]]), value=0.55, train_value=0.56, interval=(0.49, 0.58),
                is_better=None),
        "baseline",
        "Not significantly better",
    ),
    "a score no better than chance": (replace(FINE, score="ROC AUC 0.51", is_better=None), "baseline", "ROC AUC 0.51"),
    "shuffled labels": (
        replace(FINE, counts=np.array([[100, 100], [100, 100]]), value=0.5, train_value=1.0, interval=(0.46, 0.54),
                is_better=None),
        "shuffled labels",
        "accuracy 100% on the training set, 50.0% on the test set",
    ),
    "shuffled numbers": (
        replace(NUMBERS, value=5.1, train_value=0.5, interval=(4.8, 5.4), is_better=None), "shuffled labels", "the mean"
    ),
    "more columns than rows": (
        replace(FINE, inputs=300, train_rows=200, counts=np.array([[100, 100], [100, 100]]), value=0.5, train_value=1.0,
                interval=(0.46, 0.54), is_better=None),
        "more columns than rows",
        "300 inputs and 200 training rows, so it can learn any target by heart, even a random one: accuracy 100% on",
    ),
    "more columns than rows, numbers": (
        replace(NUMBERS, inputs=300, train_rows=200, value=5.1, train_value=4, interval=(4.8, 5.4), is_better=None),
        "more columns than rows",
        "not better than always predicting the mean",
    ),
    "an epoch chosen by 30 rows": (
        replace(FINE, **chosen(30)), "small validation set", "epoch 20 by 30 validation rows: the 95% interval of its"),
    "an epoch chosen by 60 rows, often wrong": (
        replace(FINE, **chosen(60, 0.5)), "small validation set", "50 of 50 epochs are within a standard error"),
    "an epoch chosen by 30 rows, numbers": (
        replace(NUMBERS, **chosen(30, None)), "small validation set", "an RMSE of so few rows is known to ±25.3%"),
    "a result on the rows that chose the epoch": (
        replace(FINE, **chosen(400, is_validation_set=True)), "no test set", "epoch 20 of 50"),
    "vanishing": (replace(FINE, gradients={"dense1": 1e-9, "dense2": 1e-3}), "vanishing gradient", "1.0e-09 in dense1"),
    "exploding": (replace(FINE, gradients={"dense1": 10, "dense2": 1e-4}), "exploding gradient", "in dense1"),
    "dead units": (replace(FINE, silent={"dense1": 0.6}), "dead units", "60.0% of the units of dense1"),
    "overfitting, by the validation loss": (
        replace(FINE, history=history(FLAT, RISING)), "overfitting", "from epoch 5 on"),
    "overfitting, by the result": (replace(FINE, train_value=1.0, value=0.85, interval=(0.81, 0.88)), "overfitting",
                                   "accuracy 100% on the training set, 85.0% on the test set"),
    "overfitting, numbers": (replace(NUMBERS, train_value=0.5), "overfitting", "RMSE 0.5 on the training set"),
    "a class that is not found": (
        replace(FINE, counts=np.array([[350, 0, 0], [0, 20, 0], [25, 0, 5]]), classes=("a", "b", "c")),
        "low recall",
        "16.7% of the 30 rows of class 'c'",
    ),
    "few rows": (replace(FINE, rows=30, interval=(0.8, 0.99)), "wide interval", "only 30 rows"),
    "stopped too early": (replace(FINE, history=history(FALLING)), "underfitting", "still decreasing after 30 epochs"),
    "a class without rows": (
        replace(FINE, classes=("no", "yes", "maybe"), counts=np.pad(COUNTS, (0, 1))), "missing class", "'maybe'"),
    "overconfident": (
        replace(FINE, calibration_error=0.12, calibration="Overconfident: mean confidence 99%, accuracy 95%",
                is_overconfident=True),
        "miscalibrated",
        "12.0%",
    ),
}  # fmt: skip

HEALTHY = {
    "classes": FINE,
    "numbers": NUMBERS,
    "a cyclic schedule": replace(FINE, history=history(np.tile(np.r_[0.3, 0.5, 0.35, 0.25], 12))),
    "early stopping": replace(FINE, history=history(FLAT, RISING), early_stopping=True),
    "early stopping, with a test set": replace(FINE, **chosen(400)),
    "early stopping, numbers": replace(NUMBERS, **chosen(60, None)),
    "few validation rows, and no choice": replace(FINE, **VALID | {"valid_rows": 20}),
    "more columns than rows": replace(FINE, inputs=300, train_rows=200),
    "a result on a validation set": replace(FINE, valid_rows=400, is_validation_set=True),
    "a portfolio": replace(FINE, history=history(FALLING), is_portfolio=True, networks=20),
    "no held-out rows": replace(FINE, train_value=None, is_training_set=True),
    "L-BFGS": replace(FINE, steps=None, history=history(FALLING, stop_reason="converged")),
}


@pytest.mark.parametrize(("record", "rule", "text"), ILLNESSES.values(), ids=ILLNESSES)
def test_an_illness_is_found_and_only_it(record: RunRecord, rule: str, text: str) -> None:
    found = diagnose_run(record)
    assert [one.rule for one in found] == [rule], found
    assert text in found[0].message
    assert found[0].advice.endswith((".", "?"))


@pytest.mark.parametrize("record", HEALTHY.values(), ids=HEALTHY)
def test_a_healthy_run_has_no_finding(record: RunRecord) -> None:
    assert diagnose_run(record) == []


def test_the_most_severe_finding_comes_first() -> None:
    record = replace(FINE, rows=30, interval=(0.8, 0.99), silent={"dense1": 0.6}, gradients={})
    assert [one.severity for one in diagnose_run(record)] == ["warning", "info"]


TRIALS: dict[str, tuple[bool, int, float, float, str]] = {
    # Name: whether it is an accuracy, rows, result of the recipe and of the best trial, and a part of the message.
    "accuracy": (
        True,
        142,
        0.968,
        0.979,
        "the difference of 1.1 points is less than the standard error of 142 rows, 1.5",
    ),
    "always right": (True, 50, 0.99, 1.0, "standard error of 50 rows, 2 points"),
    "RMSE": (False, 100, 3.0, 2.9, "the difference of 0.1 is less than the standard error of 100 rows, 0.2121"),
}


@pytest.mark.parametrize(("is_accuracy", "rows", "recipe", "best", "text"), TRIALS.values(), ids=TRIALS)
def test_the_best_of_some_trials_may_be_chance(
    is_accuracy: bool, rows: int, recipe: float, best: float, text: str
) -> None:
    (found,) = improvement_within_chance("validation result", is_accuracy, rows, 20, recipe, best)
    assert (found.rule, found.severity) == ("improvement within chance", "info")
    assert text in found.message
    assert "the best of 20 trials" in found.message.lower()


@pytest.mark.parametrize(
    ("is_accuracy", "rows", "recipe", "best"),
    [(True, 14200, 0.968, 0.979), (True, 142, 0.5, 0.6), (False, 10000, 3.0, 2.9)],
)
def test_an_improvement_by_more_than_a_standard_error_is_none(
    is_accuracy: bool, rows: int, recipe: float, best: float
) -> None:
    assert not list(improvement_within_chance("validation result", is_accuracy, rows, 20, recipe, best))
