# %% [markdown]
# # Exercise 13 · Cross-entropy loss
#
# The network predicts that an image is a 1 with probability 0.2, and its label is 1. How wrong is that prediction? The
# **cross-entropy** is the negative logarithm of the probability of the true class, $-\ln 0.2 = 1.6$. A certain,
# correct prediction has a loss of 0. The smaller the probability of the true class, the larger the loss, without
# limit:
#
# | probability of the true class | 1 | 0.5 | 0.1 | 0.01 | 0.00001 |
# |---|---|---|---|---|---|
# | loss | 0 | 0.69 | 2.30 | 4.61 | 11.51 |
#
# With a one-hot label $y$ this is a sum in which all terms but one are 0. The sum also holds for **soft labels**, such
# as 0.7 and 0.3. The losses of several samples are added, so the sum runs over *all* entries:
#
# $$L = -\sum_i y_i \ln \hat y_i$$
#
# The formula leaves three cases open:
#
# - **0 · ln 0.** On a computer, $\ln 0$ is $-\infty$, and $0 \cdot \infty$ is `nan`: the loss of a perfect
#   prediction would be `nan`. The term counts as 0.
# - **Probability 0.** If the true class has probability 0, the loss is infinite, and all later values are `nan`.
#   Return a large finite number above 30 instead: clip probabilities from below at the smallest float,
#   `np.finfo(float).tiny`. (A limit of $10^{-15}$ works as well. $10^{-12}$ is too high: its loss is only 27.6.)
# - **Shapes.** Labels (10,) and predictions (10, 1) do not match. NumPy silently broadcasts them to 100 products: the
#   loss of ten equal probabilities is then 23.02585 instead of 2.302585. Raise `ValueError` if the shapes differ.
#
# Write `loss` for arrays or lists of any shape, as long as both shapes are equal. It returns one number.

# %%
import numpy as np


def loss(y, yhat):
    """Return the cross-entropy of predictions yhat and labels y, summed over all entries; always finite.

    y, yhat: (n,) or (n, m); ValueError unless the shapes are equal. y: one-hot or soft labels. yhat: probabilities,
    including 0 and 1.
    """
    # BEGIN SOLUTION
    y, yhat = np.asarray(y, dtype=float), np.asarray(yhat, dtype=float)
    if y.shape != yhat.shape:
        raise ValueError(f"y has shape {y.shape}, yhat has {yhat.shape}")
    return -np.sum(y * np.log(np.maximum(yhat, np.finfo(float).tiny)))
    # END SOLUTION


# %% [markdown]
# Try it. It should print 1.5956818129123256 for the softmax of the course's test vector, then 0 (`-0.0` is the same
# number), and then a large number.

# %%
print(loss([0, 1, 0, 0, 0], [0.4083291, 0.20277023, 0.18347409, 0.12298636, 0.08244022]))
print(loss([1, 0], [1, 0]), loss([1, 0], [0, 1]))
