# mistake: to get a logarithmic scale the logarithms of the losses are plotted, in place of the losses as they are
# mistake: the y axis has no label, the title of the figure is taken to say what is drawn upwards
# known mistake: logarithms to base 10
# known mistake: no label on the y axis

import numpy as np
from matplotlib.figure import Figure


def plot_loss(cost_arr):
    cost = np.asarray(cost_arr, dtype=float)
    epochs = np.arange(1, len(cost) + 1)

    figure = Figure(figsize=(12, 8))
    axes = figure.add_subplot(1, 1, 1)
    axes.plot(epochs, np.log10(cost), marker=".")
    axes.set_title("log10 of the summed loss")
    axes.set_xlabel("epoch")
    return figure
