"""Tests of Exercise 22."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call, mistake
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
    number="22",
    title="Momentum",
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
    mistakes=(
        mistake(
            "velocity not used",
            "The step is alpha * g, which is plain gradient descent: the velocity has no effect. Use alpha * v, with "
            "the new v.",
            "alpha * v_new",
            "alpha * g",
        ),
        mistake(
            "step with the old velocity",
            "The step uses the old velocity, so each gradient takes effect one step too late, and the first step, "
            "from v = 0, is 0. Compute the new v first, then use it.",
            "alpha * v_new",
            "alpha * v",
        ),
        mistake(
            "no memory in the velocity",
            "Your v is this step's gradient alone, so mu has no effect. Keep a share of the old velocity: v = mu * v "
            "+ g.",
            "mu * v + g",
            "1.0 * g",
        ),
        mistake(
            "no mu",
            "You add g to the whole old velocity, v + g. Without decay, theta oscillates forever. Keep only the share "
            "mu: mu * v + g.",
            "mu * v + g",
            "v + g",
        ),
        mistake(
            "average of gradients",
            "You weight the gradient by 1 - mu. That makes v an average, as in Adam, with steps ten times smaller for "
            "mu = 0.9. Here the full gradient is added: v = mu * v + g.",
            "mu * v + g",
            "mu * v + (1 - mu) * g",
        ),
        mistake(
            "mu and 1 - mu swapped",
            "You weight the old velocity by 1 - mu. With mu = 0.9 that keeps a tenth of it instead of nine tenths. "
            "Use v = mu * v + g.",
            "mu * v + g",
            "(1 - mu) * v + g",
        ),
        mistake(
            "mu on the gradient",
            "You multiply the gradient by mu instead of the old velocity: v + mu * g. The velocity decays: mu * v + g.",
            "mu * v + g",
            "v + mu * g",
        ),
        mistake(
            "mu on both",
            "You multiply the sum by mu, mu * (v + g), which scales the gradient as well; with mu = 0 the step would "
            "be 0. Multiply only the old velocity: mu * v + g.",
            "mu * v + g",
            "mu * (v + g)",
        ),
        mistake(
            "alpha and mu swapped",
            "You multiply the old velocity by alpha, and the step by mu. alpha is the learning rate: v = mu * v + g, "
            "then theta - alpha * v. The order of the arguments is theta, g, v, alpha, mu.",
            "mu * v + g",
            "alpha * v + g",
            "alpha * v_new",
            "mu * v_new",
        ),
        mistake(
            "gradient ascent",
            "You add alpha * v to theta, which increases the loss. Subtract it.",
            "theta - alpha * v_new",
            "theta + alpha * v_new",
        ),
        mistake(
            "gradient subtracted from the velocity",
            "You subtract the gradient from the velocity, and the velocity from theta, which increases the loss. Add "
            "g: v = mu * v + g.",
            "mu * v + g",
            "mu * v - g",
        ),
        mistake(
            "negative velocity",
            "Your v has the opposite sign: you compute mu * v - g and add it to theta. From v = 0 the path is the "
            "same, but not from another v. Here v accumulates the gradients: mu * v + g, and theta - alpha * v.",
            "mu * v + g",
            "mu * v - g",
            "theta - alpha * v_new",
            "theta + alpha * v_new",
        ),
        mistake(
            "learning rate in the velocity",
            "You put alpha into the velocity, v = mu * v + alpha * g, and subtract v. With constant alpha the path "
            "from v = 0 is the same, but v has another size, and keeps old learning rates if alpha changes. Here v = "
            "mu * v + g, and theta - alpha * v.",
            "mu * v + g",
            "mu * v + alpha * g",
            "alpha * v_new",
            "v_new",
        ),
        mistake(
            "learning rate in a negative velocity",
            "You compute v = mu * v - alpha * g and add it to theta. Some libraries do. With constant alpha the path "
            "from v = 0 is the same, but v has another sign and size. Here v = mu * v + g, and theta - alpha * v.",
            "mu * v + g",
            "mu * v - alpha * g",
            "theta - alpha * v_new",
            "theta + v_new",
        ),
        mistake(
            "learning rate applied twice",
            "alpha is in both the velocity and the step, so a step with alpha = 0.1 is as long as one with 0.01. "
            "Remove it from the velocity: v = mu * v + g.",
            "mu * v + g",
            "mu * v + alpha * g",
        ),
        mistake(
            "no learning rate",
            "You subtract v itself. The learning rate is missing: theta - alpha * v.",
            "alpha * v_new",
            "v_new",
        ),
        mistake(
            "Nesterov momentum",
            "Your step is alpha * (g + mu * v) with the new v, which is Nesterov momentum. Here the step is alpha * v.",
            "alpha * v_new",
            "alpha * (g + mu * v_new)",
        ),
        mistake(
            "old velocity returned",
            "You return the old velocity, so this step's gradient is lost. Return the new one.",
            "theta_new, v_new",
            "theta_new, v",
        ),
        mistake(
            "wrong order of results",
            "You return the velocity first. Return (theta, v).",
            "return theta_new, v_new",
            "return v_new, theta_new",
        ),
        mistake(
            "velocity not returned",
            "You return theta alone. The next step needs the new velocity: return theta, v.",
            "return theta_new, v_new",
            "return theta_new",
        ),
        mistake(
            "theta modified in place",
            "You modify the argument theta (-= works in place). Create a new array: theta = theta - alpha * v.",
            "theta_new = theta - alpha * v_new",
            "theta_new = theta\n    theta_new -= alpha * v_new",
        ),
        mistake(
            "velocity modified in place",
            "You modify the argument v (*= and += work in place). Create a new array: v = mu * v + g.",
            "v_new = mu * v + g",
            "v_new = v\n    v_new *= mu\n    v_new += g",
        ),
        mistake(
            "theta and velocity modified in place",
            "You modify the arguments theta and v (*=, +=, and -= work in place). Create new arrays: v = mu * v + g, "
            "theta = theta - alpha * v.",
            "v_new = mu * v + g",
            "v_new = v\n    v_new *= mu\n    v_new += g",
            "theta_new = theta - alpha * v_new",
            "theta_new = theta\n    theta_new -= alpha * v_new",
        ),
    ),
    hints=(
        "First update the velocity from its old value and the gradient, then theta from the new velocity. What "
        "remains of the formulas if mu is 0?",
        "The new velocity is mu times the old one, plus the gradient. Subtract alpha times the new velocity from "
        "theta. Write x = x - ..., since x -= ... changes the caller's array.",
        "v = mu * v + g, then theta = theta - alpha * v, then return theta, v.",
    ),
    explanation="Written out, the velocity is g_t + mu g_(t-1) + mu² g_(t-2) + ...: a decaying sum of all gradients. "
    "Across a valley, gradients change their sign and nearly cancel, so the learning rate can be large. Along it they "
    "add up to g / (1 - mu), a larger effective learning rate.",
    library="maths/optimizers/sgd.py SGD",
    question="You raise mu from 0.9 to 0.99 and leave alpha as it is. For a constant gradient, how long do steps "
    "become, and after how many steps?",
    quiz=quiz,
)
