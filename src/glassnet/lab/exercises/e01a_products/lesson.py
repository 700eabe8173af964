# %% [markdown]
# # Exercise 1a · Without loops
#
# Python looks at every number anew: which type it has, how it is multiplied, where the result goes. NumPy looks once
# per array and then runs through it in compiled code. To write a computation as operations on whole arrays is called
# **vectorization**. Four products of two vectors $x_1$, $x_2$ and a matrix $W$:
#
# | product | formula | shapes |
# |---|---|---|
# | dot (inner) | $x_1 \cdot x_2 = \sum_i x_{1,i}\, x_{2,i}$ | $(n,), (n,) \to$ a number |
# | outer | $(x_1 \otimes x_2)_{ij} = x_{1,i}\, x_{2,j}$ | $(n,), (k,) \to (n, k)$ |
# | elementwise (Hadamard) | $(x_1 \odot x_2)_i = x_{1,i}\, x_{2,i}$ | $(n,), (n,) \to (n,)$ |
# | general dot | $(W x)_i = \sum_j W_{ij}\, x_j$ | $(m, n), (n,) \to (m,)$ |
#
# As loops they look like this. The data are drawn with a fixed seed, so `x1[0]` is 519 and `x2[0]` is 214.

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
# Write the four products so that Python does not go through the elements. Comprehensions, `map`, Python's own `sum`,
# and `np.vectorize` are loops, too: they only look shorter. It is checked that the numbers are right, and that the
# elements of `x1`, `x2`, `x` and of the rows of `W` are not visited one by one. All arguments are arrays.


# %%
def dot(x1, x2):
    """Return the sum of x1[i] * x2[i], a number. x1, x2: (n,)."""
    # BEGIN ANSWER
    return np.dot(x1, x2)
    # END ANSWER


def outer(x1, x2):
    """Return all x1[i] * x2[j], (n, k). x1: (n,), x2: (k,)."""
    # BEGIN ANSWER
    return np.outer(x1, x2)
    # END ANSWER


def multiply(x1, x2):
    """Return x1[i] * x2[i], (n,). x1, x2: (n,)."""
    # BEGIN ANSWER
    return np.multiply(x1, x2)
    # END ANSWER


def general_dot(W, x):
    """Return the dot products of the rows of W with x, (m,). W: (m, n), x: (n,)."""
    # BEGIN ANSWER
    return np.matmul(W, x)
    # END ANSWER


# %% [markdown]
# Try it: first compare the results, then the times. A time says nothing before the results agree.
#
# Measure with `time.perf_counter`, several times, and take the best: whatever else the computer does can only make a
# run longer. `time.process_time` ticks in steps of 15.6 ms on some systems, so all that is shorter shows as 0.0, the
# loop as well as NumPy. Measured on one machine, best of several, in milliseconds (the loop for the $5000 \times 5000$
# outer product once):
#
# | | dot | outer | elementwise | general dot |
# |---|---|---|---|---|
# | loop | 0.960 | 16861 | 1.493 | 6.538 |
# | NumPy | 0.0031 | 40.9 | 0.0021 | 0.0058 |
#
# Below, the outer product takes 300 numbers of each vector only: 5000 would take the loop a quarter of a minute, and
# 200 MB for each result. `glassnet bench vectorize` measures the whole vectors, and compiled loops beside them.

# %%
import time


def best_of(function, *arguments, repeats=5):
    """Return the shortest of some times, in milliseconds."""
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
