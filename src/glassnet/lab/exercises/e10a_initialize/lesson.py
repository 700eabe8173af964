# %% [markdown]
# # Exercise 10a · First weights
#
# Layer $l$ of a network turns $n_{l-1}$ numbers into $n_l$. For that it needs a matrix of **weights** and a column of
# **biases**:
#
# | | shape | holds |
# |---|---|---|
# | `W[l]` | $(n_{l-1}, n_l)$ | in column $j$, the weights of unit $j$ |
# | `B[l]` | $(n_l, 1)$ | one bias per unit |
#
# The sizes 64, 6, 5, 10 make a network with three layers: 464 weights and 21 biases. The input counts as layer 0 and
# has no parameters, so index 0 of both lists holds `None`. That way `W[l]` belongs to layer $l$, as in the formulas.
#
# Training has to start somewhere. With zeros it goes nowhere: all units of a layer compute the same number, get the
# same gradient, make the same step, and stay alike for ever. Six units then do the work of one. (With zeros everywhere
# and a ReLU in the first layer it is worse: its units never move at all, and the network gives all images the same
# answer.) So the weights are drawn at random: they only have to *differ*, and to be small, so that no sigmoid starts
# far out, where it is flat. Here all numbers come from a normal distribution with mean 0 and **standard deviation**
# 0.1:
#
# $$W^{[l]}_{ij} \sim N(0,\ 0.1^2), \qquad b^{[l]}_j \sim N(0,\ 0.1^2)$$
#
# The biases are drawn, too. They need not be: units with different weights differ already, so glassnet starts its
# biases at 0, as most libraries do.
#
# `rng` is a `numpy.random.Generator`. Draw every number from it and from nothing else: the same seed then gives the
# same network, another seed another one. No two layers and no two units get the same numbers.

# %%
import numpy as np


def initialize(sizes, rng):
    """Return (W, B), two lists of len(sizes) with None at index 0: random weights and biases.

    sizes: numbers of units, the inputs first, as [64, 6, 5, 10]. rng: a numpy Generator.
    W[l]: (sizes[l-1], sizes[l]). B[l]: (sizes[l], 1). All from a normal distribution, mean 0, standard deviation 0.1.
    """
    # BEGIN ANSWER
    W, B = [None], [None]
    for l in range(1, len(sizes)):
        inputs, units = sizes[l - 1], sizes[l]
        W.append(rng.normal(0, 0.1, (inputs, units)))
        B.append(rng.normal(0, 0.1, (units, 1)))
    return W, B
    # END ANSWER


# %% [markdown]
# Try it. The shapes should be (64, 6), (6, 5), (5, 10) and (6, 1), (5, 1), (10, 1); the last line should be near 0 and
# 0.1.

# %%
W, B = initialize([64, 6, 5, 10], np.random.default_rng(27))
print([w.shape for w in W[1:]], [b.shape for b in B[1:]])
print(W[1].mean(), W[1].std())
