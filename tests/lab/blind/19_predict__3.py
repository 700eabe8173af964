# mistake: the confusion matrix is transposed, rows are the predictions and columns the true classes
# mistake: majority_baseline divides the number (name) of the most common class by m, not its count
# known mistake: transposed confusion matrix

from collections import Counter

import numpy as np

from glassnet.lab.given import forward_one_step


def predict(X, W, B, act_funcs):
    a, _ = forward_one_step(X, W, B, act_funcs)
    return np.argmax(a[len(W) - 1], axis=0)


def accuracy(y, predicted):
    if np.shape(y) != np.shape(predicted):
        raise ValueError("different shapes")
    right = sum(1 for t, p in zip(y, predicted) if t == p)
    return right / len(y)


def confusion_matrix(y, predicted, classes):
    return np.array([[int(np.sum((predicted == i) & (y == j))) for j in range(classes)] for i in range(classes)])


def majority_baseline(y):
    most_common = Counter(y.tolist()).most_common(1)[0]
    return most_common[0] / len(y)
