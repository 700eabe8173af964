"""Parallel trainings: their number, the effect of an error, and independence of the results."""

import dataclasses
import threading

import numpy as np
import pytest

from glassnet.recipes.load import load_recipe, single_network
from glassnet.runs.run import run_recipe
from glassnet.training.ensembles import side_by_side, train_ensemble
from glassnet.training.options import TrainingOptions
from helpers.runs import LABELS, X, classifier


class Gauge:
    """Counts the tasks that run at the same time and those that have ended."""

    def __init__(self) -> None:
        self.lock, self.now, self.most, self.ended = threading.Lock(), 0, 0, 0

    def __enter__(self) -> None:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)

    def __exit__(self, *error: object) -> None:
        with self.lock:
            self.now -= 1
            self.ended += 1


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_at_most_threads_tasks_run_at_once_and_all_finish(threads: int) -> None:
    gauge, together = Gauge(), threading.Barrier(threads, timeout=60)

    def work(number: int, stop: threading.Event) -> None:
        with gauge:
            together.wait()  # returns only when all of them run at the same time

    side_by_side(6, work, threads)
    assert (gauge.most, gauge.ended, gauge.now) == (threads, 6, 0)


def test_an_error_stops_the_other_tasks_and_is_raised_after_they_end() -> None:
    gauge, started = Gauge(), threading.Event()

    def work(number: int, stop: threading.Event) -> None:
        with gauge:
            if number == 0:
                started.wait(60)
                raise ValueError("the first one fails")
            started.set()
            assert stop.wait(60)

    with pytest.raises(ValueError, match="the first one fails"):
        side_by_side(5, work, 2)
    assert gauge.now == 0
    assert gauge.ended == 2  # the others have not begun


def test_an_ensemble_has_the_same_numbers_with_any_number_of_threads() -> None:
    ends = []
    for threads in (1, 3):
        networks = [classifier() for _ in range(3)]
        options = TrainingOptions(epochs=4, batch_size=5, threads=threads)
        histories = train_ensemble(networks, (X, LABELS), options, seed=4)
        assert [len(history) for history in histories] == [4, 4, 4]
        ends.append([network.parameters.copy() for network in networks])
    np.testing.assert_array_equal(*ends)
    assert len({theta.tobytes() for theta in ends[0]}) == 3  # each from a seed of its own


def test_folds_have_the_same_numbers_with_any_number_of_threads() -> None:
    recipe = dataclasses.replace(
        single_network(load_recipe("iris")), split="80/20", folds=3, epochs=4, early_stopping=False
    )
    one, three = (run_recipe(dataclasses.replace(recipe, threads=threads)).metrics for threads in (1, 3))
    assert one["valid_loss"] == three["valid_loss"]
    assert one["test_loss"] == three["test_loss"]
