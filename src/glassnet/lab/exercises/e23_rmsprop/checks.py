"""How Exercise 23 is checked."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Mistake, call, mistake
from glassnet.lab.exercises.steps import StepCall, inputs_unchanged, trajectory

PARTS = ("theta", "s")

THETA, G, S = np.array([0.5, -1.2, 2.0, 0.3]), np.array([0.4, 3.0, -0.7, 0.02]), np.array([0.6, 0.08, 2.5, 0.3])

SOME_ZERO = np.array([0.4, 0.0, -0.7, 0.0])
"""A gradient that is 0 for two of the parameters."""

TABLE = np.random.default_rng(23).normal(size=(5, 2)), np.random.default_rng(24).normal(size=(5, 2))
"""Parameters and gradients of the shape (5, 2)."""

GRADIENTS = np.array([[1.0, 3.0, 0.2, -0.5], [1.0, -2.5, 0.3, -0.4], [1.0, 2.0, -0.9, 0.1], [1.0, -1.5, 0.6, 0.8]])


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    g, alpha, k = float(np.round(rng.uniform(1, 3), 1)), float(rng.choice([0.1, 0.2, 0.3])), int(rng.integers(2, 6))
    return (
        f"Adagrad, alpha = {alpha}, s = 0 at the start, eps too small to matter. The first gradient is {g}, the second "
        f"{round(k * g, 1)}. How long is the second step, to three decimals?",
        alpha * k / np.sqrt(1 + k**2),
    )


ADAGRAD_IN_PLACE = (
    "total = s + ",
    "total = s\n    total += ",
    "theta_new = theta - alpha * g / (np.sqrt(total)",
    "theta_new = theta\n    theta_new -= alpha * g / (np.sqrt(total)",
)
"""Edits of the answer: for s, and for theta."""

RMSPROP_IN_PLACE = (
    "mean = rho * s + ",
    "mean = s\n    mean *= rho\n    mean += ",
    "theta_new = theta - alpha * g / (np.sqrt(mean)",
    "theta_new = theta\n    theta_new -= alpha * g / (np.sqrt(mean)",
)


def in_either(name: str, says: str, adagrad: tuple[str, ...], rmsprop: tuple[str, ...]) -> tuple[Mistake, ...]:
    """Return a mistake made in one function, in the other, and in both. says: what follows the function's name."""
    return (
        mistake(f"{name}, in Adagrad", f"In adagrad_step {says}", *adagrad),
        mistake(f"{name}, in RMSProp", f"In rmsprop_step {says}", *rmsprop),
        mistake(f"{name}, in both", f"In both functions {says}", *adagrad, *rmsprop),
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
            "Adagrad, a large eps and a table", StepCall(call("adagrad_step", *TABLE, TABLE[0] ** 2, 0.1, 0.5), PARTS)
        ),
        Case(
            "four steps of Adagrad in a row",
            trajectory("adagrad_step", PARTS, THETA, GRADIENTS, lambda t: (0.1, 1e-8)),
            "theta after each of four steps of Adagrad, with alpha = 0.1; each gets the s of the one before",
        ),
        Case(
            "RMSProp's first step, from s = 0", StepCall(call("rmsprop_step", THETA, G, 0 * S, 0.1, 0.9, 1e-8), PARTS)
        ),
        Case("a later step of RMSProp", StepCall(call("rmsprop_step", THETA, G, S, 0.2, 0.7, 1e-8), PARTS)),
        Case("RMSProp, gradients of 0", StepCall(call("rmsprop_step", THETA, SOME_ZERO, 0 * S, 0.1, 0.9, 1e-8), PARTS)),
        Case(
            "RMSProp, a large eps and a table",
            StepCall(call("rmsprop_step", *TABLE, TABLE[0] ** 2, 0.1, 0.6, 0.5), PARTS),
        ),
        Case(
            "four steps of RMSProp in a row",
            trajectory("rmsprop_step", PARTS, THETA, GRADIENTS, lambda t: (0.1, 0.9, 1e-8)),
            "theta after each of four steps of RMSProp, with alpha = 0.1 and rho = 0.9; each gets the s of the one "
            "before",
        ),
        Case(
            "what Adagrad is handed stays as it is",
            inputs_unchanged("adagrad_step", {"theta": THETA, "g": G, "s": S}, 0.1, 1e-8),
            "theta, g and s, looked at after adagrad_step(theta, g, s, 0.1, 1e-8)",
        ),
        Case(
            "what RMSProp is handed stays as it is",
            inputs_unchanged("rmsprop_step", {"theta": THETA, "g": G, "s": S}, 0.1, 0.9, 1e-8),
            "theta, g and s, looked at after rmsprop_step(theta, g, s, 0.1, 0.9, 1e-8)",
        ),
    ),
    mistakes=(
        *in_either(
            "theta and s in place",
            "you change the theta and the s that were handed in (-=, += and *= work in the array itself), so whoever "
            "kept the old theta has lost it. Make new arrays: s = ... + ..., theta = theta - ...",
            ADAGRAD_IN_PLACE,
            RMSPROP_IN_PLACE,
        ),
        *in_either(
            "theta in place",
            "you change the theta that was handed in (-= works in the array itself). A copy of the parameters kept "
            "under another name would move along. Make a new array: theta = theta - ...",
            ADAGRAD_IN_PLACE[2:],
            RMSPROP_IN_PLACE[2:],
        ),
        *in_either(
            "uphill",
            "you add the step to theta, so theta moves in the direction in which the loss grows. Subtract it.",
            ("theta - alpha * g / (np.sqrt(total)", "theta + alpha * g / (np.sqrt(total)"),
            ("theta - alpha * g / (np.sqrt(mean)", "theta + alpha * g / (np.sqrt(mean)"),
        ),
        *in_either(
            "eps under the root",
            "eps stands under the root: np.sqrt(s + eps). With eps = 1e-8 that adds up to 1e-4 below the line and not "
            "1e-8, which matters where gradients are small. Take the root first: np.sqrt(s) + eps.",
            ("(np.sqrt(total) + eps)", "np.sqrt(total + eps)"),
            ("(np.sqrt(mean) + eps)", "np.sqrt(mean + eps)"),
        ),
        *in_either(
            "no eps",
            "eps is missing. A parameter whose gradients were all 0 has s = 0, and 0 / 0 is nan; after the next "
            "forward pass nan is everywhere. Divide by np.sqrt(s) + eps: then 0 / eps = 0, and the parameter stays "
            "where it is.",
            ("(np.sqrt(total) + eps)", "np.sqrt(total)"),
            ("(np.sqrt(mean) + eps)", "np.sqrt(mean)"),
        ),
        *in_either(
            "no root",
            "you divide by s and not by its root. s has the size of g², so from s = 0 a step becomes the longer the "
            "smaller the gradient is: 50 times as long for 0.02 as for 1. Divide by np.sqrt(s) + eps.",
            ("(np.sqrt(total) + eps)", "(total + eps)"),
            ("(np.sqrt(mean) + eps)", "(mean + eps)"),
        ),
        *in_either(
            "divides by the old s",
            "you divide by the root of the s that was handed in, without this step's gradient. The first s is 0, so "
            "the first step is alpha * g / eps: with eps = 1e-8 a hundred million times alpha * g. Compute the new s "
            "first.",
            ("(np.sqrt(total) + eps)", "(np.sqrt(s) + eps)"),
            ("(np.sqrt(mean) + eps)", "(np.sqrt(s) + eps)"),
        ),
        mistake(
            "one rate for all",
            "You divide by one number, the root of the sum of all s: every parameter then has the same rate. Each has "
            "its own s; leave it an array, np.sqrt(s) + eps.",
            "(np.sqrt(total) + eps)",
            "(np.sqrt(total.sum()) + eps)",
            "(np.sqrt(mean) + eps)",
            "(np.sqrt(mean.sum()) + eps)",
        ),
        *in_either(
            "s in place",
            "you change the s that was handed in (+= and *= work in the array itself). The caller's s should stay as "
            "it is: make a new array, s = ... + ...",
            ADAGRAD_IN_PLACE[:2],
            RMSPROP_IN_PLACE[:2],
        ),
        *in_either(
            "not squared",
            "the gradient is not squared. Gradients below 0 make s smaller, even negative, and the root of a negative "
            "number is nan. s gathers g**2.",
            ("s + g**2", "s + g"),
            ("(1 - rho) * g**2", "(1 - rho) * g"),
        ),
        *in_either(
            "nothing is remembered",
            "the new s is g**2 alone, so every step is alpha times the sign of the gradient, however long the training "
            "lasts. The old s has to be in it.",
            ("s + g**2", "1 * g**2"),
            ("rho * s + (1 - rho) * g**2", "1 * g**2"),
        ),
        *in_either(
            "one sum of squares for all",
            "you add up the squares of all gradients, so that every parameter's s gets the same number. Each has its "
            "own: g**2, elementwise, without a sum.",
            ("s + g**2", "s + np.sum(g**2)"),
            ("(1 - rho) * g**2", "(1 - rho) * np.sum(g**2)"),
        ),
        mistake(
            "the shares exchanged",
            "In rmsprop_step you keep the share 1 - rho of s, and give rho to the new square: with rho = 0.9 nine "
            "tenths of the memory are lost at every step. It is rho * s + (1 - rho) * g**2.",
            "rho * s + (1 - rho) * g**2",
            "(1 - rho) * s + rho * g**2",
        ),
        mistake(
            "a sum that fades",
            "In rmsprop_step the new square is not multiplied by 1 - rho. For a gradient that stays the same, s then "
            "comes to g² / (1 - rho), ten times too much for rho = 0.9, and the steps get shorter by its root. It is "
            "an average: rho * s + (1 - rho) * g**2.",
            "rho * s + (1 - rho) * g**2",
            "rho * s + g**2",
        ),
        mistake(
            "nothing fades",
            "In rmsprop_step the old s is not multiplied by rho, so it can only grow, and the steps die out as "
            "Adagrad's do. It is rho * s + (1 - rho) * g**2.",
            "rho * s + (1 - rho) * g**2",
            "s + (1 - rho) * g**2",
        ),
        mistake(
            "Adagrad twice",
            "Your rmsprop_step adds up all squares, s + g**2: that is Adagrad, whose steps shrink without end. RMSProp "
            "averages: rho * s + (1 - rho) * g**2.",
            "rho * s + (1 - rho) * g**2",
            "s + 1 * g**2",
        ),
        mistake(
            "the old s comes back",
            "Both functions return the s that was handed in, so nothing is remembered: every step is like the first. "
            "Return the new one.",
            "return theta_new, total",
            "return theta_new, s",
            "return theta_new, mean",
            "return theta_new, s",
        ),
        mistake(
            "the root comes back",
            "Both functions return the root of s. The next step adds a square to it: return s itself.",
            "return theta_new, total",
            "return theta_new, np.sqrt(total)",
            "return theta_new, mean",
            "return theta_new, np.sqrt(mean)",
        ),
        mistake(
            "the wrong order",
            "Both functions return s first. The order is (theta, s).",
            "return theta_new, total",
            "return total, theta_new",
            "return theta_new, mean",
            "return mean, theta_new",
        ),
        mistake(
            "s does not come back",
            "Both functions return theta alone. The next step needs the new s: return theta, s.",
            "return theta_new, total",
            "return theta_new",
            "return theta_new, mean",
            "return theta_new",
        ),
    ),
    hints=(
        "Look at one parameter, with s = 0 and a gradient of 0.02. What is the new s, what is its root, and how long "
        "is the step? Then do the same with 3.",
        "Two lines each: the new s from the old s and g**2; then theta minus alpha times g, divided by the root of the "
        "new s plus eps. numpy does all of it elementwise. += would change the caller's arrays.",
        "Adagrad: s = s + g**2, theta = theta - alpha * g / (np.sqrt(s) + eps). RMSProp: s = rho * s + (1 - rho) * "
        "g**2, and the same step.",
    ),
    explanation="The root of s has the unit of the gradient, so g / sqrt(s) has none: multiply the loss by 1000, and "
    "the steps stay as they are. Each parameter moves by about alpha whatever the size of its gradients, which is why "
    "one alpha suits very different layers. Adagrad's shrinking steps suit convex problems; networks are trained "
    "longer than that, so RMSProp forgets.",
    library="maths/optimizers/adaptive.py RMSProp",
    question="After a thousand steps with a gradient of 1, the gradient becomes 0.01 and stays there. How long are the "
    "next steps of Adagrad and of RMSProp with rho = 0.9, and how long are they a hundred steps later?",
    quiz=quiz,
)
