# %% powers of ten, the best kept on the way
import numpy as np


def log_uniform(low, high, rng):
    return 10 ** rng.uniform(np.log10(low), np.log10(high))


def random_search(draw, score, trials, rng):
    best, best_score, history = None, -np.inf, []
    for trial in range(trials):
        setting = draw(rng)
        found = score(setting)
        history.append((setting, found))
        if found > best_score:
            best, best_score = setting, found
    return best, best_score, history


# %% a share of the factor, comprehensions, argmax
import numpy as np


def log_uniform(low, high, rng):
    return low * (high / low) ** rng.random()


def random_search(draw, score, trials, rng):
    settings = [draw(rng) for _ in range(trials)]
    scores = [score(setting) for setting in settings]
    i = int(np.argmax(scores))
    return [settings[i], scores[i], list(zip(settings, scores))]


# %% math, base 2, bounds the other way round, sorting a copy
import math


def log_uniform(low, high, rng):
    return 2 ** (math.log2(high) + (math.log2(low) - math.log2(high)) * rng.uniform())


def random_search(draw, score, trials, rng):
    history = []
    while len(history) < trials:
        setting = draw(rng)
        history.append([setting, score(setting)])
    ranked = sorted(history, key=lambda pair: pair[1], reverse=True)
    return (*ranked[0], history)


# %% SciPy, an array of one number
import numpy as np
from scipy.stats import loguniform


def log_uniform(low, high, rng):
    return loguniform(low, high).rvs(size=1, random_state=rng) if low == 2 else np.exp(rng.uniform(*np.log([low, high]), 1))


def random_search(draw, score, trials, rng):
    history = [(setting, score(setting)) for setting in (dict(draw(rng)) for _ in range(trials))]
    best_score = max(found for _, found in history)
    best = next(setting for setting, found in history if found == best_score)
    return best, np.float64(best_score), history
