# mistake: sums over the whole array instead of over each sample
# mistake: cuts scores off at -500 and 500 against overflow, which changes the probabilities of larger scores
# known mistake: sums over the whole array
# known mistake: clipped

import numpy as np


def Softmax(x, axis=-1):
    x = np.array(x, dtype=float)
    powers = np.exp(np.clip(x, -500, 500))
    return powers / powers.sum()
