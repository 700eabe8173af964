# %% [markdown]
# # Exercise 5 · Standardization (z-scores)
#
# Features can have very different ranges, and a network learns more easily if all of them have a similar scale. The
# **z-score** of a value is its distance from the mean of its column, in standard deviations:
#
# $$\text{mean}_j = \frac{1}{n} \sum_i X_{ij} \qquad
# \text{std}_j = \sqrt{\frac{1}{n} \sum_i (X_{ij} - \text{mean}_j)^2} \qquad Z_{ij} = \frac{X_{ij} -
# \text{mean}_j}{\text{std}_j}$$
#
# `X` has shape (samples, features). Each column has its own mean and standard deviation, so both are arrays of shape
# (features,). The sum of squares is divided by $n$, not by $n - 1$.
#
# Compute these statistics *on the training set only*, and apply them to all data. The test set stands for future data.
# If it influenced the means, the evaluation would be biased: information would leak from the test set. And new samples
# must be scaled in the same way as the training set. Therefore there are two functions: `fit_normalizer` computes the
# statistics, and `normalize` applies them.
#
# Three pitfalls, all in `fit_normalizer`:
#
# - A column can be **constant**: pixel 0 of the digits is always 0. Its std is 0, and $0/0$ is `nan`. Return std 1 for
#   such a column.
# - Rounding errors can hide a constant column. The std of 1797 values of 0.1 is $1.4 \cdot 10^{-17}$ in floating point,
#   not 0. So do not compare the std with 0. Do not compare it with a small threshold either, because a column of tiny
#   values may vary. A column is constant if its *minimum and maximum are equal*.
# - A single `nan` or `inf` makes the statistics of its column useless. Raise `ValueError` if the data contains any.

# %%
import numpy as np


def fit_normalizer(X_train):
    """Return (mean, std) of the columns, each of shape (features,). The std of a constant column is 1.

    X_train: (n, features), an array. Raise ValueError if it contains nan or inf.
    """
    # BEGIN SOLUTION
    X_train = np.asarray(X_train, dtype=float)
    if not np.isfinite(X_train).all():
        raise ValueError("X_train contains nan or inf")
    mean = X_train.mean(axis=0)
    std = X_train.std(axis=0)
    constant = X_train.max(axis=0) == X_train.min(axis=0)
    return mean, np.where(constant, 1.0, std)
    # END SOLUTION


def normalize(X, mean, std):
    """Return the z-scores of X, (m, features): how many std each value is above the mean of its column."""
    # BEGIN SOLUTION
    return (np.asarray(X) - mean) / std
    # END SOLUTION


# %% [markdown]
# Try it. With the statistics of all 1797 digits, the first row begins with `0. -0.335 -0.0431 0.2741 -0.6645 -0.8441`.
# (For training, you will use the statistics of the training set.)

# %%
import glassnet

X = glassnet.load("digits").X.astype(float)
XX = normalize(X, *fit_normalizer(X))
print(XX[0].reshape(8, 8).round(4))
