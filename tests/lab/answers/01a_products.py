# %% NumPy's own functions under these names
from numpy import dot, multiply, outer
from numpy import matmul as general_dot


# %% operators and broadcasting
def dot(x1, x2):
    return (x1 * x2).sum()


def outer(x1, x2):
    return x1.reshape(-1, 1) * x2.reshape(1, -1)


def multiply(x1, x2):
    return x1 * x2


def general_dot(W, x):
    return (W * x[None, :]).sum(axis=1)


# %% einsum, tensordot, in floats
import numpy as np


def dot(x1, x2):
    return float(np.tensordot(x1, x2, axes=1))


def outer(x1, x2):
    return np.einsum("i,j->ij", x1.astype(float), x2.astype(float))


def multiply(x1, x2):
    product = x1.astype(float)
    product *= x2
    return product


def general_dot(W, x):
    return np.einsum("ij,j->i", W, x)


# %% a loop over the rows of W, lists, other functions
import numpy as np


def dot(x1, x2):
    return np.inner(np.asarray(x1, dtype=np.float64), x2).item()


def outer(x1, x2):
    return np.multiply(*np.meshgrid(x1, x2, indexing="ij")).tolist()


def multiply(x1, x2):
    return np.diagonal(outer(x1, x2)) if len(x1) < 50 else np.prod([x1, x2], axis=0)


def general_dot(W, x):
    rows = []
    for row in W:
        rows.append(row @ x)
    return rows


# %% stacked arrays, apply_along_axis, a helper of one's own
import numpy as np


def upright(x):
    return np.expand_dims(x, axis=1)


def dot(x1, x2):
    return (upright(x1).T @ upright(x2))[0, 0]


def outer(x1, x2):
    return upright(x1) @ upright(x2).T


def multiply(x1, x2):
    return np.vstack([x1, x2]).prod(axis=0)


def general_dot(W, x):
    return np.apply_along_axis(np.dot, 1, W, x)
