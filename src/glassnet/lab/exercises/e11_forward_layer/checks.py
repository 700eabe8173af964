"""Checks of Exercise 11: layers of different shapes, and the two arrays that each returns."""

from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, call, mistake


def sigmoid(z: Any) -> Any:
    """1 / (1 + e^-z)."""
    return 1 / (1 + np.exp(-z))


def softmax(z: Any) -> Any:
    """Softmax of every column: it needs all units of a sample at once."""
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


RNG = np.random.default_rng(11)


def random_numbers(*shape: int) -> Any:
    """Return random numbers with one decimal, none of them 0."""
    return np.round(RNG.uniform(0.2, 1.9, shape), 1) * RNG.choice([-1, 1], shape)


UNIT = (np.array([[0.2], [0.1], [1], [3], [0.5]]), np.array([[1.0]]), np.array([[0.9], [0.2], [0.1], [-0.3], [-0.7]]))
"""The unit of the lesson: w, b, X."""

ONE_SAMPLE = (random_numbers(4, 3), random_numbers(3, 1), random_numbers(4, 1))

SAMPLES = (random_numbers(4, 3), random_numbers(3, 1), random_numbers(4, 5))

SQUARE = (random_numbers(3, 3), random_numbers(3, 1), random_numbers(3, 3))


def both(returned: Any) -> dict[str, Any]:
    """Return z and y_hat by name. Raise ValueError unless two arrays are returned."""
    if not isinstance(returned, (tuple, list)) or len(returned) != 2:
        count = len(returned) if isinstance(returned, (tuple, list)) else 1
        raise ValueError(f"forward_layer should return 2 arrays, z and y_hat, but returns {count}")
    return {"z": returned[0], "y_hat": returned[1]}


def center(z: Any) -> Any:
    """Subtract the mean over the samples: it needs all samples at once."""
    return z - z.mean(axis=1, keepdims=True)


def layer(name: str, given: tuple[Any, Any, Any], act_func: Any = None) -> Case:
    """Return a case: the layer with these w, b, and X."""
    forward = call("forward_layer", *given, act_func)
    return Case(name, lambda names: both(forward(names)), str(forward))


def arguments_after_call(names: Namespace) -> Any:
    """Return w, b, and X as they are after the call."""
    w, b, X = (array.copy() for array in ONE_SAMPLE)
    names.forward_layer(w, b, X, sigmoid)
    return {"w": w, "b": b, "X": X}


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    w, x = (np.round(rng.uniform(-2, 2, 3), 1) for _ in range(2))
    b = float(np.round(rng.uniform(-1, 1), 1))
    question = f"A unit has the weights {w.tolist()} and the bias {b}. Its inputs are {x.tolist()}. What is its z?"
    return question, float(w @ x + b)


