# mistake: Always draws into figure number 1, so a second call returns the same figure again, with one more line, and not a new one.
# mistake: Draws the logarithms of the losses and not the losses as they are (a logarithmic axis was allowed, other values were not).
# known mistake: logarithms
# known mistake: same figure reused

import matplotlib.pyplot as plt
import numpy as np


def plot_loss(cost_arr):
    costs = np.asarray(cost_arr, dtype=float)
    epochs = np.arange(1, len(costs) + 1)
    fig = plt.figure(1, figsize=(12, 8))
    ax = fig.gca()
    ax.plot(epochs, np.log(costs), color="tab:blue")
    ax.set_xlabel("Epoch")
    ax.set_ylabel("log(loss)")
    return fig
