# %% [markdown]
# # Exercise 2c · L1 and L2 loss
#
# How far are predictions from the true values? A **loss** measures this with one number: 0 if all predictions are
# exact, and larger for larger errors. For predictions $\hat{y}_1, \ldots, \hat{y}_m$ and true values
# $y_1, \ldots, y_m$, the two simplest losses are:
#
# $$L_1(\hat{y}, y) = \sum_{i=1}^{m} |y_i - \hat{y}_i|, \qquad L_2(\hat{y}, y) = \sum_{i=1}^{m} (y_i - \hat{y}_i)^2$$
#
# Both are sums over all entries. Here they are neither divided by $m$, nor is a square root taken. Without the absolute
# value or the square, errors of $+0.5$ and $-0.5$ would cancel. $L_1$ counts errors in proportion to their size. $L_2$
# gives large errors much more weight than small ones: an error of 0.1 adds 0.01, but an error of 0.9 adds 0.81.
#
# Two mistakes give plausible but wrong numbers:
#
# - **Broadcasting.** Predictions of shape $(5,)$ and true values of shape $(5, 1)$ are not subtracted pairwise. NumPy
#   broadcasts both to $(5, 5)$, and the sum has 25 differences. In the first example below, it is 12.5 instead of 1.1.
#   Therefore raise `ValueError` if the shapes differ in any way.
# - **Integer overflow.** `uint8` has no negative numbers and wraps around: $1 - 3$ gives 254, and $57^2$ gives 177.
#   Convert to floats before you subtract.
#
# Write `L1` and `L2`. Both take arrays of any numeric type, or lists, and return a number.

# %%
import numpy as np


def L1(yhat, y):
    """Return the sum of the absolute errors, a number. Raise ValueError if the shapes differ.

    yhat: the predictions, y: the true values; (m,), arrays or lists.
    """
    # BEGIN SOLUTION
    yhat, y = np.asarray(yhat, dtype=float), np.asarray(y, dtype=float)
    if yhat.shape != y.shape:
        raise ValueError(f"predictions {yhat.shape} and true values {y.shape} differ in shape")
    return np.sum(np.abs(y - yhat))
    # END SOLUTION


def L2(yhat, y):
    """Return the sum of the squared errors, a number. Raise ValueError if the shapes differ.

    yhat: the predictions, y: the true values; (m,), arrays or lists.
    """
    # BEGIN SOLUTION
    guess, truth = np.asarray(yhat, dtype=float), np.asarray(y, dtype=float)
    if guess.shape != truth.shape:
        raise ValueError(f"predictions {guess.shape} and true values {truth.shape} differ in shape")
    return np.sum((truth - guess) ** 2)
    # END SOLUTION


# %% [markdown]
# Try it. The first pair should give 1.1 and 0.43, the second 2.7 and 1.63, and the `uint8` pair 2 and 4. The last call
# should raise an error.

# %%
yhat, y = [0.9, 0.2, 0.1, 0.4, 0.9], [1, 0, 0, 1, 1]
print(L1(yhat, y), L2(yhat, y))
yhat2, y2 = [0.1, 0.7, 0.4, 0.7, 0.8, 0.2], [1, 0, 0, 1, 1, 0]
print(L1(yhat2, y2), L2(yhat2, y2))
print(L1(np.array([3], np.uint8), np.array([1], np.uint8)), L2(np.array([3], np.uint8), np.array([1], np.uint8)))
try:
    print(L1(np.array(yhat), np.array(y).reshape(5, 1)))
except ValueError as error:
    print("ValueError:", error)
