# mistake: log_uniform chooses a whole power of ten at random and then a number uniformly inside it, so the logarithm is not uniform within it
# known mistake: uniform within a power of ten

import math

import numpy as np


def log_uniform(low, high, rng):
    first = math.floor(math.log10(low))
    last = math.ceil(math.log10(high))
    decade = rng.integers(first, last) if last > first else first
    bottom = max(low, 10.0 ** decade)
    top = min(high, 10.0 ** (decade + 1))
    return float(rng.uniform(bottom, top))


def random_search(draw, score, trials, rng):
    history = []
    for _ in range(trials):
        setting = draw(rng)
        history.append((setting, score(setting)))
    best, best_score = max(history, key=lambda pair: pair[1])
    return best, best_score, history
