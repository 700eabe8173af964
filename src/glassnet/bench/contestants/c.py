"""The notebook's training loop as a plain C program, compiled for this machine, as a lower bound.

Its sizes are arguments, not constants, as they are in glassnet; the order of the rows is read from a file.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from glassnet.bench.contestants.runner import Runner, RunnerSetting
from glassnet.bench.tasks import Layers, Task

TITLE, PACKAGES = "C", ()

COMPILER = ["cc", "-O3", "-march=native"]

ORDERS = 16
"""Number of shuffles; a longer run repeats them."""

LIMIT = 300
"""Time limit of a run in seconds."""


def settings(kind: str, threads: int) -> list[RunnerSetting]:
    """Return the single setting."""
    return [RunnerSetting(" ".join(COMPILER))]


def start(task: Task) -> Runner:
    """Return a runner of the task, which must be the notebook's network and optimizer."""
    if shutil.which(COMPILER[0]) is None:
        raise FileNotFoundError(f"no C compiler: {COMPILER[0]} was not found")
    return Program(task)


class Program:
    """A compiled program, started once per run."""

    def __init__(self, task: Task) -> None:
        assert (task.activations, task.optimizer, task.rows) == (("relu", "sigmoid"), "sgd", 1)
        self.task, self.steps = task, task.steps
        self.home = tempfile.TemporaryDirectory(prefix="glassnet-bench-")
        self.folder = Path(self.home.name)
        source = Path(__file__).parents[1] / "notebook.c"
        command = [*COMPILER, "-o", str(self.folder / "notebook"), str(source), "-lm"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)
        if done.returncode:
            raise OSError(f"{' '.join(COMPILER)} failed: {' '.join(done.stderr.split())[:200]}")
        rng, n = np.random.default_rng(0), len(task.X)
        orders = np.stack([rng.permutation(n) for _ in range(ORDERS)])
        with (self.folder / "task").open("wb") as file:
            for array in [task.X, *[array for W, b in task.layers for array in (W.T, b)]]:
                file.write(array.astype(np.float32).tobytes())
            file.write(task.y.astype(np.int32).tobytes() + orders.astype(np.int32).tobytes())

    def run(self, count: int) -> float:
        """Train from the initial weights and return the seconds, measured by the program."""
        sizes = [len(self.task.X), *self.task.widths, ORDERS, count]
        command = [str(self.folder / "notebook"), str(self.folder / "task"), str(self.folder / "end")]
        command += [*map(str, sizes), repr(self.task.rate)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=True)
        return float(done.stdout)

    def layers(self) -> Layers:
        """Return the final weights of the last run."""
        flat, layers, at = np.fromfile(self.folder / "end", np.float32), [], 0
        for W, b in self.task.layers:
            end = at + W.size
            layers.append((flat[at:end].reshape(W.T.shape).T, flat[end : end + b.size]))
            at = end + b.size
        return layers
