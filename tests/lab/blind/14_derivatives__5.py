# mistake: ReLu_derivative is 1 at 0 (>= instead of >)
# known mistake: ReLU: 1 at 0

import numpy as np
from glassnet.lab.given import Sigmoid


def Linear_derivative(x):
    return np.ones_like(np.array(x, dtype=float))


def ReLu_derivative(x):
    return (np.array(x, dtype=float) >= 0).astype(float)


def Tanh_derivative(x):
    t = np.tanh(np.array(x, dtype=float))
    return 1 - t * t


def Sigmoid_derivative(x):
    a = Sigmoid(np.array(x, dtype=float))
    return a * (1 - a)
