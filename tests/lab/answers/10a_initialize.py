# %% two comprehensions, 0.1 times standard normal numbers


def initialize(sizes, rng):
    layers = range(1, len(sizes))
    W = [None] + [0.1 * rng.standard_normal((sizes[l - 1], sizes[l])) for l in layers]
    B = [None] + [0.1 * rng.standard_normal((sizes[l], 1)) for l in layers]
    return W, B


# %% lists made beforehand, in single precision, biases first, as a list of two
import numpy as np


def initialize(sizes, rng):
    W, B = [None] * len(sizes), [None] * len(sizes)
    for l in range(len(sizes) - 1, 0, -1):
        B[l] = rng.normal(scale=0.1, size=sizes[l]).reshape(-1, 1).astype(np.float32)
        W[l] = rng.normal(scale=0.1, size=[sizes[l - 1], sizes[l]]).astype(np.float32)
    return [W, B]


# %% all numbers at once, then cut into layers


def initialize(sizes, rng):
    count = sum((n + 1) * k for n, k in zip(sizes, sizes[1:]))
    numbers = rng.normal(0.0, 0.1, count)
    W, B, start = [None], [None], 0
    for n, k in zip(sizes, sizes[1:]):
        W.append(numbers[start : start + n * k].reshape(n, k))
        B.append(numbers[start + n * k : start + (n + 1) * k].reshape(k, 1))
        start += (n + 1) * k
    return W, B


# %% unit by unit, the normal distribution from uniform numbers (Box and Muller)
import numpy as np


def normal(rng, n):
    return 0.1 * np.sqrt(-2 * np.log(1 - rng.random(n))) * np.cos(2 * np.pi * rng.random(n))


def initialize(sizes, rng):
    W, B = [None], [None]
    for l in range(1, len(sizes)):
        W.append(np.stack([normal(rng, sizes[l]) for _ in range(sizes[l - 1])]))
        B.append(normal(rng, sizes[l])[:, None])
    return W, B
