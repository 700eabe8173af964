"""KernelFunctions of the optimizers, one pass over θ each, and the coefficients of each step.

    step(theta, g, memory, pitch, first, last, decay, now)

updates the parameters `first` … `last` - 1. `memory` contains the optimizer's vectors in the order of its `memory`
names, `pitch` numbers apart. θ is first multiplied by `decay` (weight decay; 1 for none). `now` contains the
coefficients of the step: the learning rate, and values that depend on the number of steps. They are computed in advance
for all steps of a block, by the function above each kernel:

    numbers(optimizer, state, rates, made) (steps, k), made: (steps,), number of steps including this one
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.engines.compiled.kernels.types import Factory, KernelFunction
from glassnet.maths import optimizers
from glassnet.maths.optimizers import adam
from glassnet.maths.optimizers.base import State


def sgd_numbers(sgd: optimizers.SGD, state: State, rates: Array, made: AnyArray) -> list[Array | float]:
    """θ ← θ - η g."""
    return [rates]


def sgd(m: SimpleNamespace) -> KernelFunction:
    """θ ← θ - η g."""
    F = m.F

    def step(theta, g, memory, pitch, first, last, decay, now):
        rate = F(now[0])
        for i in range(first, last):
            theta[i] = theta[i] * decay - rate * g[i]

    return step


def momentum_numbers(sgd: optimizers.SGD, state: State, rates: Array, made: AnyArray) -> list[Array | float]:
    """v ← μ v + s g, θ ← θ + p v + q g covers all variants: see maths.optimizers.SGD."""
    mu = sgd.momentum
    s, p, q = (-rates, 1.0, -rates) if sgd.rate_in_velocity else (1.0, -rates, -rates)
    return [mu, s, p * mu, q] if sgd.nesterov else [mu, s, p, 0.0]


def momentum(m: SimpleNamespace) -> KernelFunction:
    """v ← μ v + s g, θ ← θ + p v + q g."""
    F = m.F

    def step(theta, g, memory, pitch, first, last, decay, now):
        mu, s, p, q = F(now[0]), F(now[1]), F(now[2]), F(now[3])
        velocity = memory
        for i in range(first, last):
            velocity[i] = mu * velocity[i] + s * g[i]
            theta[i] = theta[i] * decay + (p * velocity[i] + q * g[i])

    return step


def adagrad_numbers(adagrad: optimizers.Adagrad, state: State, rates: Array, made: AnyArray) -> list[Array | float]:
    """The rate and ε."""
    return [rates, adagrad.epsilon]


def adagrad(m: SimpleNamespace) -> KernelFunction:
    """s ← s + g², θ ← θ - η g / (√s + ε)."""
    F, sqrt = m.F, m.sqrt

    def step(theta, g, memory, pitch, first, last, decay, now):
        rate, epsilon = F(now[0]), F(now[1])
        squares = memory
        for i in range(first, last):
            squares[i] += g[i] * g[i]
            theta[i] = theta[i] * decay - rate * (g[i] / (sqrt(squares[i]) + epsilon))

    return step


def rmsprop_numbers(rmsprop: optimizers.RMSProp, state: State, rates: Array, made: AnyArray) -> list[Array | float]:
    """The rate, ρ, ε, and the momentum."""
    return [rates, rmsprop.decay, 1 - rmsprop.decay, rmsprop.epsilon, rmsprop.momentum]


def rmsprop(m: SimpleNamespace) -> KernelFunction:
    """s ← ρ s + (1 - ρ) g², θ ← θ - η g / (√s + ε)."""
    F, sqrt = m.F, m.sqrt

    def step(theta, g, memory, pitch, first, last, decay, now):
        rate, rho, rest, epsilon = F(now[0]), F(now[1]), F(now[2]), F(now[3])
        squares = memory
        for i in range(first, last):
            squares[i] = rho * squares[i] + rest * (g[i] * g[i])
            theta[i] = theta[i] * decay - rate * (g[i] / (sqrt(squares[i]) + epsilon))

    return step


def rmsprop_with(m: SimpleNamespace, centered: bool, momentum: bool) -> KernelFunction:
    """Centered RMSprop, with s - m² and m ← ρ m + (1 - ρ) g, or with momentum, v ← μ v + g / (√s + ε), θ ← θ - η v."""
    at, F, sqrt, zero = m.at, m.F, m.sqrt, m.F(0)

    def step(theta, g, memory, pitch, first, last, decay, now):
        rate, rho, rest, epsilon, mu = F(now[0]), F(now[1]), F(now[2]), F(now[3]), F(now[4])
        squares, mean = memory, at(memory, pitch)
        velocity = at(memory, 2 * pitch if centered else pitch)
        for i in range(first, last):
            squares[i] = rho * squares[i] + rest * (g[i] * g[i])
            variance = squares[i]
            if centered:
                mean[i] = rho * mean[i] + rest * g[i]
                variance -= mean[i] * mean[i]
                variance = zero if variance < zero else variance
            move = g[i] / (sqrt(variance) + epsilon)
            if momentum:
                velocity[i] = mu * velocity[i] + move
                move = velocity[i]
            theta[i] = theta[i] * decay - rate * move

    return step


def adadelta_numbers(adadelta: optimizers.Adadelta, state: State, rates: Array, made: AnyArray) -> list[Array | float]:
    """The rate, ρ, and ε."""
    return [rates, adadelta.decay, 1 - adadelta.decay, (1 - adadelta.decay) * adadelta.epsilon]


def adadelta(m: SimpleNamespace) -> KernelFunction:
    """Δ = g √(d + ε) / √(s + ε), θ ← θ - η Δ; the state is s + ε and d + ε."""
    at, F, sqrt = m.at, m.F, m.sqrt

    def step(theta, g, memory, pitch, first, last, decay, now):
        rate, rho, rest, epsilon = F(now[0]), F(now[1]), F(now[2]), F(now[3])
        squares, step_squares = memory, at(memory, pitch)
        for i in range(first, last):
            squares[i] = rho * squares[i] + rest * (g[i] * g[i]) + epsilon
            move = g[i] * sqrt(step_squares[i] / squares[i])
            step_squares[i] = rho * step_squares[i] + rest * (move * move) + epsilon
            theta[i] = theta[i] * decay - rate * move

    return step


def adam_numbers(choice: adam.Adam, state: State, rates: Array, made: AnyArray) -> list[Array | float]:
    """The rate and ε with the bias corrections of the step, then β₁ and β₂."""
    root = np.sqrt(1 - choice.beta2**made)
    rate = rates * root / (1 - choice.beta1**made)
    epsilon = choice.epsilon if choice.epsilon_first else choice.epsilon * root
    return [rate, epsilon, choice.beta1, 1 - choice.beta1, choice.beta2, 1 - choice.beta2]


def adam_step(m: SimpleNamespace) -> KernelFunction:
    """m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², θ ← θ - η m / (√v + ε)."""
    at, F, sqrt = m.at, m.F, m.sqrt

    def step(theta, g, memory, pitch, first, last, decay, now):
        rate, epsilon, beta1, rest1, beta2, rest2 = F(now[0]), F(now[1]), F(now[2]), F(now[3]), F(now[4]), F(now[5])
        mean, squares = memory, at(memory, pitch)
        for i in range(first, last):
            mean[i] = beta1 * mean[i] + rest1 * g[i]
            squares[i] = beta2 * squares[i] + rest2 * (g[i] * g[i])
            theta[i] = theta[i] * decay - rate * (mean[i] / (sqrt(squares[i]) + epsilon))

    return step


def amsgrad(m: SimpleNamespace) -> KernelFunction:
    """Adam with the running maximum of v instead of v."""
    at, F, sqrt = m.at, m.F, m.sqrt

    def step(theta, g, memory, pitch, first, last, decay, now):
        rate, epsilon, beta1, rest1, beta2, rest2 = F(now[0]), F(now[1]), F(now[2]), F(now[3]), F(now[4]), F(now[5])
        mean, squares, largest = memory, at(memory, pitch), at(memory, 2 * pitch)
        for i in range(first, last):
            mean[i] = beta1 * mean[i] + rest1 * g[i]
            squares[i] = beta2 * squares[i] + rest2 * (g[i] * g[i])
            largest[i] = squares[i] if squares[i] > largest[i] else largest[i]
            theta[i] = theta[i] * decay - rate * (mean[i] / (sqrt(largest[i]) + epsilon))

    return step


def nadam_numbers(nadam: adam.NAdam, state: State, rates: Array, made: AnyArray) -> list[Array | float]:
    """Adam's coefficients, with a rate for g and one for m; the running product of the momenta is updated."""
    _, epsilon, *betas = adam_numbers(nadam, state, rates, made)
    mu, mu_next = (nadam.beta1 * (1 - 0.5 * 0.96 ** ((made + ahead) * nadam.momentum_decay)) for ahead in (0, 1))
    # A skipped step has the number of the step before it, and its momentum must not count twice.
    is_made = np.diff(made, prepend=state.steps) > 0
    product = state.momentum_product * np.cumprod(np.where(is_made, mu, 1.0))
    root = np.sqrt(1 - nadam.beta2**made)
    of_gradient = rates * root * (1 - mu) / (1 - product)
    of_mean = rates * root * mu_next / (1 - product * mu_next)
    return [of_gradient, epsilon, *betas, of_mean, product]


