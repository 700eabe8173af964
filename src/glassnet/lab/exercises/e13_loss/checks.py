"""How Exercise 13 is checked: numbers where the formula has them, properties where an answer may choose."""

from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, call, mistake

PROBABILITIES = [0.4083291, 0.20277023, 0.18347409, 0.12298636, 0.08244022]
"""Softmax of the common test vector, as far as it is usually printed."""

SAMPLES = (
    np.array([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 1]]),
    np.array([[0.2, 0.6, 0.3, 0.25], [0.7, 0.3, 0.6, 0.35], [0.1, 0.1, 0.1, 0.4]]),
)
"""Labels and predictions of four samples, one column each."""

SHARES = ([0.7, 0.1, 0.2], [0.5, 0.3, 0.2])

PERFECT = ([[1, 0], [0, 0], [0, 1]], [[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]])

IMPOSSIBLE = ([1, 0, 0], [0.0, 0.6, 0.4])


def of(names: Namespace, y: Any, yhat: Any) -> float:
    """Return the loss as a number, also where it comes in an array of one."""
    return float(np.asarray(names.loss(y, yhat)).item())


def six_decimals(names: Namespace) -> Any:
    """The loss of a perfect prediction; a floor under the probabilities may leave a trace of 1e-15."""
    return round(of(names, *PERFECT), 6)


def impossible(names: Namespace) -> Any:
    """What kind of number the loss is where the truth was given probability 0."""
    value, three = of(names, *IMPOSSIBLE), of(names, np.eye(3), np.eye(3)[::-1][[1, 2, 0]])
    seen = {"finite": bool(np.isfinite(value)), "above 1": value > 1, "above 30": value > 30}
    return seen | {"finite for three of them": bool(np.isfinite(three))}


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    yhat = rng.multinomial(94, [1 / 3] * 3) / 100 + 0.02
    y = np.eye(3, dtype=int)[rng.integers(3)]
    question = f"y = {y.tolist()}, yhat = {np.round(yhat, 2).tolist()}: what is the cross entropy, to three decimals?"
    return question, float(-np.log(yhat[y == 1]).sum())


CHECK, LOG = "y.shape != yhat.shape", "np.log(np.maximum(yhat, np.finfo(float).tiny))"

VALUE = f"-np.sum(y * {LOG})"

