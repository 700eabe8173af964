# mistake: log_uniform draws from NumPy's global generator and not from rng, so the same seed does not give the same number.
# mistake: random_search calls score again for every setting that becomes the best, where it should be called once per trial.
# known mistake: other random generator
# known mistake: score called twice

import math

import numpy as np


def log_uniform(low, high, rng):
    exponent = np.random.uniform(math.log10(low), math.log10(high))
    return float(np.clip(10**exponent, low, high))


def random_search(draw, score, trials, rng):
    best, best_score = None, -math.inf
    history = []
    for _ in range(trials):
        setting = draw(rng)
        history.append((setting, score(setting)))
        if history[-1][1] > best_score:
            best = setting
            best_score = score(setting)
    return best, best_score, history
