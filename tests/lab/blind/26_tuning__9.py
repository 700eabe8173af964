# mistake: log_uniform draws from numpy's global generator instead of rng, so the same seed gives other numbers
# mistake: the best setting is scored a second time at the end, so score is called more than once per trial
# known mistake: score called twice
# known mistake: other random generator

import math

import numpy as np


def log_uniform(low, high, rng):
    exponent = np.random.uniform(math.log10(low), math.log10(high))
    return 10**exponent


def random_search(draw, score, trials, rng):
    history = []
    for _ in range(trials):
        setting = draw(rng)
        history.append((setting, score(setting)))
    best = max(history, key=lambda pair: pair[1])[0]
    best_score = score(best)
    return best, best_score, history
