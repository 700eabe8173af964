# mistake: d_log returns -1/x², the derivative of 1/x, that is the second derivative of ln x
# mistake: d_polynomial forgets that the factor 2 of 2x² stays as a factor, and returns 2x + 3
# known mistake: ln x: derivative of 1/x
# known mistake: polynomial: 2x for 2x²

import numpy as np


def line(x, w, b):
    return w * x + b


def d_square(x):
    return 2 * x


def d_cube(x):
    return 3 * x**2


def d_log(x):
    return -1 / x**2


def d_exp(x):
    return np.exp(x)


def d_polynomial(x):
    # x² gives 2x, 3x gives 3, b gives 0
    return 2 * x + 3
