# mistake: Sigmoid_derivative takes x for the value after the activation and computes x (1 - x)
# mistake: Linear_derivative returns the single number 1 instead of an array of ones in the shape of x
# known mistake: linear: scalar 1
# known mistake: sigmoid: derivative in terms of a

import numpy as np
from glassnet.lab.given import Sigmoid


def Linear_derivative(x):
    # the slope of a straight line is the same everywhere
    return 1.0


def ReLu_derivative(x):
    return np.where(np.asarray(x) > 0, 1.0, 0.0)


def Tanh_derivative(x):
    t = np.tanh(np.asarray(x, dtype=float))
    return 1 - t * t


def Sigmoid_derivative(x):
    a = np.asarray(x, dtype=float)
    return a * (1 - a)
