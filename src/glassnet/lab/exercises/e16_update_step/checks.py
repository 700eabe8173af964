"""How Exercise 16 is checked: the numbers after a step, and that those from before it are still there."""

import copy
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, mistake


class Start:
    """Weights, biases and gradients of a small network."""

    def __init__(self, sizes: list[int], seed: int) -> None:
        rng = np.random.default_rng(seed)
        weights, biases = list(pairwise(sizes)), [(units, 1) for units in sizes[1:]]
        self.W, self.B, self.dW, self.db = (
            [None, *(rng.normal(size=shape) for shape in shapes)] for shapes in (weights, biases, weights, biases)
        )

    def lists(self) -> tuple[list[Any], list[Any], list[Any], list[Any]]:
        """Return copies of W, B, dW, db, to be handed in."""
        return copy.deepcopy((self.W, self.B, self.dW, self.db))


TWO_LAYERS = Start([4, 3, 2], seed=0)
EQUAL = Start([3, 3, 3, 3], seed=1)


def named(**lists: Any) -> dict[str, Any]:
    """Return the arrays of lists by name, without index 0: W[1], W[2], ..."""
    return {f"{name}[{l}]": array for name, arrays in lists.items() for l, array in enumerate(arrays) if l}


def weights(start: Start, alpha: float) -> Callable[[Namespace], Any]:
    """Return an observation: the weights after a step."""
    return lambda names: named(W=names.update_step(*start.lists(), alpha)[0])


def biases(start: Start, alpha: float) -> Callable[[Namespace], Any]:
    """Return an observation: the biases after a step."""
    return lambda names: named(B=names.update_step(*start.lists(), alpha)[1])


def two_steps(names: Namespace) -> Any:
    """The parameters after two steps, the second from where the first has led."""
    W, B, dW, db = TWO_LAYERS.lists()
    W, B = names.update_step(W, B, dW, db, 0.1)
    W, B = names.update_step(W, B, dW, db, 0.2)
    return named(W=W, B=B)


def lists_back(names: Namespace) -> Any:
    """How long the lists are that come back, and what stands at index 0."""
    W, B = names.update_step(*TWO_LAYERS.lists(), 0.1)
    return {"len(W)": len(W), "W[0]": W[0], "len(B)": len(B), "B[0]": B[0]}


def arrays_after(names: Namespace) -> Any:
    """What the arrays that were handed in hold after the call, whatever has become of the lists."""
    given = TWO_LAYERS.lists()
    held = [list(arrays) for arrays in given]
    names.update_step(*given, 0.1)
    return named(W=held[0], B=held[1], dW=held[2], db=held[3])


def lists_after(names: Namespace) -> Any:
    """Whether the lists that were handed in hold the same arrays after the call, and nothing else."""
    given = TWO_LAYERS.lists()
    held = [list(arrays) for arrays in given]
    names.update_step(*given, 0.1)
    pairs = zip(("W", "B", "dW", "db"), given, held, strict=True)
    return {
        f"the list {name} is as it was": len(now) == len(before)
        and all(a is b for a, b in zip(now, before, strict=True))
        for name, now, before in pairs
    }


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    w, g = (float(x) for x in np.round(rng.uniform(-3, 3, 2), 1))
    alpha = float(rng.choice([0.1, 0.2, 0.5]))
    return (
        f"A weight is {w}, its gradient {g}, the learning rate {alpha}. What is the weight after one step?",
        w - alpha * g,
    )


NEW_W, NEW_B = "new_W.append(W[l] - alpha * dW[l])", "new_B.append(B[l] - alpha * db[l])"

START = "new_W, new_B = [None], [None]"

