# mistake: Tanh_derivative loops over the flattened x and returns a flat array, the shape is lost
# known mistake: tanh: flattened

import numpy as np
from glassnet.lab.given import Sigmoid


def Linear_derivative(x):
    return np.ones(np.shape(x))


def ReLu_derivative(x):
    return np.where(np.asarray(x) > 0, 1.0, 0.0)


def Tanh_derivative(x):
    result = []
    for value in np.ravel(x):
        result.append(1 - np.tanh(value) ** 2)
    return np.array(result)


def Sigmoid_derivative(x):
    s = Sigmoid(np.asarray(x, dtype=float))
    return s * (1 - s)
