# mistake: twice multiplies without making an array first, so a list of rows is repeated instead of doubled
# mistake: thrice_transposed_times transposes the wrong factor and exchanges the order, 3 B^T A, which is the transpose of the right matrix
# known mistake: twice: list not converted
# known mistake: thrice_transposed_times: B transposed

import numpy as np


def products(A, B):
    A, B = np.asarray(A), np.asarray(B)
    return [A @ B, np.dot(A, B), np.matmul(A, B)]


def twice(A):
    return 2 * A


def twice_transposed(A):
    return 2 * np.transpose(A)


def thrice_transposed_times(A, B):
    A, B = np.asarray(A), np.asarray(B)
    return 3 * np.dot(B.T, A)


def hadamard(A, B):
    A, B = np.asarray(A), np.asarray(B)
    if A.shape != B.shape:
        raise ValueError(f"shapes {A.shape} and {B.shape} differ")
    return A * B
