# mistake: tanh^2 x is read as the tanh of x squared
# mistake: the sigmoid's derivative cuts x off at -6 and 6, so that far out the slope stays at 0.0025 instead of going to 0
# known mistake: tanh: square of x
# known mistake: sigmoid: x clipped

import numpy as np
from glassnet.lab.given import Sigmoid


def Linear_derivative(x):
    x = np.array(x, dtype=float)
    return np.full(x.shape, 1.0)


def ReLu_derivative(x):
    x = np.array(x, dtype=float)
    return np.where(x > 0, 1.0, 0.0)


def Tanh_derivative(x):
    x = np.array(x, dtype=float)
    return 1 - np.tanh(x**2)


def Sigmoid_derivative(x):
    # no overflow: beyond 6 the sigmoid is flat anyway
    x = np.clip(np.array(x, dtype=float), -6, 6)
    a = Sigmoid(x)
    return a * (1 - a)
