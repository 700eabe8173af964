# mistake: line adds the bias to x before multiplying with the weight, w (x + b).
# mistake: d_log is the derivative of the logarithm to base 10 instead of the natural one.
# known mistake: line: bias multiplied by w

import numpy as np


def line(x, w, b):
    return w * (x + b)


def d_square(x):
    return 2 * x


def d_cube(x):
    return 3 * x**2


def d_log(x):
    return 1 / (x * np.log(10))


def d_exp(x):
    return np.exp(x)


def d_polynomial(x):
    return 4 * x + 3
