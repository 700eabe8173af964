# mistake: only nan is looked for, an inf in the data raises no ValueError.
# mistake: constant columns also get mean 0 ("left as they are"), so they keep their value instead of becoming 0.
# known mistake: mean 0 for constant columns
# known mistake: accepts inf

import numpy as np


def fit_normalizer(X_train):
    if np.isnan(X_train).any():
        raise ValueError("There are missing values in the data")
    n_features = X_train.shape[1]
    mean = np.zeros(n_features)
    std = np.ones(n_features)
    for j in range(n_features):
        col = X_train[:, j]
        if col.max() == col.min():
            continue  # constant: nothing to normalise here
        mean[j] = np.sum(col) / len(col)
        std[j] = np.sqrt(np.sum((col - mean[j]) ** 2) / len(col))
    return mean, std


def normalize(X, mean, std):
    return (X - mean) / std
