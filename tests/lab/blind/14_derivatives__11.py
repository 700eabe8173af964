# mistake: the slope of the ReLU at 0 is taken as 1 instead of 0
# known mistake: ReLU: 1 at 0

import numpy as np
from glassnet.lab.given import Sigmoid


def Linear_derivative(x):
    return np.ones(np.shape(x))


def ReLu_derivative(x):
    x = np.asarray(x, dtype=float)
    return np.where(x < 0, 0.0, 1.0)


def Tanh_derivative(x):
    return 1 - np.tanh(np.asarray(x, dtype=float)) ** 2


def Sigmoid_derivative(x):
    s = Sigmoid(np.asarray(x, dtype=float))
    return s * (1 - s)
