# mistake: twice_transposed reshapes to (n, m) instead of transposing, so the entries are in the wrong places.
# mistake: thrice_transposed_times transposes the product of A and B instead of A alone.
# known mistake: twice_transposed: reshaped
# known mistake: thrice_transposed_times: product transposed

import numpy as np


def products(A, B):
    A, B = np.array(A), np.array(B)
    return [A @ B, np.dot(A, B), np.matmul(A, B)]


def twice(A):
    return np.array(A) * 2


def twice_transposed(A):
    A = np.array(A)
    m, n = A.shape
    return 2 * A.reshape(n, m)


def thrice_transposed_times(A, B):
    A, B = np.array(A), np.array(B)
    return 3 * np.dot(A, B).T


def hadamard(A, B):
    A, B = np.array(A), np.array(B)
    if A.shape != B.shape:
        raise ValueError(f"shapes differ: {A.shape} and {B.shape}")
    return np.multiply(A, B)