def nadam(m: SimpleNamespace) -> KernelFunction:
    """Adam's averages, θ ← θ - (η₁ g + η₂ m) / (√v + ε)."""
    at, F, sqrt = m.at, m.F, m.sqrt

    def step(theta, g, memory, pitch, first, last, decay, now):
        of_gradient, epsilon, beta1, rest1 = F(now[0]), F(now[1]), F(now[2]), F(now[3])
        beta2, rest2, of_mean = F(now[4]), F(now[5]), F(now[6])
        mean, squares = memory, at(memory, pitch)
        for i in range(first, last):
            mean[i] = beta1 * mean[i] + rest1 * g[i]
            squares[i] = beta2 * squares[i] + rest2 * (g[i] * g[i])
            root = sqrt(squares[i]) + epsilon
            theta[i] = theta[i] * decay - (of_gradient * (g[i] / root) + of_mean * (mean[i] / root))

    return step


def lion_numbers(lion: optimizers.Lion, state: State, rates: Array, made: AnyArray) -> list[Array | float]:
    """The rate, β₁, and β₂."""
    return [rates, lion.beta1, lion.beta2, 1 - lion.beta2]


def lion(m: SimpleNamespace) -> KernelFunction:
    """θ ← θ - η sign(β₁ m + (1 - β₁) g), m ← β₂ m + (1 - β₂) g."""
    F, zero = m.F, m.F(0)

    def step(theta, g, memory, pitch, first, last, decay, now):
        rate, beta1, beta2, rest2 = F(now[0]), F(now[1]), F(now[2]), F(now[3])
        mean = memory
        for i in range(first, last):
            blend = (mean[i] - g[i]) * beta1 + g[i]
            move = rate if blend > zero else (-rate if blend < zero else rate * blend)
            theta[i] = theta[i] * decay - move
            mean[i] = beta2 * mean[i] + rest2 * g[i]

    return step


