# mistake: reads tanh^2 x as tanh(x^2), so the slope of tanh is 1 - tanh(x**2) instead of 1 - tanh(x)**2
# known mistake: tanh: square of x

import numpy as np
from glassnet.lab.given import Sigmoid


def Linear_derivative(x):
    return np.ones_like(np.asarray(x, dtype=float))


def ReLu_derivative(x):
    x = np.asarray(x, dtype=float)
    return np.where(x > 0, 1.0, 0.0)


def Tanh_derivative(x):
    x = np.asarray(x, dtype=float)
    return 1 - np.tanh(x**2)


def Sigmoid_derivative(x):
    s = Sigmoid(np.asarray(x, dtype=float))
    return s * (1 - s)
