"""Checks of Exercise 10."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call, mistake

TWO_ROWS = [[1, 2, 3], [1, 2, 3]]

SCORES = np.array([[0.3, -1.2, 2.0], [1.5, 0.1, -0.4]])


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    x = np.round(rng.uniform(-1, 1, 3), 1)
    e = np.exp(x)
    return f"x = {x.tolist()}: what is the second number of Softmax(x), to three decimals?", float(e[1] / e.sum())


EXERCISE = Exercise(
    number="10",
    title="Softmax",
    defines=("Softmax",),
    cases=(
        Case("a vector", call("Softmax", np.array([0.9, 0.2, 0.1, -0.3, -0.7]))),
        Case("two equal rows", call("Softmax", TWO_ROWS)),
        Case("different rows", call("Softmax", SCORES)),
        Case("columns (axis=0)", call("Softmax", SCORES.T, axis=0)),
        Case("one column (axis=0)", call("Softmax", np.array([[0.9], [0.2], [-0.7]]), axis=0)),
        Case("large scores", call("Softmax", [[1000.0, 1001.0, 1002.0], [3.0, 1.0, 2.0]])),
        Case("large negative scores", call("Softmax", [[-1000.0, -1001.0, -1002.0], [3.0, 1.0, 2.0]])),
        Case("scores with large differences", call("Softmax", [[2000.0, 0.0, 3.0], [-2000.0, 2.0, 2.0]])),
    ),
    robustness=(
        "two equal rows",
        "large scores",
        "large negative scores",
        "scores with large differences",
    ),
    mistakes=(
        mistake(
            "sums over the whole array",
            "Your Softmax divides by the sum of the whole array: two equal rows, [[1, 2, 3], [1, 2, 3]], give rows "
            "that sum to 0.5. Sum over the scores of each sample: sum(axis=axis, keepdims=True).",
            "e.sum(axis=axis, keepdims=True)",
            "e.sum()",
        ),
        mistake(
            "overflows",
            "e^1000 overflows: it is larger than any float, so it becomes inf, and inf / inf is nan. Subtract the "
            "largest score of each sample first. That does not change the probabilities.",
            "x - x.max(axis=axis, keepdims=True)",
            "x",
        ),
        mistake(
            "one maximum for all samples",
            "You subtract the largest score of the whole array. If all scores of a sample are far below it, their "
            "exponentials are all 0, and 0 / 0 is nan. Use the maximum of each sample: max(axis=axis, keepdims=True).",
            "x.max(axis=axis, keepdims=True)",
            "x.max()",
        ),
        mistake(
            "subtracts the mean",
            "You subtract the mean of each sample's scores. That does not change the probabilities either, but a "
            "score can be hundreds above the mean, so e^x can still overflow. Subtract the maximum: then no exponent "
            "is positive.",
            "x - x.max(",
            "x - x.mean(",
        ),
        mistake(
            "not transposed back",
            "For axis=0 you transpose x, but you do not transpose the result back: (3, 2) becomes (2, 3). Better, do "
            "not transpose at all, and sum along the given axis: sum(axis=axis, keepdims=True).",
            "return e / e.sum(axis=axis, keepdims=True)",
            "probabilities = e / e.sum(axis=axis, keepdims=True)\n"
            "    return probabilities.T if axis == 0 else probabilities",
        ),
        mistake(
            "clipped",
            "You clip the scores to prevent overflow, so all scores beyond the limit become equal: 1000, 1001, and "
            "1002 get the probability 1/3 each. Subtract the largest score instead. That does not change the "
            "probabilities.",
            "x - x.max(axis=axis, keepdims=True)",
            "np.clip(x, -700, 700)",
        ),
        mistake(
            "adds the maximum",
            "You add the largest score instead of subtracting it, so large scores become even larger and overflow.",
            "x - x.max(",
            "x + x.max(",
        ),
        mistake(
            "ignores axis, sums along the last",
            "You ignore `axis`. With axis=0, the columns are the samples, and each column must sum to 1. (For a "
            "single column, summing along the rows makes every entry 1, so the loss is always 0.)",
            "x = np.asarray(x, dtype=float)",
            "x, axis = np.asarray(x, dtype=float), -1",
        ),
        mistake(
            "ignores axis, sums along the first",
            "You always sum along axis 0. With axis=-1, the rows are the samples, and each row must sum to 1.",
            "x = np.asarray(x, dtype=float)",
            "x, axis = np.asarray(x, dtype=float), 0",
        ),
        mistake(
            "wrong axis",
            "You sum over the samples instead of the scores of each sample. With axis=-1, the rows must sum to 1; "
            "with axis=0, the columns.",
            "x = np.asarray(x, dtype=float)",
            "x = np.asarray(x, dtype=float)\n    axis = -1 - axis if x.ndim == 2 else axis",
        ),
        mistake(
            "no keepdims",
            "Without keepdims, the sum along the rows of a (2, 3) array has shape (2,), which does not broadcast "
            "with (2, 3). With a (2, 2) array it would divide along the wrong axis without an error. keepdims=True "
            "keeps the shape (2, 1).",
            "e.sum(axis=axis, keepdims=True)",
            "e.sum(axis=axis)",
        ),
        mistake(
            "divides by the maximum",
            "You divide by the largest e^x, so the largest probability is 1, and they do not sum to 1. Divide by the "
            "sum.",
            "e.sum(axis=axis, keepdims=True)",
            "e.max(axis=axis, keepdims=True)",
        ),
        mistake(
            "no division",
            "You return e^x. To get probabilities, divide by the sum over the scores of each sample.",
            "e = np.exp(x - x.max(axis=axis, keepdims=True))\n    return e / e.sum(axis=axis, keepdims=True)",
            "return np.exp(x)",
        ),
        mistake(
            "no exponential",
            "You divide the scores themselves by their sum. Scores can be negative, and their sum can be 0. Apply "
            "the exponential first, which makes them positive.",
            "e = np.exp(x - x.max(axis=axis, keepdims=True))",
            "e = x",
        ),
        mistake(
            "base 2",
            "You compute powers of 2. Softmax uses powers of e: np.exp(x).",
            "np.exp(",
            "np.exp2(",
        ),
        mistake(
            "log-softmax",
            "You return the logarithms of the probabilities (log-softmax). The loss will take the logarithm.",
            "return e / e.sum(axis=axis, keepdims=True)",
            "return np.log(e / e.sum(axis=axis, keepdims=True))",
        ),
        mistake(
            "sigmoid",
            "You apply the sigmoid to each score separately, so the results do not sum to 1. In softmax, all scores "
            "of a sample share one sum.",
            "return e / e.sum(axis=axis, keepdims=True)",
            "return 1 / (1 + np.exp(-x))",
        ),
    ),
    hints=(
        "Compute e to the power of every score. Which of them belong to the sum that you divide by? Print the row "
        "sums of Softmax([[1, 2, 3], [1, 2, 3]]).",
        "Three steps: subtract the largest score of each sample, apply np.exp, and divide by the sum of each sample. "
        "max and sum take axis=..., and keepdims=True keeps a shape that broadcasts with x.",
        "e = np.exp(x - x.max(axis=axis, keepdims=True)), then e divided by its sum along the same axis, "
        "keepdims=True.",
    ),
    explanation="Subtracting the maximum of a sample divides numerator and denominator by the same e^max, so the "
    "result does not change, but the intermediate values do. The largest exponential is e^0 = 1, and every sum is at "
    "least 1, so nothing overflows and nothing is divided by 0. keepdims=True gives sums of shape (m, 1) or (1, n), "
    "which broadcast over the scores.",
    library="maths/activations/softmax.py Softmax",
    question="Adding 5 to all scores of a sample does not change its probabilities. Which of the ten scores of a "
    "digit could you fix at 0 without losing anything?",
    quiz=quiz,
)
