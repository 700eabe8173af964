"""From an output to an answer: the class, yes or no, or the number that it stands for, and whether that is right."""

from __future__ import annotations

import numpy as np

from glassnet.common.arrays import AnyArray, Array


def decide(output: Array, kind: str) -> AnyArray:
    """Return the answers that an output of the given kind (see activations.OUTPUTS) stands for.

    output: (n, k). A distribution answers with its most probable class, (n,); a probability with 1 above one half, else
    0; anything else with itself. Of the last two, (n,) where k is 1, else (n, k).

    >>> decide(np.array([[0.2, 0.8], [0.7, 0.3]]), "distribution")
    array([1, 0])
    """
    if kind == "distribution":
        return output.argmax(axis=1)
    answers: AnyArray = (output > 0.5).astype(np.int64) if kind == "probability" else output
    return answers[:, 0] if answers.shape[1] == 1 else answers


def count_correct(output: Array, Y: AnyArray, kind: str) -> int | None:
    """Return how many rows of output, (n, k), are answered rightly; None where there is no right or wrong.

    Y: class indices (n,) or shares (n, k) for a distribution, (n, k) of 0 and 1 for probabilities, where a row is right
    if all its answers are.

    >>> count_correct(np.array([[0.2, 0.8], [0.7, 0.3]]), np.array([1, 1]), "distribution")
    1
    """
    if kind == "distribution":
        return int(np.count_nonzero(output.argmax(axis=1) == (Y if Y.ndim == 1 else Y.argmax(axis=1))))
    if kind == "probability":
        return int(np.count_nonzero(((output > 0.5) == (Y > 0.5)).all(axis=1)))
    return None
