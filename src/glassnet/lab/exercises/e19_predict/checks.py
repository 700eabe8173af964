"""How Exercise 19 is checked."""

from itertools import pairwise

import numpy as np

from glassnet.lab.exercise import Call, Case, Exercise, call, mistake
from glassnet.lab.exercises.networks import sigmoid, softmax


def prediction(sizes: list[int], m: int, spread: float, seed: int) -> Call:
    """Return the call of predict for a random network with weights of this spread, and m random samples."""
    rng = np.random.default_rng(seed)
    W = [None] + [rng.normal(0, spread, shape) for shape in pairwise(sizes)]
    B = [None] + [rng.normal(0, spread, (units, 1)) for units in sizes[1:]]
    act_funcs = [None] + [sigmoid] * (len(sizes) - 2) + [softmax]
    return call("predict", rng.normal(size=(sizes[0], m)), W, B, act_funcs)


TRUE = np.array([3, 9, 0, 3, 4, 1, 9, 2])

SOME = np.array([3, 9, 2, 3, 4, 4, 9, 3])

THREE, CALLED = np.array([0, 0, 1, 2, 2, 2, 1, 0]), np.array([0, 1, 1, 2, 0, 0, 2, 1])


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    table = rng.integers(1, 9, (3, 3)) + np.diag(rng.integers(10, 30, 3))
    return (
        f"A confusion matrix is {table.tolist()}. What is the accuracy, to three decimals?",
        float(np.trace(table) / table.sum()),
    )


ARGMAX, EQUAL = "a[-1].argmax(axis=0)", "np.mean(y == predicted)"

COUNT, MOST = "np.add.at(table, (y, predicted), 1)", "np.bincount(y).max() / len(y)"

CHECK = """    if y.shape != predicted.shape:
        raise ValueError(f"shapes differ: {y.shape} and {predicted.shape}")
"""

