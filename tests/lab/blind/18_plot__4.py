# mistake: The losses are drawn against the indices 0, 1, 2, ... and not against the epochs 1, 2, 3, ...
# known mistake: epochs from 0

import matplotlib.pyplot as plt


def plot_loss(cost_arr):
    fig, ax = plt.subplots(figsize=(12, 8))
    ax.plot(cost_arr)
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.grid(True)
    return fig
