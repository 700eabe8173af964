# mistake: score is called twice per trial where a setting is the best so far (once to compare, once to keep it)
# known mistake: score called twice

import math

import numpy as np


def log_uniform(low, high, rng):
    x = math.exp(rng.uniform(math.log(low), math.log(high)))
    return min(max(x, low), high)


def random_search(draw, score, trials, rng):
    best, best_score = None, -math.inf
    history = []
    for trial in range(trials):
        s = draw(rng)
        result = score(s)
        history.append((s, result))
        if best is None or result > best_score:
            best = s
            best_score = score(best)
    return best, best_score, history
