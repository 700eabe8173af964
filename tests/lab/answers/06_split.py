# %% a shuffled list, as lists
def split(n, percent_train, percent_valid, rng):
    indices = list(range(n))
    rng.shuffle(indices)
    a = round(n * percent_train)
    b = a + round(n * percent_valid)
    return indices[:a], indices[a:b], indices[b:]


# %% drawing without replacement, in sorted order, as a list of three
import numpy as np


def split(n, percent_train, percent_valid, rng):
    rest = np.arange(n)
    parts = []
    for share in (percent_train, percent_valid):
        part = np.sort(rng.choice(rest, size=int(np.round(n * share)), replace=False))
        rest = np.setdiff1d(rest, part)
        parts.append(part)
    return parts + [rest]


# %% Python's own generator, seeded from rng, and cards taken off a stack
import random

import numpy as np


def split(n, percent_train, percent_valid, rng):
    chance = random.Random(int(rng.integers(2**62)))
    cards = [i for i in range(n)]
    train, valid, test = [], [], []
    while cards:
        card = cards.pop(chance.randrange(len(cards)))
        if len(train) < int(n * percent_train + 0.5):
            train.append(card)
        elif len(valid) < int(n * percent_valid + 0.5):
            valid.append(card)
        else:
            test.append(card)
    return np.array(train, dtype=np.int32), np.array(valid, dtype=np.int32), np.array(test, dtype=np.int32)


# %% sorting random numbers, np.split
import numpy as np


def split(n, percent_train, percent_valid, rng):
    order = np.argsort(rng.random(n))
    first = int(round(n * percent_train))
    return tuple(np.split(order, [first, first + int(round(n * percent_valid))]))
