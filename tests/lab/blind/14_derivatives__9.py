# mistake: ReLu_derivative writes its ones and zeros into the caller's array, because asarray does not copy
# known mistake: ReLU: x modified

import numpy as np
from glassnet.lab.given import Sigmoid


def Linear_derivative(x):
    return np.ones(np.shape(x))


def ReLu_derivative(x):
    slope = np.asarray(x)
    slope[slope > 0] = 1
    slope[slope <= 0] = 0
    return slope


def Tanh_derivative(x):
    x = np.asarray(x)
    return 1 - np.tanh(x) ** 2


def Sigmoid_derivative(x):
    s = Sigmoid(np.asarray(x, dtype=float))
    return s * (1 - s)
