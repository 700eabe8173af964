"""The solver of a fit: an optimizer with its state, and the learning rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from glassnet.common.arrays import Array, writable
from glassnet.maths import optimizers, schedules
from glassnet.maths.optimizers import LBFGS, OPTIMIZERS, SGD
from glassnet.maths.optimizers.adam import AdamW
from glassnet.maths.optimizers.base import Optimizer, State
from glassnet.network.network import Network
from glassnet.training.options import OPTIONS, TrainingOptions

SMALLEST_RATE = 1e-6
"""Below this learning rate, training with an adaptive rate stops."""


@dataclass
class Solver:
    """An optimizer with its states, one per network, and the current learning rate.

    rule: "constant", "invscaling" (divided by t^power after every epoch, where t is the number of rows seen), or
    "adaptive" (divided by 5 when there is no improvement), as in scikit-learn. schedule: a glassnet schedule that
    replaces the rule, or None. averages: moving averages of each network's θ, if `ema` is given; before_average: θ
    itself, from which training continues.
    """

    optimizer: Optimizer
    rule: str = "constant"
    power: float = 0.5
    schedule: Any = None
    states: list[State] = field(default_factory=list)
    averages: list[Array] | None = None
    before_average: list[Array] | None = None
    learning_rate: float = 0.0

    def __post_init__(self) -> None:
        self.learning_rate = float(self.optimizer.learning_rate)

    def __setstate__(self, kept: dict[str, Any]) -> None:
        self.__dict__.update(kept)
        self.averages, self.before_average = (
            None if arrays is None else [writable(array) for array in arrays]
            for arrays in (self.averages, self.before_average)
        )

    def start(self, networks: Sequence[Network]) -> None:
        """Reset the state, for the given networks."""
        self.states = [self.optimizer.start(network.parameters, network.layout.weights) for network in networks]

    def rates(self, epoch: int, epochs: int, steps: int, history: Sequence[float]) -> Array:
        """Return the learning rate of each step of an epoch, (steps,)."""
        if self.schedule is None:
            return np.full(steps, self.learning_rate)
        factors: Array = self.schedule.factors(epoch, epochs, steps, history)
        self.learning_rate = float(self.optimizer.learning_rate * factors[-1])
        return self.optimizer.learning_rate * factors

    def epoch_ended(self, rows_seen: int) -> None:
        """Update the learning rate by its rule."""
        if self.rule == "invscaling":
            self.learning_rate = float(self.optimizer.learning_rate) / (rows_seen + 1) ** self.power

    def is_stopping(self) -> tuple[bool, str]:
        """Return whether to stop for lack of improvement, and a message; an adaptive rate is reduced instead."""
        if self.rule != "adaptive":
            return True, "Stopping."
        if self.learning_rate <= SMALLEST_RATE:
            return True, "Learning rate too small. Stopping."
        self.learning_rate /= 5.0
        return False, f"Setting learning rate to {self.learning_rate:f}"


def solver_for(estimator: Any) -> Solver:
    """Return the solver for the parameters of an estimator."""
    choice = estimator.solver
    chosen = choice if not isinstance(choice, str) else _named(estimator, choice)
    is_sgd = choice == "sgd"
    schedule = None if estimator.schedule is None else schedules.schedule(estimator.schedule)
    optimizer = optimizers.optimizer(chosen)
    assert not isinstance(optimizer, LBFGS)
    return Solver(optimizer, estimator.learning_rate if is_sgd else "constant", estimator.power_t, schedule)


RENAMED = {"epochs": "max_iter", "l2": "alpha", "threads": "n_threads"}
"""Training options that have other names in scikit-learn."""

OF_SCIKIT_LEARN = ("loss", "schedule", "batch_size", "early_stopping", "validation_fraction", "tol", "class_weight")
"""Parameters with the name of a training option that follow scikit-learn's rules, which this package passes on."""


def options_of(estimator: Any, optimizer: Any) -> TrainingOptions:
    """Return the training options among an estimator's parameters: those of the same name, or renamed."""
    parameters = estimator.get_params(deep=False)
    own = {name: parameters.get(RENAMED.get(name, name)) for name in OPTIONS if name not in OF_SCIKIT_LEARN}
    if isinstance(optimizer, AdamW):
        del own["weight_decay"]  # it is an option of the optimizer
    given = {name: value for name, value in own.items() if value is not None}
    return TrainingOptions(**{**given, "optimizer": optimizer})


def _named(estimator: Any, name: str) -> Any:
    if name == "sgd":
        mu = estimator.momentum
        return SGD(
            estimator.learning_rate_init,
            momentum=mu,
            nesterov=bool(estimator.nesterovs_momentum and mu > 0),
            rate_in_velocity=True,
        )
    fields = OPTIMIZERS[name].__dataclass_fields__
    options: dict[str, Any] = {"learning_rate": estimator.learning_rate_init}
    if "beta1" in fields and name != "lion":  # Adam and its variants; Lion has other default betas
        options |= {"beta1": estimator.beta_1, "beta2": estimator.beta_2, "epsilon": estimator.epsilon}
        options["epsilon_first"] = name == "adam"  # scikit-learn's rule
    if "weight_decay" in fields and estimator.weight_decay is not None:
        options["weight_decay"] = estimator.weight_decay
    return OPTIMIZERS[name](**options)
