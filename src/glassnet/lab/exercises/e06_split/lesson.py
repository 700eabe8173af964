# %% [markdown]
# # Exercise 6 · Training, validation, and test set
#
# A network must be evaluated on samples that it was not trained on. Therefore the data is split into three sets:
#
# - **training set**: the network learns its parameters from these samples;
# - **validation set**: used repeatedly, to compare and choose learning rates, layer sizes, and the number of epochs;
# - **test set**: used once, at the end. The best of fifty networks on the validation set is also the luckiest one, so
#   its result there is too optimistic. The final evaluation needs samples that influenced no choice.
#
# Common fractions are 60/20/20 or 80/10/10, but there is no fixed rule. A good split meets three criteria:
#
# 1. It is random, because data is often sorted: by class, by day, by person.
# 2. Each sample is in *one* set only. (For small data sets, use cross-validation. Each fifth of the data is the test
#    set once, and the other four fifths are the training set.)
# 3. Each set is large enough, and its samples are reliable. More data nearly always helps, but consistent and reliable
#    data helps more: garbage in, garbage out.
#
# Write `split(n, percent_train, percent_valid, rng)`. The arguments `percent_train` and `percent_valid` are fractions,
# such as 0.6. The function returns three arrays of **indices**, `(train, valid, test)`, of shapes
#
# $$(\text{round}(n \cdot p_\text{train}),) \qquad (\text{round}(n \cdot p_\text{valid}),) \qquad (\text{the rest},)$$
#
# - Together they contain each integer from 0 to $n - 1$ exactly once, in any order. A set may be empty. If both sizes
#   are rounded up and exceed n (as for 0.5 and 0.5 of 3), the validation set gets what is left.
# - Use `round`, not `int`: `100 * 0.29` is 28.999999999999996.
# - Draw the random order from `rng`, a NumPy `Generator`. The same seed then gives the same split, and another seed a
#   different one. Do not use the global generators, `np.random.shuffle` and `random.shuffle`. Their state depends on
#   all code that ran before.

# %%
import numpy as np


def split(n, percent_train, percent_valid, rng):
    """Return (train, valid, test): three arrays of indices that together contain each of 0 ... n - 1 once.

    percent_train, percent_valid: fractions, such as 0.6 and 0.2. rng: a numpy.random.Generator.
    """
    # BEGIN SOLUTION
    n_train, n_valid = round(n * percent_train), round(n * percent_valid)
    order = rng.permutation(n)
    return order[:n_train], order[n_train : n_train + n_valid], order[n_train + n_valid :]
    # END SOLUTION


# %% [markdown]
# Try it. For the 1797 digits and the fractions 0.6 and 0.2, the sizes should be 1078, 359, and 360. The sum of all
# indices should equal the sum of 0 ... 1796.

# %%
parts = split(1797, 0.6, 0.2, np.random.default_rng(0))
print([len(part) for part in parts], sum(sum(part) for part in parts), sum(range(1797)))
print(parts[0][:10])
