# mistake: accuracy compares only the lengths, so (m,) with (m, 1) is accepted and compared each with all
# known mistake: check of lengths only

import numpy as np

from glassnet.lab.given import forward_one_step


def predict(X, W, B, act_funcs):
    activations, _ = forward_one_step(X, W, B, act_funcs)
    return activations[-1].argmax(axis=0)


def accuracy(y, predicted):
    if len(y) != len(predicted):
        raise ValueError("y and predicted must have the same shape")
    return np.mean(y == predicted)


def confusion_matrix(y, predicted, classes):
    matrix = np.zeros((classes, classes), dtype=int)
    np.add.at(matrix, (y, predicted), 1)
    return matrix


def majority_baseline(y):
    _, counts = np.unique(y, return_counts=True)
    return counts.max() / counts.sum()
