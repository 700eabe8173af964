"""glassnet with its public API; the number of threads is automatic, so there is a single setting."""

from __future__ import annotations

import time
from collections.abc import Iterator

from glassnet.bench.contestants.runner import Predicting, Runner, RunnerSetting
from glassnet.bench.tasks import Layers, Task
from glassnet.engines.compiled.engine import is_disabled, warm
from glassnet.engines.dispatch import predict
from glassnet.maths.optimizers import SGD
from glassnet.maths.optimizers.adam import Adam
from glassnet.network.network import Network
from glassnet.training.history import EpochRecord
from glassnet.training.train import train

TITLE, PACKAGES = "glassnet", ()

ENGINE = "compiled"
"""The default engine."""

OPTIMIZERS = {"sgd": SGD, "adam": Adam}


def settings(kind: str, threads: int, engine: str = ENGINE) -> list[RunnerSetting]:
    """Return the single setting."""
    return [RunnerSetting(f"engine {engine}", {"engine": engine})]


def start(task: Task, engine: str = ENGINE) -> Runner:
    """Return a runner of the task on this engine. Raises ImportError if the compiled engine is not available."""
    if engine == "compiled" and is_disabled(quietly=True):
        raise ImportError("the compiled engine needs Numba; use --engine numpy to measure the NumPy engine")
    if task.kind == "predict":
        if engine == "compiled":
            warm()
            Network.predictor = staticmethod(predict)  # as `import glassnet` does
        return Predicting(task, task.network().predict_proba)
    return GlassnetTraining(task, engine)


class GlassnetTraining:
    """`glassnet.train`, with records discarded."""

    def __init__(self, task: Task, engine: str) -> None:
        self.task, self.engine, self.steps = task, engine, task.steps
        self.network = task.network()

    def _records(self, count: int) -> Iterator[EpochRecord]:
        task, self.network = self.task, self.task.network()
        return train(
            self.network,
            (task.X, task.y),
            optimizer=OPTIMIZERS[task.optimizer](task.rate),
            batch_size=task.rows,
            epochs=count,
            engine=self.engine,
        )

    def run(self, count: int) -> float:
        """Train from the initial weights and return the seconds."""
        records = self._records(count)
        start = time.perf_counter()
        for _ in records:
            pass
        return time.perf_counter() - start

    def epoch_seconds(self, count: int) -> list[float]:
        """Train from the initial weights and return the seconds of each epoch."""
        records, seconds = self._records(count), []
        start = time.perf_counter()
        for _ in records:
            now = time.perf_counter()
            seconds.append(now - start)
            start = now
        return seconds

    def layers(self) -> Layers:
        """Return the final weights of the last run."""
        named = self.network.named_parameters()
        return [(named[f"dense{i}.W"], named[f"dense{i}.b"]) for i in range(1, len(self.task.widths))]
