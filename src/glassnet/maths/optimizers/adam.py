"""Adam and its variants: adaptive moment estimation."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import Array
from glassnet.maths import regularization
from glassnet.maths.optimizers.base import OptimizerBase, State, average, average_squares, step_over_root


@dataclass(frozen=True)
class Adam(OptimizerBase):
    """Adam: momentum and a step size per parameter, both with bias correction. At step t:

        m ← β₁ m + (1 − β₁) g                v ← β₂ v + (1 − β₂) g²
        m̂ = m / (1 − β₁ᵗ)    v̂ = v / (1 − β₂ᵗ)    θ ← θ − η m̂ / (√v̂ + ε)

    Parameters
    ----------
    learning_rate : float, default 0.001
        Step size η.
    beta1 : float, default 0.9
        Decay rate β₁ of the mean of the gradients, in [0, 1).
    beta2 : float, default 0.999
        Decay rate β₂ of the mean of the squared gradients, in [0, 1).
    epsilon : float, default 1e-8
        Added to the denominator for numerical stability.
    epsilon_first : bool, default False
        Add ε before v's bias correction, θ ← θ − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε), as scikit-learn does (and the
        end of the paper's section 2).

    References
    ----------
    Kingma & Ba, "Adam: a method for stochastic optimization", ICLR 2015.

    Examples
    --------
    >>> theta, optimizer = np.array([1.0]), Adam()
    >>> optimizer.step(theta, np.array([2.0]), optimizer.start(theta), 0.1); theta.round(4)
    array([0.9])
    """

    learning_rate: float = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    epsilon_first: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.number("beta1", self.beta1, at_least=0, below=1)
        checks.number("beta2", self.beta2, at_least=0, below=1)
        checks.number("epsilon", self.epsilon, at_least=0)

    @property
    def memory(self) -> tuple[str, ...]:
        """Names of the state vectors."""
        return ("mean", "squares")

    def step(self, theta: Array, g: Array, state: State, learning_rate: float) -> None:
        """Update theta, (parameters,), by one step."""
        state.steps += 1
        mean, squares = state["mean"], state["squares"]
        average(mean, g, self.beta1, state.scratch)
        average_squares(squares, g, self.beta2, state.scratch)
        _move(self, theta, mean, squares, state, learning_rate)


@dataclass(frozen=True)
class AMSGrad(Adam):
    """AMSGrad: Adam with v replaced by its running maximum, v_max ← max(v_max, v).

    As in PyTorch, the maximum is taken before the bias correction; Optax takes it after.

    Parameters
    ----------
    learning_rate : float, default 0.001
        Step size η.
    beta1 : float, default 0.9
        Decay rate β₁ of the mean of the gradients, in [0, 1).
    beta2 : float, default 0.999
        Decay rate β₂ of the mean of the squared gradients, in [0, 1).
    epsilon : float, default 1e-8
        Added to the denominator for numerical stability.
    epsilon_first : bool, default False
        See Adam.

    References
    ----------
    Reddi, Kale & Kumar, "On the convergence of Adam and beyond", ICLR 2018.

    Examples
    --------
    >>> theta, optimizer = np.array([1.0]), AMSGrad()
    >>> optimizer.step(theta, np.array([2.0]), optimizer.start(theta), 0.1); theta.round(4)
    array([0.9])
    """

    @property
    def memory(self) -> tuple[str, ...]:
        """Names of the state vectors."""
        return ("mean", "squares", "largest")

    def step(self, theta: Array, g: Array, state: State, learning_rate: float) -> None:
        """Update theta, (parameters,), by one step."""
        state.steps += 1
        mean, squares, largest = state["mean"], state["squares"], state["largest"]
        average(mean, g, self.beta1, state.scratch)
        average_squares(squares, g, self.beta2, state.scratch)
        np.maximum(largest, squares, out=largest)
        _move(self, theta, mean, largest, state, learning_rate)


@dataclass(frozen=True)
class AdamW(Adam):
    """AdamW: Adam with decoupled weight decay, θ ← (1 − η λ) θ before Adam's step.

    Parameters
    ----------
    learning_rate : float, default 0.001
        Step size η.
    beta1 : float, default 0.9
        Decay rate β₁ of the mean of the gradients, in [0, 1).
    beta2 : float, default 0.999
        Decay rate β₂ of the mean of the squared gradients, in [0, 1).
    epsilon : float, default 1e-8
        Added to the denominator for numerical stability.
    epsilon_first : bool, default False
        See Adam.
    weight_decay : float, default 0.01
        Decay rate λ, multiplied by the learning rate.
    decay_biases : bool, default True
        Decay all of θ, as PyTorch does; if False, only the weights.

    References
    ----------
    Loshchilov & Hutter, "Decoupled weight decay regularization", ICLR 2019.

    Examples
    --------
    >>> theta, optimizer = np.array([1.0]), AdamW()
    >>> optimizer.step(theta, np.array([2.0]), optimizer.start(theta), 0.1); theta.round(4)
    array([0.899])
    """

    weight_decay: float = 0.01
    decay_biases: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.number("weight_decay", self.weight_decay, at_least=0)

    def step(self, theta: Array, g: Array, state: State, learning_rate: float) -> None:
        """Update theta, (parameters,), by one step."""
        decayed = (slice(None),) if self.decay_biases else state.weights
        regularization.decay_weights(theta, learning_rate * self.weight_decay, decayed)
        super().step(theta, g, state, learning_rate)


@dataclass(frozen=True)
class NAdam(Adam):
    """NAdam: Adam with Nesterov momentum that grows over the steps.

        μₜ = β₁ (1 − ½ · 0.96^(t ψ))
        θ ← θ − η [(1 − μₜ) g / (1 − Π μ) + μₜ₊₁ m / (1 − Π μ · μₜ₊₁)] / (√v̂ + ε)

    Π μ is the product of all momenta so far. Optax's nadam keeps μ constant.

    Parameters
    ----------
    learning_rate : float, default 0.002
        Step size η.
    beta1 : float, default 0.9
        Decay rate β₁ of the mean of the gradients, in [0, 1).
    beta2 : float, default 0.999
        Decay rate β₂ of the mean of the squared gradients, in [0, 1).
    epsilon : float, default 1e-8
        Added to the denominator for numerical stability.
    epsilon_first : bool, default False
        See Adam.
    momentum_decay : float, default 0.004
        Growth rate ψ of the momentum.

    References
    ----------
    Dozat, "Incorporating Nesterov momentum into Adam", ICLR workshop 2016.

    Examples
    --------
    >>> theta, optimizer = np.array([1.0]), NAdam()
    >>> optimizer.step(theta, np.array([2.0]), optimizer.start(theta), 0.1); theta.round(4)
    array([0.8944])
    """

    learning_rate: float = 2e-3
    momentum_decay: float = 4e-3

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.number("momentum_decay", self.momentum_decay, at_least=0)

    def step(self, theta: Array, g: Array, state: State, learning_rate: float) -> None:
        """Update theta, (parameters,), by one step."""
        state.steps += 1
        t, scratch = state.steps, state.scratch
        mean, squares = state["mean"], state["squares"]
        mu = self.beta1 * (1 - 0.5 * 0.96 ** (t * self.momentum_decay))
        mu_next = self.beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * self.momentum_decay))
        state.momentum_product *= mu
        average(mean, g, self.beta1, scratch)
        average_squares(squares, g, self.beta2, scratch)
        root = math.sqrt(1 - self.beta2**t)
        gradient_share = (1 - mu) / (1 - state.momentum_product)
        mean_share = mu_next / (1 - state.momentum_product * mu_next)
        epsilon = self.epsilon if self.epsilon_first else self.epsilon * root
        step_over_root(theta, g, squares, learning_rate * root * gradient_share, epsilon, scratch)
        step_over_root(theta, mean, squares, learning_rate * root * mean_share, epsilon, scratch)


def _move(adam: Adam, theta: Array, mean: Array, squares: Array, state: State, learning_rate: float) -> None:
    """Adam's move of θ, given its two averages, bias corrections folded into the rate and ε."""
    root = math.sqrt(1 - adam.beta2**state.steps)
    rate = learning_rate * root / (1 - adam.beta1**state.steps)
    # m̂ / (√v̂ + ε) = (√(1 − β₂ᵗ) / (1 − β₁ᵗ)) · m / (√v + ε √(1 − β₂ᵗ)): one pass instead of two divisions.
    epsilon = adam.epsilon if adam.epsilon_first else adam.epsilon * root
    step_over_root(theta, mean, squares, rate, epsilon, state.scratch)
