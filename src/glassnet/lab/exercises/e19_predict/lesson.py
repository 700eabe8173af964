# %% [markdown]
# # Exercise 19 · Prediction and accuracy
#
# The network gives probabilities; what is asked for is a class. The predicted class of a sample is the number of its
# largest output, the first of equals, and samples are columns: `argmax` over the units of each column.
#
# $$\hat y_j = \arg\max_i\, a^{[L]}_{ij} \qquad \text{accuracy} = \frac{1}{m} \sum_{j=1}^{m} [\hat y_j = y_j]$$
#
# One number can deceive. The notebook printed `Accuracy: 0.9012517385257302`, which is 648/719, under a loss curve that
# was flat from start to end. Its untrained network called nearly every picture an 8, and was right for 174 of all 1797,
# 9.7 %. Two ways from there to 648/719, on a test set that happens to hold 71 eights among 719 pictures (9.9 %):
#
# - count the samples that are *not* right: 719 − 71 = 648. That is the error rate.
# - look at one class alone: round its probabilities (all about 0.1, so all 0) and compare them with that class's row of
#   zeros and ones. Wherever a picture is no eight, 0 equals 0: 648 times. A network that knows nothing gets about
#   0.9 for each of ten classes.
#
# Which of them it was, nobody can tell any more. Another trap works the other way: compared with the samples' positions
# in the data set, in place of their labels, even a perfect network gets less than 0.01.
#
# So an accuracy needs company. Write four functions; `y` and `predicted` are arrays of whole numbers from 0, (m,):
#
# - `predict`: the class of each column, (m,). `forward_one_step(X, W, B, act_funcs)` returns `(a, z)`, lists by layer;
#   `a[-1]` is the output;
# - `accuracy`: the share of right ones, between 0 and 1. `ValueError` where the shapes differ: NumPy compares (m,) with
#   (m, 1) or with (1,) without a word, each with all;
# - `confusion_matrix`: counts, (classes, classes). Row `i`, column `j`: how many samples of class `i` were called `j`.
#   Classes that do not occur have a row and a column of zeros;
# - `majority_baseline`: the share of the most common class, which always saying that class would get.

# %%
import numpy as np

from glassnet.lab.given import forward_one_step


def predict(X, W, B, act_funcs):
    """Return the class of every column of X, (m,): the number of its largest output.

    X: (n_0, m). W[l]: (n_{l-1}, n_l), B[l]: (n_l, 1), act_funcs[l]: a function; index 0 is None.
    """
    # BEGIN SOLUTION
    a, _ = forward_one_step(X, W, B, act_funcs)
    return a[-1].argmax(axis=0)
    # END SOLUTION


def accuracy(y, predicted):
    """Return the share of samples with predicted == y; ValueError where the shapes of the two differ.

    y, predicted: (m,), whole numbers.
    """
    # BEGIN SOLUTION
    if y.shape != predicted.shape:
        raise ValueError(f"shapes differ: {y.shape} and {predicted.shape}")
    return np.mean(y == predicted)
    # END SOLUTION


def confusion_matrix(y, predicted, classes):
    """Return how many samples of class i were called class j, at [i, j]; (classes, classes), whole numbers.

    y, predicted: (m,), whole numbers from 0 to classes - 1.
    """
    # BEGIN SOLUTION
    table = np.zeros((classes, classes), dtype=int)
    np.add.at(table, (y, predicted), 1)
    return table
    # END SOLUTION


def majority_baseline(y):
    """Return the share of the most common class in y, (m,), whole numbers from 0."""
    # BEGIN SOLUTION
    return np.bincount(y).max() / len(y)
    # END SOLUTION


# %% [markdown]
# Try it. A network that says 8 to everything, on the digits: its accuracy is the share of the eights, 0.0968, below the
# baseline of 0.1018, and its confusion matrix has one column.

# %%
from sklearn.datasets import load_digits

y = load_digits().target
print(f"accuracy {accuracy(y, np.full(1797, 8)):.4f}, baseline {majority_baseline(y):.4f}")
print(f"what the error rate would be: {np.mean(y != 8):.4f}")
print(confusion_matrix(y, np.full(1797, 8), 10))
