"""Tests of Exercise 19."""

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
    """Return a question with one number as its answer."""
    table = rng.integers(1, 9, (3, 3)) + np.diag(rng.integers(10, 30, 3))
    return (
        f"A confusion matrix is {table.tolist()}. What is the accuracy, to three decimals?",
        float(np.trace(table) / table.sum()),
    )


ARGMAX, EQUAL = "a[-1].argmax(axis=0)", "np.mean(y == predicted)"

COUNT, MOST = "np.add.at(table, (y, predicted), 1)", "np.bincount(y).max() / len(y)"


def own_layers(product: str) -> tuple[str, str]:
    """Return an edit of the solution: the layers without forward_one_step, with this product of W and a."""
    layers = f"a = [X]\n    for l in range(1, len(W)):\n        a.append(act_funcs[l]({product} + B[l]))"
    return "a, _ = forward_one_step(X, W, B, act_funcs)", layers


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
        Case("five of eight correct", call("accuracy", TRUE, SOME)),
        Case("none correct", call("accuracy", np.array([2, 0, 1, 9]), np.array([1, 1, 2, 3]))),
        Case("shapes (8,) and (8, 1)", call("accuracy", TRUE, SOME[:, None])),
        Case("shapes (8,) and (1,)", call("accuracy", TRUE, SOME[:1])),
        Case("a confusion matrix of three classes", call("confusion_matrix", THREE, CALLED, 3)),
        Case("classes without samples", call("confusion_matrix", np.array([0, 3, 3]), np.array([3, 1, 3]), 5)),
        Case("the most common of four classes", call("majority_baseline", np.array([2, 0, 2, 5, 2, 1, 2, 0, 1]))),
        Case("the more common of two classes", call("majority_baseline", np.array([1, 0, 1, 0, 0, 1, 1]))),
    ),
    robustness=(
        "shapes (8,) and (8, 1)",
        "shapes (8,) and (1,)",
        "classes without samples",
    ),
    mistakes=(
        mistake(
            "elementwise products",
            "predict computes the layers itself and uses * for W and a. For arrays, * multiplies elementwise, without "
            "a sum. Use @, or the given forward_one_step(X, W, B, act_funcs), whose a[-1] is the output.",
            *own_layers("W[l].T * a[-1]"),
            variants=[own_layers("a[-1] * W[l].T"), own_layers("W[l] * a[-1]")],
            raises="operands could not be broadcast together",
        ),
        mistake(
            "W not transposed",
            "predict computes the layers itself with W[l] @ a. W[l] has a column per unit, shape (n_in, n_out), so its "
            "transpose must be multiplied: W[l].T @ a. Or use the given forward_one_step(X, W, B, act_funcs).",
            *own_layers("W[l] @ a[-1]"),
            variants=[own_layers("np.dot(W[l], a[-1])")],
        ),
        mistake(
            "argmax over the wrong axis",
            "predict takes argmax along each row, which returns one sample per class. Columns are samples: "
            "argmax(axis=0).",
            ARGMAX,
            "a[-1].argmax(axis=1)",
        ),
        mistake(
            "argmax over everything",
            "predict returns one number for all samples: argmax without an axis finds the largest entry of the whole "
            "array. Use argmax(axis=0), one class per column.",
            ARGMAX,
            "a[-1].argmax()",
        ),
        mistake(
            "probability instead of class",
            "predict returns the largest probability of each column. Return its index: argmax instead of max.",
            ARGMAX,
            "a[-1].max(axis=0)",
        ),
        mistake(
            "argmin instead of argmax",
            "predict returns the class with the smallest output. Use argmax, not argmin.",
            ARGMAX,
            "a[-1].argmin(axis=0)",
        ),
        mistake(
            "classes counted from 1",
            "Your classes are too large by 1. Classes are counted from 0, as in argmax.",
            ARGMAX,
            "a[-1].argmax(axis=0) + 1",
        ),
        mistake(
            "rounded probabilities",
            "predict rounds the probabilities to zeros and ones. If no probability is above 0.5, the column is all 0, "
            "which agrees with one-hot labels in nine of ten entries. Return the class: argmax(axis=0).",
            ARGMAX,
            "np.round(a[-1])",
        ),
        mistake(
            "rounding before argmax",
            "You round the probabilities first. If none is above 0.5, all become 0, and argmax of zeros is class 0. "
            "Use argmax of the probabilities themselves.",
            ARGMAX,
            "np.round(a[-1]).argmax(axis=0)",
        ),
        mistake(
            "one-hot predictions",
            "predict returns a one-hot column for each sample. Return the class, one integer per sample: (m,).",
            ARGMAX,
            "np.eye(len(a[-1]))[:, a[-1].argmax(axis=0)]",
        ),
        mistake(
            "hidden layer instead of output",
            "predict takes argmax of a hidden layer. The classes are the units of the last one, a[-1].",
            ARGMAX,
            "a[-2].argmax(axis=0)",
        ),
        mistake(
            "error rate",
            "accuracy returns the share of wrong predictions: 3 of 8 give 0.375, and a network with 71 of 719 correct "
            "gets 0.901. Count y == predicted.",
            EQUAL,
            "np.mean(y != predicted)",
        ),
        mistake(
            "count instead of share",
            "accuracy returns the number of correct predictions. Return their share: divide by the number of samples, "
            "or use the mean.",
            EQUAL,
            "np.sum(y == predicted)",
        ),
        mistake(
            "percentage",
            "accuracy is 100 times too large: a share lies between 0 and 1.",
            EQUAL,
            "100 * np.mean(y == predicted)",
        ),
        mistake(
            "all or nothing",
            "accuracy only tells whether all predictions are correct. Return the mean of y == predicted.",
            EQUAL,
            "np.all(y == predicted)",
        ),
        mistake(
            "comparison with sample indices",
            "You compare predicted with 0, 1, 2, ..., the indices of the samples. Even a perfect network has an "
            "accuracy near 0 that way. Compare with y.",
            EQUAL,
            "np.mean(np.arange(len(y)) == predicted)",
        ),
        mistake(
            "elementwise one-hot comparison",
            "accuracy compares one-hot columns elementwise, and most entries are equal zeros: a wrong prediction "
            "still has eight of ten entries correct, and guessing gets 0.82. Compare the classes.",
            EQUAL,
            "np.mean(np.eye(10)[y] == np.eye(10)[predicted])",
        ),
        mistake(
            "no shape check",
            "accuracy accepts different shapes. (8,) and (8, 1) broadcast to 64 comparisons, whose mean is not an "
            "accuracy. Raise ValueError if y.shape != predicted.shape.",
            CHECK,
            "",
        ),
        mistake(
            "check of lengths only",
            "accuracy compares the lengths only. (8,) and (8, 1) both have length 8, but y == predicted broadcasts to "
            "(8, 8). Compare y.shape with predicted.shape.",
            "y.shape != predicted.shape:",
            "len(y) != len(predicted):",
        ),
        mistake(
            "transposed confusion matrix",
            "Your confusion matrix is transposed: rows are true classes, columns are predicted classes.",
            COUNT,
            "np.add.at(table, (predicted, y), 1)",
        ),
        mistake(
            "repeated pairs counted once",
            "table[y, predicted] += 1 counts each pair of classes only once: NumPy reads all entries before it writes "
            "them. Use np.add.at(table, (y, predicted), 1), or a loop.",
            COUNT,
            "table[y, predicted] += 1",
        ),
        mistake(
            "diagonal only",
            "Your table has numbers on the diagonal only. Count every sample at [y, predicted], including errors.",
            COUNT,
            "np.add.at(table, (y[y == predicted], y[y == predicted]), 1)",
        ),
        mistake(
            "diagonal empty",
            "The diagonal of your table is empty. Count every sample at [y, predicted], including correct predictions.",
            COUNT,
            "np.add.at(table, (y[y != predicted], predicted[y != predicted]), 1)",
        ),
        mistake(
            "normalized rows",
            "You divide each row by its sum. Return counts. (For a class without samples, that is 0 / 0.)",
            "return table",
            "return table / table.sum(axis=1, keepdims=True)",
        ),
        mistake(
            "size from the labels",
            "The size of your table depends on the largest label. Use `classes`: a class that occurs neither in y nor "
            "in predicted has a row and a column of zeros.",
            "table = np.zeros((classes, classes), dtype=int)",
            "table = np.zeros((max(y.max(), predicted.max()) + 1,) * 2, dtype=int)",
        ),
        mistake(
            "missing classes dropped",
            "Classes without samples are missing in your table, so rows no longer match class numbers. Its shape "
            "should be (classes, classes).",
            "return table",
            "seen = np.union1d(y, predicted)\n    return table[np.ix_(seen, seen)]",
        ),
        mistake(
            "share of class 0",
            "majority_baseline returns the share of class 0, which may not be the most common class. Count all "
            "classes, and use the largest count.",
            MOST,
            "np.bincount(y)[0] / len(y)",
        ),
        mistake(
            "count of the most common class",
            "majority_baseline returns the number of samples in the most common class. Divide it by len(y).",
            MOST,
            "np.bincount(y).max()",
        ),
        mistake(
            "most common class instead of its share",
            "majority_baseline returns the most common class, or the largest label. Return its share: its count "
            "divided by len(y).",
            MOST,
            "np.bincount(y).argmax()",
        ),
        mistake(
            "1 / number of classes",
            "majority_baseline returns 1 / (number of classes), the accuracy of random guessing. Use the largest "
            "count, divided by len(y).",
            MOST,
            "1 / len(np.unique(y))",
        ),
        mistake(
            "rarest class",
            "majority_baseline uses the smallest count. Use the largest.",
            MOST,
            "np.unique(y, return_counts=True)[1].min() / len(y)",
        ),
    ),
    hints=(
        "Write down the shape of a[-1] for seven samples and four classes. Which axis should disappear, so that one "
        "number per sample remains?",
        "argmax(axis=0) gives the classes. The mean of y == predicted is a share. For the confusion matrix, loop over "
        "the pairs (y[k], predicted[k]) and add 1 for each. For the baseline, count how often each class occurs.",
        "a[-1].argmax(axis=0); if y.shape != predicted.shape: raise ValueError(...); np.mean(y == predicted); "
        "np.add.at(table, (y, predicted), 1); np.bincount(y).max() / len(y).",
    ),
    explanation="Softmax preserves the order of the scores, so argmax of z[-1] gives the same classes. The confusion "
    "matrix contains both other numbers: the sum of its diagonal divided by the total is the accuracy. A row sum is "
    "the number of samples of a class, and the largest row sum divided by the total is the baseline.",
    library="maths/metrics/classification.py accuracy",
    question='20 of 1000 patients are ill, and a classifier predicts "healthy" for all of them. What is its accuracy, '
    "and which row of the confusion matrix shows the problem?",
    quiz=quiz,
    none="index 0 of W, B, and act_funcs is None; layers are counted from 1",
)