OPTIMIZERS: dict[str, tuple[Callable[..., list[Array | float]], Factory]] = {
    "sgd": (sgd_numbers, sgd),
    "sgd with momentum": (momentum_numbers, momentum),
    "adagrad": (adagrad_numbers, adagrad),
    "rmsprop": (rmsprop_numbers, rmsprop),
    "rmsprop centered": (rmsprop_numbers, lambda m: rmsprop_with(m, True, False)),
    "rmsprop with momentum": (rmsprop_numbers, lambda m: rmsprop_with(m, False, True)),
    "rmsprop centered with momentum": (rmsprop_numbers, lambda m: rmsprop_with(m, True, True)),
    "adadelta": (adadelta_numbers, adadelta),
    "adam": (adam_numbers, adam_step),
    "amsgrad": (adam_numbers, amsgrad),
    "adamw": (adam_numbers, adam_step),
    "nadam": (nadam_numbers, nadam),
    "lion": (lion_numbers, lion),
}


def kernel_name(choice) -> str:
    """Return the name of the kernel of an optimizer."""
    name = optimizers.optimizer_name(choice)
    if isinstance(choice, optimizers.SGD) and choice.momentum:
        return f"{name} with momentum"
    if isinstance(choice, optimizers.RMSProp):
        return name + " centered" * choice.centered + " with momentum" * (choice.momentum > 0)
    return name


def numbers_of(choice: object) -> Callable[[State, Array, AnyArray], list[Array | float]]:
    """Return the function for the columns of coefficients, (steps,) each or one value for all steps, without decay."""
    return functools.partial(OPTIMIZERS[kernel_name(choice)][0], choice)
