# mistake: log_uniform takes its chance from numpy's global generator, not from rng
# mistake: the best score starts at 0, so with negative scores only there is no best setting
# known mistake: other random generator
# known mistake: best score initialized to 0

import math

import numpy as np


def log_uniform(low, high, rng):
    u = np.random.random()
    x = low * (high / low) ** u
    return float(np.clip(x, low, high))


def random_search(draw, score, trials, rng):
    best = None
    best_score = 0
    history = []
    while len(history) < trials:
        candidate = draw(rng)
        points = score(candidate)
        history += [(candidate, points)]
        if points > best_score:
            best, best_score = candidate, points
    return best, best_score, history
