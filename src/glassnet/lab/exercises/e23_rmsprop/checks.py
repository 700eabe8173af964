"""Tests of Exercise 23."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Mistake, call, mistake
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


ADAGRAD_IN_PLACE = (
    "total = s + ",
    "total = s\n    total += ",
    "theta_new = theta - alpha * g / (np.sqrt(total)",
    "theta_new = theta\n    theta_new -= alpha * g / (np.sqrt(total)",
)
"""Edits of the solution: for s, and for theta."""

RMSPROP_IN_PLACE = (
    "mean = rho * s + ",
    "mean = s\n    mean *= rho\n    mean += ",
    "theta_new = theta - alpha * g / (np.sqrt(mean)",
    "theta_new = theta\n    theta_new -= alpha * g / (np.sqrt(mean)",
)


def in_either(name: str, feedback: str, adagrad: tuple[str, ...], rmsprop: tuple[str, ...]) -> tuple[Mistake, ...]:
    """Return a mistake in one function, in the other, and in both. feedback: continues \"In adagrad_step\"."""
    return (
        mistake(f"{name}, in Adagrad", f"In adagrad_step {feedback}", *adagrad),
        mistake(f"{name}, in RMSProp", f"In rmsprop_step {feedback}", *rmsprop),
        mistake(f"{name}, in both", f"In both functions {feedback}", *adagrad, *rmsprop),
    )


