# mistake: hadamard compares the numbers of entries instead of the shapes, so a (1, n) row and an (n, 1) column are broadcast.
# known mistake: hadamard: compares only the sizes

import numpy as np


def products(A, B):
    A, B = np.asarray(A), np.asarray(B)
    return A @ B, np.dot(A, B), np.matmul(A, B)


def twice(A):
    return 2 * np.asarray(A)


def twice_transposed(A):
    return 2 * np.asarray(A).T


def thrice_transposed_times(A, B):
    return 3 * np.asarray(A).T @ np.asarray(B)


def hadamard(A, B):
    A, B = np.asarray(A), np.asarray(B)
    if A.size != B.size:
        raise ValueError("A and B must have the same size")
    return A * B
