# mistake: hadamard compares the number of entries instead of the shapes, so a (1, 4) row and a (4, 1) column are broadcast
# known mistake: hadamard: compares only the sizes

import numpy as np


def products(A, B):
    A, B = np.array(A), np.array(B)
    return A @ B, np.dot(A, B), np.matmul(A, B)


def twice(A):
    return 2 * np.array(A)


def twice_transposed(A):
    return 2 * np.array(A).T


def thrice_transposed_times(A, B):
    return 3 * np.array(A).T @ np.array(B)


def hadamard(A, B):
    A, B = np.array(A), np.array(B)
    if A.size != B.size:
        raise ValueError("the matrices do not have the same size")
    return A * B