EXERCISE = Exercise(
    number="19",
    title="Prediction and accuracy",
    defines=("predict", "accuracy", "confusion_matrix", "majority_baseline"),
    cases=(
        Case("the classes of seven samples", prediction([3, 6, 5, 4], 7, 3.0, 3), "predict for a 3-6-5-4 network"),
        Case("no probability above a half", prediction([4, 3], 6, 0.2, 1), "predict for a 4-3 network, six samples"),
        Case("the class of one sample", prediction([5, 3, 6], 1, 2.0, 4), "predict for a 5-3-6 network, one sample"),
        Case("five of eight are right", call("accuracy", TRUE, SOME)),
        Case("none is right", call("accuracy", np.array([2, 0, 1, 9]), np.array([1, 1, 2, 3]))),
        Case("a row of classes and a column", call("accuracy", TRUE, SOME[:, None])),
        Case("one prediction for eight samples", call("accuracy", TRUE, SOME[:1])),
        Case("a table of three classes", call("confusion_matrix", THREE, CALLED, 3)),
        Case("classes that do not occur", call("confusion_matrix", np.array([0, 3, 3]), np.array([3, 1, 3]), 5)),
        Case("the most common of four classes", call("majority_baseline", np.array([2, 0, 2, 5, 2, 1, 2, 0, 1]))),
        Case("the more common of two classes", call("majority_baseline", np.array([1, 0, 1, 0, 0, 1, 1]))),
    ),
    mistakes=(
        mistake(
            "argmax over the wrong axis",
            "predict takes argmax along each row, so it says for every class which sample has the most of it: as many "
            "numbers as there are classes. Columns are samples: argmax(axis=0).",
            ARGMAX,
            "a[-1].argmax(axis=1)",
        ),
        mistake(
            "argmax over everything",
            "predict gives one number for all samples: argmax without an axis looks for the largest entry of the whole "
            "array. Take argmax(axis=0), one class per column.",
            ARGMAX,
            "a[-1].argmax()",
        ),
        mistake(
            "the largest probability",
            "predict returns the largest probability of each column, and not its place: argmax instead of max.",
            ARGMAX,
            "a[-1].max(axis=0)",
        ),
        mistake(
            "the least probable class",
            "predict returns the class with the smallest output; argmax, not argmin.",
            ARGMAX,
            "a[-1].argmin(axis=0)",
        ),
        mistake(
            "classes from 1",
            "Your classes are 1 too large: they are counted from 0, as argmax does.",
            ARGMAX,
            "a[-1].argmax(axis=0) + 1",
        ),
        mistake(
            "rounded probabilities",
            "predict rounds the probabilities, a table of zeros and ones. Where no class has more than a half, its "
            "column is all 0, and compared with one-hot labels that is right in nine places of ten. A class is asked "
            "for: argmax(axis=0).",
            ARGMAX,
            "np.round(a[-1])",
        ),
        mistake(
            "rounds before argmax",
            "You round the probabilities first. Where no class has more than a half, all become 0, and argmax of "
            "zeros is class 0. Take argmax of the probabilities themselves.",
            ARGMAX,
            "np.round(a[-1]).argmax(axis=0)",
        ),
        mistake(
            "one-hot columns",
            "predict returns a column of zeros with a 1 in it for each sample. The class itself is asked for, one "
            "whole number per sample: (m,).",
            ARGMAX,
            "np.eye(len(a[-1]))[:, a[-1].argmax(axis=0)]",
        ),
        mistake(
            "the hidden layer",
            "predict takes argmax of a hidden layer. The classes are the units of the last one, a[-1].",
            ARGMAX,
            "a[-2].argmax(axis=0)",
        ),
        mistake(
            "the error rate",
            "accuracy counts the samples that are wrong: 3 of 8 wrong gives 0.375, and a network that is right for 71 "
            "of 719 gets 0.901. Count y == predicted.",
            EQUAL,
            "np.mean(y != predicted)",
        ),
        mistake(
            "a count",
            "accuracy returns how many are right. A share is asked for: divide by the number of samples, or take the "
            "mean.",
            EQUAL,
            "np.sum(y == predicted)",
        ),
        mistake(
            "per cent",
            "accuracy is 100 times too large: a share lies between 0 and 1.",
            EQUAL,
            "100 * np.mean(y == predicted)",
        ),
        mistake(
            "all or nothing",
            "accuracy only says whether everything is right. Take the mean of y == predicted.",
            EQUAL,
            "np.all(y == predicted)",
        ),
        mistake(
            "against the samples' numbers",
            "You compare predicted with 0, 1, 2, ..., the positions of the samples, and not with their classes. Even a "
            "perfect network is hardly ever right that way. Compare with y.",
            EQUAL,
            "np.mean(np.arange(len(y)) == predicted)",
        ),
        mistake(
            "zeros that equal zeros",
            "accuracy compares one-hot columns entry by entry, so that nearly all are zeros that equal zeros: of ten "
            "entries a wrong prediction still gets eight right, and a network without a clue has 0.82. Compare the "
            "classes.",
            EQUAL,
            "np.mean(np.eye(10)[y] == np.eye(10)[predicted])",
        ),
        mistake(
            "shapes are not looked at",
            "accuracy takes arrays of different shapes. (8,) against (8, 1) becomes a table of 64 comparisons, each "
            "sample with all others, and the mean of that is no accuracy. Raise ValueError where y.shape != "
            "predicted.shape.",
            CHECK,
            "",
        ),
        mistake(
            "only lengths are compared",
            "accuracy compares the lengths only. (8,) and (8, 1) are both 8 long, and y == predicted becomes an (8, "
            "8) table. Compare y.shape with predicted.shape.",
            "y.shape != predicted.shape:",
            "len(y) != len(predicted):",
        ),
        mistake(
            "rows and columns are exchanged",
            "Your confusion matrix is transposed: the row is the true class, the column what the sample was called.",
            COUNT,
            "np.add.at(table, (predicted, y), 1)",
        ),
        mistake(
            "repeated pairs count once",
            "table[y, predicted] += 1 counts a pair of classes once, however often it occurs: NumPy reads all places "
            "first and writes them afterwards. Use np.add.at(table, (y, predicted), 1), or a loop.",
            COUNT,
            "table[y, predicted] += 1",
        ),
        mistake(
            "only the right ones",
            "Your table has numbers on the diagonal only. The errors are what it is made for: count every sample, at "
            "[y, predicted].",
            COUNT,
            "np.add.at(table, (y[y == predicted], y[y == predicted]), 1)",
        ),
        mistake(
            "only the wrong ones",
            "The diagonal of your table is empty. Count every sample at [y, predicted], those that are right as well.",
            COUNT,
            "np.add.at(table, (y[y != predicted], predicted[y != predicted]), 1)",
        ),
        mistake(
            "shares of the rows",
            "You divide each row by its sum. Whole counts are asked for (and a class that does not occur has no "
            "shares: 0 / 0).",
            "return table",
            "return table / table.sum(axis=1, keepdims=True)",
        ),
        mistake(
            "as large as the labels need",
            "Your table has as many rows as the largest label needs. `classes` says how many there are: a class that "
            "occurs neither in y nor in predicted has a row and a column of zeros.",
            "table = np.zeros((classes, classes), dtype=int)",
            "table = np.zeros((max(y.max(), predicted.max()) + 1,) * 2, dtype=int)",
        ),
        mistake(
            "only classes that occur",
            "Classes that do not occur are missing in your table, so its rows are no longer the classes' numbers. "
            "Make it (classes, classes).",
            "return table",
            "seen = np.union1d(y, predicted)\n    return table[np.ix_(seen, seen)]",
        ),
        mistake(
            "the share of class 0",
            "majority_baseline gives the share of class 0, which need not be the most common one. Count all classes "
            "and take the largest count.",
            MOST,
            "np.bincount(y)[0] / len(y)",
        ),
        mistake(
            "how often",
            "majority_baseline gives the number of samples in the most common class; divide by len(y).",
            MOST,
            "np.bincount(y).max()",
        ),
        mistake(
            "which class",
            "majority_baseline says which class is the most common, or the largest label. Its share is asked for: its "
            "count divided by len(y).",
            MOST,
            "np.bincount(y).argmax()",
        ),
        mistake(
            "all classes alike",
            "majority_baseline gives 1 / (number of classes), what guessing gets. Classes are rarely equally common: "
            "take the largest count, divided by len(y).",
            MOST,
            "1 / len(np.unique(y))",
        ),
        mistake(
            "the rarest class",
            "majority_baseline takes the smallest count; the largest one is asked for.",
            MOST,
            "np.unique(y, return_counts=True)[1].min() / len(y)",
        ),
    ),
    hints=(
        "Write down the shape of a[-1] for seven samples and four classes. Which axis has to disappear, so that one "
        "number per sample is left?",
        "argmax(axis=0) gives the classes. The mean of y == predicted is a share. For the table, walk over the pairs "
        "(y[k], predicted[k]) and add 1 each time. For the baseline, count how often each class occurs.",
        "a[-1].argmax(axis=0); if y.shape != predicted.shape: raise ValueError(...); np.mean(y == predicted); "
        "np.add.at(table, (y, predicted), 1); np.bincount(y).max() / len(y).",
    ),
    explanation="Softmax keeps the order of the scores, so argmax of z[-1] would give the same classes. The diagonal "
    "of the confusion matrix divided by the sum of all is the accuracy, a row's sum is the number of samples of that "
    "class, and the largest of these sums, divided by all, is the baseline: the table holds both numbers.",
    library="maths/metrics/classification.py accuracy",
    question="Of 1000 patients 20 are ill. Which accuracy does a program have that calls everybody healthy, and which "
    "row of the confusion matrix shows what it is worth?",
    quiz=quiz,
)
