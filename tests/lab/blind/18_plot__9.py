# mistake: figure number 1 is fetched at every call, so later calls draw into the same figure instead of a new one
# mistake: the logarithm of the losses is plotted instead of the losses as they are
# known mistake: logarithms
# known mistake: same figure reused

import matplotlib.pyplot as plt
import numpy as np


def plot_loss(cost_arr):
    fig = plt.figure(1, figsize=(12, 8))
    ax = fig.gca()
    epochs = np.arange(1, len(cost_arr) + 1)
    ax.plot(epochs, np.log(cost_arr), marker="o")
    ax.set_xlabel("Epoch")
    ax.set_ylabel("Loss (log)")
    ax.grid(True)
    return fig
