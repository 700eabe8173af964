"""What keeps weights small and steps short: L1 and L2 penalties, weight decay, and clipping of the gradient.

All work in place on the flat vectors θ and g. `weights` says where in θ the weights lie, as slices, so that biases
can be spared; the slices cover all of θ where nothing is to be spared.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from glassnet.common.arrays import Array


def add_l1(theta: Array, g: Array, strength: float, weights: Sequence[slice]) -> float:
    """Add the gradient of strength · Σ|w| to g and return the penalty: pulls unneeded weights to exactly 0's side.

    Source: Tibshirani, "Regression shrinkage and selection via the lasso", JRSS B 58, 1996.

    >>> theta, g = np.array([2.0, -3.0]), np.zeros(2)
    >>> add_l1(theta, g, 0.1, [slice(0, 2)]), g
    (0.5, array([ 0.1, -0.1]))
    """
    penalty = 0.0
    for part in weights:
        g[part] += strength * np.sign(theta[part])
        penalty += strength * float(np.abs(theta[part]).sum())
    return penalty


def add_l2(theta: Array, g: Array, strength: float, weights: Sequence[slice]) -> float:
    """Add the gradient of strength / 2 · Σ w² to g and return the penalty: pulls every weight towards 0 by its size.

    Source: Hoerl & Kennard, "Ridge regression", Technometrics 12, 1970. PyTorch calls this strength `weight_decay`.

    >>> theta, g = np.array([2.0, -4.0]), np.zeros(2)
    >>> add_l2(theta, g, 0.1, [slice(0, 2)]), g
    (1.0, array([ 0.2, -0.4]))
    """
    penalty = 0.0
    for part in weights:
        g[part] += strength * theta[part]
        penalty += strength / 2 * float(theta[part] @ theta[part])
    return penalty


def decay_weights(theta: Array, rate: float, weights: Sequence[slice]) -> None:
    """Shrink the weights by a share of themselves, w ← (1 − rate) w, apart from any gradient (decoupled decay).

    `rate` is learning_rate · weight_decay. Source: Loshchilov & Hutter, "Decoupled weight decay regularization",
    ICLR 2019.

    >>> theta = np.array([2.0, -4.0])
    >>> decay_weights(theta, 0.5, [slice(0, 1)]); theta
    array([ 1., -4.])
    """
    for part in weights:
        theta[part] *= 1 - rate


def clip_norm(g: Array, limit: float) -> float:
    """Shorten g to length `limit` if it is longer, keeping its direction; return its length before.

    Source: Pascanu, Mikolov & Bengio, "On the difficulty of training recurrent neural networks", ICML 2013.

    >>> g = np.array([3.0, 4.0])
    >>> clip_norm(g, 1.0), g
    (5.0, array([0.6, 0.8]))
    """
    length = float(np.linalg.norm(g))
    if length > limit:
        g *= limit / length
    return length


def clip_value(g: Array, limit: float) -> None:
    """Cut every entry of g off at −limit and limit.

    >>> g = np.array([3.0, -0.5])
    >>> clip_value(g, 1.0); g
    array([ 1. , -0.5])
    """
    np.clip(g, -limit, limit, out=g)
