"""Exponential moving average (EMA) of θ over the steps, which often generalizes better than θ itself."""

from __future__ import annotations

from typing import Any

from glassnet.common.arrays import Array


def average_decays(decay: float, made: Any) -> Any:
    """Return the decay rate of the average at each step: min(decay, (1 + t) / (10 + t)) at step t, counted from 1.

    The smaller rate at the start quickly discards the first steps, which would otherwise persist for about 1 / (1 −
    decay) steps.

    Parameters
    ----------
    decay : float
        Decay rate of the average, in [0, 1).
    made : int or IntArray, (steps,)
        Step number t.

    Returns
    -------
    float or Array, (steps,)
        The decay rates.

    References
    ----------
    TensorFlow's ExponentialMovingAverage with `num_updates`.

    Examples
    --------
    >>> float(average_decays(0.999, 8)), float(average_decays(0.5, 1000))
    (0.5, 0.5)
    """
    warming = (1 + made) / (10 + made)
    return warming * (warming < decay) + decay * (warming >= decay)


def move_average(average: Array, theta: Array, decay: float, scratch: Array) -> None:
    """Update the average in place: average ← decay · average + (1 − decay) · θ.

    Parameters
    ----------
    average : Array, (parameters,)
        The average, changed in place.
    theta : Array, (parameters,)
        Parameters.
    decay : float
        Decay rate.
    scratch : Array, (parameters,)
        Scratch space.

    References
    ----------
    Polyak & Juditsky, "Acceleration of stochastic approximation by averaging", SIAM J. Control 30, 1992.
    """
    average *= decay
    scratch[:] = theta
    scratch *= 1 - decay
    average += scratch