EXERCISE = Exercise(
    number="23",
    title="Adagrad and RMSProp",
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
    mistakes=(
        *in_either(
            "theta and s modified in place",
            "you modify the arguments theta and s (-=, +=, and *= work in place). Create new arrays: s = ... + ..., "
            "theta = theta - ...",
            ADAGRAD_IN_PLACE,
            RMSPROP_IN_PLACE,
        ),
        *in_either(
            "theta modified in place",
            "you modify the argument theta (-= works in place). Create a new array: theta = theta - ...",
            ADAGRAD_IN_PLACE[2:],
            RMSPROP_IN_PLACE[2:],
        ),
        *in_either(
            "gradient ascent",
            "you add the step to theta, which increases the loss. Subtract it.",
            ("theta - alpha * g / (np.sqrt(total)", "theta + alpha * g / (np.sqrt(total)"),
            ("theta - alpha * g / (np.sqrt(mean)", "theta + alpha * g / (np.sqrt(mean)"),
        ),
        *in_either(
            "eps under the square root",
            "eps is under the square root: np.sqrt(s + eps). With eps = 1e-8 that adds up to 1e-4 to the denominator "
            "instead of 1e-8, which matters for small gradients. Take the square root first: np.sqrt(s) + eps.",
            ("(np.sqrt(total) + eps)", "np.sqrt(total + eps)"),
            ("(np.sqrt(mean) + eps)", "np.sqrt(mean + eps)"),
        ),
        *in_either(
            "no eps",
            "eps is missing. A parameter whose gradients were all 0 has s = 0, and 0 / 0 is nan. Divide by np.sqrt(s) "
            "+ eps: then 0 / eps = 0, and the parameter does not change.",
            ("(np.sqrt(total) + eps)", "np.sqrt(total)"),
            ("(np.sqrt(mean) + eps)", "np.sqrt(mean)"),
        ),
        *in_either(
            "no square root",
            "you divide by s instead of its square root. s is proportional to g², so from s = 0 smaller gradients "
            "give longer steps: 50 times as long for 0.02 as for 1. Divide by np.sqrt(s) + eps.",
            ("(np.sqrt(total) + eps)", "(total + eps)"),
            ("(np.sqrt(mean) + eps)", "(mean + eps)"),
        ),
        *in_either(
            "division by the old s",
            "you divide by the square root of the old s, without the current gradient. The first s is 0, so the first "
            "step is alpha * g / eps: with eps = 1e-8 a hundred million times alpha * g. Compute the new s first.",
            ("(np.sqrt(total) + eps)", "(np.sqrt(s) + eps)"),
            ("(np.sqrt(mean) + eps)", "(np.sqrt(s) + eps)"),
        ),
        mistake(
            "one learning rate for all parameters",
            "You divide by one number, the square root of the sum of all s, so every parameter has the same learning "
            "rate. Each has its own s: keep the array, np.sqrt(s) + eps.",
            "(np.sqrt(total) + eps)",
            "(np.sqrt(total.sum()) + eps)",
            "(np.sqrt(mean) + eps)",
            "(np.sqrt(mean.sum()) + eps)",
        ),
        *in_either(
            "s modified in place",
            "you modify the argument s (+= and *= work in place). Create a new array: s = ... + ...",
            ADAGRAD_IN_PLACE[:2],
            RMSPROP_IN_PLACE[:2],
        ),
        *in_either(
            "gradient not squared",
            "the gradient is not squared. Negative gradients decrease s, and the square root of a negative number is "
            "nan. s accumulates g**2.",
            ("s + g**2", "s + g"),
            ("(1 - rho) * g**2", "(1 - rho) * g"),
        ),
        *in_either(
            "no memory",
            "the new s is g**2 alone, so every step is alpha times the sign of the gradient. Include the old s.",
            ("s + g**2", "1 * g**2"),
            ("rho * s + (1 - rho) * g**2", "1 * g**2"),
        ),
        *in_either(
            "one sum of squares for all parameters",
            "you sum the squares of all gradients, so s is the same for every parameter. Each has its own: g**2, "
            "elementwise, without a sum.",
            ("s + g**2", "s + np.sum(g**2)"),
            ("(1 - rho) * g**2", "(1 - rho) * np.sum(g**2)"),
        ),
        mistake(
            "rho and 1 - rho swapped",
            "In rmsprop_step you weight s by 1 - rho and the new square by rho: with rho = 0.9 nine tenths of the "
            "memory are lost in every step. Use rho * s + (1 - rho) * g**2.",
            "rho * s + (1 - rho) * g**2",
            "(1 - rho) * s + rho * g**2",
        ),
        mistake(
            "decaying sum instead of average",
            "In rmsprop_step the new square is not multiplied by 1 - rho. For a constant gradient, s approaches g² / "
            "(1 - rho), ten times too much for rho = 0.9, and steps are too short by the square root of that. Use an "
            "average: rho * s + (1 - rho) * g**2.",
            "rho * s + (1 - rho) * g**2",
            "rho * s + g**2",
        ),
        mistake(
            "no decay",
            "In rmsprop_step the old s is not multiplied by rho, so it only increases, and steps vanish as in "
            "Adagrad. Use rho * s + (1 - rho) * g**2.",
            "rho * s + (1 - rho) * g**2",
            "s + (1 - rho) * g**2",
        ),
        mistake(
            "Adagrad instead of RMSProp",
            "Your rmsprop_step sums all squares, s + g**2, which is Adagrad. RMSProp averages: rho * s + (1 - rho) * "
            "g**2.",
            "rho * s + (1 - rho) * g**2",
            "s + 1 * g**2",
        ),
        mistake(
            "old s returned",
            "Both functions return the old s, so every step is like the first. Return the new one.",
            "return theta_new, total",
            "return theta_new, s",
            "return theta_new, mean",
            "return theta_new, s",
        ),
        mistake(
            "square root returned",
            "Both functions return the square root of s. Return s itself.",
            "return theta_new, total",
            "return theta_new, np.sqrt(total)",
            "return theta_new, mean",
            "return theta_new, np.sqrt(mean)",
        ),
        mistake(
            "wrong order of results",
            "Both functions return s first. Return (theta, s).",
            "return theta_new, total",
            "return total, theta_new",
            "return theta_new, mean",
            "return mean, theta_new",
        ),
        mistake(
            "s not returned",
            "Both functions return theta alone. The next step needs the new s: return theta, s.",
            "return theta_new, total",
            "return theta_new",
            "return theta_new, mean",
            "return theta_new",
        ),
    ),
    hints=(
        "Consider one parameter, with s = 0 and a gradient of 0.02. What is the new s, what is its square root, and "
        "how long is the step? Repeat this for a gradient of 3.",
        "Two lines each: the new s from the old s and g**2; then theta minus alpha times g, divided by the square "
        "root of the new s plus eps. NumPy does this elementwise. += would change the caller's arrays.",
        "Adagrad: s = s + g**2, theta = theta - alpha * g / (np.sqrt(s) + eps). RMSProp: s = rho * s + (1 - rho) * "
        "g**2, and the same step.",
    ),
    explanation="The square root of s has the unit of the gradient, so g / sqrt(s) has none: multiplying the loss by "
    "1000 does not change the steps. Each parameter changes by about alpha, whatever the size of its gradients, so "
    "one alpha suits very different layers. Adagrad's shrinking steps suit convex problems. RMSProp forgets old "
    "gradients, which suits the longer training of networks.",
    library="maths/optimizers/adaptive.py RMSProp",
    question="After a thousand steps with a gradient of 1, the gradient changes to a constant 0.01. How long are the "
    "next steps of Adagrad and of RMSProp with rho = 0.9, and how long are they a hundred steps later?",
    quiz=quiz,
)
