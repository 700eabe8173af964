"""Checks of Exercise 11: layers of different shapes, and the two arrays that each returns."""

from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, call


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
    quiz=quiz,
)
