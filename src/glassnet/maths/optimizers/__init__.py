"""Optimizers by name: updates of the parameters from their gradient.

An optimizer is a frozen dataclass of hyperparameters, such as `Adam(learning_rate=1e-3)`. Its state between steps is a
separate `State`, created by `start`: vectors of θ's length (named by `memory`), one scratch vector, and the number of
steps. A step is one pass over flat vectors, in place:

    optimizer.step(theta, g, state, learning_rate)          theta, g: (parameters,)

`learning_rate` is the rate of this step, which a schedule may have changed. Defaults and update rules are PyTorch's;
where other libraries differ, the class documents it.
"""

from __future__ import annotations

from typing import Any

from glassnet.common import specs
from glassnet.maths.optimizers.adam import Adam, AdamW, AMSGrad, NAdam
from glassnet.maths.optimizers.adaptive import Adadelta, Adagrad, RMSProp
from glassnet.maths.optimizers.base import Optimizer, State
from glassnet.maths.optimizers.lbfgs import LBFGS
from glassnet.maths.optimizers.lion import Lion
from glassnet.maths.optimizers.sgd import SGD

__all__ = [
    "LBFGS",
    "OPTIMIZERS",
    "SGD",
    "AMSGrad",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Lion",
    "NAdam",
    "Optimizer",
    "RMSProp",
    "State",
    "optimizer",
    "optimizer_name",
]

OptimizerLike = specs.Spec | Optimizer | LBFGS
"""A name, a name with options, or an object."""

OPTIMIZERS: dict[str, type[Any]] = {
    "sgd": SGD,
    "adagrad": Adagrad,
    "rmsprop": RMSProp,
    "adadelta": Adadelta,
    "adam": Adam,
    "amsgrad": AMSGrad,
    "adamw": AdamW,
    "nadam": NAdam,
    "lion": Lion,
    "lbfgs": LBFGS,
}


def optimizer(choice: OptimizerLike) -> Optimizer | LBFGS:
    """Return an optimizer by name, from a spec, or as it is.

    Parameters
    ----------
    choice : str, dict, Optimizer, or LBFGS
        A name such as "adam", a spec such as {"name": "sgd", "momentum": 0.9}, or an object with learning_rate, start,
        and step.

    Returns
    -------
    Optimizer or LBFGS
        The optimizer.

    Raises
    ------
    ValueError
        If the name or an option is unknown; the message suggests the closest match.
    TypeError
        If the object is no optimizer.

    Examples
    --------
    >>> optimizer({"name": "sgd", "learning_rate": 0.1, "momentum": 0.9})
    SGD(learning_rate=0.1, momentum=0.9, nesterov=False, rate_in_velocity=False)
    """
    component = specs.from_spec("optimizer", choice, OPTIMIZERS)
    if not isinstance(component, (Optimizer, LBFGS)):
        raise TypeError(f"an optimizer is a name or an object with learning_rate, start and step, got {component!r}")
    return component


def optimizer_name(component: Optimizer | LBFGS) -> str:
    """Return the name of an optimizer as a user would write it; for a custom class, its class name.

    Parameters
    ----------
    component : Optimizer or LBFGS
        An optimizer.

    Returns
    -------
    str
        The name.
    """
    return specs.name_in(component, OPTIMIZERS) or type(component).__name__
