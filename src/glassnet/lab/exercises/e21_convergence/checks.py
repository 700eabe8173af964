"""How Exercise 21 is checked: with epochs that train nothing, and hand out losses that were written down before."""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, mistake


class Epochs:
    """Stands in for the training: hands out one loss per call, and counts the calls."""

    def __init__(self, losses: list[float]) -> None:
        self.losses, self.count = losses, 0

    def __call__(self) -> float:
        """Return the next loss; RuntimeError where there is nothing left to train."""
        if self.count and not math.isfinite(self.losses[self.count - 1]):
            raise RuntimeError(f"epoch() was called again after the loss of epoch {self.count}, which was not finite")
        if self.count == len(self.losses):
            raise RuntimeError(
                f"epoch() was called more than {self.count} times, and should have been left alone by then"
            )
        self.count += 1
        return self.losses[self.count - 1]


def run(losses: list[float], tol: float, max_iter: int) -> tuple[Callable[[Namespace], Any], str]:
    """Return an observation, the losses that come back and the number of calls, and what is done in words."""

    def observe(names: Namespace) -> Any:
        epochs = Epochs(losses)
        found = names.train_until_converged(epochs, tol, max_iter)
        return {"losses": found, "calls of epoch()": epochs.count}

    given = ", ".join(f"{loss:g}" for loss in losses)
    return observe, f"train_until_converged(epoch, {tol:g}, {max_iter}), where epoch() gives {given}"


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
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
    title="When to stop",
    defines=("train_until_converged",),
    cases=(
        Case("a loss that settles", *run([100, 50, 25, 24.5, 24.4, 20, 10, 5, 4], 0.01, 7)),
        Case("a loss that never settles", *run([81, 54, 36, 24, 16, 8, 4], 0.1, 4)),
        Case("a loss that is flat from the first epoch", *run([2482.2] * 8, 0.001, 6)),
        Case("a loss that grows", *run([10, 12, 15, 19, 26, 40], 0.1, 4)),
        Case("small losses", *run([4e-4, 2e-4, 1e-4, 5e-5, 2e-5, 1e-5], 0.001, 4)),
        Case("large losses", *run([2494.0, 2484.7, 2477.0, 2455.3, 2369.8, 2148.6, 1920.4], 0.01, 5)),
        Case("negative losses", *run([-10, -20, -20.01, -30, -40, -50, -60], 0.01, 5)),
        Case("a change of exactly tol", *run([8, 4, 2, 1.5, 1, 0.2, 0.1], 0.5, 5)),
        Case("a change between tol times the loss after and before", *run([40, 10, 5.5, 2, 0.5, 0.1], 0.5, 4)),
        Case("a single epoch", *run([7.5, 7.5, 7.5], 0.1, 1)),
        Case("nan in the last epoch", *run([30, 20, math.nan, 10, 5], 0.01, 3)),
        Case("inf on the way", *run([50, 90, math.inf, math.inf, 3, 1], 0.01, 5)),
        Case("nan in the first epoch", *run([math.nan, 30, 20, 10, 5], 0.01, 3)),
    ),
    mistakes=(
        mistake(
            "never stops early",
            "You train for max_iter epochs, whatever the loss does. Leave the loop as soon as the change is smaller "
            "than tol times the loss before.",
            "break",
            "pass",
        ),
        mistake(
            "a growing loss counts as settled",
            "From 10 to 12, before - after is -2, which is smaller than any limit: training stops when the loss "
            "grows. Take the size of the change, abs(before - after).",
            CHANGE,
            "(losses[-2] - losses[-1])",
        ),
        mistake(
            "the change is not compared with the loss",
            "You compare the change with tol itself. From 0.0004 to 0.0002 the loss is halved, but the change is "
            "below 0.001; at a loss of 2494 hardly any change is. The limit is tol * abs(before).",
            LIMIT,
            "tol",
        ),
        mistake(
            "the limit of a negative loss",
            "For a loss of -20 your limit, tol * before, is negative, and no change is ever smaller: training does "
            "not stop. Take tol * abs(before).",
            LIMIT,
            "tol * losses[-2]",
        ),
        mistake(
            "compared with the loss after",
            "You compare the change with the loss after it. From 10 to 5.5 with tol = 0.5, the change of 4.5 is below "
            "0.5 * 10 but not below 0.5 * 5.5. The limit is tol * abs(before).",
            LIMIT,
            "tol * abs(losses[-1])",
        ),
        mistake(
            "compared with the first loss",
            "You compare the change with the loss of the first epoch. The lower the loss, the sooner such a rule "
            "stops; take the loss of the epoch before: tol * abs(before).",
            LIMIT,
            "tol * abs(losses[0])",
        ),
        mistake(
            "the change since the first epoch",
            "You look how far the loss is from that of the first epoch. Settled means that it no longer changes from "
            "one epoch to the next: compare the last two.",
            CHANGE,
            "abs(losses[0] - losses[-1])",
        ),
        mistake(
            "equal is enough",
            "You stop also where the change is exactly tol times the loss (from 8 to 4 with tol = 0.5). It has to be "
            "smaller: with <= and tol = 0, a flat loss would stop.",
            f"{CHANGE} <",
            f"{CHANGE} <=",
        ),
        mistake(
            "the wrong way round",
            "You stop while the loss still changes, and go on once it has settled. Stop where the change is smaller "
            "(<) than the limit.",
            f"{CHANGE} <",
            f"{CHANGE} >",
        ),
        mistake(
            "stops at a small loss",
            "You stop when the loss itself is smaller than tol. How low a loss can become is not known before; "
            "whether it still changes can be seen: abs(before - after) < tol * abs(before).",
            SETTLED,
            "losses[-1] < tol",
        ),
        mistake(
            "the last loss is missing",
            "Where training stops early, the loss of the last epoch is not in the list, although that epoch was "
            "trained. Append first, then look whether it has settled.",
            "break",
            "return losses[:-1]",
        ),
        mistake(
            "the first loss is missing",
            "The loss of the first epoch is not in the list. It is needed twice: to compare the second with it, and "
            "to be handed back.",
            "return losses",
            "return losses[1:]",
        ),
        mistake(
            "only the last loss",
            "You return the last loss. The list of all is asked for: it is the curve that Exercise 18 draws.",
            "return losses",
            "return losses[-1]",
        ),
        mistake(
            "how many epochs",
            "You return the number of epochs. The list of losses is asked for; its length tells the number as well.",
            "return losses",
            "return len(losses)",
        ),
        mistake(
            "one epoch too many",
            "epoch() is called max_iter + 1 times where the loss does not settle. Count the epochs that are done, and "
            "stop at max_iter.",
            "len(losses) < max_iter",
            "len(losses) <= max_iter",
        ),
        mistake(
            "one epoch too few",
            "epoch() is called max_iter - 1 times where the loss does not settle. The last of max_iter epochs is "
            "missing.",
            "len(losses) < max_iter",
            "len(losses) < max_iter - 1",
        ),
        mistake(
            "two epochs per loss",
            "You call epoch() twice for each loss in the list. Every call trains: half of the losses are lost, and "
            "max_iter is exceeded. Call it once, and keep the loss in a variable.",
            "losses.append(epoch())",
            "before = epoch()\n        losses.append(epoch())",
            f"len(losses) > 1 and {CHANGE} < {LIMIT}",
            "abs(before - losses[-1]) < tol * abs(before)",
        ),
        mistake(
            "nan and inf go unnoticed",
            "A loss of nan or inf is taken like any other. No comparison with nan is true, so such a run goes on to "
            "max_iter and its result is worthless: if not np.isfinite(loss), raise FloatingPointError.",
            NOT_FINITE,
            "False",
        ),
        mistake(
            "inf goes unnoticed",
            "You look for nan but not for inf, which is as far from a loss. np.isfinite knows both.",
            NOT_FINITE,
            "np.isnan(losses[-1])",
        ),
        mistake(
            "nan goes unnoticed",
            "You look for inf but not for nan, which is as far from a loss. (loss == nan is never true.) np.isfinite "
            "knows both.",
            NOT_FINITE,
            "np.isinf(losses[-1])",
        ),
        mistake(
            "the first loss is not looked at",
            "A first loss of nan or inf goes unnoticed: you look from the second epoch on. Whatever epoch() returns "
            "has to be finite, the first time, too.",
            "if not np.isfinite(losses[-1]):",
            "if len(losses) > 1 and not np.isfinite(losses[-1]):",
        ),
        mistake(
            "nan ends the run quietly",
            "At a loss of nan or inf you end the training and hand the losses back, that one included, as if it had "
            "settled. Raise FloatingPointError, so that nobody takes the network for a trained one.",
            RAISE,
            "return losses",
        ),
        mistake(
            "nan is left out quietly",
            "At a loss of nan or inf you end the training and hand back the losses before it, as if it had settled. "
            "Raise FloatingPointError, so that nobody takes the network for a trained one.",
            RAISE,
            "return losses[:-1]",
        ),
    ),
    hints=(
        "How many losses have to be known before the rule can be asked at all? And what is abs(nan - 3) < 1?",
        "A loop of at most max_iter rounds: call epoch() once, raise if its loss is not finite, append it, and from "
        "the second round on compare the last two losses; break where the change is small.",
        "losses.append(epoch()); if not np.isfinite(losses[-1]): raise FloatingPointError(...); "
        "if len(losses) > 1 and abs(losses[-2] - losses[-1]) < tol * abs(losses[-2]): break.",
    ),
    explanation="Dividing the rule by the loss before gives a relative change, a number without a unit: it is the "
    "same for sums over 1078 samples and for their mean. One quiet epoch can be chance, or a plateau; glassnet's fit "
    "wants `patience` quiet epochs in a row, and its tol is the change of the mean loss itself.",
    library="training/fit.py fit",
    question="One run stops at a loss of 2480 for 1078 digits, another at 120; both have settled. What would you look "
    "at before you trust either?",
    quiz=quiz,
)
