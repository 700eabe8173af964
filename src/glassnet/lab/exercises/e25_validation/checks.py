"""How Exercise 25 is checked."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call, mistake


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    patience, best = int(rng.integers(2, 4)), int(rng.integers(2, 5))
    falling = np.sort(rng.uniform(0.5, 2.3, best))[::-1]
    later = rng.uniform(falling[-1] + 0.05, 2.3, patience)
    losses = np.round([*falling, *later, *rng.uniform(0.1, 0.4, 2)], 2).tolist()
    return (
        f"The validation losses would be {losses}, and patience is {patience}. "
        "After which epoch, counted from 1, does the training stop?",
        best + patience,
    )


STOP, END = "return best, epoch\n", "return best, len(valid_losses)"
"""The lines of the answer that return something."""

EXERCISE = Exercise(
    number="25",
    title="A validation part",
    defines=("best_epoch",),
    cases=(
        Case("it falls, then it rises", call("best_epoch", [2.3, 1.6, 0.9, 0.95, 1.1, 1.2, 1.3, 1.5], 3)),
        Case("it falls to the end", call("best_epoch", [2.3, 1.1, 0.8, 0.7, 0.6], 2)),
        Case("the end comes while it waits", call("best_epoch", [2.3, 0.5, 0.6, 0.7], 4)),
        Case(
            "better again before patience is over",
            call("best_epoch", [2.3, 0.7, 0.8, 0.6, 0.65, 0.7, 0.5, 0.9, 0.6, 0.8], 3),
        ),
        Case(
            "it falls again, but not below the best", call("best_epoch", [0.4, 0.9, 0.8, 0.7, 0.75, 0.8, 0.85, 0.9], 3)
        ),
        Case("it would be better after the stop", call("best_epoch", [2.3, 0.9, 1.1, 1.0, 1.2, 0.3, 0.2], 2)),
        Case("equal losses", call("best_epoch", [0.5, 0.6, 0.5, 0.7, 0.5, 0.8, 0.9], 3)),
        Case("a patience of 1", call("best_epoch", [2.3, 0.8, 0.85, 0.7], 1)),
        Case("a single epoch", call("best_epoch", [0.5], 2)),
    ),
    mistakes=(
        mistake(
            "counts from 0",
            "Your epochs are counted from 0, so what stands first in the list is epoch 0. Here it is epoch 1: "
            "enumerate(valid_losses, start=1).",
            "start=1",
            "start=0",
        ),
        mistake(
            "all is counted from 0",
            "Both your numbers are one too small: they are positions in the list, which begin with 0. Epochs are "
            "counted from 1; add 1 to each.",
            STOP,
            "return best - 1, epoch - 1\n",
            END,
            "return best - 1, len(valid_losses) - 1",
        ),
        mistake(
            "the best is counted from 0",
            "best is one too small: it is a position in the list (as argmin and index give it), and positions begin "
            "with 0. Epochs are counted from 1: add 1.",
            STOP,
            "return best - 1, epoch\n",
            END,
            "return best - 1, len(valid_losses)",
        ),
        mistake(
            "the stop is one epoch early",
            "When the training stops you return the epoch before. stopped is the last epoch that took place: the one "
            "that made patience run out.",
            STOP,
            "return best, epoch - 1\n",
        ),
        mistake(
            "the stop is one epoch late",
            "When the training stops you return the epoch that would have come next. stopped is the last one that took "
            "place.",
            STOP,
            "return best, epoch + 1\n",
        ),
        mistake(
            "equal is better",
            "You take an epoch that is as good as the best one for a better one (<=), so the last of equals wins, and "
            "patience begins anew. Better means lower: loss < lowest.",
            "loss < lowest",
            "loss <= lowest",
        ),
        mistake(
            "equal does not count",
            "An epoch that is as good as the best one is passed over: it is not better, but patience does not count it "
            "either. Every epoch that is not better counts.",
            "else:\n            waited += 1",
            "elif loss > lowest:\n            waited += 1",
        ),
        mistake(
            "equal sets the count back",
            "An epoch as good as the best one sets the count back to 0 with you. Better means lower, and an equal "
            "epoch is not: it counts as one more that was not better.",
            "            waited += 1\n",
            "            waited = waited + 1 if loss > lowest else 0\n",
        ),
        mistake(
            "one epoch too patient",
            "You wait one epoch longer than patience says. With a patience of 2, two epochs in a row that are not "
            "better are enough: stop when the count *is* patience (== or >=, not >).",
            "waited == patience",
            "waited > patience",
        ),
        mistake(
            "one epoch too impatient",
            "You stop one epoch too soon, perhaps because the best epoch itself is counted among those that are not "
            "better. The count is 0 there; stop when it has come to patience.",
            "waited == patience",
            "waited >= patience - 1",
        ),
        mistake(
            "patience has no effect",
            "You stop after the first epoch that is not better, whatever patience is. A validation loss does not fall "
            "evenly; wait until patience epochs in a row were not better.",
            "waited == patience",
            "waited == 1",
        ),
        mistake(
            "the count is never set back",
            "You count all epochs that were not better, from the beginning. Only those in a row count: when an epoch "
            "is better, the count goes back to 0.",
            "best, lowest, waited = epoch, loss, 0",
            "best, lowest = epoch, loss",
        ),
        mistake(
            "compares with the epoch before",
            "You compare each loss with that of the epoch before. After a high one a middling one then counts as "
            "better, and as the best, though there were lower ones. Compare with the lowest of all so far.",
            "loss < lowest",
            "epoch == 1 or loss < valid_losses[epoch - 2]",
        ),
        mistake(
            "the first epoch is not better",
            "The first epoch counts as one that was not better, so patience is used up an epoch too early. It is the "
            "best so far: lower than all before it, of which there are none.",
            'best, lowest, waited = 0, float("inf"), 0',
            "best, lowest, waited = 1, valid_losses[0], 0",
        ),
        mistake(
            "only rises count",
            "For patience you compare with the epoch before, so a loss that falls a little after a large rise ends the "
            "wait, though it is far above the best. Count every epoch that is not lower than the best so far.",
            "        else:\n            waited += 1",
            "        waited = waited + 1 if epoch > 1 and loss >= valid_losses[epoch - 2] else 0",
        ),
        mistake(
            "the future is known",
            "best is the lowest loss of the whole list, also of epochs after the stop. These never take place; only "
            "the epochs until then can be chosen from.",
            STOP,
            "return valid_losses.index(min(valid_losses)) + 1, epoch\n",
        ),
        mistake(
            "never stops",
            "Your training runs to the end of the list whatever patience is. Count the epochs in a row that are not "
            "better, and stop when there are patience of them.",
            "waited == patience",
            "waited < 0",
        ),
        mistake(
            "the last epoch is taken for the best",
            "best is always the last epoch. The parameters of the end are not the best ones: that is why training "
            "stops. Keep the epoch with the lowest loss.",
            STOP,
            "return epoch, epoch\n",
            END,
            "return len(valid_losses), len(valid_losses)",
        ),
        mistake(
            "at the end, the last is taken for the best",
            "When patience never runs out, best is the last epoch in your answer. It need not be: the list may end "
            "while you are waiting. It is the epoch with the lowest loss in this case too.",
            END,
            "return len(valid_losses), len(valid_losses)",
        ),
        mistake(
            "patience is always subtracted",
            "best is the last epoch minus patience. That holds when the training was stopped, but not when the list "
            "came to its end. Keep the epoch with the lowest loss.",
            END,
            "return len(valid_losses) - patience, len(valid_losses)",
        ),
        mistake(
            "nothing comes back at the end",
            "When patience never runs out, your function comes to its end without a return, and gives None. Then "
            "stopped is len(valid_losses).",
            END,
            "return None",
        ),
        mistake(
            "no stop is None",
            "When patience never runs out, stopped is None in your answer. It is the last epoch of the list then: "
            "len(valid_losses).",
            END,
            "return best, None",
        ),
        mistake(
            "the highest is best",
            "You look for the highest number. That suits an accuracy; a loss is the better the lower it is.",
            'float("inf")',
            'float("-inf")',
            "loss < lowest",
            "loss > lowest",
        ),
        mistake(
            "begins with a lowest loss of 0",
            "The lowest loss is 0 at the start, and no loss is below that: no epoch is ever better, and best is not "
            'set. Begin with float("inf"), or with the first loss.',
            'float("inf")',
            "0",
        ),
        mistake(
            "the loss comes back",
            "The first number you return is the lowest loss. Asked for is the epoch that had it, counted from 1.",
            STOP,
            "return lowest, epoch\n",
            END,
            "return lowest, len(valid_losses)",
        ),
        mistake(
            "the wrong order",
            "You return the epoch of the stop first. The order is (best, stopped).",
            STOP,
            "return epoch, best\n",
            END,
            "return len(valid_losses), best",
        ),
        mistake(
            "only the best comes back",
            "You return best alone. Asked for are two numbers: return best, stopped.",
            STOP,
            "return best\n",
            END,
            "return best",
        ),
    ),
    hints=(
        "Go through the losses as the training would, one epoch at a time, and never look ahead. What do you have to "
        "remember from epoch to epoch?",
        "Remember the lowest loss so far, its epoch, and how many epochs in a row were not better. A better epoch sets "
        "that count to 0, any other adds 1; when it is patience, return. What is returned when the loop comes to its "
        "end?",
        "for epoch, loss in enumerate(valid_losses, start=1): if loss < lowest: best, lowest, waited = epoch, loss, 0; "
        "else: waited += 1; if waited == patience: return best, epoch. After the loop: return best, len(valid_losses).",
    ),
    explanation="The gradient never sees the validation part, so its loss tells how well the network does on data it "
    "has not learned from. At its lowest, the network has learned what both parts have in common and not yet what is "
    "special to the training part. The parameters of that epoch have to be kept aside while the training goes on "
    "waiting: a copy of them, which later steps leave alone.",
    library="training/fit.py fit",
    question="You have tried a hundred settings and kept the one with the lowest validation loss. Is that loss a fair "
    "measure of how the network will do on new data?",
    quiz=quiz,
)
