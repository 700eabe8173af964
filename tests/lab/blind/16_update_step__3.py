# mistake: the biases go uphill (the gradient is added)
# mistake: the new weight arrays are put into the caller's list W, which is also what is returned
# known mistake: gradient ascent for biases
# known mistake: input list W modified

import numpy as np


def update_step(W, B, dW, db, alpha):
    for l, grad in enumerate(dW):
        if grad is None:
            continue
        W[l] = W[l] - alpha * grad
    B_next = [None] + [b + alpha * g for b, g in zip(B[1:], db[1:])]
    return W, B_next
