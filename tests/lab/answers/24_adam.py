# %% the old names again
import numpy as np


def adam_step(theta, g, m, v, t, alpha, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * np.square(g)
    step = alpha * (m / (1 - beta1**t)) / (eps + np.sqrt(v / (1 - beta2**t)))
    return theta - step, m, v


# %% the corrections drawn into the rate and into eps, as in the paper, but exactly
import numpy as np


def adam_step(theta, g, m, v, t, alpha, beta1, beta2, eps):
    m = m + (1 - beta1) * (g - m)
    v = v + (1 - beta2) * (g * g - v)
    root = np.sqrt(1 - beta2**t)
    theta = theta - alpha * root / (1 - beta1**t) * m / (np.sqrt(v) + eps * root)
    return [theta, m, v]


# %% number by number, lists come back
import math

import numpy as np


def adam_step(theta, g, m, v, t, alpha, beta1, beta2, eps):
    theta, m, v = theta.copy(), m.copy(), v.copy()
    for place in np.ndindex(g.shape):
        m[place] = beta1 * m[place] + (1 - beta1) * g[place]
        v[place] = beta2 * v[place] + (1 - beta2) * g[place] ** 2
        m_hat, v_hat = m[place] / (1 - math.pow(beta1, t)), v[place] / (1 - math.pow(beta2, t))
        theta[place] -= alpha * m_hat / (math.sqrt(v_hat) + eps)
    return theta.tolist(), m.tolist(), v.tolist()


# %% both averages at once, copies in place, in single precision
import numpy as np


def adam_step(theta, g, m, v, t, alpha, beta1, beta2, eps):
    betas = np.array([beta1, beta2]).reshape(2, *[1] * np.ndim(g))
    averages = np.array([m, v])
    averages *= betas
    averages += (1 - betas) * np.array([g, g**2])
    first, second = averages / (1 - betas**t)
    theta = theta - alpha * first / (np.sqrt(second) + eps)
    return np.array([theta, *averages], dtype=np.float32)


# %% glassnet's own
import numpy as np

from glassnet.maths.optimizers.adam import Adam


def adam_step(theta, g, m, v, t, alpha, beta1, beta2, eps):
    optimizer = Adam(learning_rate=alpha, beta1=beta1, beta2=beta2, epsilon=eps)
    flat = np.array(theta, dtype=float).ravel()
    state = optimizer.start(flat)
    state["mean"][:], state["squares"][:], state.steps = np.ravel(m), np.ravel(v), t - 1
    optimizer.step(flat, np.array(g, dtype=float).ravel(), state, alpha)
    return tuple(one.reshape(np.shape(g)) for one in (flat, state["mean"], state["squares"]))
