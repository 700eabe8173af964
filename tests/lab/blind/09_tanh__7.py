# mistake: the exponent lacks its factor 2 (2 sigma(x) - 1), so the result is tanh(x / 2).
# mistake: from |x| > 5 on the result is set to exactly -1 or 1, which is right to four digits only.

import numpy as np

FLAT = 5


def Tanh(x):
    a = np.minimum(np.abs(x), 100.0)
    # expm1 keeps the digits of tiny numbers
    t = -np.expm1(-a) / (1 + np.exp(-a))
    t = np.where(np.abs(x) > FLAT, 1.0, t)
    return np.sign(x) * t
