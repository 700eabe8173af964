# mistake: d_exp uses the power rule, x e^(x-1), as if x were the base instead of the exponent.
# known mistake: e^x: power rule

import numpy as np


def line(x, w, b):
    return w * x + b


def d_square(x):
    return 2 * x


def d_cube(x):
    return 3 * x**2


def d_log(x):
    return 1 / x


def d_exp(x):
    return x * np.exp(x - 1)


def d_polynomial(x):
    return 4 * x + 3
