"""Tests of Exercise 24."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call, mistake
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


IN_PLACE = (
    "theta_new = theta -",
    "theta_new = theta\n    theta_new -=",
    "m_new = beta1 * m + ",
    "m_new = m\n    m_new *= beta1\n    m_new += ",
    "v_new = beta2 * v + ",
    "v_new = v\n    v_new *= beta2\n    v_new += ",
)
"""Edits of the solution: for theta, m, and v."""

EXERCISE = Exercise(
    number="24",
    title="Adam",
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
    mistakes=(
        mistake(
            "no bias correction",
            "You use m and v without bias correction. They start at 0, so the first averages are too small: m is 0.1 "
            "g, v is 0.001 g², and the first step is 3.16 alpha instead of alpha. Divide m by 1 - beta1**t and v by 1 "
            "- beta2**t.",
            "m_new / (1 - beta1**t)",
            "m_new",
            "v_new / (1 - beta2**t)",
            "v_new",
        ),
        mistake(
            "m not corrected",
            "You use m without bias correction. It starts at 0, so with beta1 = 0.9 the first step is a tenth of what "
            "it should be. Divide it by 1 - beta1**t.",
            "m_new / (1 - beta1**t)",
            "m_new",
        ),
        mistake(
            "v not corrected",
            "You use v without bias correction. It starts at 0, so with beta2 = 0.999 its first value is a thousandth "
            "of g², and the first step 32 times too long. Divide it by 1 - beta2**t.",
            "v_new / (1 - beta2**t)",
            "v_new",
        ),
        mistake(
            "t + 1 in the correction",
            "You use t + 1 in the correction. In the first call t is already 1, so the first step is too short. Use 1 "
            "- beta**t.",
            "1 - beta1**t",
            "1 - beta1 ** (t + 1)",
            "1 - beta2**t",
            "1 - beta2 ** (t + 1)",
        ),
        mistake(
            "t - 1 in the correction",
            "You use t - 1 in the correction. In the first step that is 1 - beta**0 = 0, and the result is nan. Use 1 "
            "- beta**t; t is 1 in the first call.",
            "1 - beta1**t",
            "1 - beta1 ** (t - 1)",
            "1 - beta2**t",
            "1 - beta2 ** (t - 1)",
        ),
        mistake(
            "corrections swapped",
            "You correct m with beta2 and v with beta1. m is the average with beta1: use m / (1 - beta1**t) and v / "
            "(1 - beta2**t).",
            "1 - beta1**t",
            "1 - beta2**t",
            "v_new / (1 - beta2**t)",
            "v_new / (1 - beta1**t)",
        ),
        mistake(
            "v corrected with beta1",
            "You correct v with beta1, as m. v is the average with beta2: v / (1 - beta2**t).",
            "v_new / (1 - beta2**t)",
            "v_new / (1 - beta1**t)",
        ),
        mistake(
            "average of the squares of m",
            "v averages the squares of the new m. It should average g**2: for gradients with alternating signs, m is "
            "small and v is not.",
            "(1 - beta2) * g**2",
            "(1 - beta2) * m_new**2",
        ),
        mistake(
            "betas swapped in the averages",
            "You average g with beta2 and g² with beta1. beta1 belongs to m, beta2 to v, in the averages and in the "
            "corrections.",
            "beta1 * m + (1 - beta1) * g",
            "beta2 * m + (1 - beta2) * g",
            "beta2 * v + (1 - beta2) * g**2",
            "beta1 * v + (1 - beta1) * g**2",
        ),
        mistake(
            "betas swapped",
            "beta1 and beta2 are swapped: m is the average with beta1 (usually 0.9), v the one with beta2 (0.999). "
            "The parameters are theta, g, m, v, t, alpha, beta1, beta2, eps.",
            "m_new = beta1 * m",
            "beta1, beta2 = beta2, beta1\n    m_new = beta1 * m",
        ),
        mistake(
            "power of 1 - beta",
            "You compute (1 - beta)**t. That is correct for t = 1 only, and decreases toward 0. Use 1 - beta**t.",
            "1 - beta1**t",
            "(1 - beta1) ** t",
            "1 - beta2**t",
            "(1 - beta2) ** t",
        ),
        mistake(
            "product instead of power",
            "You multiply beta by t. After t steps, the weight of the initial 0 is the power beta**t. With the "
            "product, 1 - beta * t becomes negative, and the square root of v is nan.",
            "1 - beta1**t",
            "1 - beta1 * t",
            "1 - beta2**t",
            "1 - beta2 * t",
        ),
        mistake(
            "multiplication by the correction",
            "You multiply by 1 - beta**t, which makes small averages even smaller. Divide by it.",
            "m_new / (1 - beta1**t)",
            "m_new * (1 - beta1**t)",
            "v_new / (1 - beta2**t)",
            "v_new * (1 - beta2**t)",
        ),
        mistake(
            "eps under the square root",
            "eps is under the square root: np.sqrt(v_hat + eps). With eps = 1e-8 that adds up to 1e-4 to the "
            "denominator instead of 1e-8. Take the square root first: np.sqrt(v_hat) + eps.",
            "(np.sqrt(v_hat) + eps)",
            "np.sqrt(v_hat + eps)",
        ),
        mistake(
            "eps before the correction",
            "You add eps to the square root of the uncorrected v, and correct the step afterwards. Some libraries do. "
            "It increases eps by 1 / sqrt(1 - beta2**t), 32 in the first step for beta2 = 0.999. Here it is "
            "np.sqrt(v_hat) + eps, with the corrected v.",
            "(np.sqrt(v_hat) + eps)",
            "(np.sqrt(v_hat) + eps / (1 - beta2**t) ** 0.5)",
        ),
        mistake(
            "no eps",
            "eps is missing. A parameter whose gradients were all 0 has m = v = 0, and 0 / 0 is nan. Divide by "
            "np.sqrt(v_hat) + eps: then 0 / eps = 0, and the parameter does not change.",
            "(np.sqrt(v_hat) + eps)",
            "np.sqrt(v_hat)",
        ),
        mistake(
            "no square root",
            "You divide by v instead of its square root. v is proportional to g², so small gradients give long steps: "
            "the first one is alpha / g. Divide by np.sqrt(v_hat) + eps.",
            "(np.sqrt(v_hat) + eps)",
            "(v_hat + eps)",
        ),
        mistake(
            "one learning rate for all parameters",
            "You divide by one number, made of the v of all parameters. Each has its own v: keep the array, without a "
            "sum or a norm.",
            "(np.sqrt(v_hat) + eps)",
            "(np.sqrt(v_hat.sum()) + eps)",
        ),
        mistake(
            "AdaBelief",
            "v averages the square of g - m, as in AdaBelief. In Adam v averages g**2.",
            "(1 - beta2) * g**2",
            "(1 - beta2) * (g - m_new)**2",
        ),
        mistake(
            "square root corrected instead of v",
            "You divide the square root of v by 1 - beta2**t. Correct v under the square root: np.sqrt(v / (1 - "
            "beta2**t)).",
            "(np.sqrt(v_hat) + eps)",
            "(np.sqrt(v_new) / (1 - beta2**t) + eps)",
        ),
        mistake(
            "average of gradients in v",
            "v averages the gradient without squaring it. Negative gradients make v negative, and its square root is "
            "nan. v averages g**2.",
            "(1 - beta2) * g**2",
            "(1 - beta2) * g",
        ),
        mistake(
            "average of squares in m",
            "m averages the squared gradient, so its sign is lost and every parameter decreases. m averages g, v "
            "averages g**2.",
            "(1 - beta1) * g",
            "(1 - beta1) * g**2",
        ),
        mistake(
            "beta1 and 1 - beta1 swapped",
            "You weight m by 1 - beta1 and the gradient by beta1: with beta1 = 0.9 there is nearly no memory. Use "
            "beta1 * m + (1 - beta1) * g.",
            "beta1 * m + (1 - beta1) * g",
            "(1 - beta1) * m + beta1 * g",
        ),
        mistake(
            "beta2 and 1 - beta2 swapped",
            "You weight v by 1 - beta2 and the new square by beta2: with beta2 = 0.999 there is nearly no memory. Use "
            "beta2 * v + (1 - beta2) * g**2.",
            "beta2 * v + (1 - beta2) * g**2",
            "(1 - beta2) * v + beta2 * g**2",
        ),
        mistake(
            "decaying sum in m",
            "You add the full gradient to m, as in Exercise 22. Adam's m is an average: beta1 * m + (1 - beta1) * g.",
            "beta1 * m + (1 - beta1) * g",
            "beta1 * m + 1 * g",
        ),
        mistake(
            "decaying sum in v",
            "You add the full square to v; with beta2 = 0.999 the first v is a thousand times too large. v is an "
            "average: beta2 * v + (1 - beta2) * g**2.",
            "beta2 * v + (1 - beta2) * g**2",
            "beta2 * v + 1 * g**2",
        ),
        mistake(
            "step with the gradient instead of m",
            "The step uses the current gradient instead of the average m, as in RMSProp. Use m_hat in the numerator.",
            "alpha * m_hat",
            "alpha * g",
        ),
        mistake(
            "old averages corrected",
            "You correct the old m and v, without the current gradient. In the first step both are 0, and nothing "
            "changes. Compute the new ones first.",
            "m_new / (1",
            "m / (1",
            "v_new / (1",
            "v / (1",
        ),
        mistake(
            "gradient ascent",
            "You add the step to theta, which increases the loss. Subtract it.",
            "theta - alpha",
            "theta + alpha",
        ),
        mistake(
            "theta, m, and v modified in place",
            "You modify the arguments theta, m, and v (-=, *=, and += work in place). Create new arrays: m = ... + "
            "..., v = ... + ..., theta = theta - ...",
            *IN_PLACE,
        ),
        mistake(
            "theta modified in place",
            "You modify the argument theta (-= works in place). Create a new array: theta = theta - ...",
            *IN_PLACE[:2],
        ),
        mistake(
            "m and v modified in place",
            "You modify the arguments m and v (*= and += work in place). Create new arrays: m = ... + ...",
            *IN_PLACE[2:],
        ),
        mistake(
            "corrected averages returned",
            "You return the corrected m and v. The next step would correct them again. Return m and v without the "
            "correction.",
            "theta_new, m_new, v_new",
            "theta_new, m_hat, v_hat",
        ),
        mistake(
            "old averages returned",
            "You return the old m and v. Return the new ones.",
            "theta_new, m_new, v_new",
            "theta_new, m, v",
        ),
        mistake(
            "wrong order of results",
            "You return m and v in the wrong order. Return (theta, m, v).",
            "theta_new, m_new, v_new",
            "theta_new, v_new, m_new",
        ),
        mistake(
            "m and v not returned",
            "You return theta alone. The next step needs the new averages: return theta, m, v.",
            "return theta_new, m_new, v_new",
            "return theta_new",
        ),
    ),
    hints=(
        "Work out the first step by hand for g = 2, with m = v = 0 and t = 1. What are m and v, what are they after "
        "the correction, and how long is the step?",
        "Five lines: the new m from g, the new v from g**2, both with the correction under new names, then theta. "
        "Return m and v without the correction.",
        "m_hat = m / (1 - beta1**t), v_hat = v / (1 - beta2**t), theta = theta - alpha * m_hat / (np.sqrt(v_hat) + "
        "eps), where m and v are the new averages.",
    ),
    explanation="Written out, m = (1 - beta1) (g_t + beta1 g_(t-1) + ...), and the weights add up to 1 - beta1**t: "
    "the rest is the weight of the initial 0. Dividing by that sum gives a true average from the first step on; later "
    "beta**t vanishes. m_hat / sqrt(v_hat) has no unit and is about 1 if gradients agree, so alpha is about the "
    "length of a step.",
    library="maths/optimizers/adam.py Adam",
    question="With beta2 = 0.999, after how many steps is the correction of v below 1%? How would the steps change "
    "until then if only m were corrected?",
    quiz=quiz,
)
