# mistake: The best score starts at 0, so when no score is above 0 no setting is found and (None, 0) is returned as the best.
# known mistake: best score initialized to 0

import math

import numpy as np


def log_uniform(low, high, rng):
    x = math.exp(rng.uniform(math.log(low), math.log(high)))
    return min(max(x, low), high)


def random_search(draw, score, trials, rng):
    best = None
    best_score = 0
    history = []
    for _ in range(trials):
        setting = draw(rng)
        value = score(setting)
        history.append((setting, value))
        if value > best_score:
            best = setting
            best_score = value
    return best, best_score, history
