# %% [markdown]
# # Exercise 24 · Adam
#
# **Adam** combines the last two exercises: it uses an exponential moving average $m$ of the gradients, like momentum,
# and divides by the square root of a moving average $v$ of their squares, like RMSProp:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g \qquad\qquad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2$$
#
# Both averages start at 0, so at first they are too small. After the first step, with the usual $\beta_1 = 0.9$ and
# $\beta_2 = 0.999$, $m$ is $0.1\, g$ and $v$ is $0.001\, g^2$; $m / \sqrt{v}$ would be 3.16 instead of 1. After $t$
# steps the weights in an average add up to $1 - \beta^t$. The **bias correction** divides by that sum:
#
# $$\hat m = \frac{m}{1 - \beta_1^t} \qquad\qquad \hat v = \frac{v}{1 - \beta_2^t}$$
#
# $$\theta \leftarrow \theta - \alpha \frac{\hat m}{\sqrt{\hat v} + \varepsilon}$$
#
# - $t$ counts steps from 1: it is 1 in the first call. $\beta^t$ is a power.
# - Return $m$ and $v$ *without* the correction; the corrected values are used in this step only.
# - $\varepsilon$ is added after the square root, and after the correction.
# - Everything is elementwise; $\theta$, $g$, $m$, and $v$ have the same shape, any shape.
#
# The first step has length $\alpha$ for every parameter with a nonzero gradient. Later steps have that length if
# gradients agree, and are shorter if their signs change.
#
# A 64-128-64-10 network, trained on the digits with Adam ($\alpha = 0.001$, batches of 32, 60 epochs), has a test
# accuracy of 0.9694, the mean of ten splits. The small network of the course with gradient descent has 0.8836, because
# of both its size and its optimizer.
#
# Write `adam_step`. Return new arrays, and do not change the arguments.

# %%
import numpy as np


def adam_step(theta, g, m, v, t, alpha, beta1, beta2, eps):
    """Return (theta, m, v) after one step of Adam, as new arrays.

    theta, g: parameters and gradient. m, v: the averages of gradients and of their squares, not corrected. All are
    arrays of one shape. t: the number of this step, from 1. alpha: learning rate. beta1, beta2: the shares of m and of
    v that are kept, 0 to below 1. eps: above 0.
    """
    # BEGIN SOLUTION
    m_new = beta1 * m + (1 - beta1) * g
    v_new = beta2 * v + (1 - beta2) * g**2
    m_hat = m_new / (1 - beta1**t)
    v_hat = v_new / (1 - beta2**t)
    theta_new = theta - alpha * m_hat / (np.sqrt(v_hat) + eps)
    return theta_new, m_new, v_new
    # END SOLUTION


# %% [markdown]
# Try it. The gradients of the first parameter agree, those of the second alternate in sign, and those of the third are
# small. After four steps with $\alpha = 0.1$ the parameters should be near $-0.4$, $-0.12$ and $-0.4$.

# %%
theta, m, v = np.zeros(3), np.zeros(3), np.zeros(3)
for t in range(1, 5):
    g = np.array([2.0, 2.0 * (-1) ** (t + 1), 0.001])
    theta, m, v = adam_step(theta, g, m, v, t, 0.1, 0.9, 0.999, 1e-8)
    print(t, theta.round(4))
