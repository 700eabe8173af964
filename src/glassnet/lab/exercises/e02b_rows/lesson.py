# %% [markdown]
# # Exercise 2b · Normalizing rows
#
# Suppose the same drawing exists once in dark ink and once in pale ink. It gives two rows of numbers, one a multiple of
# the other. To compare the shapes and ignore the intensity, divide every row by its **Euclidean norm**, its length:
#
# $$\lVert x_i \rVert = \sqrt{\sum_j x_{ij}^2}, \qquad \text{row } i \text{ becomes } \frac{x_i}{\lVert x_i \rVert}$$
#
# Every row then has length 1 and the same direction as before. `np.linalg.norm(x, axis=1)` computes the norms. `axis=1`
# sums along each row, so there is one number per row.
#
# **Broadcasting** determines which shapes can be combined. NumPy compares the shapes from right to left. Two sizes must
# be equal, or one of them must be 1. An axis of size 1 is repeated to match the other:
#
# | $x$ | norms | $x$ / norms |
# |---|---|---|
# | $(2, 3)$ | $(2,)$ | `ValueError`: 3 does not match 2 |
# | $(2, 2)$ | $(2,)$ | no error, but *columns* are divided: `[[3, 4], [6, 8]]` gets rows of length 0.721 and 1.442 |
# | $(2, 3)$ | $(2, 1)$ | correct: the column of norms is repeated over the three columns |
#
# `keepdims=True` keeps the summed axis with size 1, so the norms have shape $(2, 1)$. The second row of the table is
# the dangerous case: for a square matrix, the mistake raises no error.
#
# A row of zeros has no direction, and its norm is 0. $0/0$ is `nan` (not a number), and a single `nan` in the data soon
# makes all weights `nan`. Here a row of zeros **remains a row of zeros**. Every other row gets length 1, however short
# it is.
#
# Write `normalizeRows` for matrices of any shape $(m, n)$, with integers or floats, given as an array or as a list of
# rows. (This name, and later `ReLu`, `act_deri`, and `cost_arr`, come from the university notebook behind this course.)

# %%
import numpy as np


def normalizeRows(x):
    """Return x with every row divided by its Euclidean norm. Rows of zeros remain unchanged.

    x: numbers, (m, n), an array or a list of rows. Returns floats of the same shape.
    """
    # BEGIN SOLUTION
    x = np.asarray(x, dtype=float)
    norms = np.linalg.norm(x, axis=1, keepdims=True)
    divisors = np.where(norms == 0, 1, norms)
    return x / divisors
    # END SOLUTION


# %% [markdown]
# Try it. The first two rows should be `[0.96308682 0.12038585 0.24077171]` and `[0.27975144 0.83925433 0.4662524]`,
# both of length 1. The last row of the other matrix should remain 0.

# %%
A = normalizeRows([[8, 1, 2], [3, 9, 5]])
print(A, np.linalg.norm(A, axis=1))
print(normalizeRows(np.array([[3, 4], [6, 8], [0, 0]])))
