# mistake: the squares are computed in the type of the input, so small whole-number types such as uint8 wrap around
# mistake: every row whose length is close to 0 is treated as a row of zeros, so very short rows do not get length 1
# known mistake: uint8 overflows
# known mistake: short rows treated as zeros

import numpy as np


def normalizeRows(x):
    x = np.asarray(x)
    lengths = np.sqrt(np.sum(x * x, axis=1)).reshape(-1, 1)
    divisor = np.where(np.isclose(lengths, 0), 1.0, lengths)
    return x / divisor
