# %% [markdown]
# # Exercise 10a · Weight initialization
#
# Layer $l$ of a network maps $n_{l-1}$ numbers to $n_l$ numbers. It needs a matrix of **weights** and a column of
# **biases**:
#
# | | shape | contents |
# |---|---|---|
# | `W[l]` | $(n_{l-1}, n_l)$ | column $j$: the weights of unit $j$ |
# | `B[l]` | $(n_l, 1)$ | one bias per unit |
#
# The sizes 64, 6, 5, 10 make a network with three layers: 464 weights and 21 biases. The input is layer 0 and has no
# parameters, so both lists contain `None` at index 0. Then `W[l]` belongs to layer $l$, as in the formulas.
#
# Training has to start with some weights. Suppose that all weights and biases are 0. Then all units of a layer compute
# the same value, get the same gradient, and take the same step. They remain equal forever, so six units do the work of
# one. (With ReLU in the first layer, it is even worse: the weights of the first layer never change, and the network
# gives the same output for all images.) Therefore the weights are random, which makes the units *different*. They are
# also small, so that no sigmoid starts in its flat region (saturation). Here all parameters are drawn from a normal
# distribution with mean 0 and **standard deviation** 0.1:
#
# $$W^{[l]}_{ij} \sim N(0,\ 0.1^2), \qquad b^{[l]}_j \sim N(0,\ 0.1^2)$$
#
# Here the biases are random, too. That is not necessary, because random weights already make the units different.
# glassnet and most other libraries start with biases of 0.
#
# `rng` is a `numpy.random.Generator`. Draw every number from it, and from nothing else. Then the same seed gives the
# same network, and another seed a different one. Each layer and each unit needs its own numbers.

# %%
import numpy as np


def initialize(sizes, rng):
    """Return (W, B): random weights and biases, two lists of len(sizes) with None at index 0.

    sizes: the number of inputs, then the units of each layer, such as [64, 6, 5, 10]. rng: a numpy Generator.
    W[l]: (sizes[l-1], sizes[l]). B[l]: (sizes[l], 1). All from a normal distribution, mean 0, standard deviation 0.1.
    """
    # BEGIN SOLUTION
    W, B = [None], [None]
    for l in range(1, len(sizes)):
        inputs, units = sizes[l - 1], sizes[l]
        W.append(rng.normal(0, 0.1, (inputs, units)))
        B.append(rng.normal(0, 0.1, (units, 1)))
    return W, B
    # END SOLUTION


# %% [markdown]
# Try it. The shapes should be (64, 6), (6, 5), (5, 10) and (6, 1), (5, 1), (10, 1). The last line should be close to 0
# and 0.1.

# %%
W, B = initialize([64, 6, 5, 10], np.random.default_rng(27))
print([w.shape for w in W[1:]], [b.shape for b in B[1:]])
print(W[1].mean(), W[1].std())
