"""The average of θ over the last steps, which often answers better than θ itself: an exponential moving average."""

from __future__ import annotations

from typing import Any

from glassnet.common.arrays import Array


def average_decays(decay: float, made: Any) -> Any:
    """Return how much of the average each step keeps: min(decay, (1 + t) / (10 + t)) at step t, counted from 1.

    So the first steps, which the average would else drag along for 1 / (1 − decay) steps, are soon forgotten.
    made: a step's number, or (steps,) of them. Source: TensorFlow's ExponentialMovingAverage with `num_updates`.

    >>> float(average_decays(0.999, 8)), float(average_decays(0.5, 1000))
    (0.5, 0.5)
    """
    warming = (1 + made) / (10 + made)
    return warming * (warming < decay) + decay * (warming >= decay)


def move_average(average: Array, theta: Array, decay: float, scratch: Array) -> None:
    """average ← decay · average + (1 − decay) · θ, in place; all (parameters,).

    Source: Polyak & Juditsky, "Acceleration of stochastic approximation by averaging", SIAM J. Control 30, 1992.
    """
    average *= decay
    scratch[:] = theta
    scratch *= 1 - decay
    average += scratch
