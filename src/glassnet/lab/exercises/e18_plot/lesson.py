# %% [markdown]
# # Exercise 18 · The loss curve
#
# Training returns one number per epoch, the summed loss. Drawn against the epoch, these numbers show in one look
# whether the network learns. Look at this curve before you believe any accuracy: a network whose loss has not fallen
# has not learned.
#
# With $K$ classes and equal probabilities a sample costs $\ln K$. For 1078 digits of ten classes that makes
# $1078 \cdot \ln 10 = 2482$: the loss of a network that knows nothing. What a curve looks like, and what it says:
#
# | shape | what it means | what to do |
# |---|---|---|
# | falls fast, then slowly | healthy: from 2489 to 1400 (epoch 10) and 120 (epoch 100) | go on while it falls |
# | flat near 2482 from the start | nothing learns: no gradient, or no update | look at the gradients, then the update |
# | flat at first, falls later | a slow start: small weights, sigmoids | wait, or start with larger weights |
# | falls, then flat and high | the rate is too small, or the network | a larger rate, more units |
# | zigzag | the steps are too large, or the batches too small | a smaller rate |
# | grows, then `nan` | exploding steps, or their sign is wrong | a rate ten times smaller; look at the sign |
#
# The notebook's own run printed the same loss, to six decimals, a hundred times. As a picture that is a horizontal
# line.
#
# Write `plot_loss`. It returns a Matplotlib `Figure`, a new one at every call:
#
# - 12 inches wide and 8 high;
# - with one line: the losses as they are (upwards) against the epochs 1, 2, 3, … (to the right);
# - both axes labeled; the words are yours.
#
# Make the figure with `plt.subplots`, with `plt.figure`, or with `matplotlib.figure.Figure`, which asks for no window.
# Marks, colors, a grid or a logarithmic scale are up to you. Leave showing it to the caller.

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
# Try it, with the first ten losses of a run of 64-6-5-10 on the digits. A notebook shows the figure below the cell;
# from a script, write it into a file: `plot_loss(losses).savefig("loss.png")`.

# %%
losses = [2494.0, 2484.7, 2477.0, 2455.3, 2369.8, 2148.6, 1920.4, 1729.2, 1570.8, 1436.5]
figure = plot_loss(losses)
print(figure.get_size_inches(), figure.axes[0].lines[0].get_ydata())
figure
