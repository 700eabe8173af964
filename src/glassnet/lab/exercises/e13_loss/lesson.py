# %% [markdown]
# # Exercise 13 · Cross entropy
#
# The network says: this image is a 1 with probability 0.2. The label says: it *is* a 1. How wrong is that? The **cross
# entropy** takes the negative logarithm of the probability given to the truth, $-\ln 0.2 = 1.6$. Certain and right
# costs 0; the less was given to the truth, the more it costs, without an end:
#
# | probability of the true class | 1 | 0.5 | 0.1 | 0.01 | 0.00001 |
# |---|---|---|---|---|---|
# | loss | 0 | 0.69 | 2.30 | 4.61 | 11.51 |
#
# With a one-hot label $y$ this is a sum in which all terms but one are 0. Written as the sum it also holds for labels
# that are shares, such as 0.7 and 0.3. For several samples their losses are added up, so the sum runs over *all*
# entries:
#
# $$L = -\sum_i y_i \ln \hat y_i$$
#
# Three things that the formula does not say:
#
# - **0 · ln 0.** On a computer, $\ln 0$ is $-\infty$, and $0 \cdot \infty$ is `nan`: the loss of a perfect
#   prediction would be `nan`. The term counts as 0.
# - **An impossible truth.** Where the truth was given probability 0, the loss is infinite, and everything after it is
#   `nan`. Take a large finite number instead, above 30: give no probability less than the smallest float,
#   `np.finfo(float).tiny`. (A floor of $10^{-15}$ is fine, too; one of $10^{-12}$ is too high, its loss is only 27.6.)
# - **Shapes.** Labels (10,) and predictions (10, 1) do not fit. NumPy stretches them into a table of 100 products
#   without a word: ten equal probabilities then cost 23.02585 instead of 2.302585. Raise `ValueError` wherever the two
#   shapes differ, before NumPy can stretch anything.
#
# Write `loss`: for arrays of any shape, or lists, as long as both have the same. It returns one number.

# %%
import numpy as np


def loss(y, yhat):
    """Return the cross entropy of predictions yhat and labels y, summed over all entries; always finite.

    y, yhat: (n,) or (n, m), of the same shape, else ValueError. y: one-hot or shares. yhat: probabilities, 0 and 1 too.
    """
    # BEGIN SOLUTION
    y, yhat = np.asarray(y, dtype=float), np.asarray(yhat, dtype=float)
    if y.shape != yhat.shape:
        raise ValueError(f"y has shape {y.shape}, yhat has {yhat.shape}")
    return -np.sum(y * np.log(np.maximum(yhat, np.finfo(float).tiny)))
    # END SOLUTION


# %% [markdown]
# Try it. It should print 1.5956818129123256 for the softmax of the common test vector, then 0 (`-0.0` is the same
# number), and then a large number.

# %%
print(loss([0, 1, 0, 0, 0], [0.4083291, 0.20277023, 0.18347409, 0.12298636, 0.08244022]))
print(loss([1, 0], [1, 0]), loss([1, 0], [0, 1]))
