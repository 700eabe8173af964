"""Tests of Exercise 22."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call
from glassnet.lab.exercises.steps import StepCall, inputs_unchanged, trajectory

PARTS = ("theta", "v")

THETA, G, V = np.array([0.5, -1.2, 2.0, 0.3]), np.array([0.4, 3.0, -0.7, 0.0]), np.array([-0.6, 0.8, 0.25, 1.1])

TABLE = np.random.default_rng(22).normal(size=(3, 5, 2))
"""Parameters, gradients, and velocities of shape (5, 2)."""

GRADIENTS = np.array([[1.0, 3.0, 0.2, -0.5], [1.0, -2.5, 0.3, -0.4], [1.0, 2.0, -0.9, 0.1], [1.0, -1.5, 0.6, 0.0]])


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question with one number as its answer."""
    g, mu = float(np.round(rng.uniform(1, 3), 1)), float(rng.choice([0.6, 0.7, 0.8, 0.9]))
    return (
        f"The velocity starts at 0, the gradient is {g} at every step, mu = {mu}. What is the velocity after three "
        "steps, to three decimals?",
        g * (1 + mu + mu**2),
    )


EXERCISE = Exercise(
    defines=("momentum_step",),
    cases=(
        Case("first step, from a velocity of 0", StepCall(call("momentum_step", THETA, G, 0 * V, 0.1, 0.9), PARTS)),
        Case("a later step", StepCall(call("momentum_step", THETA, G, V, 0.2, 0.7), PARTS)),
        Case("mu = 0: gradient descent", StepCall(call("momentum_step", THETA, G, V, 0.3, 0.0), PARTS)),
        Case("a matrix of parameters", StepCall(call("momentum_step", *TABLE, 0.05, 0.8), PARTS)),
        Case(
            "four consecutive steps",
            trajectory("momentum_step", PARTS, THETA, GRADIENTS, lambda t: (0.1, 0.9)),
            "theta after each of four steps with alpha = 0.1 and mu = 0.9",
            2,
        ),
        Case(
            "unchanged inputs",
            inputs_unchanged("momentum_step", {"theta": THETA, "g": G, "v": V}, 0.1, 0.9),
            "theta, g, and v after momentum_step(theta, g, v, 0.1, 0.9)",
        ),
    ),
    robustness=("unchanged inputs",),
    quiz=quiz,
)
