"""Tests of Exercise 13: numbers where the result is unique, else properties."""

from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, call

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
    quiz=quiz,
    variants={
        "floor too high": [
            *(("np.finfo(float).tiny", f"{eps}") for eps in SMALL),
            *((LOG, f"np.log(np.clip(yhat, {eps}, 1 - {eps}))") for eps in (*SMALL, 1e-12)),
        ],
        "small constant added": [
            *((LOG, f"np.log(yhat + {eps})") for eps in SMALL if eps > 1e-10 and eps != 1e-8),
            *((LOG, f"np.log(yhat + {eps})", CHECK, "False") for eps in SMALL if eps > 1e-10),
        ],
        "largest label only": [
            (VALUE, form.replace("LOG", log), CHECK, check)
            for form in LARGEST
            for log in (LOG, "np.log(yhat)")
            for check in (CHECK, "False")
        ],
    },
)
