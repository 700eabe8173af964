# %% [markdown]
# # Exercise 0a · Gradient descent
#
# The loss is a function of the parameters. Picture it as a landscape: each choice of the parameters is a point, and the
# loss is its height. The **gradient** points in the direction of steepest increase, so a step against it reduces the
# loss. Training does the same in many dimensions:
#
# 1. choose initial parameters;
# 2. compute the loss;
# 3. compute the gradient: one partial derivative per parameter;
# 4. take a step: subtract the learning rate times the gradient;
# 5. repeat from 2, for a fixed number of iterations or until the loss hardly changes any more. This condition is the
#    **convergence criterion**.
#
# $$x \leftarrow x - \alpha \, \nabla L(x)$$
#
# The **learning rate** $\alpha$ determines the length of a step. If it is too small, many steps are needed. If it is
# too large, every step overshoots the minimum, and the loss may grow. For $L(x) = x^2$, a step leads to
# $x - 2 \alpha x$. With $\alpha = 0.1$, each $x$ is 0.8 times the previous one. With $\alpha = 1$, the steps alternate
# between $x$ and $-x$ forever. With a larger $\alpha$, they diverge.
#
# The figure shows gradient descent on a function of two variables, seen from above:

# %%
from glassnet.lab import figures

figures.descent()

# %% [markdown]
# Write `descend`. It returns the final x and the list of losses: the loss at the start and after every step. It stops
# after `max_iter` steps, or after the first step that changes the loss by less than `tol`:
# $|L_{before} - L_{after}| < tol$. (This step and its loss still count.) `loss` and `gradient` are functions of x. Do
# not modify the array `start`.

# %%
import numpy as np


def descend(loss, gradient, start, learning_rate=0.1, max_iter=100, tol=1e-6):
    """Return (x, losses): the final x, of the shape of start, and the losses at the start and after every step.

    start: numbers, (n,). loss(x) returns a number, gradient(x) an array of the shape of x.
    """
    # BEGIN SOLUTION
    x = np.array(start, dtype=float)
    losses = [loss(x)]
    for _ in range(max_iter):
        x = x - learning_rate * gradient(x)
        losses.append(loss(x))
        if abs(losses[-2] - losses[-1]) < tol:
            break
    return x, losses
    # END SOLUTION


# %% [markdown]
# Try it on a function that is steeper in one direction than in the other. The result should be near (0, 0), and the
# losses should decrease from 13.5.

# %%
x, losses = descend(lambda x: x[0] ** 2 + x[1] ** 2 / 2, lambda x: np.array([2 * x[0], x[1]]), [3.0, -3.0])
print(x, len(losses) - 1, "steps")
print(np.round(losses[:6], 4))
