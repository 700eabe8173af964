# mistake: takes x in Sigmoid_derivative for the value a after the activation and returns x * (1 - x)
# mistake: Linear_derivative returns the single number 1 whatever the shape of x, because the slope is the same everywhere
# known mistake: linear: scalar 1
# known mistake: sigmoid: derivative in terms of a

import numpy as np
from glassnet.lab.given import Sigmoid


def Linear_derivative(x):
    return 1.0


def ReLu_derivative(x):
    x = np.array(x, dtype=float)
    return (x > 0).astype(float)


def Tanh_derivative(x):
    t = np.tanh(np.array(x, dtype=float))
    return 1 - t * t


def Sigmoid_derivative(x):
    a = np.array(x, dtype=float)
    return a * (1 - a)
