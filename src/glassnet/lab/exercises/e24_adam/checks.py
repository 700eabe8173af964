"""How Exercise 24 is checked."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call, mistake
from glassnet.lab.exercises.steps import StepCall, inputs_unchanged, trajectory

PARTS = ("theta", "m", "v")

THETA, G = np.array([0.5, -1.2, 2.0, 0.3]), np.array([0.4, 3.0, -0.7, 0.02])

M, V = np.array([-0.6, 0.9, 0.25, 0.1]), np.array([0.6, 1.7, 2.5, 0.3])
"""Averages in the middle of a training."""

SOME_ZERO = np.array([0.4, 0.0, -0.7, 0.0])
"""A gradient that is 0 for two of the parameters."""

TABLE = np.random.default_rng(24).normal(size=(3, 5, 2))
"""Parameters, gradients and averages of the shape (5, 2)."""

GRADIENTS = np.random.default_rng(25).normal([1.0, 0.0, 0.1, -0.5], [0.2, 3.0, 0.3, 0.5], (6, 4))

USUAL = (0.1, 0.9, 0.999, 1e-8)
"""alpha, beta1, beta2 and eps; alpha is larger than usual."""


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    beta, t = float(rng.choice([0.8, 0.9])), int(rng.integers(2, 5))
    m = float(np.round(rng.uniform(0.1, 0.9), 2))
    return (
        f"beta1 = {beta}, and after step t = {t} the average m is {m}. What is it with the bias correction, to three "
        "decimals?",
        m / (1 - beta**t),
    )


IN_PLACE = (
    "theta_new = theta -",
    "theta_new = theta\n    theta_new -=",
    "m_new = beta1 * m + ",
    "m_new = m\n    m_new *= beta1\n    m_new += ",
    "v_new = beta2 * v + ",
    "v_new = v\n    v_new *= beta2\n    v_new += ",
)
"""Edits of the answer: for theta, m and v."""

EXERCISE = Exercise(
    number="24",
    title="Adam",
    defines=("adam_step",),
    cases=(
        Case("the first step, t = 1", StepCall(call("adam_step", THETA, G, 0 * M, 0 * V, 1, *USUAL), PARTS)),
        Case("a later step, t = 7", StepCall(call("adam_step", THETA, G, M, V, 7, 0.2, 0.8, 0.95, 1e-8), PARTS)),
        Case(
            "so late that the correction is nothing", StepCall(call("adam_step", THETA, G, M, V, 50_000, *USUAL), PARTS)
        ),
        Case("a large eps", StepCall(call("adam_step", THETA, G, M, V, 2, 0.1, 0.7, 0.9, 0.5), PARTS)),
        Case("gradients of 0", StepCall(call("adam_step", THETA, SOME_ZERO, 0 * M, 0 * V, 1, *USUAL), PARTS)),
        Case("a table of parameters", StepCall(call("adam_step", *TABLE, TABLE[1] ** 2, 3, *USUAL), PARTS)),
        Case(
            "six steps in a row",
            trajectory("adam_step", PARTS, THETA, GRADIENTS, lambda t: (t, *USUAL)),
            "theta after each of six steps, t = 1 to 6, with alpha = 0.1; each gets the m and v of the one before",
            2,
        ),
        Case(
            "what is handed in stays as it is",
            inputs_unchanged("adam_step", {"theta": THETA, "g": G, "m": M, "v": V}, 7, *USUAL),
            "theta, g, m and v, looked at after adam_step(theta, g, m, v, 7, 0.1, 0.9, 0.999, 1e-8)",
        ),
    ),
    mistakes=(
        mistake(
            "no bias correction",
            "You use m and v as they are. They begin at 0, so the first averages are too small: m is 0.1 g, v is 0.001 "
            "g², and the first step is 3.16 alpha and not alpha. Divide m by 1 - beta1**t and v by 1 - beta2**t.",
            "m_new / (1 - beta1**t)",
            "m_new",
            "v_new / (1 - beta2**t)",
            "v_new",
        ),
        mistake(
            "m is not corrected",
            "m is used without its bias correction. It begins at 0, so with beta1 = 0.9 the first step is a tenth of "
            "what it should be. Divide it by 1 - beta1**t.",
            "m_new / (1 - beta1**t)",
            "m_new",
        ),
        mistake(
            "v is not corrected",
            "v is used without its bias correction. It begins at 0, so with beta2 = 0.999 its first value is a "
            "thousandth of g², and the first step 32 times too long. Divide it by 1 - beta2**t.",
            "v_new / (1 - beta2**t)",
            "v_new",
        ),
        mistake(
            "t is counted from 0",
            "You correct with t + 1. In the first call t is 1 already, so every correction comes one step too late and "
            "the first step is too short. It is 1 - beta**t.",
            "1 - beta1**t",
            "1 - beta1 ** (t + 1)",
            "1 - beta2**t",
            "1 - beta2 ** (t + 1)",
        ),
        mistake(
            "one step behind",
            "You correct with t - 1. In the first step that is 1 - beta**0 = 0, and the division gives nan. It is 1 - "
            "beta**t, and t is 1 in the first call.",
            "1 - beta1**t",
            "1 - beta1 ** (t - 1)",
            "1 - beta2**t",
            "1 - beta2 ** (t - 1)",
        ),
        mistake(
            "the corrections exchanged",
            "You correct m with beta2 and v with beta1. m is an average with the shares of beta1: m / (1 - beta1**t), "
            "and v / (1 - beta2**t).",
            "1 - beta1**t",
            "1 - beta2**t",
            "v_new / (1 - beta2**t)",
            "v_new / (1 - beta1**t)",
        ),
        mistake(
            "v is corrected with beta1",
            "You correct v with beta1, as m. v is an average with the shares of beta2: v / (1 - beta2**t).",
            "v_new / (1 - beta2**t)",
            "v_new / (1 - beta1**t)",
        ),
        mistake(
            "v averages the squares of m",
            "v averages the squares of the new m. It is an average of g**2, of the gradients themselves: where they "
            "change their sign, m is small and v is not.",
            "(1 - beta2) * g**2",
            "(1 - beta2) * m_new**2",
        ),
        mistake(
            "the averages exchanged",
            "You average g with beta2 and g² with beta1. beta1 belongs to m, beta2 to v, in the averages as in the "
            "corrections.",
            "beta1 * m + (1 - beta1) * g",
            "beta2 * m + (1 - beta2) * g",
            "beta2 * v + (1 - beta2) * g**2",
            "beta1 * v + (1 - beta1) * g**2",
        ),
        mistake(
            "the betas exchanged",
            "beta1 and beta2 have changed places: m is the average with beta1 (usually 0.9), v the one with beta2 "
            "(0.999). The order of the arguments is theta, g, m, v, t, alpha, beta1, beta2, eps.",
            "m_new = beta1 * m",
            "beta1, beta2 = beta2, beta1\n    m_new = beta1 * m",
        ),
        mistake(
            "the power of the share",
            "You compute (1 - beta)**t. That is right for t = 1 alone, and shrinks towards 0 then, so the steps go "
            "wrong more and more. First the power, then the difference: 1 - beta**t.",
            "1 - beta1**t",
            "(1 - beta1) ** t",
            "1 - beta2**t",
            "(1 - beta2) ** t",
        ),
        mistake(
            "a product in place of the power",
            "You multiply beta by t. After t steps what is left of the start at 0 is beta * beta * ..., t times: "
            "beta**t. With the product, 1 - beta * t falls below 0, and the root of v is nan.",
            "1 - beta1**t",
            "1 - beta1 * t",
            "1 - beta2**t",
            "1 - beta2 * t",
        ),
        mistake(
            "the correction multiplies",
            "You multiply by 1 - beta**t, so averages that are too small become smaller still. Divide by it.",
            "m_new / (1 - beta1**t)",
            "m_new * (1 - beta1**t)",
            "v_new / (1 - beta2**t)",
            "v_new * (1 - beta2**t)",
        ),
        mistake(
            "eps under the root",
            "eps stands under the root: np.sqrt(v_hat + eps). With eps = 1e-8 that adds up to 1e-4 below the line and "
            "not 1e-8. Take the root first: np.sqrt(v_hat) + eps.",
            "(np.sqrt(v_hat) + eps)",
            "np.sqrt(v_hat + eps)",
        ),
        mistake(
            "eps before the correction",
            "You add eps to the root of the uncorrected v and correct the whole step afterwards. Some libraries do; in "
            "the first steps it makes eps larger by 1 / sqrt(1 - beta2**t), 32 for beta2 = 0.999. Here it is "
            "np.sqrt(v_hat) + eps, with v corrected before.",
            "(np.sqrt(v_hat) + eps)",
            "(np.sqrt(v_hat) + eps / (1 - beta2**t) ** 0.5)",
        ),
        mistake(
            "no eps",
            "eps is missing. A parameter whose gradients were all 0 has m = v = 0, and 0 / 0 is nan. Divide by "
            "np.sqrt(v_hat) + eps: then 0 / eps = 0, and the parameter stays where it is.",
            "(np.sqrt(v_hat) + eps)",
            "np.sqrt(v_hat)",
        ),
        mistake(
            "no root",
            "You divide by v and not by its root. v has the size of g², so small gradients make long steps: the first "
            "one is alpha / g. Divide by np.sqrt(v_hat) + eps.",
            "(np.sqrt(v_hat) + eps)",
            "(v_hat + eps)",
        ),
        mistake(
            "one rate for all",
            "You divide by one number, made of the v of all parameters. Each has its own; leave v an array, without a "
            "sum or a norm.",
            "(np.sqrt(v_hat) + eps)",
            "(np.sqrt(v_hat.sum()) + eps)",
        ),
        mistake(
            "v averages the distance from m",
            "v averages the square of g - m, how far the gradient is from its mean (AdaBelief does that). In Adam v "
            "averages g**2.",
            "(1 - beta2) * g**2",
            "(1 - beta2) * (g - m_new)**2",
        ),
        mistake(
            "the root is corrected",
            "You divide the root of v by 1 - beta2**t. The correction belongs to v, under the root: np.sqrt(v / (1 - "
            "beta2**t)).",
            "(np.sqrt(v_hat) + eps)",
            "(np.sqrt(v_new) / (1 - beta2**t) + eps)",
        ),
        mistake(
            "v averages the gradients",
            "In v the gradient is not squared. Gradients below 0 make v negative, and its root is nan. v averages "
            "g**2.",
            "(1 - beta2) * g**2",
            "(1 - beta2) * g",
        ),
        mistake(
            "m averages the squares",
            "In m the gradient is squared, so its sign is lost and every parameter moves downwards. m averages g, v "
            "averages g**2.",
            "(1 - beta1) * g",
            "(1 - beta1) * g**2",
        ),
        mistake(
            "the shares exchanged in m",
            "You keep the share 1 - beta1 of m and give beta1 to the gradient: with beta1 = 0.9 nearly nothing is "
            "remembered. It is beta1 * m + (1 - beta1) * g.",
            "beta1 * m + (1 - beta1) * g",
            "(1 - beta1) * m + beta1 * g",
        ),
        mistake(
            "the shares exchanged in v",
            "You keep the share 1 - beta2 of v and give beta2 to the new square: with beta2 = 0.999 nearly nothing is "
            "remembered. It is beta2 * v + (1 - beta2) * g**2.",
            "beta2 * v + (1 - beta2) * g**2",
            "(1 - beta2) * v + beta2 * g**2",
        ),
        mistake(
            "m is a sum that fades",
            "The gradient goes into m whole, as in Exercise 22. Adam's m is an average, and its correction is made for "
            "one: beta1 * m + (1 - beta1) * g.",
            "beta1 * m + (1 - beta1) * g",
            "beta1 * m + 1 * g",
        ),
        mistake(
            "v is a sum that fades",
            "The square goes into v whole; with beta2 = 0.999 that makes the first v a thousand times too large. v is "
            "an average: beta2 * v + (1 - beta2) * g**2.",
            "beta2 * v + (1 - beta2) * g**2",
            "beta2 * v + 1 * g**2",
        ),
        mistake(
            "moves by the gradient",
            "The step takes this step's gradient in place of the average m, so nothing of the momentum is left: that "
            "is RMSProp. Put m_hat above the line.",
            "alpha * m_hat",
            "alpha * g",
        ),
        mistake(
            "the old averages are corrected",
            "You correct the m and v that were handed in, which do not know this step's gradient; in the first step "
            "both are 0, and nothing moves. Compute the new ones first.",
            "m_new / (1",
            "m / (1",
            "v_new / (1",
            "v / (1",
        ),
        mistake(
            "uphill",
            "You add the step to theta, so theta moves in the direction in which the loss grows. Subtract it.",
            "theta - alpha",
            "theta + alpha",
        ),
        mistake(
            "all three are changed in place",
            "You change the theta, m and v that were handed in (-=, *= and += work in the array itself), so whoever "
            "kept the old theta has lost it. Make new arrays: m = ... + ..., v = ... + ..., theta = theta - ...",
            *IN_PLACE,
        ),
        mistake(
            "theta is changed in place",
            "You change the theta that was handed in (-= works in the array itself). A copy of the parameters kept "
            "under another name would move along. Make a new array: theta = theta - ...",
            *IN_PLACE[:2],
        ),
        mistake(
            "m and v are changed in place",
            "You change the m and v that were handed in (*= and += work in the array itself). The caller's should stay "
            "as they are: make new arrays, m = ... + ...",
            *IN_PLACE[2:],
        ),
        mistake(
            "the corrected averages come back",
            "You return the corrected m and v. The next step would average them in and correct them once more. Return "
            "m and v as they were before the correction.",
            "theta_new, m_new, v_new",
            "theta_new, m_hat, v_hat",
        ),
        mistake(
            "the old averages come back",
            "You return the m and v that were handed in, so nothing is remembered. Return the new ones.",
            "theta_new, m_new, v_new",
            "theta_new, m, v",
        ),
        mistake(
            "the wrong order",
            "m and v come back in the wrong order, and the next step takes one for the other. It is (theta, m, v).",
            "theta_new, m_new, v_new",
            "theta_new, v_new, m_new",
        ),
        mistake(
            "m and v do not come back",
            "You return theta alone. The next step needs the new averages: return theta, m, v.",
            "return theta_new, m_new, v_new",
            "return theta_new",
        ),
    ),
    hints=(
        "Do the first step by hand for one gradient, g = 2, with m = v = 0 and t = 1. What are m and v, what are they "
        "with the correction, and how long is the step?",
        "Five lines: the new m from g, the new v from g**2, both with the correction under new names, then theta. The "
        "names are needed: m and v go back without the correction.",
        "m_hat = m / (1 - beta1**t), v_hat = v / (1 - beta2**t), theta = theta - alpha * m_hat / (np.sqrt(v_hat) + "
        "eps), where m and v are the new averages.",
    ),
    explanation="Written out, m = (1 - beta1) (g_t + beta1 g_(t-1) + ...), and the shares add up to 1 - beta1**t: the "
    "rest is the share of the zero it began with. Dividing by that sum gives a true average from the first step on; "
    "later beta**t vanishes. m_hat / sqrt(v_hat) has no unit and is about 1 where gradients agree, so alpha is about "
    "the length of a step.",
    library="maths/optimizers/adam.py Adam",
    question="With beta2 = 0.999, after how many steps is the correction of v less than one per cent? What would "
    "become of the steps until then if only m were corrected?",
    quiz=quiz,
)
