# mistake: log_uniform picks one of ten fixed numbers of a logarithmic grid, and not any number between low and high
# mistake: a setting that was drawn before is skipped, so it is not scored again and the history has fewer than trials entries
# known mistake: fixed grid
# known mistake: repeated settings skipped

import math

import numpy as np


def log_uniform(low, high, rng):
    grid = np.geomspace(low, high, 10)
    return float(rng.choice(grid))


def random_search(draw, score, trials, rng):
    history = []
    best, best_score = None, -math.inf
    for trial in range(trials):
        setting = draw(rng)
        if any(setting == old for old, _ in history):
            continue  # known already, saves a training
        value = score(setting)
        history.append((setting, value))
        if value > best_score:
            best, best_score = setting, value
    return best, best_score, history