EXERCISE = Exercise(
    number="13",
    title="Cross entropy",
    defines=("loss",),
    cases=(
        Case("one sample", call("loss", [0, 1, 0, 0, 0], PROBABILITIES)),
        Case("one sample as a column", call("loss", np.array([[0], [0], [1]]), np.array([[0.5], [0.3], [0.2]]))),
        Case("four samples", call("loss", *SAMPLES)),
        Case("shares as labels", call("loss", *SHARES)),
        Case("an unlikely truth", call("loss", [0, 1], [0.99999, 0.00001])),
        Case("probability 0 for a class that is not the true one", call("loss", [0, 1, 0], [0.4, 0.6, 0.0])),
        Case("perfect predictions", six_decimals, f"{call('loss', *PERFECT)}, to six decimals"),
        Case("probability 0 for the truth", impossible, f"what kind of number {call('loss', *IMPOSSIBLE)} is"),
        Case("a vector and a column", call("loss", np.eye(10)[4], np.full((10, 1), 0.1))),
        Case("one column and four", call("loss", SAMPLES[0][:, :1], SAMPLES[1])),
        Case("a row and a column", call("loss", np.array([[0, 1, 0]]), np.array([[0.5], [0.3], [0.2]]))),
    ),
    mistakes=(
        mistake(
            "the sign",
            "Your loss is negative. Logarithms of probabilities are negative, so the formula has a minus in front; "
            "without it, going downhill would make predictions worse.",
            VALUE,
            VALUE[1:],
        ),
        mistake(
            "log without a floor",
            "You take the logarithm of 0. It is -inf, and 0 times -inf is nan: perfect predictions have the loss "
            "nan, and impossible ones inf. Put a floor under yhat first: np.maximum(yhat, np.finfo(float).tiny).",
            LOG,
            "np.log(yhat)",
        ),
        mistake(
            "inf for the impossible",
            "You leave out the terms with y = 0, which is right; but where y = 1 and yhat = 0 the loss is still inf. "
            "Put a floor under yhat: np.maximum(yhat, np.finfo(float).tiny).",
            LOG,
            "np.where(y > 0, np.log(yhat), 0)",
        ),
        mistake(
            "0 for the impossible",
            "You leave out the terms in which yhat is 0. Where the truth was given probability 0, that leaves no "
            "loss at all for the worst prediction there is. Give yhat a floor: np.maximum(yhat, "
            "np.finfo(float).tiny).",
            LOG,
            "np.where(yhat > 0, np.log(yhat), 0)",
        ),
        mistake(
            "the largest float",
            "You replace -inf by the largest float there is, as nan_to_num does. Two such terms add up to inf again. "
            "Put a floor under the probabilities instead: np.maximum(yhat, np.finfo(float).tiny).",
            LOG,
            "np.nan_to_num(np.log(yhat))",
        ),
        mistake(
            "the floor is too high",
            "A truth with probability 0 costs less than 30 with your floor under the probabilities: 1e-12 gives "
            "27.6. Take a lower one, 1e-15 or np.finfo(float).tiny.",
            "np.finfo(float).tiny",
            "1e-12",
        ),
        mistake(
            "1 is added to the probability",
            "You take log(1 + yhat). That is never -inf, but it is another function: with a probability of 1 for the "
            "truth the loss has to be 0. Use a floor instead: np.maximum(yhat, np.finfo(float).tiny).",
            LOG,
            "np.log1p(yhat)",
        ),
        mistake(
            "a logarithm to base 2",
            "You take the logarithm to base 2. Here it is the natural one, np.log, whose derivative is 1/x.",
            "np.log(",
            "np.log2(",
        ),
        mistake(
            "a logarithm to base 10",
            "You take the logarithm to base 10. Here it is the natural one, np.log, whose derivative is 1/x.",
            "np.log(",
            "np.log10(",
        ),
        mistake(
            "no logarithm",
            "You add up y * yhat, without the logarithm. The logarithm makes small probabilities of the truth dear: "
            "-log(0.01) is 4.6.",
            LOG,
            "yhat",
        ),
        mistake(
            "y and yhat exchanged",
            "You take the logarithm of the labels. They are 0 and 1; it is the probabilities that have one: "
            "-sum(y * log(yhat)).",
            VALUE,
            "-np.sum(yhat * np.log(y))",
        ),
        mistake(
            "the mean over all entries",
            "You take the mean of the terms. With ten classes that is a tenth of the loss. Take the sum.",
            VALUE,
            VALUE.replace("sum", "mean"),
        ),
        mistake(
            "the mean over the samples",
            "You divide by the number of samples. Here the losses of all samples are added up: 1078 digits that are "
            "guessed cost 2482 together, ln(10) each.",
            VALUE,
            f"{VALUE} / (yhat.shape[1] if yhat.ndim == 2 else 1)",
        ),
        mistake(
            "a loss per sample",
            "You sum over the classes only, so every sample keeps a loss of its own. One number is asked for: sum "
            "over all entries, np.sum without an axis.",
            VALUE,
            VALUE.removesuffix(")") + ", axis=0)",
        ),
        mistake(
            "no sum",
            "You return the terms, an array. The loss is their sum, one number.",
            VALUE,
            f"-y * {LOG}",
        ),
        mistake(
            "a matrix product",
            "You multiply the labels with the logarithms as matrices. For one sample that is the loss; for four it "
            "is a table of each sample's labels with each sample's predictions. Multiply entry by entry with *, and "
            "sum.",
            VALUE,
            f"-(y.T @ {LOG})",
        ),
        mistake(
            "both for and against",
            "You also add (1 - y) log(1 - yhat). That is the loss of independent yes-or-no outputs (sigmoids). With "
            "softmax the probabilities add up to 1 already, and -sum(y * log(yhat)) is all.",
            VALUE,
            f"{VALUE} - np.sum((1 - y) * np.log(np.maximum(1 - yhat, np.finfo(float).tiny)))",
        ),
        mistake(
            "squared differences",
            "You add up squared differences. They cost an impossible prediction no more than 2; cross entropy has no "
            "such limit. It is -sum(y * log(yhat)).",
            VALUE,
            "np.sum((y - yhat) ** 2)",
        ),
        mistake(
            "the largest prediction",
            "You take the logarithm of the largest probability, right or wrong. What counts is the probability given "
            "to the true class; y picks it: sum(y * log(yhat)).",
            VALUE,
            "-np.sum(np.log(np.max(yhat, axis=0)))",
        ),
        mistake(
            "the largest label only",
            "You take the logarithm at the largest label only. For labels that are shares, such as 0.7 and 0.3, every "
            "class counts with its share: sum(y * log(yhat)).",
            VALUE,
            f"-np.sum((y == y.max(axis=0)) * {LOG})",
        ),
        mistake(
            "labels of 1 only",
            "You count the classes whose label is exactly 1. Labels that are shares, such as 0.7 and 0.3, then cost "
            "nothing: every class counts with its share, sum(y * log(yhat)).",
            VALUE,
            f"-np.sum((y == 1) * {LOG})",
        ),
        mistake(
            "the size of the labels does not count",
            "Your labels only choose which probabilities count, each with its full logarithm. Labels that are shares, "
            "such as 0.7 and 0.3, weigh them: y * log(yhat).",
            VALUE,
            f"-np.sum((y > 0) * {LOG})",
        ),
        mistake(
            "any shapes",
            "You take any shapes. (10,) and (10, 1) become a table of 100 products, and ten equal probabilities cost "
            "23.02585 instead of 2.302585. Compare y.shape with yhat.shape and raise ValueError.",
            CHECK,
            "False",
        ),
        mistake(
            "only the lengths are compared",
            "You compare the lengths. (10,) and (10, 1) are both 10 long, and still become a table of 100 products. "
            "Compare y.shape with yhat.shape.",
            CHECK,
            "len(y) != len(yhat)",
        ),
        mistake(
            "only the sizes are compared",
            "You compare how many numbers there are. (10,) and (10, 1) both have 10, and still become a table of 100 "
            "products. Compare y.shape with yhat.shape.",
            CHECK,
            "y.size != yhat.size",
        ),
        mistake(
            "made to fit",
            "You flatten both arrays and so accept a vector with a column. Shapes that differ are a mistake made "
            "somewhere before; say so with ValueError instead of hiding it.",
            "    if y.shape",
            "    y, yhat = y.ravel(), yhat.ravel()\n    if y.shape",
        ),
    ),
    hints=(
        "Work out three cases by hand: y = [1, 0] with yhat = [1, 0], [0.5, 0.5] and [0, 1]. In which of them does a "
        "computer meet log(0), and what should come out?",
        "Make both arrays of floats, compare their shapes, raise ValueError if they differ. Then put a floor under "
        "yhat with np.maximum, take np.log, multiply with y entry by entry, add up everything, and change the sign.",
        "-np.sum(y * np.log(np.maximum(yhat, np.finfo(float).tiny))), after the comparison of y.shape with yhat.shape.",
    ),
    explanation="Minus the logarithm of what was given to the truth is the surprise about it. The probabilities of "
    "independent samples multiply, their logarithms add: the smallest sum belongs to the network that finds the "
    "labels most likely. And with softmax in front, its derivative with respect to z is just yhat - y.",
    library="maths/losses/classification.py CrossEntropy.value",
    question="Ten classes, and the network knows nothing: what is the loss of one sample, and of 1078? (A network "
    "whose loss stays there does not learn.)",
    quiz=quiz,
)
