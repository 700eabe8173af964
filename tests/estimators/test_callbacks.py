"""The callback protocol of scikit-learn, in versions that have one: callbacks are called at every epoch."""

from typing import Any

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.model_selection import GridSearchCV

import glassnet as gn

callback = pytest.importorskip("sklearn.callback", reason="this scikit-learn has no callbacks")

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, y = make_classification(120, 8, random_state=0)


class RecordingCallback:
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
def test_callbacks_get_every_epoch_with_the_estimator_as_of_that_epoch(solver: str, ensemble_size: int) -> None:
    reported = RecordingCallback()
    one = gn.MLPClassifier((5,), solver=solver, max_iter=4, ensemble_size=ensemble_size, random_state=0)
    one.set_callbacks(reported).fit(X, y)
    epochs = len(one.history_)
    assert reported.heard == ["setup", "begin fit", *["begin epoch", "end epoch"] * epochs, "end fit", "teardown"]
    assert len(reported.scores) == epochs
    assert reported.scores[-1] == one.score(X, y)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_callback_may_stop_the_fit(solver: str) -> None:
    one = (
        gn.MLPClassifier((5,), solver=solver, max_iter=50, random_state=0)
        .set_callbacks(RecordingCallback(stop_after=3))
        .fit(X, y)
    )
    assert one.n_iter_ == 3
    assert one.history_.stop_reason == "callback"


def test_callbacks_of_scikit_learn_work() -> None:
    monitor = callback.ScoringMonitor(scoring="accuracy")
    one = gn.MLPClassifier((5,), max_iter=4, random_state=0).set_callbacks(monitor).fit(X, y)
    rows = [row for row in monitor.get_logs().data if row["task_name"] == "epoch"]
    assert len(rows) == 4
    assert rows[-1]["accuracy"] == one.score(X, y)


class PropagatedCallback(RecordingCallback):
    """A callback set on a search that is propagated to its estimators."""

    max_propagation_depth = None


def test_a_search_propagates_callbacks() -> None:
    reported = PropagatedCallback()
    search = GridSearchCV(gn.MLPClassifier((5,), max_iter=2, random_state=0), {"alpha": [0, 1]}, cv=2)
    search.set_callbacks(reported).fit(X, y)
    assert reported.heard.count("end epoch") == 2 * (2 * 2 + 1)


def test_without_callbacks_nothing_is_prepared_or_changed() -> None:
    one, other = (gn.MLPClassifier((5,), max_iter=4, random_state=0) for _ in range(2))
    np.testing.assert_array_equal(one.fit(X, y).coefs_[0], other.set_callbacks(RecordingCallback()).fit(X, y).coefs_[0])
