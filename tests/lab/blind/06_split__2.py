# mistake: the end of the validation part is round(n * (p_train + p_valid)), so its size is not always round(n * p_valid)
# known mistake: rounds the boundaries

import numpy as np


def split(n, percent_train, percent_valid, rng):
    indices = np.arange(n)
    rng.shuffle(indices)
    cuts = [round(n * percent_train), round(n * (percent_train + percent_valid))]
    train, valid, test = np.split(indices, cuts)
    return train, valid, test
