"""Tests of Exercise 21: a mock of `epoch` that returns given losses."""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace


class Epochs:
    """A mock of `epoch` that returns one loss per call and counts the calls."""

    def __init__(self, losses: list[float]) -> None:
        self.losses, self.count = losses, 0

    def __call__(self) -> float:
        """Return the next loss; RuntimeError if there are no more."""
        if self.count and not math.isfinite(self.losses[self.count - 1]):
            raise RuntimeError(f"epoch() was called again after the loss of epoch {self.count}, which was not finite")
        if self.count == len(self.losses):
            raise RuntimeError(
                f"epoch() was called more than {self.count} times, and should have been left alone by then"
            )
        self.count += 1
        return self.losses[self.count - 1]


def run(losses: list[float], tol: float, max_iter: int) -> tuple[Callable[[Namespace], Any], str]:
    """Return a function that observes the returned losses and the number of calls, and its description."""

    def observe(names: Namespace) -> Any:
        epochs = Epochs(losses)
        found = names.train_until_converged(epochs, tol, max_iter)
        return {"losses": found, "calls of epoch()": epochs.count}

    given = ", ".join(f"{loss:g}" for loss in losses)
    return observe, f"train_until_converged(epoch, {tol:g}, {max_iter}), where epoch() gives {given}"


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question with one number as its answer."""
    losses = [80.0]
    for fall in (0.5, 0.3, 0.15, *rng.permutation([0.12, 0.08, 0.02])):
        losses.append(round(losses[-1] * (1 - fall), 1))
    changes = [abs(before - after) / before for before, after in pairwise(losses)]
    settled = next(i for i, change in enumerate(changes) if change < 0.1)
    return (
        f"The losses of the epochs are {losses}, tol is 0.1: after how many epochs does training stop?",
        settled + 2.0,
    )


EXERCISE = Exercise(
    defines=("train_until_converged",),
    cases=(
        Case("a converging loss", *run([100, 50, 25, 24.5, 24.4, 20, 10, 5, 4], 0.01, 7)),
        Case("a loss without convergence", *run([81, 54, 36, 24, 16, 8, 4], 0.1, 4)),
        Case("a constant loss", *run([2482.2] * 8, 0.001, 6)),
        Case("an increasing loss", *run([10, 12, 15, 19, 26, 40], 0.1, 4)),
        Case("small losses", *run([4e-4, 2e-4, 1e-4, 5e-5, 2e-5, 1e-5], 0.001, 4)),
        Case("large losses", *run([2494.0, 2484.7, 2477.0, 2455.3, 2369.8, 2148.6, 1920.4], 0.01, 5)),
        Case("negative losses", *run([-10, -20, -20.01, -30, -40, -50, -60], 0.01, 5)),
        Case("a change of exactly tol", *run([8, 4, 2, 1.5, 1, 0.2, 0.1], 0.5, 5)),
        Case("a change between tol times the new and the old loss", *run([40, 10, 5.5, 2, 0.5, 0.1], 0.5, 4)),
        Case("a single epoch", *run([7.5, 7.5, 7.5], 0.1, 1)),
        Case("nan in the last epoch", *run([30, 20, math.nan, 10, 5], 0.01, 3)),
        Case("inf in a later epoch", *run([50, 90, math.inf, math.inf, 3, 1], 0.01, 5)),
        Case("nan in the first epoch", *run([math.nan, 30, 20, 10, 5], 0.01, 3)),
    ),
    robustness=(
        "negative losses",
        "a change of exactly tol",
        "a change between tol times the new and the old loss",
        "a single epoch",
        "nan in the last epoch",
        "inf in a later epoch",
        "nan in the first epoch",
    ),
    quiz=quiz,
)
