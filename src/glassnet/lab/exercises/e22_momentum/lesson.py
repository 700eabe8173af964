# %% [markdown]
# # Exercise 22 · Momentum
#
# An **optimizer** updates the parameters, given the gradient. Gradient descent of Exercise 16, $\theta \leftarrow
# \theta - \alpha g$, uses only the current gradient. SGD with momentum, Adagrad, RMSProp, and Adam also use previous
# gradients. This exercise and the next two implement them.
#
# Gradient descent is slow if the loss has a long narrow valley: across the valley, the gradient is large and changes
# its sign in every step; along the valley, it is small and constant. A learning rate that is small enough for the
# first direction is far too small for the second.
#
# **Momentum** keeps a velocity $v$, like a rolling ball. Each step keeps a share $\mu$ of it (often 0.9) and adds the
# new gradient:
#
# $$v \leftarrow \mu v + g \qquad\qquad \theta \leftarrow \theta - \alpha v$$
#
# Gradients with alternating signs cancel in $v$; equal ones add up to $g + \mu g + \mu^2 g + \dots = g / (1 - \mu)$,
# ten times $g$ for $\mu = 0.9$. The update of $\theta$ uses the new $v$, which includes the current gradient. With
# $\mu = 0$ it is plain gradient descent.
#
# $\theta$, $g$, and $v$ have the same shape, any shape: in a network, every $W^{[l]}$ and every $b^{[l]}$ has its own
# velocity, initially all zeros. Two other conventions are common: $(1 - \mu)\, g$ instead of $g$, and a velocity that
# includes $\alpha$. They need other learning rates. Use the formula above.
#
# Write `momentum_step`. Return new arrays, and do not change the arguments: the caller may have kept the best
# parameters.

# %%
import numpy as np


def momentum_step(theta, g, v, alpha, mu):
    """Return (theta, v) after one step of gradient descent with momentum, as new arrays.

    theta, g, v: parameters, gradient, velocity; arrays of one shape. alpha: learning rate. mu: momentum, 0 to below 1.
    """
    # BEGIN SOLUTION
    v_new = mu * v + g
    theta_new = theta - alpha * v_new
    return theta_new, v_new
    # END SOLUTION


# %% [markdown]
# Try it in a valley: $L = \frac{1}{2}(x^2 + 100\, y^2)$, whose gradient is $(x, 100\, y)$, from a loss of 100. After
# 100 steps with the same learning rate, the loss is about 18 for gradient descent, and about 0.001 with momentum 0.9.

# %%
curvature = np.array([1.0, 100.0])
for mu in (0, 0.5, 0.9):
    theta, v = np.array([10.0, 1.0]), np.zeros(2)
    for _ in range(100):
        theta, v = momentum_step(theta, curvature * theta, v, alpha=0.005, mu=mu)
    print(f"mu = {mu}: the loss is {(curvature * theta**2).sum() / 2:.3g}")
