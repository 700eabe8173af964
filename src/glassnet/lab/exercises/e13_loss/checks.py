"""Tests of Exercise 13: numbers where the result is unique, else properties."""

from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, call, mistake

PROBABILITIES = [0.4083291, 0.20277023, 0.18347409, 0.12298636, 0.08244022]
"""Softmax of the course's test vector, rounded."""

SAMPLES = (
    np.array([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 1]]),
    np.array([[0.2, 0.6, 0.3, 0.25], [0.7, 0.3, 0.6, 0.35], [0.1, 0.1, 0.1, 0.4]]),
)
"""Labels and predictions of four samples, one column each."""

SHARES = ([0.7, 0.1, 0.2], [0.5, 0.3, 0.2])

PERFECT = ([[1, 0], [0, 0], [0, 1]], [[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]])

IMPOSSIBLE = ([1, 0, 0], [0.0, 0.6, 0.4])


def of(names: Namespace, y: Any, yhat: Any) -> float:
    """Return the loss as a number, even if it is an array of size 1."""
    return float(np.asarray(names.loss(y, yhat)).item())


def six_decimals(names: Namespace) -> Any:
    """Return the loss of a perfect prediction, rounded, since clipping may add about 1e-15."""
    return round(of(names, *PERFECT), 6)


def impossible(names: Namespace) -> Any:
    """Return properties of the loss if the true class has probability 0."""
    value, three = of(names, *IMPOSSIBLE), of(names, np.eye(3), np.eye(3)[::-1][[1, 2, 0]])
    seen = {"finite": bool(np.isfinite(value)), "above 1": value > 1, "above 30": value > 30}
    return seen | {"finite for three samples": bool(np.isfinite(three))}


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question with one number as its answer."""
    yhat = rng.multinomial(94, [1 / 3] * 3) / 100 + 0.02
    y = np.eye(3, dtype=int)[rng.integers(3)]
    question = f"y = {y.tolist()}, yhat = {np.round(yhat, 2).tolist()}: what is the cross-entropy, to three decimals?"
    return question, float(-np.log(yhat[y == 1]).sum())


CHECK, LOG = "y.shape != yhat.shape", "np.log(np.maximum(yhat, np.finfo(float).tiny))"

SMALL = (0.01, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10)
"""Small constants that are used to avoid the logarithm of 0."""

LARGEST = (
    "-(LOG)[np.argmax(y)]",
    "-np.sum((LOG)[np.argmax(y)])",
    "-(LOG).ravel()[np.argmax(y)]",
    "-np.sum(np.atleast_2d((LOG).T).T[np.atleast_2d(y.T).T.argmax(axis=0), np.arange(np.atleast_2d(y.T).T.shape[1])])",
)
"""Forms of the logarithm at the largest label."""

VALUE = f"-np.sum(y * {LOG})"

EXERCISE = Exercise(
    number="13",
    title="Cross-entropy loss",
    defines=("loss",),
    cases=(
        Case("one sample", call("loss", np.array([0, 1, 0, 0, 0]), np.array(PROBABILITIES))),
        Case("one sample as a column", call("loss", np.array([[0], [0], [1]]), np.array([[0.5], [0.3], [0.2]]))),
        Case("four samples", call("loss", *SAMPLES)),
        Case("soft labels", call("loss", *map(np.array, SHARES))),
        Case("an unlikely true class", call("loss", np.array([0, 1]), np.array([0.99999, 0.00001]))),
        Case("probability 0 for a wrong class", call("loss", [0, 1, 0], [0.4, 0.6, 0.0])),
        Case("perfect predictions", six_decimals, f"{call('loss', *PERFECT)}, to six decimals"),
        Case("probability 0 for the true class", impossible, f"properties of {call('loss', *IMPOSSIBLE)}"),
        Case("a vector and a column", call("loss", np.eye(10)[4], np.full((10, 1), 0.1))),
        Case("one column and four", call("loss", SAMPLES[0][:, :1], SAMPLES[1])),
        Case("a row and a column", call("loss", np.array([[0, 1, 0]]), np.array([[0.5], [0.3], [0.2]]))),
    ),
    robustness=(
        "an unlikely true class",
        "probability 0 for a wrong class",
        "perfect predictions",
        "probability 0 for the true class",
        "a vector and a column",
        "one column and four",
        "a row and a column",
    ),
    mistakes=(
        mistake(
            "wrong sign",
            "Your loss is negative. Logarithms of probabilities are negative, so the formula starts with a minus. "
            "Without it, gradient descent would make predictions worse.",
            VALUE,
            VALUE[1:],
        ),
        mistake(
            "logarithm of 0",
            "You take the logarithm of 0. It is -inf, and 0 times -inf is nan. So the loss of a perfect prediction is "
            "nan, and that of probability 0 is inf. Clip yhat from below first: np.maximum(yhat, "
            "np.finfo(float).tiny).",
            LOG,
            "np.log(yhat)",
        ),
        mistake(
            "infinite loss",
            "You leave out the terms with y = 0, which is correct. But for y = 1 and yhat = 0 the loss is still inf. "
            "Clip yhat from below: np.maximum(yhat, np.finfo(float).tiny).",
            LOG,
            "np.where(y > 0, np.log(yhat), 0)",
        ),
        mistake(
            "zero loss for probability 0",
            "You leave out the terms with yhat = 0. If the true class has probability 0, the worst possible "
            "prediction has no loss at all. Clip yhat from below: np.maximum(yhat, np.finfo(float).tiny).",
            LOG,
            "np.where(yhat > 0, np.log(yhat), 0)",
        ),
        mistake(
            "largest float instead of a floor",
            "You replace -inf by the largest float, as nan_to_num does. Two such terms add up to inf again. Clip the "
            "probabilities from below instead: np.maximum(yhat, np.finfo(float).tiny).",
            LOG,
            "np.nan_to_num(np.log(yhat))",
        ),
        mistake(
            "floor too high",
            "Your lower limit for probabilities, or the constant you add to them, is too large: a true class with "
            "probability 0 has a loss below 30 (1e-12 gives 27.6). Clip at a smaller one, 1e-15 or "
            "np.finfo(float).tiny.",
            "np.finfo(float).tiny",
            "1e-12",
            variants=[
                *(("np.finfo(float).tiny", f"{eps}") for eps in SMALL),
                *((LOG, f"np.log(np.clip(yhat, {eps}, 1 - {eps}))") for eps in (*SMALL, 1e-12)),
            ],
        ),
        mistake(
            "small constant added",
            "You add a small constant to the probabilities to avoid log(0). That changes every loss: with 1e-8, a "
            "probability of 0.00001 has a loss of 11.5119 instead of 11.5129, and a probability of 0 one of only 18.4. "
            "Clip instead, which leaves all other values unchanged: np.maximum(yhat, np.finfo(float).tiny).",
            LOG,
            "np.log(yhat + 1e-8)",
            variants=[
                *((LOG, f"np.log(yhat + {eps})") for eps in SMALL if eps > 1e-10 and eps != 1e-8),
                *((LOG, f"np.log(yhat + {eps})", CHECK, "False") for eps in SMALL if eps > 1e-10),
            ],
        ),
        mistake(
            "log(1 + yhat)",
            "You take log(1 + yhat). That is never -inf, but it is another function: if the true class has "
            "probability 1, the loss should be 0. Clip yhat from below instead: np.maximum(yhat, "
            "np.finfo(float).tiny).",
            LOG,
            "np.log1p(yhat)",
        ),
        mistake(
            "logarithm to base 2",
            "You take the logarithm to base 2. Use the natural logarithm, np.log, whose derivative is 1/x.",
            "np.log(",
            "np.log2(",
        ),
        mistake(
            "logarithm to base 10",
            "You take the logarithm to base 10. Use the natural logarithm, np.log, whose derivative is 1/x.",
            "np.log(",
            "np.log10(",
        ),
        mistake(
            "no logarithm",
            "You add up y * yhat, without the logarithm. The logarithm penalizes a small probability of the true "
            "class: -log(0.01) is 4.6.",
            LOG,
            "yhat",
        ),
        mistake(
            "y and yhat swapped",
            "You take the logarithm of the labels. Take the logarithm of the probabilities: -sum(y * log(yhat)).",
            VALUE,
            "-np.sum(yhat * np.log(y))",
        ),
        mistake(
            "mean over all entries",
            "You take the mean of the terms. With ten classes that is a tenth of the loss. Use the sum.",
            VALUE,
            VALUE.replace("sum", "mean"),
        ),
        mistake(
            "mean over samples",
            "You divide by the number of samples. Here the losses of all samples are summed: 1078 digits classified "
            "by guessing have a loss of 2482, ln(10) each.",
            VALUE,
            f"{VALUE} / (yhat.shape[1] if yhat.ndim == 2 else 1)",
        ),
        mistake(
            "one loss per sample",
            "You sum over the classes only, which gives one loss per sample. Return one number: the sum over all "
            "entries, np.sum without an axis.",
            VALUE,
            VALUE.removesuffix(")") + ", axis=0)",
        ),
        mistake(
            "no sum",
            "You return an array of terms. The loss is their sum, a single number.",
            VALUE,
            f"-y * {LOG}",
        ),
        mistake(
            "matrix product",
            "You use a matrix product of labels and logarithms. For one sample that is the loss. For four it combines "
            "the labels of each sample with the predictions of every sample. Multiply elementwise with *, and sum.",
            VALUE,
            f"-(y.T @ {LOG})",
        ),
        mistake(
            "binary cross-entropy",
            "You also add (1 - y) log(1 - yhat). That is binary cross-entropy, for independent sigmoid outputs. With "
            "softmax the probabilities already add up to 1, and the loss is -sum(y * log(yhat)).",
            VALUE,
            f"{VALUE} - np.sum((1 - y) * np.log(np.maximum(1 - yhat, np.finfo(float).tiny)))",
        ),
        mistake(
            "squared error",
            "You sum squared differences. Their loss is at most 2, even if the true class has probability 0. "
            "Cross-entropy has no such limit: -sum(y * log(yhat)).",
            VALUE,
            "np.sum((y - yhat) ** 2)",
        ),
        mistake(
            "largest probability only",
            "You take the logarithm of the largest probability, whether it is correct or not. Use the probability of "
            "the true class, which y selects: sum(y * log(yhat)).",
            VALUE,
            "-np.sum(np.log(np.max(yhat, axis=0)))",
        ),
        mistake(
            "largest label only",
            "You take the logarithm at the largest label only. For soft labels, such as 0.7 and 0.3, every class "
            "counts with its weight, and so does every sample: sum(y * log(yhat)).",
            VALUE,
            f"-np.sum((y == y.max(axis=0)) * {LOG})",
            variants=[
                (VALUE, form.replace("LOG", log), CHECK, check)
                for form in LARGEST
                for log in (LOG, "np.log(yhat)")
                for check in (CHECK, "False")
            ],
        ),
        mistake(
            "only labels equal to 1",
            "You count only classes whose label is exactly 1. Soft labels, such as 0.7 and 0.3, then have no loss. "
            "Every class counts with its weight, sum(y * log(yhat)).",
            VALUE,
            f"-np.sum((y == 1) * {LOG})",
        ),
        mistake(
            "unweighted labels",
            "Your labels only select probabilities, each with its full logarithm. Soft labels, such as 0.7 and 0.3, "
            "are weights: y * log(yhat).",
            VALUE,
            f"-np.sum((y > 0) * {LOG})",
        ),
        mistake(
            "no shape check",
            "You accept any shapes. (10,) and (10, 1) broadcast to 100 products, and the loss of ten equal "
            "probabilities is 23.02585 instead of 2.302585. Raise ValueError if y.shape != yhat.shape.",
            CHECK,
            "False",
        ),
        mistake(
            "check of lengths only",
            "You compare the lengths. (10,) and (10, 1) both have length 10 but broadcast to 100 products. Compare "
            "y.shape with yhat.shape.",
            CHECK,
            "len(y) != len(yhat)",
        ),
        mistake(
            "check of sizes only",
            "You compare the sizes. (10,) and (10, 1) both have size 10 but broadcast to 100 products. Compare "
            "y.shape with yhat.shape.",
            CHECK,
            "y.size != yhat.size",
        ),
        mistake(
            "arrays flattened",
            "You flatten both arrays, and so accept a vector together with a column. Different shapes point to an "
            "earlier mistake: raise ValueError instead of hiding it.",
            "    if y.shape",
            "    y, yhat = y.ravel(), yhat.ravel()\n    if y.shape",
        ),
    ),
    hints=(
        "Work out three cases by hand: y = [1, 0] with yhat = [1, 0], [0.5, 0.5] and [0, 1]. In which of them does "
        "log(0) occur, and what should the result be?",
        "Convert both to float arrays, and raise ValueError if their shapes differ. Then clip yhat from below with "
        "np.maximum, apply np.log, multiply by y elementwise, sum everything, and change the sign.",
        "-np.sum(y * np.log(np.maximum(yhat, np.finfo(float).tiny))), after the comparison of y.shape with yhat.shape.",
    ),
    explanation="The negative logarithm of the probability of the true class measures surprise. Probabilities of "
    "independent samples multiply, so their logarithms add: minimizing the loss maximizes the likelihood of the "
    "labels. Together with softmax, its derivative with respect to z is simply yhat - y.",
    library="maths/losses/classification.py CrossEntropy.value",
    question="A network assigns equal probabilities to ten classes. What is the loss of one sample, and of 1078? (If "
    "the loss stays there, the network does not learn.)",
    quiz=quiz,
)
