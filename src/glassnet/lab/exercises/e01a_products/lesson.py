# %% [markdown]
# # Exercise 1a · Vectorization
#
# In a loop, Python examines every number separately: its type, how to multiply it, and where to put the result. NumPy
# does this once per array, and then runs compiled code on the whole array. Writing a computation as operations on whole
# arrays is called **vectorization**. Here are four products of two vectors $x_1$, $x_2$ and a matrix $W$:
#
# | product | formula | shapes |
# |---|---|---|
# | dot (inner) product | $x_1 \cdot x_2 = \sum_i x_{1,i}\, x_{2,i}$ | $(n,), (n,) \to$ a number |
# | outer product | $(x_1 \otimes x_2)_{ij} = x_{1,i}\, x_{2,j}$ | $(n,), (k,) \to (n, k)$ |
# | elementwise (Hadamard) product | $(x_1 \odot x_2)_i = x_{1,i}\, x_{2,i}$ | $(n,), (n,) \to (n,)$ |
# | matrix-vector product | $(W x)_i = \sum_j W_{ij}\, x_j$ | $(m, n), (n,) \to (m,)$ |
#
# Below are the four products, written as loops. The data is random with a fixed seed, so `x1[0]` is 519 and `x2[0]` is
# 214.

# %%
import numpy as np

rng = np.random.RandomState(27)
x1 = rng.randint(500, 1000, 5000)
x2 = rng.randint(0, 500, 5000)
W = rng.rand(3, 5000)


def dot_loop(x1, x2):
    total = 0
    for i in range(len(x1)):
        total += x1[i] * x2[i]
    return total


def outer_loop(x1, x2):
    out = np.zeros((len(x1), len(x2)))
    for i in range(len(x1)):
        for j in range(len(x2)):
            out[i, j] = x1[i] * x2[j]
    return out


def multiply_loop(x1, x2):
    out = np.zeros(len(x1))
    for i in range(len(x1)):
        out[i] = x1[i] * x2[i]
    return out


def general_dot_loop(W, x):
    out = np.zeros(len(W))
    for i in range(W.shape[0]):
        for j in range(W.shape[1]):
            out[i] += W[i, j] * x[j]
    return out


# %% [markdown]
# Write the four products without a Python loop over the elements. Comprehensions, `map`, Python's built-in `sum`, and
# `np.vectorize` are loops, too; they are only shorter to write. The check verifies two things: the results are correct,
# and the elements of `x1`, `x2`, `x`, and the rows of `W` are not accessed one by one. All arguments are arrays.


# %%
def dot(x1, x2):
    """Return the dot product: the sum of x1[i] * x2[i], a number. x1, x2: (n,)."""
    # BEGIN SOLUTION
    return np.dot(x1, x2)
    # END SOLUTION


def outer(x1, x2):
    """Return the outer product: all x1[i] * x2[j], (n, k). x1: (n,), x2: (k,)."""
    # BEGIN SOLUTION
    return np.outer(x1, x2)
    # END SOLUTION


def multiply(x1, x2):
    """Return the elementwise product: all x1[i] * x2[i], (n,). x1, x2: (n,)."""
    # BEGIN SOLUTION
    return np.multiply(x1, x2)
    # END SOLUTION


def general_dot(W, x):
    """Return the matrix-vector product: the dot product of each row of W with x, (m,). W: (m, n), x: (n,)."""
    # BEGIN SOLUTION
    return np.matmul(W, x)
    # END SOLUTION


# %% [markdown]
# Try it. Compare the results first, then the times. A time means nothing until the results agree.
#
# Measure several times with `time.perf_counter` and take the minimum, because other processes can only make a run
# slower. On some systems, `time.process_time` has a resolution of 15.6 ms. It then shows 0.0 for anything shorter, for
# the loop and for NumPy alike. The table shows times on one machine in milliseconds: the best of several runs, except
# the loop for the $5000 \times 5000$ outer product, which ran once.
#
# | | dot product | outer product | elementwise product | matrix-vector product |
# |---|---|---|---|---|
# | loop | 0.960 | 16861 | 1.493 | 6.538 |
# | NumPy | 0.0031 | 40.9 | 0.0021 | 0.0058 |
#
# Below, the outer product uses only 300 elements of each vector. With all 5000, the loop would take about 15 seconds
# and each result 200 MB. `glassnet bench vectorize` measures the full vectors, and compares compiled loops as well.

# %%
import time


def best_of(function, *arguments, repeats=5):
    """Return the shortest of several run times, in milliseconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function(*arguments)
        times.append(time.perf_counter() - start)
    return min(times) * 1000


print("x1[0]:", x1[0], "  x2[0]:", x2[0], "  x1 · x2:", dot(x1, x2), "(933075938)")
for loop, vectorized, arguments in [
    (dot_loop, dot, (x1, x2)),
    (outer_loop, outer, (x1[:300], x2[:300])),
    (multiply_loop, multiply, (x1, x2)),
    (general_dot_loop, general_dot, (W, x1)),
]:
    agree = np.allclose(loop(*arguments), vectorized(*arguments))
    slow, fast = best_of(loop, *arguments), best_of(vectorized, *arguments)
    print(f"{vectorized.__name__:12} the results agree: {agree}   loop {slow:9.3f} ms   NumPy {fast:9.4f} ms")
