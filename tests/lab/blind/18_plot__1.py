# mistake: the epochs on the x axis start with 0 (no x values given to plot)
# known mistake: epochs from 0

import matplotlib.pyplot as plt


def plot_loss(cost_arr):
    fig, ax = plt.subplots(figsize=(12, 8))
    ax.plot(cost_arr, marker="o", color="tab:red")
    ax.set_xlabel("Epoch")
    ax.set_ylabel("Loss")
    ax.grid(True)
    return fig
