"""How Exercise 10 is checked."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call, wrong

TWO_ROWS = [[1, 2, 3], [1, 2, 3]]

SCORES = np.array([[0.3, -1.2, 2.0], [1.5, 0.1, -0.4]])


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    x = np.round(rng.uniform(-1, 1, 3), 1)
    e = np.exp(x)
    return f"x = {x.tolist()}: what is the second number of Softmax(x), to three decimals?", float(e[1] / e.sum())


EXERCISE = Exercise(
    number="10",
    title="Softmax",
    defines=("Softmax",),
    cases=(
        Case("a vector", call("Softmax", [0.9, 0.2, 0.1, -0.3, -0.7])),
        Case("two equal rows", call("Softmax", TWO_ROWS)),
        Case("different rows", call("Softmax", SCORES)),
        Case("columns, with axis=0", call("Softmax", SCORES.T, axis=0)),
        Case("one column of scores, with axis=0", call("Softmax", np.array([[0.9], [0.2], [-0.7]]), axis=0)),
        Case("large scores", call("Softmax", [[1000.0, 1001.0, 1002.0], [3.0, 1.0, 2.0]])),
        Case("scores far below 0", call("Softmax", [[-1000.0, -1001.0, -1002.0], [3.0, 1.0, 2.0]])),
        Case("scores far apart", call("Softmax", [[2000.0, 0.0, 3.0], [-2000.0, 2.0, 2.0]])),
    ),
    wrongs=(
        wrong(
            "sums over everything",
            "Your Softmax divides by the sum of all entries: the two equal rows of [[1, 2, 3], [1, 2, 3]] give rows "
            "that sum to 0.5. Sum along the axis of one sample: sum(axis=axis, keepdims=True).",
            "e.sum(axis=axis, keepdims=True)",
            "e.sum()",
        ),
        wrong(
            "overflows",
            "e^1000 is larger than any number a float holds: it becomes inf, and inf / inf is "
            "nan. Subtract the largest score of each sample first; that changes no probability.",
            "x - x.max(axis=axis, keepdims=True)",
            "x",
        ),
        wrong(
            "subtracts one maximum for all",
            "You subtract the largest score of the whole array. A sample whose own scores are all far below it then "
            "has only zeros left, and 0 / 0 is nan. Take each sample's own maximum: max(axis=axis, keepdims=True).",
            "x.max(axis=axis, keepdims=True)",
            "x.max()",
        ),
        wrong(
            "subtracts the mean",
            "You subtract the mean of a sample's scores. That changes no probability either, but one score can lie "
            "hundreds above the mean, and e^x still overflows. Subtract the largest: then no exponent is above 0.",
            "x - x.max(",
            "x - x.mean(",
        ),
        wrong(
            "not turned back",
            "For axis=0 you transpose x, and forget to turn the result back: (3, 2) becomes (2, 3). Better not to turn "
            "anything, and to sum along the axis that is asked for: sum(axis=axis, keepdims=True).",
            "return e / e.sum(axis=axis, keepdims=True)",
            "probabilities = e / e.sum(axis=axis, keepdims=True)\n"
            "    return probabilities.T if axis == 0 else probabilities",
        ),
        wrong(
            "clipped",
            "You cut the scores off so that e^x does not overflow. All scores beyond the limit then count as equal: "
            "1000, 1001 and 1002 get a third each. Subtract the largest score instead; that changes no probability.",
            "x - x.max(axis=axis, keepdims=True)",
            "np.clip(x, -700, 700)",
        ),
        wrong(
            "adds the maximum",
            "You add the largest score instead of subtracting it, so large scores become larger still and overflow.",
            "x - x.max(",
            "x + x.max(",
        ),
        wrong(
            "always along the last axis",
            "Your Softmax does not look at `axis`: with axis=0 the columns are the samples, and each column has to "
            "add up to 1. (Along the rows of a single column every entry would be 1, and the loss always 0.)",
            "x = np.asarray(x, dtype=float)",
            "x, axis = np.asarray(x, dtype=float), -1",
        ),
        wrong(
            "always along the first axis",
            "Your Softmax always sums along axis 0. For axis=-1 every row is a sample, and each row has to add up to "
            "1.",
            "x = np.asarray(x, dtype=float)",
            "x, axis = np.asarray(x, dtype=float), 0",
        ),
        wrong(
            "along the other axis",
            "You sum across the samples, and not over the scores of one: with axis=-1 the rows have to add up to 1, "
            "with axis=0 the columns.",
            "x = np.asarray(x, dtype=float)",
            "x = np.asarray(x, dtype=float)\n    axis = -1 - axis if x.ndim == 2 else axis",
        ),
        wrong(
            "no keepdims",
            "A sum or a maximum along the rows has shape (2,), and NumPy cannot lay it under an array of shape (2, 3); "
            "under one of (2, 2) it would lie the wrong way without a word. keepdims=True keeps it (2, 1).",
            "e.sum(axis=axis, keepdims=True)",
            "e.sum(axis=axis)",
        ),
        wrong(
            "divides by the largest",
            "You divide by the largest e^x, so the largest probability is 1 and they do not add up to 1. Divide by "
            "the sum.",
            "e.sum(axis=axis, keepdims=True)",
            "e.max(axis=axis, keepdims=True)",
        ),
        wrong(
            "forgets to divide",
            "These are e^x, not shares yet: divide by their sum along the axis of one sample.",
            "e = np.exp(x - x.max(axis=axis, keepdims=True))\n    return e / e.sum(axis=axis, keepdims=True)",
            "return np.exp(x)",
        ),
        wrong(
            "no exponential",
            "You divide the scores themselves by their sum. Scores can be negative, and their sum 0; the exponential "
            "makes them positive first.",
            "e = np.exp(x - x.max(axis=axis, keepdims=True))",
            "e = x",
        ),
        wrong(
            "a power of 2",
            "You raise 2 to the scores; Softmax takes e: np.exp(x).",
            "np.exp(",
            "np.exp2(",
        ),
        wrong(
            "the logarithm",
            "You return the logarithms of the probabilities; leave the log to the loss.",
            "return e / e.sum(axis=axis, keepdims=True)",
            "return np.log(e / e.sum(axis=axis, keepdims=True))",
        ),
        wrong(
            "sigmoid of each",
            "You put every score through a sigmoid by itself, so the results do not add up to 1. The scores of one "
            "sample share one sum.",
            "return e / e.sum(axis=axis, keepdims=True)",
            "return 1 / (1 + np.exp(-x))",
        ),
    ),
    hints=(
        "Compute e to the power of every score, then ask: whose sum do I divide by? Print the row sums of "
        "Softmax([[1, 2, 3], [1, 2, 3]]).",
        "Three steps: subtract the largest score of each sample, take np.exp, divide by each sample's sum. max and "
        "sum take axis=..., and keepdims=True keeps the result in a shape that fits under the array.",
        "e = np.exp(x - x.max(axis=axis, keepdims=True)), then e divided by its sum along the same axis, "
        "keepdims=True.",
    ),
    why="Subtracting a sample's maximum divides numerator and denominator by the same e^max, so nothing changes but "
    "the size of the numbers: the largest exponent is e^0 = 1, and no sum is smaller than 1. keepdims=True leaves a "
    "(m, 1) or (1, n) array of sums, which broadcasting stretches over the samples.",
    library="maths/activations/softmax.py Softmax",
    question="Adding 5 to all scores of a sample changes no probability. Which of the ten scores of a digit could "
    "you fix at 0 without losing anything?",
    quiz=quiz,
)
