# %% loops over lists, nothing of NumPy but the three styles
import numpy as np


def products(A, B):
    return [A @ B if isinstance(A, np.ndarray) else np.array(A) @ np.array(B), np.dot(A, B), np.matmul(A, B)]


def twice(A):
    return [[2 * value for value in row] for row in A]


def twice_transposed(A):
    return [[2 * value for value in column] for column in zip(*A)]


def thrice_transposed_times(A, B):
    return [[3 * sum(a * b for a, b in zip(one, other)) for other in zip(*B)] for one in zip(*A)]


def hadamard(A, B):
    return [[a * b for a, b in zip(one, other, strict=True)] for one, other in zip(A, B, strict=True)]


# %% einsum and np.transpose, in floats, one array of three
import numpy as np


def products(A, B):
    A, B = np.array(A, dtype=np.float32), np.array(B, dtype=np.float32)
    return np.stack([A @ B, np.dot(A, B), np.einsum("ik,kj->ij", A, B)])


def twice(A):
    return np.add(A, A)


def twice_transposed(A):
    return np.transpose(A) + np.transpose(A)


def thrice_transposed_times(A, B):
    return np.einsum("ki,kj->ij", A, np.multiply(3.0, B))


def hadamard(A, B):
    if np.shape(A) != np.shape(B):
        raise ValueError
    return np.einsum("ij,ij->ij", A, B)


# %% in place, methods, a check of each size
import numpy as np


def products(A, B):
    A, B = np.array(A), np.array(B)
    return A @ B, A.dot(B), np.matmul(A, B)


def twice(A):
    A = np.array(A)
    A *= 2
    return A


def twice_transposed(A):
    return np.array(twice(A)).swapaxes(0, 1)


def thrice_transposed_times(A, B):
    return 3 * np.matmul(np.array(A).transpose(), np.array(B))


def hadamard(A, B):
    A, B = np.array(A), np.array(B)
    (m, n), (rows, columns) = A.shape, B.shape
    if m != rows or n != columns:
        raise ValueError(f"{m}x{n} and {rows}x{columns}")
    out = np.zeros((m, n))
    for i in range(m):
        for j in range(n):
            out[i, j] = A[i, j] * B[i, j]
    return out


# %% sums of outer products
import numpy as np


def products(A, B):
    A, B = np.asarray(A, dtype=float), np.asarray(B, dtype=float)
    once = sum(np.outer(A[:, k], B[k]) for k in range(A.shape[1]))
    return once, once.copy(), once.copy()


def twice(A):
    return np.multiply(A, 2)


def twice_transposed(A):
    return np.array([2 * np.asarray(A)[:, j] for j in range(len(A[0]))])


def thrice_transposed_times(A, B):
    return (np.asarray(B).T @ (3 * np.asarray(A))).T


def hadamard(A, B):
    A, B = np.asarray(A), np.asarray(B)
    try:
        assert A.shape == B.shape
    except AssertionError:
        raise ValueError("not of one shape") from None
    return np.multiply(A, B)
