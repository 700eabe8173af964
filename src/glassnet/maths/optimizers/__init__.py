"""Optimizers by name: how the parameters move, given the gradient.

An optimizer is a frozen description (`Adam(learning_rate=1e-3)`). What it remembers between steps stands apart, in a
`State` that `start` makes: some vectors as long as θ (its `memory` names them), one scratch vector and the number of
steps made. A step is one pass over flat vectors and changes them in place:

    optimizer.step(theta, g, state, learning_rate)          theta, g: (parameters,)

`learning_rate` is this step's rate, which a schedule may have changed. Defaults and rules are PyTorch's; where other
libraries differ, the class says so.
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


def optimizer(choice: Any) -> Optimizer | LBFGS:
    """Return the optimizer that `choice` names, or `choice` itself if it is one.

    >>> optimizer({"name": "sgd", "learning_rate": 0.1, "momentum": 0.9})
    SGD(learning_rate=0.1, momentum=0.9, nesterov=False, rate_in_velocity=False)
    """
    piece = specs.from_spec("optimizer", choice, OPTIMIZERS)
    if not isinstance(piece, (Optimizer, LBFGS)):
        raise TypeError(f"an optimizer is a name or an object with learning_rate, start and step, got {piece!r}")
    return piece


def optimizer_name(piece: Any) -> str:
    """Return the name a user would write for this optimizer; for a user's own, its class name."""
    return next((name for name, cls in OPTIMIZERS.items() if cls is type(piece)), type(piece).__name__)
