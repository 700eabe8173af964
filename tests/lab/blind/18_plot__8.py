# mistake: the epochs are counted from 0, since the losses are drawn against their index
# known mistake: epochs from 0

import matplotlib.pyplot as plt


def plot_loss(cost_arr):
    fig, ax = plt.subplots(figsize=(12, 8))
    ax.plot(range(len(cost_arr)), cost_arr)
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    return fig
