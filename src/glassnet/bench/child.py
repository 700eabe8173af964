"""The process of one contestant: it reads requests as lines of JSON and replies to each.

It is started by `glassnet.bench.process`. Output of libraries is redirected to stderr, which the parent captures.

    {"do": "prepare", "contestant": ..., "folder": ..., "ways": [options, ...],
     "check_after": epochs, "stretch": seconds}                     -> {"way": 0, "first": ..., "step": ..., ...}
    {"do": "run", "count": 12}                                      -> {"seconds": ..., "steps": ...}
    {"do": "epochs", "count": 101}                                  -> {"seconds": [...]}
    {"do": "estimator", "library": ..., "name": ...}                -> {"result": [...]}
    {"do": "estimator_again"}                                       -> {"seconds": ...}
    {"do": "table", "contestant": ..., "folder": ..., "table": ...,
     "seed": ..., "rows": ...}                                      -> {"value": ..., "seconds": ...}
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

SHORT_RUNS = 3
"""Number of short runs to find the fastest setting."""

CHECKED_ROWS = 1000
"""Number of rows whose predictions are compared with the reference."""


class Worker:
    """The prepared state: one task, and its fastest setting."""

    def __init__(self) -> None:
        self.runner: Any = None
        self.work: Any = None
        self.count = 1

    def prepare(
        self, contestant: str, folder: str, ways: list[dict[str, Any]], check_after: int, stretch: float
    ) -> dict[str, Any]:
        """Prepare all settings, time each, keep the fastest, and return its result.

        check_after: the epoch after which the loss is compared; 0 for no comparison. stretch: minimum seconds per
        timing.
        """
        from glassnet.bench.contestants.contestants import CONTESTANTS
        from glassnet.bench.tasks import Task

        task = Task.load(Path(folder))
        CONTESTANTS[contestant].start(task, **ways[0])  # loads libraries, which must not count as a first step
        found = []
        for options in ways:
            start = time.perf_counter()
            runner = CONTESTANTS[contestant].start(task, **options)
            runner.run(1)
            first = time.perf_counter() - start
            count, seconds = calibrate(runner, stretch)
            found.append((seconds, count, runner, first))
        seconds, self.count, self.runner, first = min(found, key=lambda one: one[0])
        way = [one[2] for one in found].index(self.runner)
        timing = {"way": way, "first": max(0.0, first - seconds), "step": seconds / self.runner.steps}
        return timing | accuracy_of(task, self.runner, check_after)

    def run(self, count: int | None = None) -> dict[str, Any]:
        """Run one timing; count: number of runs, by default as calibrated."""
        count = count or self.count
        return {"seconds": self.runner.run(count), "steps": count * self.runner.steps}

    def epochs(self, count: int) -> dict[str, Any]:
        """Train and return the seconds of each epoch."""
        return {"seconds": self.runner.epoch_seconds(count)}

    def estimator(self, library: str, name: str) -> dict[str, Any]:
        """Prepare one library's estimator for one case, and return its result."""
        from glassnet.bench.estimators import Work

        self.work = Work(library, name)
        return {"result": self.work.result}

    def estimator_again(self) -> dict[str, Any]:
        """Run the estimator, and return the seconds of one call."""
        return {"seconds": self.work.seconds()}

    def table(self, **request: Any) -> dict[str, Any]:
        """Train and predict on a table, and return the error and the seconds."""
        from glassnet.bench.accuracy.measure import measure_here

        return measure_here(**request)


def accuracy_of(task: Any, runner: Any, check_after: int) -> dict[str, Any]:
    """Return the final training loss, or the error of predictions relative to the reference; empty for others."""
    import numpy as np

    from glassnet.bench.tasks import mean_loss, probabilities

    if hasattr(runner, "layers"):
        if not check_after:
            return {}
        runner.run(check_after)
        with np.errstate(over="ignore", invalid="ignore"):
            return {"loss": mean_loss(task, runner.layers()), "loss_before": mean_loss(task, task.layers)}
    if hasattr(runner, "predict"):
        rows = task.X[:CHECKED_ROWS]
        exact = probabilities(task, task.layers, rows)
        return {"difference": float(np.abs(runner.predict(task.X)[:CHECKED_ROWS] - exact).max())}
    return {}


def calibrate(runner: Any, stretch: float) -> tuple[int, float]:
    """Return the number of runs per timing, and the seconds of one run, the minimum of some short timings."""
    count, seconds = 1, runner.run(1)
    while seconds < stretch:
        # A little more than needed, since a warm machine is faster; bounded, since a single timing may be too short.
        count = min(count * 100, int(count * 1.2 * stretch / max(seconds, 1e-9)) + 1)
        seconds = runner.run(count)
    short_runs = 1 if seconds > 5 * stretch else SHORT_RUNS
    return count, min(seconds, *(runner.run(count) for _ in range(short_runs))) / count


def main() -> None:
    """Process requests from stdin until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the parent ends its children itself
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    worker = Worker()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply = getattr(worker, request.pop("do"))(**request)
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {' '.join(str(error).split())}"[:300]}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
