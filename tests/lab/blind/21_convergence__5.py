# mistake: the first loss is not checked for nan or infinity, only those from the second epoch on
# known mistake: first loss not checked

import numpy as np


def train_until_converged(epoch, tol, max_iter):
    costs = [epoch()]
    while len(costs) < max_iter:
        before = costs[-1]
        after = epoch()
        if np.isnan(after) or np.isinf(after):
            raise FloatingPointError("loss is not finite")
        costs.append(after)
        if abs(before - after) < tol * abs(before):
            break
    return costs
