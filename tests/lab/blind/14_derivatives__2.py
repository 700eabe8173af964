# mistake: Linear_derivative gives a flat vector of len(x) ones: the shape of columns and tables is lost and a single number is an error
# known mistake: linear: one value per row

import numpy as np
from glassnet.lab.given import Sigmoid


def Linear_derivative(x):
    slopes = [1.0] * len(x)
    return np.array(slopes)


def ReLu_derivative(x):
    return np.where(np.array(x) > 0, 1.0, 0.0)


def Tanh_derivative(x):
    t = np.tanh(np.array(x, dtype=float))
    return (1 + t) * (1 - t)


def Sigmoid_derivative(x):
    # s'(x) = s(x) s(-x)
    x = np.array(x, dtype=float)
    return Sigmoid(x) * Sigmoid(-x)
