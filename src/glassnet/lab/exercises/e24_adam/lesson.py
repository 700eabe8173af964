# %% [markdown]
# # Exercise 24 · Adam
#
# **Adam** puts the last two exercises together: it moves along a running average $m$ of the gradients, as momentum
# does, and divides by the root of a running average $v$ of their squares, as RMSProp does:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g \qquad\qquad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2$$
#
# Both averages begin at 0, and at first they are too small. After the first step, with the usual $\beta_1 = 0.9$ and
# $\beta_2 = 0.999$, $m$ is $0.1\, g$ and $v$ is $0.001\, g^2$; $m / \sqrt{v}$ would be 3.16 and not 1. How much is
# missing is known: after $t$ steps the shares in an average add up to $1 - \beta^t$. Divided by that, it is an average
# again; this is the **bias correction**:
#
# $$\hat m = \frac{m}{1 - \beta_1^t} \qquad\qquad \hat v = \frac{v}{1 - \beta_2^t}$$
#
# $$\theta \leftarrow \theta - \alpha \frac{\hat m}{\sqrt{\hat v} + \varepsilon}$$
#
# - $t$ counts the steps from 1: it is 1 in the first call. $\beta^t$ is a power.
# - What is remembered is $m$ and $v$, *without* the correction; the corrected ones serve this step alone.
# - $\varepsilon$ is added after the root, and after the correction.
# - Everything is elementwise; $\theta$, $g$, $m$ and $v$ have one shape, any shape.
#
# The first step is $\alpha$ long for every parameter, whatever its gradient (other than 0). Later the steps are that
# long where the gradients agree, and shorter where their signs change.
#
# In the lab's measurements a network 64-128-64-10, trained on the digits with Adam ($\alpha = 0.001$, batches of 32,
# 60 epochs), is right on 0.9694 of the test images, the mean of ten splits. The small network of the course with plain
# descent comes to 0.8836; its size has a part in that as well as its optimizer.
#
# Write one step. Return new arrays: what is handed in stays as it is.

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
# Try it. The first parameter's gradients agree, the second's change their sign, the third's are small: after four
# steps of $\alpha = 0.1$ they should be near $-0.4$, $-0.12$ and $-0.4$.

# %%
theta, m, v = np.zeros(3), np.zeros(3), np.zeros(3)
for t in range(1, 5):
    g = np.array([2.0, 2.0 * (-1) ** (t + 1), 0.001])
    theta, m, v = adam_step(theta, g, m, v, t, 0.1, 0.9, 0.999, 1e-8)
    print(t, theta.round(4))
