# mistake: accuracy compares only the lengths, so (m,) against (m, 1) passes and is compared each with all
# mistake: the confusion matrix is filled with an indexed += 1, which counts repeated pairs only once
# known mistake: check of lengths only
# known mistake: repeated pairs counted once

import numpy as np

from glassnet.lab.given import forward_one_step


def predict(X, W, B, act_funcs):
    a, _ = forward_one_step(X, W, B, act_funcs)
    return a[-1].argmax(axis=0)


def accuracy(y, predicted):
    if len(y) != len(predicted):
        raise ValueError("different number of samples")
    return float(np.mean(y == predicted))


def confusion_matrix(y, predicted, classes):
    counts = np.zeros((classes, classes), dtype=int)
    counts[y, predicted] += 1
    return counts


def majority_baseline(y):
    values, counts = np.unique(y, return_counts=True)
    return counts.max() / counts.sum()
