# %% plain arrays, the old names again
def momentum_step(theta, g, v, alpha, mu):
    v = mu * v + g
    theta = theta - alpha * v
    return theta, v


# %% without the new velocity's name, a list comes back
def momentum_step(theta, g, v, alpha, mu):
    return [theta - alpha * mu * v - alpha * g, g + mu * v]


# %% number by number
import numpy as np


def momentum_step(theta, g, v, alpha, mu):
    new_theta, new_v = np.empty_like(theta), np.empty_like(v)
    for place in np.ndindex(theta.shape):
        new_v[place] = mu * v[place] + g[place]
        new_theta[place] = theta[place] - alpha * new_v[place]
    return new_theta, new_v


# %% copies that are changed in place, one array with both
import numpy as np


def momentum_step(theta, g, v, alpha, mu):
    theta, v = theta.copy(), v.copy()
    v *= mu
    v += g
    theta -= alpha * v
    return np.stack([theta, v])


# %% lists of lists, a new argument with a default
import numpy as np


def momentum_step(parameters, gradient, velocity, rate, friction=0.9):
    velocity = np.add(np.multiply(velocity, friction), gradient)
    return np.subtract(parameters, np.multiply(velocity, rate)).tolist(), velocity.tolist()


# %% single precision
import numpy as np


def momentum_step(theta, g, v, alpha, mu):
    theta, g, v = (np.asarray(one, dtype=np.float32) for one in (theta, g, v))
    v = np.float32(mu) * v + g
    return theta - np.float32(alpha) * v, v
