"""How the parameters move, given the gradient: from plain descent to Lion, simplest first (Adam's family: adam.py).

An optimizer is a frozen description (`Adam(learning_rate=1e-3)`). What it remembers between steps stands apart, in a
`State` that `start` makes: some vectors as long as θ (its `memory` names them), one scratch vector and the number of
steps made. A step is one pass over flat vectors and changes them in place:

    optimizer.step(theta, g, state, learning_rate)          theta, g: (parameters,)

`learning_rate` is this step's rate, which a schedule may have changed. Defaults and rules are PyTorch's; where other
libraries differ, the class says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common import checks, names
from glassnet.common.arrays import Array
from glassnet.maths.adam import Adam, AdamW, AMSGrad, NAdam
from glassnet.maths.stepping import Optimizer, State, Stepping, average, average_squares, step_over_root


@dataclass(frozen=True)
class SGD(Stepping):
    """Stochastic gradient descent: walk against the gradient, θ ← θ − η g; with momentum μ, like a ball that rolls.

        v ← μ v + g            θ ← θ − η v                  (nesterov: θ ← θ − η (g + μ v))

    `rate_in_velocity` puts the rate into the velocity as scikit-learn does, v ← μ v − η g, θ ← θ + v (nesterov:
    θ ← θ + μ v − η g): the same while η is constant, another path while it changes.
    Sources: Polyak, "Some methods of speeding up the convergence of iteration methods", 1964; Sutskever, Martens,
    Dahl & Hinton, "On the importance of initialization and momentum in deep learning", ICML 2013.

    >>> theta, optimizer = np.array([1.0]), SGD(learning_rate=0.1)
    >>> optimizer.step(theta, np.array([2.0]), optimizer.start(theta), 0.1); theta
    array([0.8])
    """

    momentum: float = 0.0
    nesterov: bool = False
    rate_in_velocity: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.number("momentum", self.momentum, at_least=0, at_most=1)
        if self.nesterov and self.momentum == 0:
            raise ValueError("nesterov needs a momentum above 0, 0.9 for instance")

    @property
    def memory(self) -> tuple[str, ...]:
        """The names of the vectors it remembers."""
        return ("velocity",) if self.momentum else ()

    def step(self, theta: Array, g: Array, state: State, learning_rate: float) -> None:
        """Move theta, (parameters,), by one step."""
        state.steps += 1
        scratch = state.scratch
        if self.momentum == 0:
            np.multiply(g, learning_rate, out=scratch)
            theta -= scratch
            return
        velocity = state["velocity"]
        velocity *= self.momentum
        if self.rate_in_velocity:
            np.multiply(g, learning_rate, out=scratch)
            velocity -= scratch
            if self.nesterov:
                theta -= scratch
                np.multiply(velocity, self.momentum, out=scratch)
                theta += scratch
            else:
                theta += velocity
            return
        velocity += g
        if self.nesterov:
            np.multiply(velocity, self.momentum, out=scratch)
            scratch += g
            scratch *= learning_rate
        else:
            np.multiply(velocity, learning_rate, out=scratch)
        theta -= scratch


@dataclass(frozen=True)
class Adagrad(Stepping):
    """A rate per parameter that shrinks with all it has moved: s ← s + g², θ ← θ − η g / (√s + ε).

    Source: Duchi, Hazan & Singer, "Adaptive subgradient methods for online learning", JMLR 12, 2011.

    >>> theta, optimizer = np.array([1.0]), Adagrad()
    >>> optimizer.step(theta, np.array([2.0]), optimizer.start(theta), 0.1); theta.round(4)
    array([0.9])
    """

    learning_rate: float = 0.01
    epsilon: float = 1e-10

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.number("epsilon", self.epsilon, at_least=0)

    @property
    def memory(self) -> tuple[str, ...]:
        """The names of the vectors it remembers."""
        return ("squares",)

    def step(self, theta: Array, g: Array, state: State, learning_rate: float) -> None:
        """Move theta, (parameters,), by one step."""
        state.steps += 1
        squares, scratch = state["squares"], state.scratch
        np.multiply(g, g, out=scratch)
        squares += scratch
        step_over_root(theta, g, squares, learning_rate, self.epsilon, scratch)


@dataclass(frozen=True)
class RMSProp(Stepping):
    """Adagrad that forgets: s ← ρ s + (1 − ρ) g², θ ← θ − η g / (√s + ε), with ρ = `decay`.

    With momentum μ, v ← μ v + g / (√s + ε), θ ← θ − η v. Centred, the variance takes the place of s:
    m ← ρ m + (1 − ρ) g, s − m² under the root. PyTorch calls ρ alpha. TensorFlow puts ε under the root.
    Source: Tieleman & Hinton, "Lecture 6.5: rmsprop", Coursera, 2012; Graves, arXiv:1308.0850 (centred).

    >>> theta, optimizer = np.array([1.0]), RMSProp()
    >>> optimizer.step(theta, np.array([2.0]), optimizer.start(theta), 0.1); theta.round(4)
    array([0.])
    """

    learning_rate: float = 0.01
    decay: float = 0.99
    epsilon: float = 1e-8
    momentum: float = 0.0
    centered: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.number("decay", self.decay, at_least=0, below=1)
        checks.number("epsilon", self.epsilon, at_least=0)
        checks.number("momentum", self.momentum, at_least=0, below=1)

    @property
    def memory(self) -> tuple[str, ...]:
        """The names of the vectors it remembers."""
        return ("squares",) + ("mean",) * self.centered + ("velocity",) * (self.momentum > 0)

    def step(self, theta: Array, g: Array, state: State, learning_rate: float) -> None:
        """Move theta, (parameters,), by one step."""
        state.steps += 1
        squares, scratch = state["squares"], state.scratch
        average_squares(squares, g, self.decay, scratch)
        if self.centered:
            mean = state["mean"]
            average(mean, g, self.decay, scratch)
            np.multiply(mean, mean, out=scratch)
            np.subtract(squares, scratch, out=scratch)
            np.maximum(scratch, 0, out=scratch)  # rounding may leave a variance of a little below 0
        else:
            scratch[:] = squares
        np.sqrt(scratch, out=scratch)
        scratch += self.epsilon
        np.divide(g, scratch, out=scratch)
        if self.momentum:
            velocity = state["velocity"]
            velocity *= self.momentum
            velocity += scratch
            scratch[:] = velocity
        scratch *= learning_rate
        theta -= scratch


@dataclass(frozen=True)
class Adadelta(Stepping):
    """RMSProp whose step has the parameter's own unit, so that its rate is 1 by default.

        s ← ρ s + (1 − ρ) g²    Δ = g √(d + ε) / √(s + ε)    d ← ρ d + (1 − ρ) Δ²    θ ← θ − η Δ

    What is remembered is s + ε and d + ε, which is all that is asked for and spares a vector.
    Source: Zeiler, "ADADELTA: an adaptive learning rate method", arXiv:1212.5701.

    >>> theta, optimizer = np.array([1.0]), Adadelta()
    >>> optimizer.step(theta, np.array([2.0]), optimizer.start(theta), 0.1); theta.round(4)
    array([0.9997])
    """

    learning_rate: float = 1.0
    decay: float = 0.9
    epsilon: float = 1e-6

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.number("decay", self.decay, at_least=0, below=1)
        checks.number("epsilon", self.epsilon, above=0)

    @property
    def memory(self) -> tuple[str, ...]:
        """The names of the vectors it remembers."""
        return ("squares", "step_squares")

    def start(self, theta: Array, weights: Sequence[slice] = (slice(None),)) -> State:
        """Return the state before the first step: s and d are 0, so ε is what is remembered."""
        state = super().start(theta, weights)
        state.vectors.fill(self.epsilon)
        return state

    def step(self, theta: Array, g: Array, state: State, learning_rate: float) -> None:
        """Move theta, (parameters,), by one step."""
        state.steps += 1
        squares, step_squares, scratch = state["squares"], state["step_squares"], state.scratch
        average_squares(squares, g, self.decay, scratch)
        squares += (1 - self.decay) * self.epsilon
        np.divide(step_squares, squares, out=scratch)
        np.sqrt(scratch, out=scratch)
        scratch *= g
        scratch *= learning_rate
        theta -= scratch
        # Δ² once more, from (Δ / g)² = (d + ε) / (s + ε), since scratch holds η Δ and η may be 0.
        np.divide(step_squares, squares, out=scratch)
        scratch *= g
        scratch *= g
        average(step_squares, scratch, self.decay, scratch)
        step_squares += (1 - self.decay) * self.epsilon


@dataclass(frozen=True)
class Lion(Stepping):
    """Move every parameter by the same amount, in the direction a blend of momentum and gradient points:

        θ ← θ − η sign(β₁ m + (1 − β₁) g)            m ← β₂ m + (1 − β₂) g

    Source: Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023. Rates a tenth of Adam's suit it.

    >>> theta, optimizer = np.array([1.0]), Lion()
    >>> optimizer.step(theta, np.array([2.0]), optimizer.start(theta), 0.1); theta.round(4)
    array([0.9])
    """

    learning_rate: float = 1e-4
    beta1: float = 0.9
    beta2: float = 0.99

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.number("beta1", self.beta1, at_least=0, below=1)
        checks.number("beta2", self.beta2, at_least=0, below=1)

    @property
    def memory(self) -> tuple[str, ...]:
        """The names of the vectors it remembers."""
        return ("mean",)

    def step(self, theta: Array, g: Array, state: State, learning_rate: float) -> None:
        """Move theta, (parameters,), by one step."""
        state.steps += 1
        mean, scratch = state["mean"], state.scratch
        np.subtract(mean, g, out=scratch)
        scratch *= self.beta1
        scratch += g  # β₁ m + (1 − β₁) g
        np.sign(scratch, out=scratch)
        scratch *= learning_rate
        theta -= scratch
        average(mean, g, self.beta2, scratch)


@dataclass(frozen=True)
class LBFGS:
    """Newton's method with a guessed curvature: each step uses the whole data, and SciPy chooses its length.

    It has no learning rate and no batches: one epoch is one iteration of SciPy's L-BFGS-B, which remembers the last
    `history` steps and stops early when the loss or its gradient hardly change any more (`tolerance` is the largest
    gradient entry that counts as zero). Good for small data sets and smooth losses.
    Source: Liu & Nocedal, "On the limited memory BFGS method for large scale optimization", Math. Programming 45, 1989.

    >>> LBFGS(history=20)
    LBFGS(history=20, tolerance=1e-05)
    """

    history: int = 10
    tolerance: float = 1e-5

    def __post_init__(self) -> None:
        checks.whole_number("history", self.history, at_least=1)
        checks.number("tolerance", self.tolerance, at_least=0)


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
    piece = names.resolve("optimizer", choice, OPTIMIZERS)
    if not isinstance(piece, (Optimizer, LBFGS)):
        raise TypeError(f"an optimizer is a name or an object with learning_rate, start and step, got {piece!r}")
    return piece


def optimizer_name(piece: Any) -> str:
    """Return the name a user would write for this optimizer; for a user's own, its class name."""
    return next((name for name, cls in OPTIMIZERS.items() if cls is type(piece)), type(piece).__name__)
