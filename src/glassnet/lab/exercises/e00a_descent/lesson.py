# %% [markdown]
# # Exercise 0a · Gradient descent
#
# A loss is a landscape: every choice of the parameters is a place, the loss its height. The **gradient** points
# uphill, so a step against it goes down. Training is nothing else, in many dimensions:
#
# 1. choose a start;
# 2. compute the loss there;
# 3. compute the gradient: one partial derivative per parameter;
# 4. take a step: subtract learning rate times gradient;
# 5. repeat from 2, a certain number of times, or until the loss changes so little that going on is not worth it: the
#    **convergence criterion**.
#
# $$x \leftarrow x - \alpha \, \nabla L(x)$$
#
# The learning rate $\alpha$ decides how far a step goes. Too small, and the way is long; too large, and every step
# jumps over the valley, perhaps higher than before. On $L(x) = x^2$ a step is $x - 2 \alpha x$: with $\alpha = 0.1$
# each place is 0.8 times the one before, with $\alpha = 1$ the walk jumps to and fro between $x$ and $-x$ for ever,
# beyond that it climbs.
#
# The figure shows such a walk from above:

# %%
from glassnet.lab import figures

figures.descent()

# %% [markdown]
# Write `descend`. It returns where it ended, and the list of losses: at the start, and after every step. It stops
# after `max_iter` steps, or as soon as a step has changed the loss by less than `tol`: $|L_{before} - L_{after}| <
# tol$. (That step and its loss still count.) `loss` and `gradient` are functions of x. The start that was handed over
# stays as it was.

# %%
import numpy as np


def descend(loss, gradient, start, learning_rate=0.1, max_iter=100, tol=1e-6):
    """Return (x, losses): where the walk ended, an array like start, and the loss at the start and after every step.

    start: numbers, (n,). loss(x) gives a number, gradient(x) an array like x.
    """
    # BEGIN ANSWER
    x = np.array(start, dtype=float)
    losses = [loss(x)]
    for _ in range(max_iter):
        x = x - learning_rate * gradient(x)
        losses.append(loss(x))
        if abs(losses[-2] - losses[-1]) < tol:
            break
    return x, losses
    # END ANSWER


# %% [markdown]
# Try it on a bowl that is steeper in one direction than in the other. It should end near (0, 0), and the losses should
# fall from 13.5.

# %%
x, losses = descend(lambda x: x[0] ** 2 + x[1] ** 2 / 2, lambda x: np.array([2 * x[0], x[1]]), [3.0, -3.0])
print(x, len(losses) - 1, "steps")
print(np.round(losses[:6], 4))
