# mistake: Tanh_derivative uses a quotient of exponentials, which gives nan at +-1000
# mistake: Sigmoid_derivative takes x for the value a after the activation and computes x * (1 - x)
# known mistake: tanh: overflow
# known mistake: sigmoid: derivative in terms of a

import numpy as np
from glassnet.lab.given import Sigmoid


def Linear_derivative(x):
    x = np.asarray(x, dtype=float)
    return x * 0 + 1


def ReLu_derivative(x):
    return np.heaviside(np.asarray(x, dtype=float), 0.0)


def Tanh_derivative(x):
    x = np.asarray(x, dtype=float)
    plus, minus = np.exp(x), np.exp(-x)
    tanh = (plus - minus) / (plus + minus)
    return 1 - tanh * tanh


def Sigmoid_derivative(x):
    a = np.asarray(x, dtype=float)
    return a * (1 - a)
