"""Tests of Exercise 25."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question with one number as its answer."""
    patience, best = int(rng.integers(2, 4)), int(rng.integers(2, 5))
    falling = np.sort(rng.uniform(0.5, 2.3, best))[::-1]
    later = rng.uniform(falling[-1] + 0.05, 2.3, patience)
    losses = np.round([*falling, *later, *rng.uniform(0.1, 0.4, 2)], 2).tolist()
    return (
        f"The validation losses would be {losses}, and patience is {patience}. "
        "After which epoch, counted from 1, does training stop?",
        best + patience,
    )


EXERCISE = Exercise(
    defines=("best_epoch",),
    cases=(
        Case("decrease, then increase", call("best_epoch", [2.3, 1.6, 0.9, 0.95, 1.1, 1.2, 1.3, 1.5], 3)),
        Case("decrease to the end", call("best_epoch", [2.3, 1.1, 0.8, 0.7, 0.6], 2)),
        Case("end before patience runs out", call("best_epoch", [2.3, 0.5, 0.6, 0.7], 4)),
        Case(
            "improvement before patience runs out",
            call("best_epoch", [2.3, 0.7, 0.8, 0.6, 0.65, 0.7, 0.5, 0.9, 0.6, 0.8], 3),
        ),
        Case("decrease, but not below the best", call("best_epoch", [0.4, 0.9, 0.8, 0.7, 0.75, 0.8, 0.85, 0.9], 3)),
        Case("improvement after the stop", call("best_epoch", [2.3, 0.9, 1.1, 1.0, 1.2, 0.3, 0.2], 2)),
        Case("equal losses", call("best_epoch", [0.5, 0.6, 0.5, 0.7, 0.5, 0.8, 0.9], 3)),
        Case("a patience of 1", call("best_epoch", [2.3, 0.8, 0.85, 0.7], 1)),
        Case("a single epoch", call("best_epoch", [0.5], 2)),
    ),
    robustness=("a single epoch",),
    quiz=quiz,
)
