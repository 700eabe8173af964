"""Tests of Exercise 24."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call
from glassnet.lab.exercises.steps import StepCall, inputs_unchanged, trajectory

PARTS = ("theta", "m", "v")

THETA, G = np.array([0.5, -1.2, 2.0, 0.3]), np.array([0.4, 3.0, -0.7, 0.02])

M, V = np.array([-0.6, 0.9, 0.25, 0.1]), np.array([0.6, 1.7, 2.5, 0.3])
"""Averages of a later step."""

SOME_ZERO = np.array([0.4, 0.0, -0.7, 0.0])
"""A gradient that is 0 for two parameters."""

TABLE = np.random.default_rng(24).normal(size=(3, 5, 2))
"""Parameters, gradients, and averages of shape (5, 2)."""

GRADIENTS = np.random.default_rng(25).normal([1.0, 0.0, 0.1, -0.5], [0.2, 3.0, 0.3, 0.5], (6, 4))

USUAL = (0.1, 0.9, 0.999, 1e-8)
"""alpha, beta1, beta2, and eps; alpha is larger than usual."""


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question with one number as its answer."""
    beta, t = float(rng.choice([0.8, 0.9])), int(rng.integers(2, 5))
    m = float(np.round(rng.uniform(0.1, 0.9), 2))
    return (
        f"beta1 = {beta}, and after step t = {t} the average m is {m}. What is it after bias correction, to three "
        "decimals?",
        m / (1 - beta**t),
    )


EXERCISE = Exercise(
    defines=("adam_step",),
    cases=(
        Case("first step, t = 1", StepCall(call("adam_step", THETA, G, 0 * M, 0 * V, 1, *USUAL), PARTS)),
        Case("a later step, t = 7", StepCall(call("adam_step", THETA, G, M, V, 7, 0.2, 0.8, 0.95, 1e-8), PARTS)),
        Case(
            "a late step, with negligible correction",
            StepCall(call("adam_step", THETA, G, M, V, 50_000, *USUAL), PARTS),
        ),
        Case("a large eps", StepCall(call("adam_step", THETA, G, M, V, 2, 0.1, 0.7, 0.9, 0.5), PARTS)),
        Case("gradients of 0", StepCall(call("adam_step", THETA, SOME_ZERO, 0 * M, 0 * V, 1, *USUAL), PARTS)),
        Case("a matrix of parameters", StepCall(call("adam_step", *TABLE, TABLE[1] ** 2, 3, *USUAL), PARTS)),
        Case(
            "six consecutive steps",
            trajectory("adam_step", PARTS, THETA, GRADIENTS, lambda t: (t, *USUAL)),
            "theta after each of six steps, t = 1 to 6, with alpha = 0.1",
            2,
        ),
        Case(
            "unchanged inputs",
            inputs_unchanged("adam_step", {"theta": THETA, "g": G, "m": M, "v": V}, 7, *USUAL),
            "theta, g, m, and v after adam_step(theta, g, m, v, 7, 0.1, 0.9, 0.999, 1e-8)",
        ),
    ),
    robustness=(
        "gradients of 0",
        "unchanged inputs",
    ),
    quiz=quiz,
)
