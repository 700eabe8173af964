# %% [markdown]
# # Exercise 23 · Adagrad and RMSProp
#
# One learning rate for all parameters is a compromise: the weights of a pixel that is nearly always blank have small,
# rare gradients, while others have large ones in every step. Both optimizers of this exercise adapt the learning rate
# of each parameter. They keep a number $s$ that measures the size of its gradients, and divide by its square root.
#
# **Adagrad** sums the squared gradients:
#
# $$s \leftarrow s + g^2 \qquad\qquad \theta \leftarrow \theta - \alpha \frac{g}{\sqrt{s} + \varepsilon}$$
#
# **RMSProp** uses an exponential moving average of them, so old gradients decay. The step is the same:
#
# $$s \leftarrow \rho s + (1 - \rho)\, g^2$$
#
# Everything is elementwise: $\theta$, $g$, and $s$ have the same shape, any shape, and $s$ starts at 0. The step uses
# the new $s$.
#
# From $s = 0$, Adagrad's first step is $\alpha$ for every parameter, whether its gradient is 3 or 0.02; only the sign
# matters. (A gradient of 0 makes no step.) Then $s$ only increases, so steps shrink: for a constant gradient, step $t$
# is $\alpha / \sqrt{t}$. RMSProp's steps do not vanish: for a constant gradient they approach $\alpha$. Its first step
# is too long, though, $\alpha / \sqrt{1 - \rho}$, since the average starts at 0; Exercise 24 corrects this.
#
# $\varepsilon$, usually $10^{-8}$, is added *after* the square root. In the digits, pixels 0, 32, and 39 have the same
# value in all images; normalized they are 0, and so are all gradients of their weights. Then $s = 0$, and without
# $\varepsilon$ the step would be $0 / 0$.
#
# Write both steps. Return new arrays and do not change the arguments, as in Exercise 22.

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
# Try it with two parameters, whose gradients are constant, 3 and 0.02. Adagrad's steps should be 0.1, 0.0707, 0.0577,
# ... for both, RMSProp's 0.3162, 0.2294, 0.1921, ..., decreasing toward 0.1.

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
