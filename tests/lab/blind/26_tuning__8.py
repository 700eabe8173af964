# mistake: the best score starts at 0, so with only negative (or zero) scores no setting is ever the best
# known mistake: best score initialized to 0

import math

import numpy as np


def log_uniform(low, high, rng):
    return math.exp(rng.uniform(math.log(low), math.log(high)))


def random_search(draw, score, trials, rng):
    best, best_score = None, 0
    history = []
    for _ in range(trials):
        setting = draw(rng)
        value = score(setting)
        history.append((setting, value))
        if value > best_score:
            best, best_score = setting, value
    return best, best_score, history
