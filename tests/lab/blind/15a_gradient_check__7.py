# mistake: the step is scaled with the size of the entry instead of being the given h
# mistake: the difference is divided by the larger of the two lengths instead of by their sum
# known mistake: step proportional to the entry
# known mistake: division by the larger norm

import numpy as np


def numerical_gradient(f, theta, h=1e-5):
    point = np.array(theta, dtype=float)
    result = np.empty_like(point)
    for i in np.ndindex(point.shape):
        old = point[i]
        step = h * max(1.0, abs(old))   # a large number needs a larger step
        point[i] = old + step
        plus = f(point)
        point[i] = old - step
        minus = f(point)
        point[i] = old
        result[i] = (plus - minus) / (2 * step)
    return result


def relative_error(a, b):
    def length(v):
        return np.sqrt(np.sum(np.square(v)))

    a, b = np.array(a, float), np.array(b, float)
    largest = max(length(a), length(b))
    return 0.0 if largest == 0 else length(a - b) / largest
