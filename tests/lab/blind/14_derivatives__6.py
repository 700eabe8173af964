# mistake: ReLu_derivative writes into x, the input array is changed
# mistake: Sigmoid_derivative takes x for the value a, x * (1 - x), without computing the sigmoid
# known mistake: sigmoid: derivative in terms of a
# known mistake: ReLU: x modified

import numpy as np
from glassnet.lab.given import Sigmoid


def Linear_derivative(x):
    x = np.asarray(x, dtype=float)
    return np.full(x.shape, 1.0)


def ReLu_derivative(x):
    x = np.asarray(x, dtype=float)
    positive = x > 0
    x[positive] = 1
    x[~positive] = 0
    return x


def Tanh_derivative(x):
    return 1 - np.tanh(np.asarray(x, dtype=float)) ** 2


def Sigmoid_derivative(x):
    x = np.asarray(x, dtype=float)
    return x * (1 - x)
