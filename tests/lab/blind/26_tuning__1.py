# mistake: log_uniform takes a random power of ten times a uniform number from 1 to 10: the logarithm is not uniform

import math

import numpy as np


def log_uniform(low, high, rng):
    first = math.floor(math.log10(low))
    last = max(math.ceil(math.log10(high)), first + 1)
    power = int(rng.integers(first, last))
    x = rng.uniform(1, 10) * 10.0**power
    return float(min(max(x, low), high))


def random_search(draw, score, trials, rng):
    history = []
    for _ in range(trials):
        setting = draw(rng)
        history.append((setting, score(setting)))
    best, best_score = max(history, key=lambda pair: pair[1])
    return best, best_score, history
