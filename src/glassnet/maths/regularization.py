"""Regularization: L1 and L2 penalties, decoupled weight decay, and gradient clipping.

All functions work in place on the flat vectors θ and g. `weights` gives the positions of the weights in θ, as slices,
so that biases are not regularized.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from glassnet.common.arrays import Array


def add_l1(theta: Array, g: Array, strength: float, weights: Sequence[slice]) -> float:
    """Add the gradient of the L1 penalty strength · Σ|w| to g and return the penalty.

    Drives unneeded weights to zero.

    Parameters
    ----------
    theta : Array, (parameters,)
        Parameters.
    g : Array, (parameters,)
        Gradient, changed in place.
    strength : float
        Strength of the penalty.
    weights : sequence of slice
        Positions of the weights in theta.

    Returns
    -------
    float
        The penalty.

    References
    ----------
    Tibshirani, "Regression shrinkage and selection via the lasso", JRSS B 58, 1996.

    Examples
    --------
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
    """Add the gradient of the L2 penalty strength / 2 · Σ w² to g and return the penalty.

    Shrinks every weight in proportion to its size. PyTorch's SGD calls this strength `weight_decay`.

    Parameters
    ----------
    theta : Array, (parameters,)
        Parameters.
    g : Array, (parameters,)
        Gradient, changed in place.
    strength : float
        Strength of the penalty.
    weights : sequence of slice
        Positions of the weights in theta.

    Returns
    -------
    float
        The penalty.

    References
    ----------
    Hoerl & Kennard, "Ridge regression", Technometrics 12, 1970.

    Examples
    --------
    >>> theta, g = np.array([2.0, -4.0]), np.zeros(2)
    >>> add_l2(theta, g, 0.1, [slice(0, 2)]), g
    (1.0, array([ 0.2, -0.4]))
    """
    penalty = 0.0
    for part in weights:
        g[part] += strength * theta[part]
        penalty += strength / 2 * _sum_of_squares(theta[part])
    return penalty


def decay_weights(theta: Array, rate: float, weights: Sequence[slice]) -> None:
    """Decoupled weight decay: w ← (1 − rate) w, independent of the gradient.

    Parameters
    ----------
    theta : Array, (parameters,)
        Parameters, changed in place.
    rate : float
        learning_rate · weight_decay.
    weights : sequence of slice
        Positions of the weights in theta.

    References
    ----------
    Loshchilov & Hutter, "Decoupled weight decay regularization", ICLR 2019.

    Examples
    --------
    >>> theta = np.array([2.0, -4.0])
    >>> decay_weights(theta, 0.5, [slice(0, 1)]); theta
    array([ 1., -4.])
    """
    for part in weights:
        theta[part] *= 1 - rate


def clip_norm(g: Array, limit: float) -> float:
    """Scale g down to norm `limit` if its norm is larger; return the norm before.

    Parameters
    ----------
    g : Array, (parameters,)
        Gradient, changed in place.
    limit : float
        Largest norm.

    Returns
    -------
    float
        Euclidean norm of g before clipping.

    References
    ----------
    Pascanu, Mikolov & Bengio, "On the difficulty of training recurrent neural networks", ICML 2013.

    Examples
    --------
    >>> g = np.array([3.0, 4.0])
    >>> clip_norm(g, 1.0), g
    (5.0, array([0.6, 0.8]))
    """
    length = math.sqrt(_sum_of_squares(g))
    if length > limit:
        g *= limit / length
    return length


def _sum_of_squares(a: Array) -> float:
    """Return Σ a², in double precision: in single precision, squares of numbers above 1.8e19 overflow."""
    return float(np.einsum("i,i->", a, a, dtype=np.float64))


def clip_value(g: Array, limit: float) -> None:
    """Clip every entry of g to [−limit, limit].

    Parameters
    ----------
    g : Array, (parameters,)
        Gradient, changed in place.
    limit : float
        Largest absolute value.

    Examples
    --------
    >>> g = np.array([3.0, -0.5])
    >>> clip_value(g, 1.0); g
    array([ 1. , -0.5])
    """
    np.clip(g, -limit, limit, out=g)
