# %% [markdown]
# # Exercise 2b · Rows of length 1
#
# The same drawing in bright and in pale ink gives two rows of numbers, one a multiple of the other. Who wants to
# compare what was drawn, and not how strongly, divides every row by its **Euclidean norm**, its length:
#
# $$\lVert x_i \rVert = \sqrt{\sum_j x_{ij}^2}, \qquad \text{row } i \text{ becomes } \frac{x_i}{\lVert x_i \rVert}$$
#
# Each row then has length 1 and points where it pointed before. `np.linalg.norm(x, axis=1)` computes the lengths:
# `axis=1` adds up along the columns, so a number per row is left.
#
# **Broadcasting** decides what can be divided by what. NumPy compares shapes from the right; sizes have to be equal, or
# one of them 1, and the 1 is stretched:
#
# | $x$ | norms | $x$ / norms |
# |---|---|---|
# | $(2, 3)$ | $(2,)$ | `ValueError`: 3 meets 2 |
# | $(2, 2)$ | $(2,)$ | no error, but *columns* are divided: `[[3, 4], [6, 8]]` gets lengths 0.721 and 1.442 |
# | $(2, 3)$ | $(2, 1)$ | right: the column of norms is stretched over the three columns |
#
# `keepdims=True` keeps the summed axis with size 1, which gives the $(2, 1)$. The second line of the table is the
# dangerous one: a square matrix hides the mistake.
#
# One row has no direction: a row of zeros, whose length is 0. $0/0$ is `nan`, and one `nan` in the data soon makes all
# weights `nan`. Here a row of zeros **stays a row of zeros**. Every other row gets length 1, however short it is.
#
# Write `normalizeRows` for matrices of any shape $(m, n)$, of whole numbers or not, as an array or as a list of rows.

# %%
import numpy as np


def normalizeRows(x):
    """Return x with every row divided by its Euclidean norm; rows of zeros stay as they are.

    x: numbers, (m, n), also as a list of rows. Returns floats of the same shape.
    """
    # BEGIN ANSWER
    x = np.asarray(x, dtype=float)
    norms = np.linalg.norm(x, axis=1, keepdims=True)
    divisors = np.where(norms == 0, 1, norms)
    return x / divisors
    # END ANSWER


# %% [markdown]
# Try it. The first two rows should be `[0.96308682 0.12038585 0.24077171]` and `[0.27975144 0.83925433 0.4662524]`,
# both of length 1. The last row of the other matrix is 0 and stays 0.

# %%
A = normalizeRows([[8, 1, 2], [3, 9, 5]])
print(A, np.linalg.norm(A, axis=1))
print(normalizeRows(np.array([[3, 4], [6, 8], [0, 0]])))
