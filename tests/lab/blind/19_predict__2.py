# mistake: accuracy compares only the lengths, so (m,) against (m, 1) raises no ValueError and is broadcast
# known mistake: check of lengths only

import numpy as np

from glassnet.lab.given import forward_one_step


def predict(X, W, B, act_funcs):
    outputs = forward_one_step(X, W, B, act_funcs)[0][-1]
    return np.array([np.argmax(outputs[:, j]) for j in range(outputs.shape[1])])


def accuracy(y, predicted):
    if len(y) != len(predicted):
        raise ValueError("y and predicted must have the same number of samples")
    return float((y == predicted).mean())


def confusion_matrix(y, predicted, classes):
    table = np.zeros((classes, classes), dtype=int)
    for true, guess in zip(y, predicted):
        table[true, guess] += 1
    return table


def majority_baseline(y):
    values, counts = np.unique(y, return_counts=True)
    return float(counts.max() / counts.sum())
