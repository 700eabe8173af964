"""Tests of Exercise 25."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call, mistake


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


STOP, END = "return best, epoch\n", "return best, len(valid_losses)"
"""The return statements of the solution."""

EXERCISE = Exercise(
    number="25",
    title="Early stopping",
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
    mistakes=(
        mistake(
            "epochs counted from 0",
            "You count epochs from 0. The first entry of the list is epoch 1: enumerate(valid_losses, start=1).",
            "start=1",
            "start=0",
        ),
        mistake(
            "both numbers counted from 0",
            "Both numbers are too small by 1: they are indices of the list, counted from 0. Epochs are counted from "
            "1: add 1 to each.",
            STOP,
            "return best - 1, epoch - 1\n",
            END,
            "return best - 1, len(valid_losses) - 1",
        ),
        mistake(
            "best counted from 0",
            "best is too small by 1: it is an index of the list (from argmin or index), counted from 0. Epochs are "
            "counted from 1: add 1.",
            STOP,
            "return best - 1, epoch\n",
            END,
            "return best - 1, len(valid_losses)",
        ),
        mistake(
            "stopped one epoch too early",
            "When training stops, you return the previous epoch. stopped is the last epoch that ran: the one in which "
            "patience ran out.",
            STOP,
            "return best, epoch - 1\n",
        ),
        mistake(
            "stopped one epoch too late",
            "When training stops, you return the next epoch. stopped is the last epoch that ran.",
            STOP,
            "return best, epoch + 1\n",
        ),
        mistake(
            "<= instead of <",
            "You treat an equal loss as better (<=), so the last of several equal epochs is best, and patience is "
            "reset. Better means lower: loss < lowest.",
            "loss < lowest",
            "loss <= lowest",
        ),
        mistake(
            "equal losses not counted",
            "You ignore an epoch with an equal loss: it is not better, so patience must count it.",
            "else:\n            waited += 1",
            "elif loss > lowest:\n            waited += 1",
        ),
        mistake(
            "count reset at equal losses",
            "You reset the count at an equal loss. Better means lower, so an equal epoch counts as not better.",
            "            waited += 1\n",
            "            waited = waited + 1 if loss > lowest else 0\n",
        ),
        mistake(
            "patience one too large",
            "You wait one epoch longer than patience. With a patience of 2, two consecutive epochs that are not "
            "better are enough: stop when the count equals patience (== or >=, not >).",
            "waited == patience",
            "waited > patience",
        ),
        mistake(
            "patience one too small",
            "You stop one epoch too early, perhaps because you count the best epoch as well. The count is 0 there; "
            "stop when it equals patience.",
            "waited == patience",
            "waited >= patience - 1",
        ),
        mistake(
            "no patience",
            "You stop after the first epoch that is not better. A validation loss fluctuates: wait for patience "
            "consecutive epochs that are not better.",
            "waited == patience",
            "waited == 1",
        ),
        mistake(
            "count never reset",
            "You count all epochs that are not better. Count consecutive ones: a better epoch resets the count to 0.",
            "best, lowest, waited = epoch, loss, 0",
            "best, lowest = epoch, loss",
        ),
        mistake(
            "comparison with the previous epoch",
            "You compare each loss with the previous one. After a high loss, a medium loss counts as best, although "
            "there were lower ones. Compare with the lowest loss so far.",
            "loss < lowest",
            "epoch == 1 or loss < valid_losses[epoch - 2]",
        ),
        mistake(
            "first epoch counted as not better",
            "You count the first epoch as not better, so patience runs out one epoch too early. The first epoch is "
            "the best so far.",
            'best, lowest, waited = 0, float("inf"), 0',
            "best, lowest, waited = 1, valid_losses[0], 0",
        ),
        mistake(
            "only increases counted",
            "For patience you compare with the previous epoch, so a small decrease after a large increase resets the "
            "count. Count every epoch that is not lower than the best so far.",
            "        else:\n            waited += 1",
            "        waited = waited + 1 if epoch > 1 and loss >= valid_losses[epoch - 2] else 0",
        ),
        mistake(
            "best after the stop",
            "best is the lowest loss of the whole list, including epochs after the stop, which never run. Consider "
            "only epochs before it.",
            STOP,
            "return valid_losses.index(min(valid_losses)) + 1, epoch\n",
        ),
        mistake(
            "no stop",
            "Training always runs to the end of the list. Count consecutive epochs that are not better, and stop when "
            "their number equals patience.",
            "waited == patience",
            "waited < 0",
        ),
        mistake(
            "last epoch as best",
            "best is always the last epoch. Store the epoch with the lowest loss.",
            STOP,
            "return epoch, epoch\n",
            END,
            "return len(valid_losses), len(valid_losses)",
        ),
        mistake(
            "last epoch as best without a stop",
            "If patience never runs out, you return the last epoch as best. Return the epoch with the lowest loss in "
            "this case as well.",
            END,
            "return len(valid_losses), len(valid_losses)",
        ),
        mistake(
            "patience always subtracted",
            "best is the last epoch minus patience. That is correct if training stops early, but not at the end of "
            "the list. Store the epoch with the lowest loss.",
            END,
            "return len(valid_losses) - patience, len(valid_losses)",
        ),
        mistake(
            "no return at the end",
            "If patience never runs out, your function returns None. Return best and len(valid_losses).",
            END,
            "return None",
        ),
        mistake(
            "None without a stop",
            "If patience never runs out, stopped should be the last epoch, len(valid_losses), but is None.",
            END,
            "return best, None",
        ),
        mistake(
            "highest loss as best",
            "You look for the highest value, as for an accuracy. A lower loss is better.",
            'float("inf")',
            'float("-inf")',
            "loss < lowest",
            "loss > lowest",
        ),
        mistake(
            "lowest loss initialized to 0",
            "You initialize the lowest loss to 0, and no loss is below that, so no epoch is ever better. Start with "
            'float("inf"), or with the first loss.',
            'float("inf")',
            "0",
        ),
        mistake(
            "loss instead of epoch",
            "You return the lowest loss. Return its epoch, counted from 1.",
            STOP,
            "return lowest, epoch\n",
            END,
            "return lowest, len(valid_losses)",
        ),
        mistake(
            "wrong order of results",
            "You return stopped first. Return (best, stopped).",
            STOP,
            "return epoch, best\n",
            END,
            "return len(valid_losses), best",
        ),
        mistake(
            "only best returned",
            "You return best only. Return best, stopped.",
            STOP,
            "return best\n",
            END,
            "return best",
        ),
    ),
    hints=(
        "Process the losses one epoch at a time, without looking ahead. What do you have to remember between epochs?",
        "Remember the lowest loss so far, its epoch, and the number of consecutive epochs that are not better. A "
        "better epoch resets that count to 0, any other adds 1; when it equals patience, return. What do you return "
        "after the loop?",
        "for epoch, loss in enumerate(valid_losses, start=1): if loss < lowest: best, lowest, waited = epoch, loss, 0; "
        "else: waited += 1; if waited == patience: return best, epoch. After the loop: return best, len(valid_losses).",
    ),
    explanation="The validation set is not used for gradients, so its loss estimates the performance on unseen data. "
    "At its minimum, the network has learned the common structure, and not yet the noise of the training set. Keep a "
    "copy of the parameters of that epoch, since training continues until patience runs out.",
    library="training/fit.py fit",
    question="You have tried a hundred settings and kept the one with the lowest validation loss. Is that loss an "
    "unbiased estimate of the performance on new data?",
    quiz=quiz,
)
