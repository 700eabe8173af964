"""Tests of Exercise 21: a mock of `epoch` that returns given losses."""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, mistake


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


CHANGE, LIMIT = "abs(losses[-2] - losses[-1])", "tol * abs(losses[-2])"

SETTLED = f"{CHANGE} < {LIMIT}"

NOT_FINITE = "not np.isfinite(losses[-1])"

RAISE = 'raise FloatingPointError(f"the loss of epoch {len(losses)} is {losses[-1]}")'

EXERCISE = Exercise(
    number="21",
    title="Convergence criterion",
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
    mistakes=(
        mistake(
            "no early stop",
            "You always train for max_iter epochs. Leave the loop as soon as the change is smaller than tol times the "
            "previous loss.",
            "break",
            "pass",
        ),
        mistake(
            "increasing loss taken for convergence",
            "From 10 to 12, before - after is -2, which is below any limit, so training stops when the loss "
            "increases. Use the absolute change, abs(before - after).",
            CHANGE,
            "(losses[-2] - losses[-1])",
        ),
        mistake(
            "absolute change",
            "You compare the change with tol itself. From 0.0004 to 0.0002 the loss halves, but the change is below "
            "0.001. For a loss of 2494, hardly any change is. Compare it with tol * abs(before).",
            LIMIT,
            "tol",
        ),
        mistake(
            "negative tolerance for negative losses",
            "For a loss of -20 your limit, tol * before, is negative, and no change is ever smaller: training does "
            "not stop. Use tol * abs(before).",
            LIMIT,
            "tol * losses[-2]",
        ),
        mistake(
            "change relative to the new loss",
            "You compare the change with the new loss. From 10 to 5.5 with tol = 0.5, the change of 4.5 is below 0.5 "
            "* 10 but not below 0.5 * 5.5. Use the previous loss: tol * abs(before).",
            LIMIT,
            "tol * abs(losses[-1])",
        ),
        mistake(
            "change relative to the first loss",
            "You compare the change with the loss of the first epoch. Such a rule stops too early at low losses. Use "
            "the previous loss: tol * abs(before).",
            LIMIT,
            "tol * abs(losses[0])",
        ),
        mistake(
            "change since the first epoch",
            "You compare the loss with that of the first epoch. Converged means that it no longer changes between "
            "epochs: compare the last two.",
            CHANGE,
            "abs(losses[0] - losses[-1])",
        ),
        mistake(
            "<= instead of <",
            "You also stop if the change is exactly tol times the loss (from 8 to 4 with tol = 0.5). It should be "
            "smaller: with <= and tol = 0, a constant loss would stop training.",
            f"{CHANGE} <",
            f"{CHANGE} <=",
        ),
        mistake(
            "reversed comparison",
            "You stop while the loss still changes, and continue once it has converged. Stop if the change is smaller "
            "(<) than the limit.",
            f"{CHANGE} <",
            f"{CHANGE} >",
        ),
        mistake(
            "stop at a small loss",
            "You stop when the loss itself is smaller than tol. The lowest possible loss is unknown. Check whether it "
            "still changes: abs(before - after) < tol * abs(before).",
            SETTLED,
            "losses[-1] < tol",
        ),
        mistake(
            "last loss missing",
            "If training stops early, the loss of the last epoch is missing in the list. Append it first, then check "
            "for convergence.",
            "break",
            "return losses[:-1]",
        ),
        mistake(
            "first loss missing",
            "The loss of the first epoch is not in the list. It is needed for the comparison with the second loss, "
            "and in the result.",
            "return losses",
            "return losses[1:]",
        ),
        mistake(
            "only the last loss",
            "You return the last loss. Return the list of all losses, the loss curve of Exercise 18.",
            "return losses",
            "return losses[-1]",
        ),
        mistake(
            "number of epochs",
            "You return the number of epochs. Return the list of losses.",
            "return losses",
            "return len(losses)",
        ),
        mistake(
            "one epoch too many",
            "If the loss does not converge, you call epoch() max_iter + 1 times. Stop after max_iter epochs.",
            "len(losses) < max_iter",
            "len(losses) <= max_iter",
        ),
        mistake(
            "one epoch too few",
            "If the loss does not converge, you call epoch() max_iter - 1 times. The last epoch is missing.",
            "len(losses) < max_iter",
            "len(losses) < max_iter - 1",
        ),
        mistake(
            "two epochs per loss",
            "You call epoch() twice for each loss in the list. Every call trains, so half of the losses are lost, and "
            "max_iter is exceeded. Call it once, and store the loss in a variable.",
            "losses.append(epoch())",
            "before = epoch()\n        losses.append(epoch())",
            f"len(losses) > 1 and {CHANGE} < {LIMIT}",
            "abs(before - losses[-1]) < tol * abs(before)",
        ),
        mistake(
            "no check for nan and inf",
            "You accept losses of nan and inf. No comparison with nan is true, so such a run continues to max_iter, "
            "and its result is useless. If not np.isfinite(loss), raise FloatingPointError.",
            NOT_FINITE,
            "False",
        ),
        mistake(
            "no check for inf",
            "You check for nan but not for inf. np.isfinite checks both.",
            NOT_FINITE,
            "np.isnan(losses[-1])",
        ),
        mistake(
            "no check for nan",
            "You check for inf but not for nan. (loss == nan is never true.) np.isfinite checks both.",
            NOT_FINITE,
            "np.isinf(losses[-1])",
        ),
        mistake(
            "first loss not checked",
            "You check for nan and inf from the second epoch on. The first loss must be finite as well.",
            "if not np.isfinite(losses[-1]):",
            "if len(losses) > 1 and not np.isfinite(losses[-1]):",
        ),
        mistake(
            "return at nan",
            "At a loss of nan or inf you return the losses, including that one, as if training had converged. Raise "
            "FloatingPointError instead.",
            RAISE,
            "return losses",
        ),
        mistake(
            "return before nan",
            "At a loss of nan or inf you return the losses before it, as if training had converged. Raise "
            "FloatingPointError instead.",
            RAISE,
            "return losses[:-1]",
        ),
    ),
    hints=(
        "How many losses do you need before you can apply the rule? And what is abs(nan - 3) < 1?",
        "Loop at most max_iter times: call epoch() once, raise an error if its loss is not finite, and append it. "
        "From the second epoch on, compare the last two losses, and break if the change is small.",
        "losses.append(epoch()); if not np.isfinite(losses[-1]): raise FloatingPointError(...); "
        "if len(losses) > 1 and abs(losses[-2] - losses[-1]) < tol * abs(losses[-2]): break.",
    ),
    explanation="The rule uses a relative change, which is the same for the sum over 1078 samples and for their mean. "
    "A single epoch without change can be chance, or a plateau. So glassnet's fit requires `patience` such epochs in "
    "a row, and its tol is the absolute change of the mean loss.",
    library="training/fit.py fit",
    question="One run stops at a loss of 2480 for 1078 digits, another at 120; both have converged. What would you "
    "check before you trust either?",
    quiz=quiz,
)
