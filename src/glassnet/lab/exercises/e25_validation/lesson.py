# %% [markdown]
# # Exercise 25 · Early stopping
#
# A small training loss says little by itself. There are two possible problems:
#
# - **underfitting**: the training loss is high; the network is too small, or training was too short;
# - **overfitting**: the training loss decreases, but the loss on other data increases. The network memorizes its
#   samples.
#
# Overfitting is visible only on data that is not used for training. So split the samples into three sets, 60/20/20 or
# 80/10/10:
#
# - the **training set**, for gradients;
# - the **validation set**, for choices such as the number of epochs and units;
# - the **test set**, for a single evaluation at the end. If you make choices with it, its result is too optimistic.
#
# One set cannot serve as both validation and test set. For small data sets, use cross-validation.
#
# **Early stopping** chooses the number of epochs. It computes the validation loss after every epoch. The loss
# fluctuates, so one bad epoch is no reason to stop; **patience** is the number of bad epochs to wait for.
#
# Write `best_epoch`. Epochs are counted from 1. An epoch is *better* if its loss is lower than all previous ones; an
# equal loss is not better. The first epoch counts as better. Training stops after `patience` consecutive epochs that
# are not better. Return two numbers:
#
# - `best`: the epoch with the lowest loss until then, the first if several are equal;
# - `stopped`: the epoch after which training stopped; `len(valid_losses)` if it did not stop.
#
# For `[2.3, 0.9, 1.1, 1.0, 0.2]` and a patience of 2 the result is `(2, 4)`: the fifth epoch never runs.

# %%
def best_epoch(valid_losses, patience):
    """Return (best, stopped): the best epoch, and the one after which training stopped.

    valid_losses: a list, the validation loss of every epoch that would be made: one or more, all finite. patience: how
    many epochs in a row may fail to be better, 1 or more.
    """
    # BEGIN SOLUTION
    best, lowest, waited = 0, float("inf"), 0
    for epoch, loss in enumerate(valid_losses, start=1):
        if loss < lowest:
            best, lowest, waited = epoch, loss, 0
        else:
            waited += 1
        if waited == patience:
            return best, epoch
    return best, len(valid_losses)
    # END SOLUTION


# %% [markdown]
# Try it on a real run: 150 digits for training, 360 for validation. The training loss falls below 0.001. The
# validation loss has its minimum, 0.267, after epoch 13 and ends at 0.309. With a patience of 1 the result is `(2,
# 3)`, with 3 `(5, 8)`, with 10 `(13, 23)`.

# %%
import glassnet as gn

train, valid, test = gn.load("digits").split(0.6, 0.2, 0.2, seed=0)
net = gn.Network(64, [gn.Dense(64, "relu"), gn.Dense(10, "softmax")], seed=0)
history = gn.fit(
    net,
    (train.X[:150] / 16, train.y[:150]),
    valid=(valid.X / 16, valid.y),
    optimizer=gn.Adam(0.03),
    batch_size=10,
    epochs=60,
    progress=False,
)
losses = history.column("valid_loss")
for epoch in (1, 2, 5, 8, 13, 23, 60):
    print(f"epoch {epoch}: training {history[epoch - 1].loss:.4f}, validation {losses[epoch - 1]:.4f}")
for patience in (1, 3, 10):
    print("patience", patience, best_epoch(losses, patience))