EXERCISE = Exercise(
    number="11",
    title="Forward pass of one layer",
    defines=("forward_layer",),
    cases=(
        layer("one unit, one sample", UNIT),
        layer("three units, one sample", ONE_SAMPLE),
        layer("three units, five samples", SAMPLES),
        layer("equal numbers of units, inputs, and samples", SQUARE),
        layer("with an activation function", SAMPLES, sigmoid),
        layer("with softmax, which needs all units at once", ONE_SAMPLE, softmax),
        layer("with an activation function that needs all samples", SAMPLES, center),
        Case(
            "the arguments are not modified", arguments_after_call, "w, b, and X after forward_layer(w, b, X, sigmoid)"
        ),
    ),
    robustness=("the arguments are not modified",),
    mistakes=(
        mistake(
            "activation sample by sample",
            "You call act_func for one column at a time. Pass the whole z, (n_out, m): some functions need several "
            "samples at once, and one call is faster than m calls.",
            "else act_func(z)",
            "else np.hstack([act_func(z[:, [i]]) for i in range(z.shape[1])])",
        ),
        mistake(
            "activation unit by unit",
            "You call act_func for one unit at a time. Softmax needs all units of a sample; for a single unit it is "
            "always 1. Call act_func once with the whole z, (n_out, m).",
            "else act_func(z)",
            "else np.vstack([act_func(z[[j]]) for j in range(len(z))])",
        ),
        mistake(
            "w * X",
            "You multiply w and X elementwise. That scales every input but sums nothing: the unit of the lesson "
            "gives the five numbers 1.18, 1.02, 1.1, 0.1, 0.65 instead of 0.05. A layer needs the matrix product: "
            "w.T @ X.",
            "w.T @ X",
            "w * X",
        ),
        mistake(
            "w.T * X",
            "For arrays, * is elementwise, also after the transpose: a row times a column broadcasts to a matrix of "
            "all products, without a sum. (Only for np.matrix is * the matrix product.) Use w.T @ X.",
            "w.T @ X",
            "w.T * X",
        ),
        mistake(
            "w not transposed",
            "You compute w @ X. w has one column per unit, shape (n_in, n_out), so its transpose must be multiplied: "
            "w.T @ X. If there are as many units as inputs, w @ X raises no error, but every number is wrong.",
            "w.T @ X",
            "w @ X",
        ),
        mistake(
            "samples as rows",
            "Your z is transposed: it has one row per sample. In this network, samples are columns: w.T @ X + b, "
            "shape (n_out, m).",
            "w.T @ X + b",
            "X.T @ w + b.T",
        ),
        mistake(
            "samples as rows, b as a column",
            "X.T @ w has shape (m, n_out). Adding the column b raises an error or broadcasts: for one sample and "
            "three units, you get 3 × 3 numbers. Compute w.T @ X + b.",
            "w.T @ X + b",
            "X.T @ w + b",
        ),
        mistake(
            "sum over all units",
            "You sum the products of all units, so all units get the same z. Each unit has its own sum: w.T @ X sums "
            "only over the inputs.",
            "w.T @ X",
            "np.sum(w * X)",
        ),
        mistake(
            "no bias",
            "The bias is missing: the unit of the lesson gives -0.95 instead of 0.05. z = w.T @ X + b.",
            "w.T @ X + b",
            "w.T @ X",
        ),
        mistake(
            "bias subtracted",
            "You subtract b. Add it: z = w.T @ X + b.",
            "w.T @ X + b",
            "w.T @ X - b",
        ),
        mistake(
            "bias along the samples",
            "You transpose the column b to a row, so its numbers are added to the samples instead of the units. For "
            "one sample this gives a matrix, and if the sizes match by chance, there is no error. Keep the shape of "
            "b, (n_out, 1).",
            "w.T @ X + b",
            "w.T @ X + b.T",
        ),
        mistake(
            "modifies b",
            "You add the product to b in place (z = b, then z += ...). The first z is correct, but b now contains "
            "the sum, and the next call starts from it. Create a new array: z = w.T @ X + b.",
            "z = w.T @ X + b",
            "z = b\n    z += w.T @ X",
        ),
        mistake(
            "bias in every product",
            "You add b to every product before the sum, so it counts once per input. Add it once, after the sum: z = "
            "w.T @ X + b.",
            "w.T @ X + b",
            "w.T @ X + len(w) * b",
        ),
        mistake(
            "z without the bias",
            "Your z does not include the bias, which you add only in the argument of the activation function. z is "
            "w.T @ X + b, because the backward pass computes derivatives at z.",
            "return z, y_hat",
            "return z - b, y_hat",
        ),
        mistake(
            "activation unit by unit, as vectors",
            "You call act_func for the row of one unit at a time. Softmax needs all units of a sample; for one row "
            "it normalizes over the samples instead. Call act_func once with the whole z, (n_out, m).",
            "else act_func(z)",
            "else np.array([act_func(row) for row in z])",
        ),
        mistake(
            "activation sample by sample, as vectors",
            "You call act_func for one column at a time, as a one-dimensional array. Pass the whole z, (n_out, m): "
            "some functions need several samples at once, and one call is faster than m calls.",
            "else act_func(z)",
            "else np.stack([act_func(column) for column in z.T], axis=1)",
        ),
        mistake(
            "no activation",
            "Your y_hat is z, although act_func is not None. Without activation functions, several layers are "
            "equivalent to one linear layer. y_hat = act_func(z).",
            "z if act_func is None else act_func(z)",
            "z",
        ),
        mistake(
            "activation before the bias",
            "You apply the activation function to w.T @ X without the bias. The bias shifts the input of the "
            "activation function, so add it first: act_func(z).",
            "act_func(z)",
            "act_func(z - b)",
        ),
        mistake(
            "bias after the activation",
            "You add the bias to the result of the activation function. It belongs inside: act_func(z), with z = w.T "
            "@ X + b.",
            "act_func(z)",
            "act_func(z - b) + b",
        ),
        mistake(
            "activation applied twice",
            "You apply the activation function twice. Apply it once: act_func(z).",
            "act_func(z)",
            "act_func(act_func(z))",
        ),
        mistake(
            "None without an activation",
            "If act_func is None, your y_hat is None. A layer without an activation function returns its "
            "pre-activations: y_hat = z.",
            "z if act_func is None",
            "None if act_func is None",
        ),
        mistake(
            "y_hat twice",
            "You return y_hat twice. The first array is z, before the activation function, because the backward pass "
            "computes derivatives at z.",
            "return z, y_hat",
            "return y_hat, y_hat",
        ),
        mistake(
            "return values swapped",
            "You return y_hat first and z second. Return (z, y_hat).",
            "return z, y_hat",
            "return y_hat, z",
        ),
        mistake(
            "only one array",
            "You return one array. Return two, (z, y_hat): the next layer needs y_hat, and the backward pass needs z.",
            "return z, y_hat",
            "return y_hat",
        ),
    ),
    hints=(
        "Write the shapes below the formula: w.T is (n_out, n_in), and X is (n_in, m). Which product of the two is "
        "(n_out, m)? What happens to b, (n_out, 1), when you add it?",
        "Two steps: z is the matrix product of w.T and X, plus b. Then check whether act_func is None before you "
        "call it, and return both arrays.",
        "z = w.T @ X + b; y_hat is z if act_func is None, otherwise act_func(z); return z, y_hat.",
    ),
    explanation="Entry (j, k) of w.T @ X is row j of w.T (the weights of unit j) times column k of X (the inputs of "
    "sample k). This is the sum that defines a unit, for all units and samples at once. b has one column, which "
    "broadcasts over the samples.",
    library="network/layers.py Dense.forward",
    question="glassnet stores samples in rows and computes X @ W + b. Which shape does b have there, and why is no "
    "transpose of W needed?",
    quiz=quiz,
    none="act_func is None for a layer without an activation, which the function has to check before it calls act_func",
)
