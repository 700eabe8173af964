# %% [markdown]
# # Exercise 18 · The loss curve
#
# Training returns one number per epoch, the summed loss. The **loss curve** plots it against the epoch and shows at a
# glance whether the network learns. Look at it before you trust any accuracy: if the loss has not decreased, the
# network has not learned.
#
# With $K$ classes and equal probabilities, the loss of a sample is $\ln K$. For 1078 digits of ten classes that is
# $1078 \cdot \ln 10 = 2482$: the loss of guessing. Common shapes:
#
# | shape | meaning | action |
# |---|---|---|
# | falls fast, then slowly | healthy: from 2489 to 1400 (epoch 10) and 120 (epoch 100) | continue while it decreases |
# | flat near 2482 from the start | no learning: no gradient, or no update | check the gradients, then the update |
# | flat at first, falls later | slow start: small weights, sigmoids | wait, or use larger initial weights |
# | falls, then flat and high | learning rate or network too small | a larger learning rate, more units |
# | zigzag | steps too large, or batches too small | a smaller learning rate |
# | grows, then `nan` | steps diverge, or have the wrong sign | a learning rate ten times smaller; check the sign |
#
# The original notebook printed the same loss, to six decimals, a hundred times. Its loss curve is a horizontal line.
#
# Write `plot_loss`. It returns a Matplotlib `Figure`, a new one at every call:
#
# - 12 inches wide and 8 high;
# - with one line: the losses (y axis) against the epochs 1, 2, 3, … (x axis);
# - with a label on each axis.
#
# Make the figure with `plt.subplots`, with `plt.figure`, or with `matplotlib.figure.Figure`, which needs no window
# system. Markers, colors, a grid, or a logarithmic scale are optional. Do not call `show`.

# %%
from matplotlib.figure import Figure


def plot_loss(cost_arr):
    """Return a Figure, 12 by 8 inches, with one line: the losses against the epochs 1, 2, ...

    cost_arr: one loss per epoch, a list or an array (epochs,). Both axes have a label.
    """
    # BEGIN SOLUTION
    figure = Figure(figsize=(12, 8))
    axes = figure.subplots()
    axes.plot(range(1, len(cost_arr) + 1), cost_arr)
    axes.set_xlabel("epoch")
    axes.set_ylabel("loss, summed over the epoch")
    return figure
    # END SOLUTION


# %% [markdown]
# Try it with the first ten losses of a 64-6-5-10 network on the digits. A notebook displays the figure below the cell.
# In a script, save it to a file: `plot_loss(losses).savefig("loss.png")`.

# %%
losses = [2494.0, 2484.7, 2477.0, 2455.3, 2369.8, 2148.6, 1920.4, 1729.2, 1570.8, 1436.5]
figure = plot_loss(losses)
print(figure.get_size_inches(), figure.axes[0].lines[0].get_ydata())
figure
