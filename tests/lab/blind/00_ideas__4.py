# mistake: line adds the bias to x before the weight is multiplied in, w (x + b) instead of w x + b
# mistake: d_exp uses math.exp, which takes a single number only, so arrays do not work
# known mistake: line: bias multiplied by w
# known mistake: e^x: one number only

import math


def line(x, w, b):
    return w * (x + b)


def d_square(x):
    return 2 * x


def d_cube(x):
    return 3 * x * x


def d_log(x):
    return 1.0 / x


def d_exp(x):
    # e^x is its own slope
    return math.exp(x)


def d_polynomial(x):
    return 2 * d_square(x) + 3
