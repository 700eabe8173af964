# %% [markdown]
# # Exercise 4 · One-hot encoding
#
# The label of an image is a number from 0 to 9, but the network has ten outputs, one per class. To compare the two, a
# label is converted to ten numbers as well: a 1 at the index of its class, and 0 everywhere else. This is called
# **one-hot encoding**. The label 3 becomes
#
# $$[0 \;\; 0 \;\; 0 \;\; 1 \;\; 0 \;\; 0 \;\; 0 \;\; 0 \;\; 0 \;\; 0]$$
#
# Why should the network not predict the number 3 itself? Then predicting 8 for a 9 would be a small error, and
# predicting 1 for a 9 a large one. But classes have no order. As one-hot vectors, they all have the same distance from
# each other.
#
# Write `convert_to_one_hot(y, onehot_size)`. `y` contains $n$ integer labels, shape $(n,)$, as an array or a list. The
# result has shape $(n, \text{onehot\_size})$, one row per label. `onehot_size` is the number of classes, even if some
# of them do not occur in `y`.
#
# Raise `ValueError` for invalid labels, because NumPy does not reject all of them:
#
# - a label below 0 (in NumPy, index $-1$ means the *last* column, so an invalid label would become class 9);
# - a label of `onehot_size` or more (the ten classes are 0 to 9);
# - a label that is not an integer, such as 1.5 (you may accept or reject 3.0);
# - a `y` whose shape is not $(n,)$, such as a column $(n, 1)$.

# %%
import numpy as np


def convert_to_one_hot(y, onehot_size):
    """Return the one-hot encoding of y, (n, onehot_size): in each row, a one at the index of its label.

    y: (n,) integers from 0 to onehot_size - 1. Raise ValueError for anything else.
    """
    # BEGIN SOLUTION
    y = np.asarray(y)
    if y.ndim != 1:
        raise ValueError(f"labels have shape (n,), not {y.shape}")
    if (y % 1 != 0).any():
        raise ValueError("labels must be integers")
    if (y < 0).any():
        raise ValueError(f"there is no class {y.min()}")
    if (y >= onehot_size).any():
        raise ValueError(f"there is no class {y.max()} among the classes 0 to {onehot_size - 1}")
    Y = np.zeros((len(y), onehot_size))
    Y[np.arange(len(y)), y.astype(int)] = 1
    return Y
    # END SOLUTION


# %% [markdown]
# Try it. The first labels of the digits are 0 to 9, then 0 to 4. So row 3 should be `[0. 0. 0. 1. 0. 0. 0. 0. 0. 0.]`,
# `Y[14, 8]` should be 0, and `Y[177, 1]` should be 1.

# %%
import glassnet

Y = convert_to_one_hot(glassnet.load("digits").y, 10)
print(Y.shape, Y[3], Y[14, 8], Y[177, 1])
