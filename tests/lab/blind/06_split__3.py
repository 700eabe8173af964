# mistake: the order is drawn from the global generator np.random instead of from rng
# mistake: the size of the test part is rounded too, instead of being the rest, so an index can be lost
# known mistake: test size rounded
# known mistake: np.random

import numpy as np


def split(n, percent_train, percent_valid, rng):
    idx = np.random.permutation(n)
    a = round(n * percent_train)
    b = a + round(n * percent_valid)
    c = b + round(n * (1 - percent_train - percent_valid))
    return idx[:a], idx[a:b], idx[b:c]
