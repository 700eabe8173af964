# mistake: rounds the end of the validation part (n * (p_train + p_valid)) instead of its size, so the validation part can be one off
# known mistake: rounds the boundaries

import numpy as np


def split(n, percent_train, percent_valid, rng):
    indices = rng.permutation(n)
    end_train = round(n * percent_train)
    end_valid = round(n * (percent_train + percent_valid))
    return indices[:end_train], indices[end_train:end_valid], indices[end_valid:]
