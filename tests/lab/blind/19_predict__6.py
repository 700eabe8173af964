# mistake: the confusion matrix is filled by fancy indexing with += 1, which counts every pair (i, j) at most once
# mistake: majority_baseline returns the number of the most common class, not its share
# known mistake: repeated pairs counted once
# known mistake: most common class instead of its share

import numpy as np

from glassnet.lab.given import forward_one_step


def predict(X, W, B, act_funcs):
    a, z = forward_one_step(X, W, B, act_funcs)
    out = a[-1]
    classes = np.zeros(out.shape[1], dtype=int)
    for j in range(out.shape[1]):
        classes[j] = np.argmax(out[:, j])
    return classes


def accuracy(y, predicted):
    if np.shape(y) != np.shape(predicted):
        raise ValueError("different shapes")
    right = 0
    for t, p in zip(y, predicted):
        if t == p:
            right += 1
    return right / len(y)


def confusion_matrix(y, predicted, classes):
    C = np.zeros((classes, classes), dtype=int)
    C[y, predicted] += 1
    return C


def majority_baseline(y):
    return np.argmax(np.bincount(y))
