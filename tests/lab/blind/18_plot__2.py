# mistake: figure number 1 is fetched at every call, so the second call returns the same figure, with one more line
# known mistake: same figure reused

import matplotlib.pyplot as plt
import numpy as np


def plot_loss(cost_arr):
    fig = plt.figure(1, figsize=(12, 8))
    x = np.arange(1, len(cost_arr) + 1)
    plt.plot(x, np.asarray(cost_arr), "b.-")
    plt.xlabel("epoch")
    plt.ylabel("summed loss")
    plt.title("Training")
    return fig
