"""How Exercise 11 is checked: layers of different shapes, each with the two arrays it has to give."""

from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Names, call, wrong


def sigmoid(z: Any) -> Any:
    """1 / (1 + e^-z)."""
    return 1 / (1 + np.exp(-z))


def softmax(z: Any) -> Any:
    """Softmax of every column: it needs all units of a sample at once."""
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


RNG = np.random.default_rng(11)


def numbers(*shape: int) -> Any:
    """Random numbers with one decimal, none of them 0."""
    return np.round(RNG.uniform(0.2, 1.9, shape), 1) * RNG.choice([-1, 1], shape)


UNIT = (np.array([[0.2], [0.1], [1], [3], [0.5]]), np.array([[1.0]]), np.array([[0.9], [0.2], [0.1], [-0.3], [-0.7]]))
"""The unit of the lesson: w, b, X."""

ONE_SAMPLE = (numbers(4, 3), numbers(3, 1), numbers(4, 1))

SAMPLES = (numbers(4, 3), numbers(3, 1), numbers(4, 5))

SQUARE = (numbers(3, 3), numbers(3, 1), numbers(3, 3))


def both(back: Any) -> dict[str, Any]:
    """Return z and y_hat by their names; ValueError where not two things came back."""
    if not isinstance(back, (tuple, list)) or len(back) != 2:
        count = len(back) if isinstance(back, (tuple, list)) else 1
        raise ValueError(f"2 things are asked for, z and y_hat; what comes back is {count}")
    return {"z": back[0], "y_hat": back[1]}


def center(z: Any) -> Any:
    """z minus the mean over its samples: it needs all samples at once."""
    return z - z.mean(axis=1, keepdims=True)


def layer(about: str, given: tuple[Any, Any, Any], act_func: Any = None) -> Case:
    """Return a case: the layer of these w, b, X."""
    doing = call("forward_layer", *given, act_func)
    return Case(about, lambda names: both(doing(names)), str(doing))


def after(names: Names) -> Any:
    """What w, b and X hold after the call."""
    w, b, X = (array.copy() for array in ONE_SAMPLE)
    names.forward_layer(w, b, X, sigmoid)
    return {"w": w, "b": b, "X": X}


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    w, x = (np.round(rng.uniform(-2, 2, 3), 1) for _ in range(2))
    b = float(np.round(rng.uniform(-1, 1), 1))
    question = f"A unit with the weights {w.tolist()} and the bias {b} gets the inputs {x.tolist()}. What is its z?"
    return question, float(w @ x + b)


