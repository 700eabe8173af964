# %% [markdown]
# # Exercise 2c · L1 and L2
#
# How wrong is a list of predictions? A **loss** answers with one number: 0 if all are right, more the further off they
# are. With the predictions $\hat{y}_1, \ldots, \hat{y}_m$ and the true values $y_1, \ldots, y_m$, the two simplest are:
#
# $$L_1(\hat{y}, y) = \sum_{i=1}^{m} |y_i - \hat{y}_i|, \qquad L_2(\hat{y}, y) = \sum_{i=1}^{m} (y_i - \hat{y}_i)^2$$
#
# Both are sums over all entries: here nothing is divided by $m$, and no root is taken. Without $|\cdot|$ or the square,
# an error of $+0.5$ and one of $-0.5$ would cancel. $L_2$ makes much of one large error and little of many small ones,
# $L_1$ counts them in proportion: an error of 0.1 adds 0.01 to $L_2$, one of 0.9 adds 0.81.
#
# Two mistakes give numbers that look fine:
#
# - **Shapes.** Predictions of shape $(5,)$ and true values of shape $(5, 1)$ are not subtracted in pairs. NumPy
#   stretches both to $(5, 5)$, and the sum runs over 25 differences: with the first example below, 12.5 instead of 1.1.
#   So raise `ValueError` where the shapes differ in any way.
# - **Bytes.** `uint8` knows no negative numbers and wraps around: $1 - 3$ is 254, and $57^2$ is 177. Convert to floats
#   before subtracting.
#
# Write `L1` and `L2`. Both take arrays, of any type of number, or lists, and return a number.

# %%
import numpy as np


def L1(yhat, y):
    """Return the sum of the absolute errors, a number; ValueError where the shapes differ.

    yhat: the predictions, y: the true values; (m,), arrays or lists.
    """
    # BEGIN ANSWER
    yhat, y = np.asarray(yhat, dtype=float), np.asarray(y, dtype=float)
    if yhat.shape != y.shape:
        raise ValueError(f"predictions {yhat.shape} and true values {y.shape} differ in shape")
    return np.sum(np.abs(y - yhat))
    # END ANSWER


def L2(yhat, y):
    """Return the sum of the squared errors, a number; ValueError where the shapes differ.

    yhat: the predictions, y: the true values; (m,), arrays or lists.
    """
    # BEGIN ANSWER
    guess, truth = np.asarray(yhat, dtype=float), np.asarray(y, dtype=float)
    if guess.shape != truth.shape:
        raise ValueError(f"predictions {guess.shape} and true values {truth.shape} differ in shape")
    return np.sum((truth - guess) ** 2)
    # END ANSWER


# %% [markdown]
# Try it. The first pair should give 1.1 and 0.43, the second 2.7 and 1.63; the bytes 2 and 4, and the last one has to
# fail.

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
