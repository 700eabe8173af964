# %% [markdown]
# # Exercise 22 · Momentum
#
# An **optimizer** decides how the parameters move, given the gradient; its aim is a small loss, nothing else. The one
# of Exercise 16, $\theta \leftarrow \theta - \alpha g$, knows this step's gradient only. SGD with momentum, Adagrad,
# RMSProp and Adam remember more. This exercise and the next two build them.
#
# Where a loss is a long narrow valley, plain descent is in trouble: across the valley the gradient is large and
# changes its sign at every step, along the valley it is small and always the same. A rate that is small enough for the
# one direction is far too small for the other.
#
# **Momentum** keeps a velocity $v$, as a rolling ball does. A share $\mu$ of it (often 0.9) is left at the next step,
# and the new gradient is added:
#
# $$v \leftarrow \mu v + g \qquad\qquad \theta \leftarrow \theta - \alpha v$$
#
# Gradients of changing sign cancel in $v$; equal ones add up to $g + \mu g + \mu^2 g + \dots = g / (1 - \mu)$, ten
# times $g$ for $\mu = 0.9$. The $v$ that moves $\theta$ is the new one, with this step's gradient in it. With
# $\mu = 0$ plain descent is left.
#
# $\theta$, $g$ and $v$ have the same shape, any shape: in a network every $W^{[l]}$ and every $b^{[l]}$ has a velocity
# of its own, all zeros at the start. Two other conventions are common: $(1 - \mu)\, g$ in place of $g$, and a velocity
# with $\alpha$ in it. They need other rates; here it is the formula above.
#
# Write one step. Return new arrays: what is handed in stays as it is, so that whoever has kept the best parameters
# still has them afterwards.

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
# 100 steps at the same rate plain descent has come to about 18, momentum 0.9 to about 0.001.

# %%
curvature = np.array([1.0, 100.0])
for mu in (0, 0.5, 0.9):
    theta, v = np.array([10.0, 1.0]), np.zeros(2)
    for _ in range(100):
        theta, v = momentum_step(theta, curvature * theta, v, alpha=0.005, mu=mu)
    print(f"mu = {mu}: the loss is {(curvature * theta**2).sum() / 2:.3g}")
