"""Tests of Exercise 23."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call
from glassnet.lab.exercises.steps import StepCall, inputs_unchanged, trajectory

PARTS = ("theta", "s")

THETA, G, S = np.array([0.5, -1.2, 2.0, 0.3]), np.array([0.4, 3.0, -0.7, 0.02]), np.array([0.6, 0.08, 2.5, 0.3])

SOME_ZERO = np.array([0.4, 0.0, -0.7, 0.0])
"""A gradient that is 0 for two parameters."""

TABLE = np.random.default_rng(23).normal(size=(5, 2)), np.random.default_rng(24).normal(size=(5, 2))
"""Parameters and gradients of shape (5, 2)."""

GRADIENTS = np.array([[1.0, 3.0, 0.2, -0.5], [1.0, -2.5, 0.3, -0.4], [1.0, 2.0, -0.9, 0.1], [1.0, -1.5, 0.6, 0.8]])


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question with one number as its answer."""
    g, alpha, k = float(np.round(rng.uniform(1, 3), 1)), float(rng.choice([0.1, 0.2, 0.3])), int(rng.integers(2, 6))
    return (
        f"Adagrad, alpha = {alpha}, s = 0 at the start, eps is negligible. The first gradient is {g}, the second "
        f"{round(k * g, 1)}. How long is the second step, to three decimals?",
        alpha * k / np.sqrt(1 + k**2),
    )


EXERCISE = Exercise(
    defines=("adagrad_step", "rmsprop_step"),
    cases=(
        Case("Adagrad's first step, from s = 0", StepCall(call("adagrad_step", THETA, G, 0 * S, 0.1, 1e-8), PARTS)),
        Case("a later step of Adagrad", StepCall(call("adagrad_step", THETA, G, S, 0.2, 1e-8), PARTS)),
        Case("Adagrad, gradients of 0", StepCall(call("adagrad_step", THETA, SOME_ZERO, 0 * S, 0.1, 1e-8), PARTS)),
        Case(
            "Adagrad, a large eps and a matrix", StepCall(call("adagrad_step", *TABLE, TABLE[0] ** 2, 0.1, 0.5), PARTS)
        ),
        Case(
            "four consecutive steps of Adagrad",
            trajectory("adagrad_step", PARTS, THETA, GRADIENTS, lambda t: (0.1, 1e-8)),
            "theta after each of four steps of Adagrad with alpha = 0.1",
        ),
        Case(
            "RMSProp's first step, from s = 0", StepCall(call("rmsprop_step", THETA, G, 0 * S, 0.1, 0.9, 1e-8), PARTS)
        ),
        Case("a later step of RMSProp", StepCall(call("rmsprop_step", THETA, G, S, 0.2, 0.7, 1e-8), PARTS)),
        Case("RMSProp, gradients of 0", StepCall(call("rmsprop_step", THETA, SOME_ZERO, 0 * S, 0.1, 0.9, 1e-8), PARTS)),
        Case(
            "RMSProp, a large eps and a matrix",
            StepCall(call("rmsprop_step", *TABLE, TABLE[0] ** 2, 0.1, 0.6, 0.5), PARTS),
        ),
        Case(
            "four consecutive steps of RMSProp",
            trajectory("rmsprop_step", PARTS, THETA, GRADIENTS, lambda t: (0.1, 0.9, 1e-8)),
            "theta after each of four steps of RMSProp with alpha = 0.1 and rho = 0.9",
        ),
        Case(
            "unchanged inputs of Adagrad",
            inputs_unchanged("adagrad_step", {"theta": THETA, "g": G, "s": S}, 0.1, 1e-8),
            "theta, g, and s after adagrad_step(theta, g, s, 0.1, 1e-8)",
        ),
        Case(
            "unchanged inputs of RMSProp",
            inputs_unchanged("rmsprop_step", {"theta": THETA, "g": G, "s": S}, 0.1, 0.9, 1e-8),
            "theta, g, and s after rmsprop_step(theta, g, s, 0.1, 0.9, 1e-8)",
        ),
    ),
    robustness=(
        "Adagrad, gradients of 0",
        "RMSProp, gradients of 0",
        "unchanged inputs of Adagrad",
        "unchanged inputs of RMSProp",
    ),
    quiz=quiz,
)
