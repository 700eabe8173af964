# %% [markdown]
# # Exercise 23 · Adagrad and RMSProp
#
# One learning rate for all parameters is a compromise: weights of a pixel that is nearly always blank have small and
# rare gradients, others have large ones all the time. Both optimizers of this exercise keep a number $s$ for every
# parameter, which says how large its gradients were, and divide by its root.
#
# **Adagrad** adds up the squares:
#
# $$s \leftarrow s + g^2 \qquad\qquad \theta \leftarrow \theta - \alpha \frac{g}{\sqrt{s} + \varepsilon}$$
#
# **RMSProp** takes a running average of them, so that old gradients fade; the step is the same:
#
# $$s \leftarrow \rho s + (1 - \rho)\, g^2$$
#
# All of it is elementwise: $\theta$, $g$ and $s$ have the same shape, any shape, and $s$ begins at 0. The step uses
# the new $s$.
#
# From $s = 0$, Adagrad's first step is $\alpha$ for every parameter, whether its gradient is 3 or 0.02; only the sign
# is left. (A gradient of 0 makes no step.) Then $s$ can only grow, so the steps shrink: for a gradient that stays the
# same, step $t$ is $\alpha / \sqrt{t}$. RMSProp's steps do not die out: for such a gradient they come to $\alpha$.
# Its first one is too long, though, $\alpha / \sqrt{1 - \rho}$, since the average starts at 0; Exercise 24 sees to
# that.
#
# $\varepsilon$, usually $10^{-8}$, is added *after* the root. Of the digits' pixels, number 0, 32 and 39 have the same
# value in all images; normalized they are 0, and so is every gradient of their weights. Then $s = 0$, and without
# $\varepsilon$ the step would be $0 / 0$.
#
# Write both steps. Return new arrays, as in Exercise 22: what is handed in stays as it is.

# %%
import numpy as np


def adagrad_step(theta, g, s, alpha, eps):
    """Return (theta, s) after one step of Adagrad, as new arrays.

    theta, g, s: parameters, gradient and sum of squares, arrays of one shape. alpha: learning rate. eps: above 0.
    """
    # BEGIN SOLUTION
    total = s + g**2
    theta_new = theta - alpha * g / (np.sqrt(total) + eps)
    return theta_new, total
    # END SOLUTION


def rmsprop_step(theta, g, s, alpha, rho, eps):
    """Return (theta, s) after one step of RMSProp, as new arrays.

    theta, g, s: parameters, gradient and average of squares, arrays of one shape. alpha: learning rate. rho: the share
    of s that is kept, 0 to below 1. eps: above 0.
    """
    # BEGIN SOLUTION
    mean = rho * s + (1 - rho) * g**2
    theta_new = theta - alpha * g / (np.sqrt(mean) + eps)
    return theta_new, mean
    # END SOLUTION


# %% [markdown]
# Try it: two parameters, whose gradients stay 3 and 0.02. Adagrad's steps should be 0.1, 0.0707, 0.0577, ... for both,
# RMSProp's 0.3162, 0.2294, 0.1921, ..., falling towards 0.1.

# %%
g = np.array([3.0, 0.02])
theta, s = np.zeros(2), np.zeros(2)
for t in range(4):
    theta_before = theta
    theta, s = adagrad_step(theta, g, s, 0.1, 1e-8)
    print("Adagrad", t + 1, (theta_before - theta).round(4))

theta, s = np.zeros(2), np.zeros(2)
for t in range(4):
    theta_before = theta
    theta, s = rmsprop_step(theta, g, s, 0.1, 0.9, 1e-8)
    print("RMSProp", t + 1, (theta_before - theta).round(4))
