# %% [markdown]
# # Exercise 4 · One-hot
#
# The label of an image is a number from 0 to 9, but the network ends in ten numbers, one per digit. To compare the
# two, a label becomes a row of ten numbers as well: a single 1 in the column of its class, 0 everywhere else. This is
# called **one-hot**. The label 3 becomes
#
# $$[0 \;\; 0 \;\; 0 \;\; 1 \;\; 0 \;\; 0 \;\; 0 \;\; 0 \;\; 0 \;\; 0]$$
#
# Why not let the network give the number 3 itself? Then a 9 taken for an 8 would be a small mistake, and a 9 taken for
# a 1 a large one. Classes have no order; as one-hot rows, all are equally far from each other.
#
# Write `convert_to_one_hot(y, onehot_size)`. `y` holds $n$ labels, shape $(n,)$, as an array or a list of whole
# numbers; the result has shape $(n, \text{onehot\_size})$, one row per label. The number of columns is the number of
# classes, also if some of them do not occur in `y`.
#
# Labels that make no sense have to be refused with a `ValueError`, because NumPy would not always complain by itself:
#
# - a label below 0 (index $-1$ means the *last* column in NumPy, so an unknown class would become a 9);
# - a label of `onehot_size` or more (ten classes are called 0 to 9);
# - a label that is no whole number, such as 1.5 (3.0 may be taken or refused);
# - a `y` that is not of shape $(n,)$, such as a column $(n, 1)$.

# %%
import numpy as np


def convert_to_one_hot(y, onehot_size):
    """Return zeros of shape (n, onehot_size), with a one in each row at the place of its label.

    y: (n,) whole numbers from 0 to onehot_size - 1. Raises ValueError for anything else.
    """
    # BEGIN ANSWER
    y = np.asarray(y)
    if y.ndim != 1:
        raise ValueError(f"labels have shape (n,), not {y.shape}")
    if (y % 1 != 0).any():
        raise ValueError("labels are whole numbers")
    if (y < 0).any():
        raise ValueError(f"there is no class {y.min()}")
    if (y >= onehot_size).any():
        raise ValueError(f"there is no class {y.max()} among {onehot_size} classes, which begin with 0")
    Y = np.zeros((len(y), onehot_size))
    Y[np.arange(len(y)), y.astype(int)] = 1
    return Y
    # END ANSWER


# %% [markdown]
# Try it. The labels of the digits begin with 0 to 9, then 0 to 4 again, so row 3 should be
# `[0. 0. 0. 1. 0. 0. 0. 0. 0. 0.]`; `Y[14, 8]` should be 0 and `Y[177, 1]` 1.

# %%
import glassnet

Y = convert_to_one_hot(glassnet.load("digits").y, 10)
print(Y.shape, Y[3], Y[14, 8], Y[177, 1])
