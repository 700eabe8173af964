# mistake: the confusion matrix is transposed, rows are the predicted classes and columns the true ones
# known mistake: transposed confusion matrix

import numpy as np

from glassnet.lab.given import forward_one_step


def predict(X, W, B, act_funcs):
    a, z = forward_one_step(X, W, B, act_funcs)
    return np.argmax(a[-1], axis=0)


def accuracy(y, predicted):
    y, predicted = np.asarray(y), np.asarray(predicted)
    if y.shape != predicted.shape:
        raise ValueError(f"shapes differ: {y.shape} and {predicted.shape}")
    return float(np.mean(y == predicted))


def confusion_matrix(y, predicted, classes):
    counts = np.zeros((classes, classes), dtype=int)
    for true, pred in zip(y, predicted):
        counts[pred, true] += 1
    return counts


def majority_baseline(y):
    return float(np.bincount(y).max() / len(y))
