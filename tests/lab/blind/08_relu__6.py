# mistake: the output is limited to 1 at the top as well, as if every activation had to lie between 0 and 1.
# known mistake: clipped at 1

import numpy as np


def ReLu(x):
    return np.clip(x, 0, 1)
