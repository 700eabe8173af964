# %% [markdown]
# # Exercise 16 · One step downhill
#
# The gradient says for every parameter how the loss grows when the parameter grows. To make the loss smaller, go the
# other way, a little:
#
# $$W^{[l]} \leftarrow W^{[l]} - \alpha\, dW^{[l]}, \qquad b^{[l]} \leftarrow b^{[l]} - \alpha\, db^{[l]}$$
#
# $\alpha$ is the **learning rate**. Too small, and learning takes for ever; too large, and each step jumps over the
# valley. This is where the network learns. Backpropagation only computes gradients, and changes nothing; the
# **optimizer** changes the parameters, and this is the simplest one, gradient descent.
#
# Write `update_step`. It returns two lists like those it gets: as long as `W`, with `None` at index 0, and for every
# layer a new array of the shape of the old one.
#
# **New** arrays in **new** lists: what the function is given stays as it is. There are two ways to change it unawares:
#
# - `W[l] -= alpha * dW[l]` writes into the caller's array.
# - `W[l] = W[l] - alpha * dW[l]` makes a new array, but puts it into the caller's list.
#
# The function of the university notebook behind this course changed the caller's lists. Old weights and new ones were
# then the same list, so that a comparison of the two could say nothing, and two test steps, with $\alpha = 0.1$, were
# made with the very weights from which training was to start. Its test passed for a function that does nothing at all,
# and for one that goes uphill.

# %%
import numpy as np


def update_step(W, B, dW, db, alpha):
    """Return (W, B) after one step against the gradient: new lists of new arrays, None at index 0.

    W[l], dW[l]: (n_{l-1}, n_l). B[l], db[l]: (n_l, 1). alpha: the learning rate. All of them stay as they are.
    """
    # BEGIN SOLUTION
    new_W, new_B = [None], [None]
    for l in range(1, len(W)):
        new_W.append(W[l] - alpha * dW[l])
        new_B.append(B[l] - alpha * db[l])
    return new_W, new_B
    # END SOLUTION


# %% [markdown]
# Try it. One layer, two inputs, one unit: the weights 1 and 2 with the gradient 10 and −10 and $\alpha = 0.1$ become 0
# and 3; the bias 0.5 with the gradient 5 becomes 0. Then the old ones are printed again, as they were.

# %%
W, B = [None, np.array([[1.0], [2.0]])], [None, np.array([[0.5]])]
new_W, new_B = update_step(W, B, [None, np.array([[10.0], [-10.0]])], [None, np.array([[5.0]])], 0.1)
print(new_W[1].T, new_B[1])
print(W[1].T, B[1])
