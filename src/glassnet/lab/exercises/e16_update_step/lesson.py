# %% [markdown]
# # Exercise 16 · Gradient descent
#
# The gradient points in the direction in which the loss increases most. To decrease the loss, take a small step in the
# opposite direction:
#
# $$W^{[l]} \leftarrow W^{[l]} - \alpha\, dW^{[l]}, \qquad b^{[l]} \leftarrow b^{[l]} - \alpha\, db^{[l]}$$
#
# $\alpha$ is the **learning rate**. If it is too small, training is slow; if it is too large, steps overshoot the
# minimum. Backpropagation only computes gradients. The **optimizer** updates the parameters, and **gradient descent**
# is the simplest one.
#
# Write `update_step`. It returns two lists with the length of `W`, `None` at index 0, and for every layer a new array
# with the shape of the old one.
#
# Return **new** arrays in **new** lists, and do not change the inputs. There are two ways to change them by accident:
#
# - `W[l] -= alpha * dW[l]` writes into the caller's array.
# - `W[l] = W[l] - alpha * dW[l]` makes a new array, but puts it into the caller's list.
#
# The function of the original notebook changed the caller's lists. Old and new weights were the same list, so
# comparing them tested nothing. Two test steps, with $\alpha = 0.1$, changed the initial weights of the training. Its
# test also passed for a function that does nothing, and for gradient ascent.

# %%
import numpy as np


def update_step(W, B, dW, db, alpha):
    """Return (W, B) after one step of gradient descent: new lists of new arrays, None at index 0.

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
# and 3; the bias 0.5 with the gradient 5 becomes 0. Then the old, unchanged parameters are printed.

# %%
W, B = [None, np.array([[1.0], [2.0]])], [None, np.array([[0.5]])]
new_W, new_B = update_step(W, B, [None, np.array([[10.0], [-10.0]])], [None, np.array([[5.0]])], 0.1)
print(new_W[1].T, new_B[1])
print(W[1].T, B[1])
