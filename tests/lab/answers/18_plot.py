# %% pyplot with plt.figure and plt.gcf
import matplotlib.pyplot as plt


def plot_loss(cost_arr):
    plt.figure(figsize=(12, 8))
    plt.plot(list(range(1, len(cost_arr) + 1)), cost_arr)
    plt.xlabel("Epoch")
    plt.ylabel("Loss")
    plt.title("Training")
    return plt.gcf()


# %% plt.subplots, with marks, a grid, a legend and a logarithmic scale
import matplotlib.pyplot as plt
import numpy as np


def plot_loss(cost_arr):
    fig, ax = plt.subplots(figsize=(12, 8))
    ax.plot(np.arange(len(cost_arr)) + 1, np.asarray(cost_arr), "o-", color="tab:red", label="training")
    ax.set(xlabel="epochs", ylabel="sum of the losses", yscale="log")
    ax.grid(True)
    ax.legend()
    return fig


# %% the size afterwards, labels of the figure, float32
import numpy as np
from matplotlib.figure import Figure


def plot_loss(cost_arr):
    fig = Figure(layout="constrained")
    fig.set_size_inches(12, 8)
    ax = fig.add_subplot(1, 1, 1)
    ax.semilogy(np.linspace(1, len(cost_arr), len(cost_arr)), np.array(cost_arr, dtype=np.float32))
    fig.supxlabel("epoch")
    fig.supylabel("loss")
    return fig


# %% a line made by hand, and shown
import matplotlib.pyplot as plt
from matplotlib.lines import Line2D


def plot_loss(cost_arr):
    fig = plt.figure(figsize=(12, 8))
    axes = fig.add_axes((0.1, 0.1, 0.8, 0.8))
    epochs = [i + 1 for i, _ in enumerate(cost_arr)]
    axes.add_line(Line2D(epochs, cost_arr))
    axes.autoscale()
    axes.set_xlabel("epoch")
    axes.set_ylabel("loss")
    plt.show()
    return fig
