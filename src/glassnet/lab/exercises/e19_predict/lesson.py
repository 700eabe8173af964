# %% [markdown]
# # Exercise 19 · Prediction and accuracy
#
# The network outputs probabilities. The **prediction** for a sample is the class with the largest output, the first if
# several are equal. Samples are columns, so it is the `argmax` over the units of each column.
#
# $$\hat y_j = \arg\max_i\, a^{[L]}_{ij} \qquad \text{accuracy} = \frac{1}{m} \sum_{j=1}^{m} [\hat y_j = y_j]$$
#
# A single number can mislead. The original notebook printed `Accuracy: 0.9012517385257302`, which is 648/719, although
# its loss was constant. Its untrained network predicted 8 for nearly every image, which was correct for 174 of 1797,
# 9.7%. Two mistakes lead from there to 648/719, on a test set with 71 eights among 719 images (9.9%):
#
# - counting *wrong* predictions: 719 − 71 = 648. That is the error rate.
# - evaluating one class only: rounding its probabilities (all about 0.1, so all 0) and comparing them with that
#   class's row of one-hot labels. For every image that is not an eight, 0 equals 0: 648 times. That way guessing gets
#   about 0.9 for each of ten classes.
#
# It is no longer known which of them happened. Another mistake has the opposite effect: compared with sample indices
# instead of labels, even a perfect network gets less than 0.01.
#
# So compare an accuracy with a **baseline**, and look at the **confusion matrix**. Write four functions; `y` and
# `predicted` are integer arrays, (m,), with classes counted from 0:
#
# - `predict`: the class of each column, (m,). `forward_one_step(X, W, B, act_funcs)` returns `(a, z)`, lists by layer;
#   `a[-1]` is the output;
# - `accuracy`: the share of correct predictions, between 0 and 1. Raise `ValueError` if the shapes differ, since NumPy
#   silently broadcasts (m,) with (m, 1) or (1,);
# - `confusion_matrix`: counts, (classes, classes). Row `i`, column `j`: number of samples of class `i` with prediction
#   `j`. Classes without samples have a row and a column of zeros;
# - `majority_baseline`: the share of the most common class, which is the accuracy of always predicting it.

# %%
import numpy as np

from glassnet.lab.given import forward_one_step


def predict(X, W, B, act_funcs):
    """Return the class of every column of X, (m,): the index of its largest output.

    X: (n_0, m). W[l]: (n_{l-1}, n_l), B[l]: (n_l, 1), act_funcs[l]: a function; index 0 is None.
    """
    # BEGIN SOLUTION
    a, _ = forward_one_step(X, W, B, act_funcs)
    return a[-1].argmax(axis=0)
    # END SOLUTION


def accuracy(y, predicted):
    """Return the share of samples with predicted == y; ValueError if the shapes differ.

    y, predicted: (m,), whole numbers.
    """
    # BEGIN SOLUTION
    if y.shape != predicted.shape:
        raise ValueError(f"shapes differ: {y.shape} and {predicted.shape}")
    return np.mean(y == predicted)
    # END SOLUTION


def confusion_matrix(y, predicted, classes):
    """Return the number of samples of class i with prediction j, at [i, j]; (classes, classes), integers.

    y, predicted: (m,), whole numbers from 0 to classes - 1.
    """
    # BEGIN SOLUTION
    table = np.zeros((classes, classes), dtype=int)
    np.add.at(table, (y, predicted), 1)
    return table
    # END SOLUTION


def majority_baseline(y):
    """Return the share of the most common class in y, (m,), integers from 0."""
    # BEGIN SOLUTION
    return np.bincount(y).max() / len(y)
    # END SOLUTION


# %% [markdown]
# Try it with a network that always predicts 8, on the digits. Its accuracy is the share of eights, 0.0968, below the
# baseline of 0.1018, and its confusion matrix has one nonzero column.

# %%
from sklearn.datasets import load_digits

y = load_digits().target
print(f"accuracy {accuracy(y, np.full(1797, 8)):.4f}, baseline {majority_baseline(y):.4f}")
print(f"what the error rate would be: {np.mean(y != 8):.4f}")
print(confusion_matrix(y, np.full(1797, 8), 10))
