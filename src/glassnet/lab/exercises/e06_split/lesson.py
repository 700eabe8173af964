# %% [markdown]
# # Exercise 6 · Split
#
# A network is judged on samples it has not learned from. So the data are cut into three parts:
#
# - **train**: the weights are learned from these samples;
# - **validation**: here you compare, over and over, learning rates, sizes, numbers of epochs, and choose;
# - **test**: looked at once, at the end. (Whoever chooses by a part has fitted something to it: the best of fifty
#   networks on the validation part is also the luckiest there. So the final number needs samples that nothing was
#   chosen by.)
#
# Shares such as 60/20/20 or 80/10/10 are usual; nothing about them is fixed. A good split meets three criteria:
#
# 1. It is drawn at random: data are often sorted, by class, by day, by person.
# 2. Each sample is in *one* part only. (Where data are few, cross-validation lets the parts take turns: train on four
#    fifths, measure on the fifth, five times over.)
# 3. There is enough in each part, and it is worth something. More data nearly always help, consistent and reliable
#    data even more: garbage in, garbage out.
#
# Write `split(n, percent_train, percent_valid, rng)`. Shares are given as numbers such as 0.6. It returns three arrays
# of **indices**, `(train, valid, test)`, of shapes
#
# $$(\text{round}(n \cdot p_\text{train}),) \qquad (\text{round}(n \cdot p_\text{valid}),) \qquad (\text{the rest},)$$
#
# A part may be empty. Where both sizes are rounded up and exceed n (0.5 and 0.5 of 3), the validation part gets what is
# left. Together the parts hold each whole number from 0 to $n - 1$ once. (`round`, not `int`: `100 * 0.29`
# is 28.999999999999996.) Which index comes into which part is drawn from `rng`, a NumPy `Generator`: the same seed
# gives the same split, another seed another one. The global generators, `np.random.shuffle` and `random.shuffle`, are
# not touched: their state depends on whatever ran before. The order within a part is yours.

# %%
import numpy as np


def split(n, percent_train, percent_valid, rng):
    """Return (train, valid, test): three arrays of indices that together hold each of 0 ... n - 1 once.

    percent_train, percent_valid: shares, such as 0.6 and 0.2. rng: a numpy.random.Generator.
    """
    # BEGIN ANSWER
    n_train, n_valid = round(n * percent_train), round(n * percent_valid)
    order = rng.permutation(n)
    return order[:n_train], order[n_train : n_train + n_valid], order[n_train + n_valid :]
    # END ANSWER


# %% [markdown]
# Try it. For the 1797 digits and shares of 0.6 and 0.2 the sizes should be 1078, 359 and 360; the sum over all parts
# is that of 0 ... 1796.

# %%
parts = split(1797, 0.6, 0.2, np.random.default_rng(0))
print([len(part) for part in parts], sum(sum(part) for part in parts), sum(range(1797)))
print(parts[0][:10])