EXERCISE = Exercise(
    number="16",
    title="One step downhill",
    defines=("update_step",),
    cases=(
        Case("the weights", weights(TWO_LAYERS, 0.1), "W of a 4-3-2 network after a step with alpha = 0.1"),
        Case("the biases", biases(TWO_LAYERS, 0.1), "B of a 4-3-2 network after a step with alpha = 0.1"),
        Case("weights of equal shape", weights(EQUAL, 0.5), "W of a 3-3-3-3 network after a step with alpha = 0.5"),
        Case("biases of equal shape", biases(EQUAL, 0.5), "B of a 3-3-3-3 network after a step with alpha = 0.5"),
        Case("a learning rate of 0", weights(TWO_LAYERS, 0.0), "W of a 4-3-2 network after a step with alpha = 0"),
        Case("two steps", two_steps, "W and B after a step with alpha = 0.1 and another one with alpha = 0.2"),
        Case("the lists that come back", lists_back, "the lists after a step of a 4-3-2 network: lengths, and index 0"),
        Case("the arrays that were given", arrays_after, "what the arrays of W, B, dW and db hold after a step"),
        Case("the lists that were given", lists_after, "the lists W, B, dW and db after a step"),
    ),
    mistakes=(
        mistake(
            "nothing moves",
            "Nothing moves: what comes back are the old numbers. Subtract the learning rate times the gradient, "
            "W[l] - alpha * dW[l], and return what you have computed, not what you were given.",
            NEW_W,
            "new_W.append(W[l].copy())",
            NEW_B,
            "new_B.append(B[l].copy())",
        ),
        mistake(
            "only the biases move",
            "The weights stay where they are; only the biases move. W[l] - alpha * dW[l] for every layer.",
            NEW_W,
            "new_W.append(W[l].copy())",
        ),
        mistake(
            "only the weights move",
            "The biases stay where they are; only the weights move. B[l] - alpha * db[l] for every layer.",
            NEW_B,
            "new_B.append(B[l].copy())",
        ),
        mistake(
            "uphill",
            "You add the gradient. It points to where the loss grows, so every step makes the network worse. "
            "Subtract it: W[l] - alpha * dW[l].",
            "W[l] - alpha * dW[l]",
            "W[l] + alpha * dW[l]",
            "B[l] - alpha * db[l]",
            "B[l] + alpha * db[l]",
        ),
        mistake(
            "the weights go uphill",
            "You add the gradient to the weights; it is subtracted: W[l] - alpha * dW[l].",
            "W[l] - alpha * dW[l]",
            "W[l] + alpha * dW[l]",
        ),
        mistake(
            "the biases go uphill",
            "You add the gradient to the biases; it is subtracted: B[l] - alpha * db[l].",
            "B[l] - alpha * db[l]",
            "B[l] + alpha * db[l]",
        ),
        mistake(
            "without the learning rate",
            "The learning rate is not used: you subtract the whole gradient. With alpha = 0.1 a step is a tenth of it.",
            "alpha * dW[l]",
            "dW[l]",
            "alpha * db[l]",
            "db[l]",
        ),
        mistake(
            "weights without the learning rate",
            "The learning rate is not used for the weights: W[l] - alpha * dW[l].",
            "alpha * dW[l]",
            "dW[l]",
        ),
        mistake(
            "biases without the learning rate",
            "The learning rate is not used for the biases: B[l] - alpha * db[l].",
            "alpha * db[l]",
            "db[l]",
        ),
        mistake(
            "divided by the learning rate",
            "You divide the gradient by alpha, so a smaller learning rate makes larger steps. Multiply: alpha * dW[l].",
            "alpha * dW[l]",
            "dW[l] / alpha",
            "alpha * db[l]",
            "db[l] / alpha",
        ),
        mistake(
            "alpha times everything",
            "You multiply the difference by alpha: alpha * (W[l] - dW[l]). Only the gradient is multiplied, or the "
            "weights shrink to a tenth: W[l] - alpha * dW[l].",
            "W[l] - alpha * dW[l]",
            "alpha * (W[l] - dW[l])",
            "B[l] - alpha * db[l]",
            "alpha * (B[l] - db[l])",
        ),
        mistake(
            "the steps alone",
            "You return how far the parameters move, and not where they are afterwards. Add that to the old ones: "
            "W[l] - alpha * dW[l].",
            "W[l] - alpha * dW[l]",
            "-alpha * dW[l]",
            "B[l] - alpha * db[l]",
            "-alpha * db[l]",
        ),
        mistake(
            "dW for the biases",
            "You move the biases by dW. Shapes stop you in most layers, but with three inputs and three units B[l] "
            "silently becomes a 3 x 3 table. The biases' gradient is db[l].",
            "alpha * db[l]",
            "alpha * dW[l]",
        ),
        mistake(
            "db for the weights",
            "You move the weights by db. Shapes stop you in most layers, but with as many inputs as units "
            "broadcasting stretches db without a word. The weights' gradient is dW[l].",
            "alpha * dW[l]",
            "alpha * db[l]",
        ),
        mistake(
            "one step for all biases of a layer",
            "All biases of a layer are moved by the mean of their gradients. Every unit has a bias, and a gradient, "
            "of its own: B[l] - alpha * db[l].",
            "alpha * db[l]",
            "alpha * db[l].mean()",
        ),
        mistake(
            "long gradients are shortened",
            "A gradient longer than 1 is shortened to length 1. That is clipping, another thing; here the step is "
            "alpha times the gradient as it is.",
            "alpha * dW[l]",
            "alpha * dW[l] / max(1, np.linalg.norm(dW[l]))",
            "alpha * db[l]",
            "alpha * db[l] / max(1, np.linalg.norm(db[l]))",
        ),
        mistake(
            "always the first gradient",
            "Every layer is moved by dW[1] and db[1] (perhaps a 1 that was meant as an l). Layer l has its own "
            "gradients, dW[l] and db[l].",
            "alpha * dW[l]",
            "alpha * dW[1]",
            "alpha * db[l]",
            "alpha * db[1]",
        ),
        mistake(
            "the last layer is left out",
            "The last layer is missing: len(W) counts the placeholder, so the layers are 1 ... len(W) - 1, and "
            "range(1, len(W)) goes through them.",
            "range(1, len(W))",
            "range(1, len(W) - 1)",
        ),
        mistake(
            "the last layer is only copied",
            "The last layer comes back as it was: the loop ends one layer too early. len(W) counts the placeholder, so "
            "the layers are 1 ... len(W) - 1, and range(1, len(W)) goes through them.",
            "range(1, len(W))",
            "range(1, len(W) - 1)",
            "return new_W, new_B",
            "return [*new_W, W[-1].copy()], [*new_B, B[-1].copy()]",
        ),
        mistake(
            "the caller's arrays are changed",
            "The numbers that come back are right, but the arrays that were given have changed, too: W[l] -= ... "
            "writes into them. Copying the list does not help, since the copy holds the same arrays. Make new ones: "
            "W[l] - alpha * dW[l].",
            NEW_W,
            "W[l] -= alpha * dW[l]\n        new_W.append(W[l])",
            NEW_B,
            "B[l] -= alpha * db[l]\n        new_B.append(B[l])",
        ),
        mistake(
            "the caller's lists are changed",
            "Your arrays are new, but W[l] = ... puts them into the caller's list: after the call old and new "
            "parameters are one list, and nothing is left to compare with. Begin new lists, [None], and append.",
            START,
            "new_W, new_B = W, B",
            NEW_W,
            "W[l] = W[l] - alpha * dW[l]",
            NEW_B,
            "B[l] = B[l] - alpha * db[l]",
        ),
        mistake(
            "the caller's list W is changed",
            "The list W that was given holds the new arrays afterwards, and you return that same list. Whoever kept it "
            "to compare has lost the old ones. Begin a new list, [None], for the weights, too.",
            "new_W, new_B = [None], [None]",
            "new_W, new_B = W, [None]",
            NEW_W,
            "W[l] = W[l] - alpha * dW[l]",
        ),
        mistake(
            "the caller's list B is changed",
            "The list B that was given holds the new arrays afterwards, and you return that same list. Whoever kept it "
            "to compare has lost the old ones. Begin a new list, [None], for the biases, too.",
            "new_W, new_B = [None], [None]",
            "new_W, new_B = [None], B",
            NEW_B,
            "B[l] = B[l] - alpha * db[l]",
        ),
        mistake(
            "no placeholder",
            "Your lists begin with the first layer, at index 0. Put None there, so that W[l] belongs to layer l.",
            START,
            "new_W, new_B = [], []",
        ),
        mistake(
            "an empty list as placeholder",
            "At index 0 of your lists stands an empty list; None is asked for.",
            START,
            "new_W, new_B = [[]], [[]]",
        ),
        mistake(
            "B first",
            "You return the biases first. Return (W, B).",
            "return new_W, new_B",
            "return new_B, new_W",
        ),
    ),
    hints=(
        "What does W[l] -= ... do to the array that the caller still holds? Try it: x = np.ones(2); y = x; y -= 0.5; "
        "print(x).",
        "Begin two new lists with None. For every layer append W[l] minus alpha times dW[l] to the one, and the same "
        "with B and db to the other.",
        "new_W.append(W[l] - alpha * dW[l]) and new_B.append(B[l] - alpha * db[l]) for l in range(1, len(W)).",
    ),
    explanation="Near a point the loss changes by the gradient times the step, to first order. With the step -alpha * "
    "g that is -alpha * |g|^2, which is never positive: a small enough step cannot make the loss larger. And of all "
    "steps of one length, the one against the gradient makes it smallest.",
    library="maths/optimizers/sgd.py SGD.step",
    question="Training makes 107800 such steps, and each makes new arrays. What would be won by writing into the old "
    "ones, and who would have to know about it?",
    quiz=quiz,
)
