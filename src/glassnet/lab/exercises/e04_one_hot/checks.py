"""How Exercise 4 is checked."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Names, Wrong, call, wrong


@cache
def digit_labels() -> Any:
    """The labels of the data set, read when they are first asked for."""
    from glassnet.data.sources import load

    return load("digits").y


def all_digits(names: Names) -> dict[str, Any]:
    """Return what can be told of the 1797 rows in a few numbers."""
    Y = np.asarray(names.convert_to_one_hot(digit_labels().copy(), 10), dtype=float)
    if Y.shape != (1797, 10):
        return {"shape": Y.shape}
    return {"shape": Y.shape, "Y[14, 8]": Y[14, 8], "Y[177, 1]": Y[177, 1], "sums of the columns": Y.sum(axis=0)}


def refused(y: Any, size: int) -> Callable[[Names], Any]:
    """Return what converts labels that are to be refused; how an exception is worded depends on the answer."""

    def observe(names: Names) -> Any:
        try:
            return call("convert_to_one_hot", y, size)(names)
        except ValueError as error:
            raise ValueError("in words of your own").with_traceback(error.__traceback__) from None
        except IndexError as error:
            words = f"NumPy finds no place for a label among {size} columns"
            raise IndexError(words).with_traceback(error.__traceback__) from None

    return observe


def of_a_list(names: Names) -> Any:
    """Return the rows for a list; which attribute is missed first depends on the answer."""
    labels = [2, 0, 4, 2]
    try:
        return names.convert_to_one_hot(labels, 7)
    except AttributeError as error:
        words = f"a list of {len(labels)} labels has no attributes of an array"
        raise AttributeError(words).with_traceback(error.__traceback__) from None


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    n, size = int(rng.integers(20, 90)), int(rng.integers(4, 13))
    return f"How many zeros are in the one-hot array of {n} labels with {size} classes?", float(n * (size - 1))


TOO_LARGE = 'raise ValueError(f"there is no class {y.max()} among {onehot_size} classes, which begin with 0")'

NOT_A_VECTOR = 'raise ValueError(f"labels have shape (n,), not {y.shape}")'

FILL = "Y[np.arange(len(y)), y.astype(int)] = 1"

UNCHECKED = (
    ("(y % 1 != 0).any()", "False"),
    ("(y < 0).any()", "False"),
    ("(y >= onehot_size).any()", "False"),
    ("y.astype(int)", "y"),
)
"""What changes where no label is looked at before it becomes an index."""


def unchecked(name: str, column: str, *edits: str) -> Wrong:
    """Return the wrong answer that refuses nothing; column: what becomes of y of shape (n, 1)."""
    says = (
        f"You refuse nothing. Label -1 becomes the last class without a word, a y of shape (n, 1) {column}, and for "
        "labels that are too large or no whole numbers NumPy raises IndexError. Look at y first, and raise "
        "ValueError for each of the four."
    )
    return wrong(name, says, *edits, *(text for pair in UNCHECKED for text in pair))


EXERCISE = Exercise(
    number="4",
    title="One-hot",
    defines=("convert_to_one_hot",),
    cases=(
        Case("labels 0 to 9, 0 to 4", call("convert_to_one_hot", np.arange(15) % 10, 10)),
        Case("a list, and classes that do not occur", of_a_list, "convert_to_one_hot([2, 0, 4, 2], 7)"),
        Case("one label", call("convert_to_one_hot", np.array([2]), 4)),
        Case("all digits", all_digits, "convert_to_one_hot(y, 10) for the 1797 labels of the digits"),
        Case("a label below 0", refused(np.array([0, -1, 1]), 4), "convert_to_one_hot([0, -1, 1], 4)"),
        Case("a label too large", refused(np.array([0, 3, 1]), 3), "convert_to_one_hot([0, 3, 1], 3)"),
        Case("a label between two", refused(np.array([0, 1.5, 2]), 4), "convert_to_one_hot([0, 1.5, 2], 4)"),
        Case("a column", refused(np.array([[1], [3], [0]]), 4), "convert_to_one_hot([[1], [3], [0]], 4)"),
    ),
    wrongs=(
        wrong(
            "below 0",
            "You do not refuse labels below 0. As an index, -1 means the last column, so an unknown class becomes "
            "the last class without a word. Raise ValueError where a label is below 0.",
            "(y < 0).any()",
            "False",
        ),
        wrong(
            "too large",
            "A label of onehot_size or more is not refused by you: NumPy finds no such column and raises IndexError. "
            "Classes are counted from 0, so with 3 classes the label 3 is one too many: raise ValueError where y >= "
            "onehot_size.",
            "(y >= onehot_size).any()",
            "False",
        ),
        wrong(
            "left out",
            "A label of onehot_size or more gives a row of zeros, which belongs to no class. Raise ValueError where "
            "y >= onehot_size.",
            TOO_LARGE,
            "return (y[:, None] == np.arange(onehot_size)).astype(float)",
        ),
        wrong(
            "the nearest class",
            "A label of onehot_size or more is moved to the last class. That invents a label; raise ValueError.",
            TOO_LARGE,
            "y = np.minimum(y, onehot_size - 1)",
        ),
        wrong(
            "renumbered",
            "You number the labels that occur anew, so the columns of classes that do not occur are missing before "
            "them. The label itself is the number of its column.",
            "y.astype(int)] = 1",
            "np.unique(y, return_inverse=True)[1]] = 1",
        ),
        wrong(
            "cuts labels off",
            "The label 1.5 becomes 1: making whole numbers of labels cuts them off. Something is wrong with such "
            "data; look before you convert, and raise ValueError where a label is no whole number.",
            "(y % 1 != 0).any()",
            "False",
        ),
        wrong(
            "1.5 as an index",
            "The label 1.5 is not refused by you: NumPy takes no float as an index and raises IndexError. Raise "
            "ValueError where a label is no whole number.",
            "(y % 1 != 0).any()",
            "False",
            "y.astype(int)",
            "y",
        ),
        unchecked("nothing is refused, in a loop", "is taken as if it were (n,)", NOT_A_VECTOR, "y = y.ravel()"),
        unchecked("nothing is refused, with two indices", "gives several ones in every row", "y.ndim != 1", "False"),
        unchecked(
            "nothing is refused, with np.eye",
            "gives an array of shape (n, 1, onehot_size)",
            NOT_A_VECTOR,
            "return np.eye(onehot_size)[y]",
        ),
        wrong(
            "no lists",
            "Your function needs an array: a list has no shape, no ndim and no astype. Begin with y = np.asarray(y), "
            "which makes an array of a list, and leaves an array as it is.",
            "y = np.asarray(y)",
            "y = y",
        ),
        wrong(
            "a column is taken",
            "You accept y of shape (n, 1). Labels have shape (n,), in the rest of the course as well; raise "
            "ValueError where y.ndim is not 1.",
            NOT_A_VECTOR,
            "y = y.ravel()",
        ),
        wrong(
            "a column sets too many ones",
            "A y of shape (n, 1) is not refused, and gives several ones in every row: as an index, the (n, 1) column "
            "is combined with all n rows. Raise ValueError where y.ndim is not 1.",
            "y.ndim != 1",
            "False",
        ),
        wrong(
            "a column gives three axes",
            "A y of shape (n, 1) is not refused, and gives an array of shape (n, 1, onehot_size). Raise ValueError "
            "where y.ndim is not 1.",
            NOT_A_VECTOR,
            "return np.eye(onehot_size)[y]",
        ),
        wrong(
            "always column 1",
            "The one is always in column 1, whatever the label says. Its column is the label: Y[i, y[i]] = 1.",
            FILL,
            "Y[:, 1] = 1",
        ),
        wrong(
            "counts from 1",
            "Your ones stand one column too far to the left, and label 0 ends up in the last. Classes count from 0: "
            "label k has its one in column k.",
            "y.astype(int)",
            "y.astype(int) - 1",
        ),
        wrong(
            "transposed",
            "Your result has shape (onehot_size, n), with a column per label. Here every label has a row: (n, "
            "onehot_size).",
            "return Y",
            "return Y.T",
        ),
        wrong(
            "as many classes as occur",
            "You take the number of columns from the labels, max(y) + 1. A class that does not occur in y would have "
            "no column, and training and test part different shapes. Use onehot_size.",
            "np.zeros((len(y), onehot_size))",
            "np.zeros((len(y), int(y.max()) + 1))",
        ),
        wrong(
            "one column too many",
            "You have made onehot_size + 1 columns. The classes 0 to 9 are ten.",
            "np.zeros((len(y), onehot_size))",
            "np.zeros((len(y), onehot_size + 1))",
        ),
        wrong(
            "zeros and ones exchanged",
            "You have a single 0 in every row of ones; it should be a single 1 among zeros.",
            f"np.zeros((len(y), onehot_size))\n    {FILL}",
            f"np.ones((len(y), onehot_size))\n    {FILL.replace('= 1', '= 0')}",
        ),
        wrong(
            "the label itself",
            "You write the label where a 1 belongs: label 3 gives 0 0 0 3, and label 0 only zeros. The place tells "
            "the class; the number there is 1.",
            FILL,
            FILL.replace("= 1", "= y"),
        ),
        wrong(
            "only the first row",
            "Only the first row has its one; is the return inside the loop? It has to stand below it, after the last "
            "row.",
            FILL,
            "Y[0, int(y[0])] = 1",
        ),
        wrong(
            "whole rows",
            "Y[y] = 1 fills the rows whose numbers are the labels. You need one place in each row: row i, column "
            "y[i], for all i at once Y[np.arange(n), y] = 1.",
            FILL,
            "Y[y.astype(int)] = 1",
        ),
        wrong(
            "whole columns",
            "Y[:, y] = 1 fills whole columns: every row gets the ones of all labels. You need one place in each row: "
            "row i, column y[i], for all i at once Y[np.arange(n), y] = 1.",
            FILL,
            "Y[:, y.astype(int)] = 1",
        ),
        wrong(
            "only zeros",
            "Your array has the right shape, but nothing but zeros in it: no one is ever set.",
            FILL,
            "pass",
        ),
    ),
    hints=(
        "Start with zeros of the right shape. In which row and which column does the one of label y[i] stand?",
        "First refuse what is not allowed (four checks, each with raise ValueError). Then either a loop over i that "
        "sets Y[i, y[i]], or all at once: NumPy takes a list of rows and a list of columns as an index.",
        "Y = np.zeros((len(y), onehot_size)), then Y[np.arange(len(y)), y] = 1.",
    ),
    why="Two arrays of n whole numbers as an index name n places, pair by pair: (0, y[0]), (1, y[1]), ... That is "
    "one place in each row. Each row adds up to 1, so it can be read as probabilities: all of it on the true class. "
    "That is what the loss will compare the softmax with.",
    library="data/dataset.py one_hot",
    question="1797 one-hot rows hold 17970 numbers that say no more than 1797 labels. In the loss, of ten numbers "
    "per sample only one counts. How would you compute with the labels alone?",
    quiz=quiz,
)
