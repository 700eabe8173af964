# mistake: the confusion matrix has the predicted class in the rows and the true class in the columns
# known mistake: transposed confusion matrix

import numpy as np

from glassnet.lab.given import forward_one_step


def predict(X, W, B, act_funcs):
    a, z = forward_one_step(X, W, B, act_funcs)
    return np.argmax(a[-1], axis=0)


def accuracy(y, predicted):
    y, predicted = np.asarray(y), np.asarray(predicted)
    if y.shape != predicted.shape:
        raise ValueError("y and predicted must have the same shape")
    return np.mean(y == predicted)


def confusion_matrix(y, predicted, classes):
    matrix = np.zeros((classes, classes), dtype=int)
    for true, pred in zip(y, predicted):
        matrix[pred, true] += 1
    return matrix


def majority_baseline(y):
    return np.bincount(y).max() / len(y)
