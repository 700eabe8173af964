"""Predictions from outputs: classes or numbers, and the number of correct ones."""

from __future__ import annotations

import numpy as np

from glassnet.common.arrays import AnyArray, Array


def decide(output: Array, kind: str) -> AnyArray:
    """Return the predictions for outputs of a given kind.

    A distribution predicts its most probable class, a probability predicts 1 if it is above ½, else 0; any other output
    is the prediction itself.

    Parameters
    ----------
    output : Array, (n, k)
        Outputs of a network.
    kind : str
        Kind of output, one of activations.OUTPUTS.

    Returns
    -------
    Array, (n,) or (n, k)
        Class indices (n,) for a distribution; otherwise (n,) for one output, else (n, k).

    Examples
    --------
    >>> decide(np.array([[0.2, 0.8], [0.7, 0.3]]), "distribution")
    array([1, 0])
    """
    if kind == "distribution":
        return output.argmax(axis=1)
    decided: AnyArray = (output > 0.5).astype(np.int64) if kind == "probability" else output
    return decided[:, 0] if decided.shape[1] == 1 else decided


def count_correct(output: Array, Y: AnyArray, kind: str) -> int | None:
    """Return the number of correctly classified rows; None for numeric outputs.

    Parameters
    ----------
    output : Array, (n, k)
        Outputs of a network.
    Y : Array
        Class indices (n,) or distributions (n, k) for a distribution; 0 and 1, (n, k), for probabilities, where a row
        is correct if all its outputs are.
    kind : str
        Kind of output, one of activations.OUTPUTS.

    Returns
    -------
    int or None
        Number of correct rows.

    Examples
    --------
    >>> count_correct(np.array([[0.2, 0.8], [0.7, 0.3]]), np.array([1, 1]), "distribution")
    1
    """
    if kind == "distribution":
        return int(np.count_nonzero(output.argmax(axis=1) == (Y if Y.ndim == 1 else Y.argmax(axis=1))))
    if kind == "probability":
        return int(np.count_nonzero(((output > 0.5) == (Y > 0.5)).all(axis=1)))
    return None
