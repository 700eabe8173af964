# %% [markdown]
# # Exercise 1 · Matrix products
#
# A layer of a network computes one matrix product, and its gradient takes two more. Two products of matrices are easy
# to confuse, because both take two matrices.
#
# | | matrix product $A \cdot B$ | Hadamard (elementwise) product $A \odot B$ |
# |---|---|---|
# | an entry | $(A \cdot B)_{ij} = \sum_k A_{ik} B_{kj}$: row $i$ of $A$ times column $j$ of $B$ | $A_{ij} B_{ij}$ |
# | shapes | $(m, k) \cdot (k, n) \to (m, n)$: the inner dimensions must match | $(m, n) \odot (m, n) \to (m, n)$ |
# | order | in general $B \cdot A \ne A \cdot B$; it may not even exist | $B \odot A = A \odot B$ |
# | in NumPy | `A @ B`, `np.dot(A, B)`, `np.matmul(A, B)` | `A * B`, `np.multiply(A, B)` |
#
# The **transpose** $A^T$ (`A.T`) swaps rows and columns: $(A^T)_{ij} = A_{ji}$. A scalar factor, as in $2A$, multiplies
# every entry.
#
# Note that `*` does not require equal shapes, because of **broadcasting**. NumPy repeats a $(1, 3)$ row along the rows
# of a $(2, 3)$ matrix to make the shapes match. Often that is what you want, for example when you add a bias. For
# $A \odot B$ it would hide a mistake, so `hadamard` must raise an error instead.
#
# Write five functions. `A` and `B` are matrices, given as arrays or as lists of rows. They are not always square.
#
# - `products(A, B)`: $A \cdot B$, written in the three ways above. Return three equal matrices in a tuple or a list.
# - `twice(A)`: $2A$; `twice_transposed(A)`: $2A^T$; `thrice_transposed_times(A, B)`: $3A^T \cdot B$.
# - `hadamard(A, B)`: $A \odot B$. It raises `ValueError` if the shapes differ.
#
# Use ordinary arrays. For `np.matrix`, the operator `*` has a different meaning, and NumPy discourages its use.

# %%
import numpy as np


def products(A, B):
    """Return the matrix product A·B three times: with @, with np.dot, and with np.matmul.

    A: (m, k), B: (k, n), arrays or lists. Each of the three results is (m, n).
    """
    # BEGIN SOLUTION
    left, right = np.asarray(A), np.asarray(B)
    return left @ right, np.dot(left, right), np.matmul(left, right)
    # END SOLUTION


def twice(A):
    """Return 2A, which has the shape of A."""
    # BEGIN SOLUTION
    return np.asarray(A) * 2
    # END SOLUTION


def twice_transposed(A):
    """Return 2 times the transpose of A: (n, m) for A (m, n)."""
    # BEGIN SOLUTION
    A = np.asarray(A)
    return 2 * A.T
    # END SOLUTION


def thrice_transposed_times(A, B):
    """Return 3 times the transpose of A times B: (k, n) for A (m, k) and B (m, n)."""
    # BEGIN SOLUTION
    first, second = np.asarray(A), np.asarray(B)
    return 3 * first.T @ second
    # END SOLUTION


def hadamard(A, B):
    """Return the elementwise product of A and B. Raise ValueError if the shapes differ.

    A, B: (m, n), arrays or lists. Returns (m, n).
    """
    # BEGIN SOLUTION
    A, B = np.asarray(A), np.asarray(B)
    if A.shape != B.shape:
        raise ValueError(f"the shapes differ: {A.shape} and {B.shape}")
    return A * B
    # END SOLUTION


# %% [markdown]
# Try it. The results should be:
#
# - $A \cdot B$ = `[[14 15] [58 59]]`, and $A \cdot C$ = `[[14 15 9] [58 59 45]]`;
# - $2A$ = `[[4 2] [12 10]]`, and $2A^T$ = `[[4 12] [2 10]]`;
# - $3A^T \cdot B$ = `[[162 150] [129 117]]`, and $3A^T \cdot C$ = `[[162 150 162] [129 117 135]]`;
# - $A \odot B$ = `[[6 4] [48 35]]`, and $A \odot C$ must raise an error.

# %%
A, B, C = np.array([[2, 1], [6, 5]]), np.array([[3, 4], [8, 7]]), np.array([[3, 4, 0], [8, 7, 9]])
for right in (B, C):
    for product in products(A, right):
        print(product.tolist())
print(twice(A).tolist(), twice_transposed(A).tolist())
for right in (B, C):
    result = thrice_transposed_times(A, right)
    print(result.tolist(), result.shape)
print(hadamard(A, B).tolist())
try:
    hadamard(A, C)
except ValueError as error:
    print("ValueError:", error)