EXERCISE = Exercise(
    number="11",
    title="One layer",
    defines=("forward_layer",),
    cases=(
        layer("one unit, one sample", UNIT),
        layer("three units, one sample", ONE_SAMPLE),
        layer("three units, five samples", SAMPLES),
        layer("as many units as inputs and samples", SQUARE),
        layer("with an activation", SAMPLES, sigmoid),
        layer("with softmax, which needs all units at once", ONE_SAMPLE, softmax),
        layer("an activation that looks at all samples", SAMPLES, center),
        Case("what was given", after, "w, b and X after a call of forward_layer(w, b, X, sigmoid)"),
    ),
    wrongs=(
        wrong(
            "the activation gets one sample at a time",
            "You hand the activation one column after the other. It gets all of z, (n_out, m): there are functions "
            "that look at several samples at once, and one call is quicker than m.",
            "else act_func(z)",
            "else np.hstack([act_func(z[:, [i]]) for i in range(z.shape[1])])",
        ),
        wrong(
            "unit by unit",
            "You call act_func for one unit after the other. A softmax looks at all units of a sample at once, and "
            "for a single one it is always 1. Call it once, with all of z, (n_out, m).",
            "else act_func(z)",
            "else np.vstack([act_func(z[[j]]) for j in range(len(z))])",
        ),
        wrong(
            "w * X",
            "You multiply w and X entry by entry. That scales every input and adds nothing up: the unit of the "
            "lesson gives the five numbers 1.18, 1.02, 1.1, 0.1, 0.65 instead of 0.05. A layer adds up: w.T @ X.",
            "w.T @ X",
            "w * X",
        ),
        wrong(
            "w.T * X",
            "With plain arrays * multiplies entry by entry, also after the transpose: a row times a column is a "
            "table of all products, and nothing is added up. (Only np.matrix took * for the matrix product.) Write "
            "w.T @ X.",
            "w.T @ X",
            "w.T * X",
        ),
        wrong(
            "w is not transposed",
            "You multiply w @ X. w has one column per unit, shape (n_in, n_out), and its rows have to meet the rows "
            "of X: w.T @ X. With as many units as inputs nothing complains, and every number is wrong.",
            "w.T @ X",
            "w @ X",
        ),
        wrong(
            "samples as rows",
            "Your z is transposed, one row per sample. Samples are columns in this network: w.T @ X + b, shape "
            "(n_out, m).",
            "w.T @ X + b",
            "X.T @ w + b.T",
        ),
        wrong(
            "samples as rows, and b as a column",
            "X.T @ w has shape (m, n_out). A column b added to it does not fit, or it is stretched into a table: "
            "with one sample and three units you get 3 x 3 numbers. Compute w.T @ X + b.",
            "w.T @ X + b",
            "X.T @ w + b",
        ),
        wrong(
            "everything is added up",
            "You add up the products of all units, so that they all get the same sum. Each unit has a sum of its own: "
            "w.T @ X adds up along the inputs only.",
            "w.T @ X",
            "np.sum(w * X)",
        ),
        wrong(
            "no bias",
            "The bias is missing: the unit of the lesson gives -0.95 instead of 0.05. z = w.T @ X + b.",
            "w.T @ X + b",
            "w.T @ X",
        ),
        wrong(
            "the bias is subtracted",
            "You subtract b; it is added: z = w.T @ X + b.",
            "w.T @ X + b",
            "w.T @ X - b",
        ),
        wrong(
            "the bias along the samples",
            "You have turned the column b into a row, and its numbers go to the samples instead of the units. Where "
            "sizes fit by chance, nothing complains; with one sample a table comes out. Leave b as it is, (n_out, 1).",
            "w.T @ X + b",
            "w.T @ X + b.T",
        ),
        wrong(
            "b is written into",
            "You add the product into b itself (z = b, then z += ...). z is right the first time, but b now holds "
            "the sum, and the next call starts from there. Make a new array: z = w.T @ X + b.",
            "z = w.T @ X + b",
            "z = b\n    z += w.T @ X",
        ),
        wrong(
            "the bias in every product",
            "You add b to every product before adding up, so it counts once for every input. It is added once, after "
            "the sum: z = w.T @ X + b.",
            "w.T @ X + b",
            "w.T @ X + len(w) * b",
        ),
        wrong(
            "z without the bias",
            "The first array lacks the bias, which you add only on the way into the activation. z is all of w.T @ X + "
            "b: going back, the derivatives are taken there.",
            "return z, y_hat",
            "return z - b, y_hat",
        ),
        wrong(
            "unit by unit, as vectors",
            "You call act_func for the row of one unit after the other. A softmax looks at all units of a sample at "
            "once; given one unit's row, it shares out over the samples. Call it once, with all of z, (n_out, m).",
            "else act_func(z)",
            "else np.array([act_func(row) for row in z])",
        ),
        wrong(
            "sample by sample, as vectors",
            "You call act_func for one column after the other, each as a flat vector. It gets all of z, (n_out, m): "
            "there are functions that look at several samples at once, and one call is quicker than m.",
            "else act_func(z)",
            "else np.stack([act_func(column) for column in z.T], axis=1)",
        ),
        wrong(
            "no activation",
            "y_hat is z, although there is an activation function. Without it layers in a row are one linear function. "
            "y_hat = act_func(z).",
            "z if act_func is None else act_func(z)",
            "z",
        ),
        wrong(
            "the activation before the bias",
            "The activation gets w.T @ X without the bias. The bias decides where a unit begins to fire, so it is "
            "added first: act_func(z).",
            "act_func(z)",
            "act_func(z - b)",
        ),
        wrong(
            "the bias after the activation",
            "You add the bias to what the activation gives. It belongs inside, where it decides when a unit begins "
            "to fire: act_func(z), with z = w.T @ X + b.",
            "act_func(z)",
            "act_func(z - b) + b",
        ),
        wrong(
            "the activation twice",
            "The activation is applied twice. act_func(z) once is the unit's value.",
            "act_func(z)",
            "act_func(act_func(z))",
        ),
        wrong(
            "None for no activation",
            "Where act_func is None, your y_hat is None. A layer without an activation passes its sums on: y_hat = z.",
            "z if act_func is None",
            "None if act_func is None",
        ),
        wrong(
            "y_hat twice",
            "Both arrays are y_hat. The first is z, before the activation: going back, the derivatives are taken at z.",
            "return z, y_hat",
            "return y_hat, y_hat",
        ),
        wrong(
            "y_hat first",
            "You return y_hat first and z second. Return (z, y_hat).",
            "return z, y_hat",
            "return y_hat, z",
        ),
        wrong(
            "only one array",
            "You return one array. Two are asked for, (z, y_hat): the way forward needs y_hat, the way back needs z.",
            "return z, y_hat",
            "return y_hat",
        ),
    ),
    hints=(
        "Write the shapes below the formula: w.T is (n_out, n_in), X is (n_in, m). Which product of the two is "
        "(n_out, m)? What does b, (n_out, 1), do when it is added to that?",
        "Two steps: the matrix product of w.T and X, plus b, is z. Then ask whether act_func is None before you call "
        "it, and return both arrays.",
        "z = w.T @ X + b; y_hat is z if act_func is None, otherwise act_func(z); return z, y_hat.",
    ),
    why="Entry (j, k) of w.T @ X is row j of w.T, the weights of unit j, times column k of X, the inputs of sample "
    "k: the sum that defines a unit, for all units and samples at once. b has one column, which broadcasting repeats "
    "for every sample.",
    library="network/layers.py Dense.forward",
    question="glassnet keeps samples in rows and computes X @ W + b. Which shape does b have there, and why does it "
    "need no transpose of W?",
    quiz=quiz,
)
