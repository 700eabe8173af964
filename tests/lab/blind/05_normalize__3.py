# mistake: only nan is refused, inf in the data passes
# mistake: normalize subtracts the mean of the rows it is given instead of the learnt mean
# known mistake: accepts inf

import numpy as np


def fit_normalizer(X_train):
    if np.isnan(X_train).any():
        raise ValueError("nan in X_train")
    means, stds = [], []
    for column in X_train.T:
        means.append(column.mean())
        if column.min() == column.max():
            stds.append(1.0)
        else:
            stds.append(column.std())
    return np.array(means), np.array(stds)


def normalize(X, mean, std):
    centred = X - X.mean(axis=0)
    return centred / std
