# mistake: the slope of the ReLU at 0 is 1 instead of 0 (>= instead of >)
# known mistake: ReLU: 1 at 0

import numpy as np
from glassnet.lab.given import Sigmoid


def Linear_derivative(x):
    return np.ones(np.shape(x))


def ReLu_derivative(x):
    return (np.asarray(x) >= 0).astype(float)


def Tanh_derivative(x):
    return 1 - np.tanh(x) ** 2


def Sigmoid_derivative(x):
    s = Sigmoid(x)
    return s * (1 - s)
