# mistake: the losses are drawn against their list positions 0, 1, 2, ... and not against the epochs 1, 2, 3, ...
# known mistake: epochs from 0

import matplotlib.pyplot as plt


def plot_loss(cost_arr):
    fig, ax = plt.subplots(figsize=(12, 8))
    ax.plot(cost_arr, color="tab:red")
    ax.set_xlabel("Epoch")
    ax.set_ylabel("Loss")
    ax.grid(True)
    return fig
