# mistake: twice adds A to itself without making an array of it, so a list of rows is appended to itself
# mistake: twice_transposed reshapes to (n, m) instead of transposing, which leaves the numbers in their old order
# known mistake: twice: list not converted
# known mistake: twice_transposed: reshaped

import numpy as np


def products(A, B):
    a = np.asarray(A)
    b = np.asarray(B)
    return [a @ b, np.dot(a, b), np.matmul(a, b)]


def twice(A):
    return A + A


def twice_transposed(A):
    a = np.asarray(A)
    m, n = a.shape
    return 2 * a.reshape(n, m)


def thrice_transposed_times(A, B):
    a = np.asarray(A)
    return np.dot(3 * a.T, np.asarray(B))


def hadamard(A, B):
    a = np.asarray(A)
    b = np.asarray(B)
    if a.shape != b.shape:
        raise ValueError(f"{a.shape} is not {b.shape}")
    return np.multiply(a, b)
