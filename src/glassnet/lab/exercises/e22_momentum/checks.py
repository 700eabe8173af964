"""Tests of Exercise 22."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call, mistake
from glassnet.lab.exercises.steps import StepCall, inputs_unchanged, trajectory

PARTS = ("theta", "v")

THETA, G, V = np.array([0.5, -1.2, 2.0, 0.3]), np.array([0.4, 3.0, -0.7, 0.0]), np.array([-0.6, 0.8, 0.25, 1.1])

TABLE = np.random.default_rng(22).normal(size=(3, 5, 2))
"""Parameters, gradients and velocities of the shape (5, 2)."""

GRADIENTS = np.array([[1.0, 3.0, 0.2, -0.5], [1.0, -2.5, 0.3, -0.4], [1.0, 2.0, -0.9, 0.1], [1.0, -1.5, 0.6, 0.0]])


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
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
        Case("the first step, from a velocity of 0", StepCall(call("momentum_step", THETA, G, 0 * V, 0.1, 0.9), PARTS)),
        Case("a later step", StepCall(call("momentum_step", THETA, G, V, 0.2, 0.7), PARTS)),
        Case("no momentum: plain descent", StepCall(call("momentum_step", THETA, G, V, 0.3, 0.0), PARTS)),
        Case("a table of parameters", StepCall(call("momentum_step", *TABLE, 0.05, 0.8), PARTS)),
        Case(
            "four steps in a row",
            trajectory("momentum_step", PARTS, THETA, GRADIENTS, lambda t: (0.1, 0.9)),
            "theta after each of four steps, with alpha = 0.1 and mu = 0.9; each gets the v of the one before",
            2,
        ),
        Case(
            "what is handed in stays as it is",
            inputs_unchanged("momentum_step", {"theta": THETA, "g": G, "v": V}, 0.1, 0.9),
            "theta, g and v, looked at after momentum_step(theta, g, v, 0.1, 0.9)",
        ),
    ),
    mistakes=(
        mistake(
            "the velocity is not used",
            "theta moves by alpha * g: that is plain descent, and what the velocity has gathered has no effect. Move "
            "by alpha * v, with the new v.",
            "alpha * v_new",
            "alpha * g",
        ),
        mistake(
            "moves by the old velocity",
            "theta moves by the velocity from before this step, so this step's gradient comes one step too late; the "
            "first step, from v = 0, does not move at all. First compute the new v, then move by it.",
            "alpha * v_new",
            "alpha * v",
        ),
        mistake(
            "the velocity forgets",
            "Your v is this step's gradient alone, so nothing is remembered and mu has no effect. A share of the old "
            "velocity is left: v = mu * v + g.",
            "mu * v + g",
            "1.0 * g",
        ),
        mistake(
            "no mu",
            "You add g to the whole old velocity, v + g. Nothing of it is ever lost: the ball has no friction, and "
            "swings through the valley without coming to rest. Only the share mu is left: mu * v + g.",
            "mu * v + g",
            "v + g",
        ),
        mistake(
            "an average of gradients",
            "You weigh the gradient with 1 - mu. That makes v an average, whose steps are ten times smaller for mu = "
            "0.9; Adam does it so. Here the gradient is added whole: v = mu * v + g.",
            "mu * v + g",
            "mu * v + (1 - mu) * g",
        ),
        mistake(
            "the shares exchanged",
            "You weigh the old velocity with 1 - mu. With mu = 0.9 a tenth of it would be left and not nine tenths. It "
            "is v = mu * v + g.",
            "mu * v + g",
            "(1 - mu) * v + g",
        ),
        mistake(
            "mu on the gradient",
            "You multiply the gradient by mu in place of the old velocity: v + mu * g. The velocity is what wears off: "
            "mu * v + g.",
            "mu * v + g",
            "v + mu * g",
        ),
        mistake(
            "mu on both",
            "You multiply the sum by mu, mu * (v + g), so this step's gradient is made smaller as well; with mu = 0 "
            "nothing would move. Only the old velocity is multiplied: mu * v + g.",
            "mu * v + g",
            "mu * (v + g)",
        ),
        mistake(
            "alpha and mu exchanged",
            "You multiply the old velocity by alpha, and the step by mu. alpha is the learning rate: v = mu * v + g, "
            "then theta - alpha * v. The order of the arguments is theta, g, v, alpha, mu.",
            "mu * v + g",
            "alpha * v + g",
            "alpha * v_new",
            "mu * v_new",
        ),
        mistake(
            "uphill",
            "You add alpha * v to theta, so it moves in the direction in which the loss grows. Subtract it.",
            "theta - alpha * v_new",
            "theta + alpha * v_new",
        ),
        mistake(
            "the gradient is subtracted",
            "You subtract the gradient from the velocity and then the velocity from theta: twice minus goes uphill. "
            "Add g: v = mu * v + g.",
            "mu * v + g",
            "mu * v - g",
        ),
        mistake(
            "the velocity points downhill",
            "Your v has the opposite sign: you compute mu * v - g and add it to theta. Begun with v = 0 this makes the "
            "same path, but a v that comes from elsewhere is taken the wrong way round. Here v gathers the gradients "
            "as they are: mu * v + g, and theta - alpha * v.",
            "mu * v + g",
            "mu * v - g",
            "theta - alpha * v_new",
            "theta + alpha * v_new",
        ),
        mistake(
            "the rate is in the velocity",
            "You put alpha into the velocity, v = mu * v + alpha * g, and subtract v. While alpha stays the same this "
            "makes the same path from v = 0, but v has another size, and keeps old rates when alpha changes. Here v = "
            "mu * v + g, and theta - alpha * v.",
            "mu * v + g",
            "mu * v + alpha * g",
            "alpha * v_new",
            "v_new",
        ),
        mistake(
            "the rate is in a velocity downhill",
            "You compute v = mu * v - alpha * g and add it to theta. Some libraries do, and from v = 0 the path is the "
            "same while alpha is; but v has another sign and size. Here v = mu * v + g, and theta - alpha * v.",
            "mu * v + g",
            "mu * v - alpha * g",
            "theta - alpha * v_new",
            "theta + v_new",
        ),
        mistake(
            "the rate counts twice",
            "alpha stands in the velocity and once more in the step, so a step with alpha = 0.1 is as long as one with "
            "0.01. Leave it out of the velocity: v = mu * v + g.",
            "mu * v + g",
            "mu * v + alpha * g",
        ),
        mistake(
            "no rate",
            "You subtract v itself. The learning rate is missing: theta - alpha * v.",
            "alpha * v_new",
            "v_new",
        ),
        mistake(
            "Nesterov's step",
            "You move by g + mu * v with the new v: that is Nesterov's momentum, which looks one step ahead. Here the "
            "step is alpha * v.",
            "alpha * v_new",
            "alpha * (g + mu * v_new)",
        ),
        mistake(
            "the old velocity comes back",
            "You return the velocity that was handed in, so the next step starts without this step's gradient. Return "
            "the new one.",
            "theta_new, v_new",
            "theta_new, v",
        ),
        mistake(
            "the wrong order",
            "You return the velocity first. The order is (theta, v).",
            "return theta_new, v_new",
            "return v_new, theta_new",
        ),
        mistake(
            "the velocity does not come back",
            "You return theta alone. The next step needs the new velocity: return theta, v.",
            "return theta_new, v_new",
            "return theta_new",
        ),
        mistake(
            "theta is changed in place",
            "You change the theta that was handed in (-= works in the array itself). A copy of the parameters kept "
            "under another name would move along. Make a new array: theta = theta - alpha * v.",
            "theta_new = theta - alpha * v_new",
            "theta_new = theta\n    theta_new -= alpha * v_new",
        ),
        mistake(
            "the velocity is changed in place",
            "You change the v that was handed in (*= and += work in the array itself). The caller's v should stay as "
            "it is: make a new array, v = mu * v + g.",
            "v_new = mu * v + g",
            "v_new = v\n    v_new *= mu\n    v_new += g",
        ),
        mistake(
            "both are changed in place",
            "You change the theta and the v that were handed in (*=, += and -= work in the array itself), so whoever "
            "kept the old theta has lost it. Make new arrays: v = mu * v + g, theta = theta - alpha * v.",
            "v_new = mu * v + g",
            "v_new = v\n    v_new *= mu\n    v_new += g",
            "theta_new = theta - alpha * v_new",
            "theta_new = theta\n    theta_new -= alpha * v_new",
        ),
    ),
    hints=(
        "Two things change, one after the other: first the velocity, from its old value and the gradient, then theta, "
        "from the new velocity. What should be left of the formulas when mu is 0?",
        "The new velocity is mu times the old one, plus the gradient. theta moves against it, by alpha times the new "
        "velocity. Give both results new names or write x = x - ..., since x -= ... changes the caller's array.",
        "v = mu * v + g, then theta = theta - alpha * v, then return theta, v.",
    ),
    explanation="Written out, the velocity is g_t + mu g_(t-1) + mu² g_(t-2) + ...: a sum of all gradients in which "
    "old ones fade. Across a valley they change their sign and nearly cancel, so the rate can stay large; along it "
    "they add up to g / (1 - mu). That is a larger effective rate, but only for directions that keep their sign.",
    library="maths/optimizers/sgd.py SGD",
    question="You raise mu from 0.9 to 0.99 and leave alpha as it is. How long do steps become where the gradient "
    "stays the same, and how many steps does it take to get there?",
    quiz=quiz,
)
