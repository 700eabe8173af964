# mistake: the confusion matrix is counted with cm[y, predicted] += 1, which counts repeated pairs only once
# known mistake: repeated pairs counted once

import numpy as np

from glassnet.lab.given import forward_one_step


def predict(X, W, B, act_funcs):
    a, z = forward_one_step(X, W, B, act_funcs)
    return np.argmax(a[-1], axis=0)


def accuracy(y, predicted):
    y = np.asarray(y)
    predicted = np.asarray(predicted)
    if y.shape != predicted.shape:
        raise ValueError(f"shapes differ: {y.shape} and {predicted.shape}")
    return np.mean(y == predicted)


def confusion_matrix(y, predicted, classes):
    cm = np.zeros((classes, classes), dtype=int)
    cm[y, predicted] += 1
    return cm


def majority_baseline(y):
    counts = np.bincount(y)
    return counts.max() / len(y)
