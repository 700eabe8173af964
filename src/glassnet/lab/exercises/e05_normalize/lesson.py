# %% [markdown]
# # Exercise 5 · Normalize
#
# Some columns of a table have large numbers, others small ones, and a network learns more easily if all have about the
# same size. The **z-score** of a number says how many standard deviations it lies above the mean of its column:
#
# $$\text{mean}_j = \frac{1}{n} \sum_i X_{ij} \qquad
# \text{std}_j = \sqrt{\frac{1}{n} \sum_i (X_{ij} - \text{mean}_j)^2} \qquad
# Z_{ij} = \frac{X_{ij} - \text{mean}_j}{\text{std}_j}$$
#
# `X` has shape (samples, features), and each column has its own mean and standard deviation: two arrays of
# shape (features,). The sum of the squares is divided by $n$, not by $n - 1$.
#
# These numbers are *learned from the training part*, and then used for all rows. The test part stands for data that
# come later: if it influences the means, the network is judged with help from what it should not know. And a network
# that was trained with one scale has to get new rows in the same scale. So there are two functions: `fit_normalizer`
# measures, `normalize` applies.
#
# Three traps, all in `fit_normalizer`:
#
# - A column can be **constant**: pixel 0 of the digits is always 0. Its std is 0, and $0/0$ is `nan`. Give it std 1.
# - Rounding can hide that. The std of 1797 times 0.1 comes out as $1.4 \cdot 10^{-17}$, not 0. So do not compare the
#   std with 0, and not with a small number either (a column of tiny numbers may well vary): constant means that
#   *largest and smallest are equal*.
# - A single `nan` or `inf` spoils its whole column. Raise `ValueError` if the data hold any.

# %%
import numpy as np


def fit_normalizer(X_train):
    """Return (mean, std) of the columns, each of shape (features,); std is 1 where a column is constant.

    X_train: (n, features), an array. Raises ValueError if nan or inf is in it.
    """
    # BEGIN ANSWER
    X_train = np.asarray(X_train, dtype=float)
    if not np.isfinite(X_train).all():
        raise ValueError("X_train holds nan or inf")
    mean = X_train.mean(axis=0)
    std = X_train.std(axis=0)
    constant = X_train.max(axis=0) == X_train.min(axis=0)
    return mean, np.where(constant, 1.0, std)
    # END ANSWER


def normalize(X, mean, std):
    """Return how many std each number of X lies above the mean of its column: (m, features), as X."""
    # BEGIN ANSWER
    return (np.asarray(X) - mean) / std
    # END ANSWER


# %% [markdown]
# Try it. With the statistics of all 1797 digits, the first row begins with
# `0. -0.335 -0.0431 0.2741 -0.6645 -0.8441`. (In training you will use those of the training part alone.)

# %%
import glassnet

X = glassnet.load("digits").X.astype(float)
XX = normalize(X, *fit_normalizer(X))
print(XX[0].reshape(8, 8).round(4))
