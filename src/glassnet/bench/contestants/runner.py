"""A prepared contestant: runs a number of times and returns the seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from glassnet.bench.tasks import Layers, Task
from glassnet.common.arrays import Array


@dataclass(frozen=True)
class RunnerSetting:
    """One fair setting of a contestant: its name, options, and environment variables."""

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)


class Runner(Protocol):
    """A prepared contestant.

    One run is one epoch of training, starting from the initial weights, or one prediction. Seconds are measured until
    results are available, without the setup before the first epoch. steps: number of steps per run.
    """

    steps: int

    def run(self, count: int) -> float:
        """Run `count` times and return the seconds."""


class Training(Runner, Protocol):
    """A contestant that trains, and provides the final weights of its last run."""

    def layers(self) -> Layers:
        """Return the final weights of the last run."""


class Predicting:
    """A contestant that predicts: a function from rows to probabilities, both NumPy arrays, called in a loop."""

    steps = 1

    def __init__(self, task: Task, predict: Callable[[Array], Array]) -> None:
        self.X, self.predict = task.X, predict

    def run(self, count: int) -> float:
        """Predict the same rows `count` times and return the seconds."""
        X, predict = self.X, self.predict
        start = time.perf_counter()
        for _ in range(count):
            predict(X)
        return time.perf_counter() - start


def blas_settings(threads: int) -> list[RunnerSetting]:
    """Return the settings of a library that uses threads only for matrix products: one thread, or all."""
    one = RunnerSetting("1 thread", environment=dict.fromkeys(THREAD_VARIABLES, "1"))
    return [one, RunnerSetting(f"{threads} threads")] if threads > 1 else [one]


THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
