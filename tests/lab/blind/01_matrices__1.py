# mistake: hadamard relies on NumPy to raise the ValueError, but NumPy broadcasts shapes such as (1, 3) and (2, 3) without an error
# known mistake: hadamard: broadcasts

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
    try:
        return np.multiply(np.array(A), np.array(B))
    except ValueError:
        raise ValueError("the shapes of A and B differ")
