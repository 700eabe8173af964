"""scikit-learn's callback protocol, where its version has one: who is set on an estimator is told of every epoch."""

from typing import Any

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.model_selection import GridSearchCV

import glassnet as gn

callback = pytest.importorskip("sklearn.callback", reason="this scikit-learn has no callbacks")

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, y = make_classification(120, 8, random_state=0)


class Told:
    """Records every call, and stops after a number of epochs."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.heard: list[str] = []
        self.scores: list[float] = []
        self.stop_after = stop_after

    def setup(self, estimator: Any, context: Any) -> None:
        self.heard.append("setup")

    def teardown(self, estimator: Any, context: Any) -> None:
        self.heard.append("teardown")

    def on_fit_task_begin(self, estimator: Any, context: Any) -> None:
        self.heard.append(f"begin {context.task_name}")

    def on_fit_task_end(
        self, estimator: Any, context: Any, *, X: Any = None, y: Any = None, fitted_estimator: Any = None
    ) -> bool:
        self.heard.append(f"end {context.task_name}")
        if context.task_name != "epoch":
            return False
        self.scores.append(fitted_estimator.score(X, y))
        return len(self.scores) == self.stop_after


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("ensemble_size", [1, 2])
def test_every_epoch_is_told_with_an_estimator_that_answers_as_it_would_then(solver: str, ensemble_size: int) -> None:
    told = Told()
    one = gn.MLPClassifier((5,), solver=solver, max_iter=4, ensemble_size=ensemble_size, random_state=0)
    one.set_callbacks(told).fit(X, y)
    epochs = len(one.history_)
    assert told.heard == ["setup", "begin fit", *["begin epoch", "end epoch"] * epochs, "end fit", "teardown"]
    assert len(told.scores) == epochs
    assert told.scores[-1] == one.score(X, y)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_callback_may_stop_the_fit(solver: str) -> None:
    one = gn.MLPClassifier((5,), solver=solver, max_iter=50, random_state=0).set_callbacks(Told(stop_after=3)).fit(X, y)
    assert one.n_iter_ == 3
    assert one.history_.stop_reason == "callback"


def test_scikit_learns_own_callbacks_work() -> None:
    monitor = callback.ScoringMonitor(scoring="accuracy")
    one = gn.MLPClassifier((5,), max_iter=4, random_state=0).set_callbacks(monitor).fit(X, y)
    rows = [row for row in monitor.get_logs().data if row["task_name"] == "epoch"]
    assert len(rows) == 4
    assert rows[-1]["accuracy"] == one.score(X, y)


class HandedOn(Told):
    """Is set on a search, and handed on to what is searched."""

    max_propagation_depth = None


def test_they_are_handed_on_by_a_search() -> None:
    told = HandedOn()
    search = GridSearchCV(gn.MLPClassifier((5,), max_iter=2, random_state=0), {"alpha": [0, 1]}, cv=2)
    search.set_callbacks(told).fit(X, y)
    assert told.heard.count("end epoch") == 2 * (2 * 2 + 1)


def test_a_callback_costs_nothing_and_changes_nothing_where_there_is_none() -> None:
    one, other = (gn.MLPClassifier((5,), max_iter=4, random_state=0) for _ in range(2))
    np.testing.assert_array_equal(one.fit(X, y).coefs_[0], other.set_callbacks(Told()).fit(X, y).coefs_[0])
