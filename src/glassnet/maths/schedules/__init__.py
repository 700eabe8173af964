"""Schedules by name: large steps at first, small ones later.

A schedule is one pure method

    factors(epoch, epochs, steps, history)        (steps,) float64

that returns a factor for every step of an epoch: of the optimizer's learning rate, of the weight decay, or of dropout
rates. `epoch` counts from 1 up to `epochs`; each epoch has `steps` steps. `history` holds one loss per finished epoch:
the validation loss if there is one, else the training loss. A schedule has no state, so a resumed run takes the same
steps as an uninterrupted one.
"""

from __future__ import annotations

from glassnet.common import specs
from glassnet.maths.schedules.base import Schedule
from glassnet.maths.schedules.by_epoch import Constant, ExponentialDecay, ReduceOnPlateau, Step
from glassnet.maths.schedules.by_step import Cosine, CosineCycles, CosineLog, FlatCosine, OneCycle

__all__ = [
    "SCHEDULES",
    "Constant",
    "Cosine",
    "CosineCycles",
    "CosineLog",
    "ExponentialDecay",
    "FlatCosine",
    "OneCycle",
    "ReduceOnPlateau",
    "Schedule",
    "Step",
    "schedule",
]

ScheduleLike = specs.Spec | Schedule
"""A name, a name with options, or an object."""

SCHEDULES: dict[str, type[Schedule]] = {
    "constant": Constant,
    "step": Step,
    "exponential": ExponentialDecay,
    "cosine": Cosine,
    "cosine_cycles": CosineCycles,
    "cosine_log": CosineLog,
    "flat_cosine": FlatCosine,
    "one_cycle": OneCycle,
    "plateau": ReduceOnPlateau,
}


def schedule(choice: ScheduleLike) -> Schedule:
    """Return a schedule by name, from a spec, or as it is.

    Parameters
    ----------
    choice : str, dict, or Schedule
        A name such as "cosine", a spec such as {"name": "cosine", "warmup": 0.1}, or an object with factors.

    Returns
    -------
    Schedule
        The schedule.

    Raises
    ------
    ValueError
        If the name is unknown; the message suggests the closest match.
    TypeError
        If the object has no method factors.

    Examples
    --------
    >>> schedule({"name": "cosine", "warmup": 0.1})
    Cosine(warmup=0.1, final=0.0)
    """
    component = specs.from_spec("schedule", choice, SCHEDULES)
    if not isinstance(component, Schedule):
        raise TypeError(
            f"a schedule is a name or an object with factors(epoch, epochs, steps, history), got {component!r}"
        )
    return component
