"""Checks of Exercise 4."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Mistake, Namespace, call, mistake


@cache
def digit_labels() -> Any:
    """Return the labels of the data set, loaded once."""
    from glassnet.data.sources import load

    return load("digits").y


def all_digits(names: Namespace) -> dict[str, Any]:
    """Return a few numbers that describe the 1797 rows."""
    Y = np.asarray(names.convert_to_one_hot(digit_labels().copy(), 10), dtype=float)
    if Y.shape != (1797, 10):
        return {"shape": Y.shape}
    return {"shape": Y.shape, "Y[14, 8]": Y[14, 8], "Y[177, 1]": Y[177, 1], "column sums": Y.sum(axis=0)}


def invalid(y: Any, size: int) -> Callable[[Namespace], Any]:
    """Return an observation: the result for invalid labels. Messages of exceptions are replaced."""

    def observe(names: Namespace) -> Any:
        try:
            return call("convert_to_one_hot", y, size)(names)
        except ValueError as error:
            raise ValueError("with any message").with_traceback(error.__traceback__) from None
        except IndexError as error:
            words = f"a label is out of bounds for {size} columns"
            raise IndexError(words).with_traceback(error.__traceback__) from None

    return observe


def of_a_list(names: Namespace) -> Any:
    """Return the result for a list. The message of an AttributeError is replaced, because it depends on the answer."""
    labels = [2, 0, 4, 2]
    try:
        return names.convert_to_one_hot(labels, 7)
    except AttributeError as error:
        words = f"a list of {len(labels)} labels has no array attributes"
        raise AttributeError(words).with_traceback(error.__traceback__) from None


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    n, size = int(rng.integers(20, 90)), int(rng.integers(4, 13))
    return f"How many zeros are in the one-hot encoding of {n} labels with {size} classes?", float(n * (size - 1))


TOO_LARGE = 'raise ValueError(f"there is no class {y.max()} among the classes 0 to {onehot_size - 1}")'

NOT_A_VECTOR = 'raise ValueError(f"labels have shape (n,), not {y.shape}")'

FILL = "Y[np.arange(len(y)), y.astype(int)] = 1"

NO_CHECKS = (
    ("(y % 1 != 0).any()", "False"),
    ("(y < 0).any()", "False"),
    ("(y >= onehot_size).any()", "False"),
    ("y.astype(int)", "y"),
)
"""The edits that remove all checks of the labels."""


def without_checks(name: str, column: str, *edits: str) -> Mistake:
    """Return a mistake that checks nothing. column: what happens to y of shape (n, 1)."""
    says = (
        f"You check nothing. Label -1 becomes the last class without an error. A y of shape (n, 1) {column}. For "
        "labels that are too large or not integers, NumPy raises IndexError. Check y first, and raise ValueError in "
        "each of the four cases."
    )
    return mistake(name, says, *edits, *(text for pair in NO_CHECKS for text in pair))


EXERCISE = Exercise(
    number="4",
    title="One-hot encoding",
    defines=("convert_to_one_hot",),
    cases=(
        Case("labels 0 to 9, 0 to 4", call("convert_to_one_hot", np.arange(15) % 10, 10)),
        Case("a list, with unused classes", of_a_list, "convert_to_one_hot([2, 0, 4, 2], 7)"),
        Case("one label", call("convert_to_one_hot", np.array([2]), 4)),
        Case("all digits", all_digits, "convert_to_one_hot(y, 10) for the 1797 labels of the digits"),
        Case("a negative label: ValueError", invalid(np.array([0, -1, 1]), 4), "convert_to_one_hot([0, -1, 1], 4)"),
        Case(
            "a label that is too large: ValueError", invalid(np.array([0, 3, 1]), 3), "convert_to_one_hot([0, 3, 1], 3)"
        ),
        Case(
            "a label that is not an integer: ValueError",
            invalid(np.array([0, 1.5, 2]), 4),
            "convert_to_one_hot([0, 1.5, 2], 4)",
        ),
        Case("a column: ValueError", invalid(np.array([[1], [3], [0]]), 4), "convert_to_one_hot([[1], [3], [0]], 4)"),
    ),
    robustness=(
        "a list, with unused classes",
        "a negative label: ValueError",
        "a label that is too large: ValueError",
        "a label that is not an integer: ValueError",
        "a column: ValueError",
    ),
    mistakes=(
        mistake(
            "negative labels",
            "You accept labels below 0. As an index, -1 means the last column, so an invalid label becomes the last "
            "class without an error. Raise ValueError if a label is below 0.",
            "(y < 0).any()",
            "False",
        ),
        mistake(
            "labels too large",
            "You do not check for labels of onehot_size or more, so NumPy raises IndexError. Classes count from 0, "
            "so with 3 classes the label 3 is invalid. Raise ValueError if y >= onehot_size.",
            "(y >= onehot_size).any()",
            "False",
        ),
        mistake(
            "rows of zeros",
            "A label of onehot_size or more gives a row of zeros, which belongs to no class. Raise ValueError if y "
            ">= onehot_size.",
            TOO_LARGE,
            "return (y[:, None] == np.arange(onehot_size)).astype(float)",
        ),
        mistake(
            "labels clipped",
            "You change a label of onehot_size or more to the last class. That invents a label: raise ValueError "
            "instead.",
            TOO_LARGE,
            "y = np.minimum(y, onehot_size - 1)",
        ),
        mistake(
            "labels renumbered",
            "You renumber the labels that occur in y, so unused classes have no column. The label itself is the "
            "index of its column.",
            "y.astype(int)] = 1",
            "np.unique(y, return_inverse=True)[1]] = 1",
        ),
        mistake(
            "labels truncated",
            "The label 1.5 becomes 1, because the conversion to integers truncates it. Such a label is an error in "
            "the data. Check before you convert, and raise ValueError if a label is not an integer.",
            "(y % 1 != 0).any()",
            "False",
        ),
        mistake(
            "1.5 as an index",
            "You do not check for labels that are not integers. For 1.5, NumPy raises IndexError, because a float "
            "cannot be an index. Raise ValueError if a label is not an integer.",
            "(y % 1 != 0).any()",
            "False",
            "y.astype(int)",
            "y",
        ),
        without_checks("no checks, with a loop", "is treated as if its shape were (n,)", NOT_A_VECTOR, "y = y.ravel()"),
        without_checks("no checks, with two indices", "gives several ones in every row", "y.ndim != 1", "False"),
        without_checks(
            "no checks, with np.eye",
            "gives an array of shape (n, 1, onehot_size)",
            NOT_A_VECTOR,
            "return np.eye(onehot_size)[y]",
        ),
        mistake(
            "list not converted",
            "Your function does not accept a list, which has no shape, ndim, or astype. Start with y = "
            "np.asarray(y): it converts a list to an array and leaves an array unchanged.",
            "y = np.asarray(y)",
            "y = y",
        ),
        mistake(
            "accepts a column",
            "You accept y of shape (n, 1). In this course, labels always have shape (n,). Raise ValueError if y.ndim "
            "is not 1.",
            NOT_A_VECTOR,
            "y = y.ravel()",
        ),
        mistake(
            "several ones for a column",
            "You accept y of shape (n, 1), which gives several ones in every row, because NumPy broadcasts the "
            "column index against all n rows. Raise ValueError if y.ndim is not 1.",
            "y.ndim != 1",
            "False",
        ),
        mistake(
            "three axes for a column",
            "You accept y of shape (n, 1), which gives an array of shape (n, 1, onehot_size). Raise ValueError if "
            "y.ndim is not 1.",
            NOT_A_VECTOR,
            "return np.eye(onehot_size)[y]",
        ),
        mistake(
            "always column 1",
            "The one is always in column 1, whatever the label is. The label is the index of the column: Y[i, y[i]] "
            "= 1.",
            FILL,
            "Y[:, 1] = 1",
        ),
        mistake(
            "classes counted from 1",
            "Your ones are one column too far to the left, and label 0 is in the last column. Classes count from 0: "
            "label k has its one in column k.",
            "y.astype(int)",
            "y.astype(int) - 1",
        ),
        mistake(
            "transposed",
            "Your result has shape (onehot_size, n), with one column per label. It should have one row per label: "
            "(n, onehot_size).",
            "return Y",
            "return Y.T",
        ),
        mistake(
            "number of classes from the labels",
            "You compute the number of columns as max(y) + 1. If the last class does not occur in y, its column is "
            "missing, so training and test set may have different shapes. Use onehot_size.",
            "np.zeros((len(y), onehot_size))",
            "np.zeros((len(y), int(y.max()) + 1))",
        ),
        mistake(
            "one column too many",
            "You create onehot_size + 1 columns. The classes 0 to 9 are ten classes.",
            "np.zeros((len(y), onehot_size))",
            "np.zeros((len(y), onehot_size + 1))",
        ),
        mistake(
            "zeros and ones swapped",
            "Your rows contain ones and a single 0. They should contain zeros and a single 1.",
            f"np.zeros((len(y), onehot_size))\n    {FILL}",
            f"np.ones((len(y), onehot_size))\n    {FILL.replace('= 1', '= 0')}",
        ),
        mistake(
            "label instead of 1",
            "You write the label instead of 1: label 3 gives 0 0 0 3, and label 0 only zeros. The position encodes "
            "the class, and the value there is 1.",
            FILL,
            FILL.replace("= 1", "= y"),
        ),
        mistake(
            "only the first row",
            "Only the first row has its one. Is the return inside the loop? It belongs after the loop.",
            FILL,
            "Y[0, int(y[0])] = 1",
        ),
        mistake(
            "whole rows",
            "Y[y] = 1 fills the rows whose indices are the labels. Set one entry per row: row i, column y[i]. For "
            "all rows at once: Y[np.arange(n), y] = 1.",
            FILL,
            "Y[y.astype(int)] = 1",
        ),
        mistake(
            "whole columns",
            "Y[:, y] = 1 fills whole columns, so every row has the ones of all labels. Set one entry per row: row i, "
            "column y[i]. For all rows at once: Y[np.arange(n), y] = 1.",
            FILL,
            "Y[:, y.astype(int)] = 1",
        ),
        mistake(
            "only zeros",
            "The shape is correct, but your array contains only zeros. No entry is set to 1.",
            FILL,
            "pass",
        ),
    ),
    hints=(
        "Start with zeros of the correct shape. In which row and column is the one of label y[i]?",
        "First check the labels (four checks, each with raise ValueError). Then use a loop over i that sets Y[i, "
        "y[i]], or set all entries at once: NumPy accepts a list of rows and a list of columns as an index.",
        "Y = np.zeros((len(y), onehot_size)), then Y[np.arange(len(y)), y] = 1.",
    ),
    explanation="Two index arrays of n integers select n entries, pair by pair: (0, y[0]), (1, y[1]), and so on. That "
    "is one entry per row. Each row sums to 1, so it is a probability distribution that puts probability 1 on the "
    "true class. The loss will compare it with the output of softmax.",
    library="data/dataset.py one_hot",
    question="1797 one-hot rows have 17970 numbers, but no more information than 1797 labels. In the loss, only one "
    "of the ten numbers per sample counts. How would you compute the loss from the labels alone?",
    quiz=quiz,
)
