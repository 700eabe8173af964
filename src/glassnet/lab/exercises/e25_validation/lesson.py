# %% [markdown]
# # Exercise 25 · A validation part
#
# A small loss on the training data says little by itself. Two things can go wrong:
#
# - **underfitting**: that loss is still high; the network is too small, or was not trained long enough;
# - **overfitting**: that loss goes on falling, the loss on other data rises. The network learns its samples by heart.
#
# The second is seen only on data the network does not learn from. So every sample is put into one of three parts,
# 60/20/20 or 80/10/10:
#
# - the **training** part: gradients come from it;
# - the **validation** part: choices are made with it, such as how many epochs and how many units;
# - the **test** part: it is measured once, at the end, when nothing is left to choose. Whoever chooses with it gets a
#   number that is too good.
#
# One part cannot be both of the last two. Where data are too few for three, cross-validation lets the samples take
# turns.
#
# **Early stopping** is a choice of that kind. After every epoch the validation loss is computed. It does not fall
# evenly, so one bad epoch is no reason to stop; **patience** says how many are.
#
# Write `best_epoch`. Epochs are counted from 1. An epoch is *better* if its loss is lower than all before it; an equal
# one is not. The first epoch counts as better. Training stops after the epoch that completes `patience` epochs in a
# row that were not better. Return two numbers:
#
# - `best`: the epoch with the lowest loss of those seen until then, the first of equals;
# - `stopped`: the epoch after which training stopped; `len(valid_losses)` if it never did.
#
# For `[2.3, 0.9, 1.1, 1.0, 0.2]` and a patience of 2 the answer is `(2, 4)`: the fifth epoch never takes place.

# %%
def best_epoch(valid_losses, patience):
    """Return (best, stopped): the epoch whose parameters are kept, and the one after which training stopped.

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
# Try it on a real run: 150 digits to learn from, 360 for validation. The training loss falls to less than 0.001, the
# validation loss is lowest, 0.267, after epoch 13 and ends at 0.309. With a patience of 1 it is `(2, 3)`, with 3
# `(5, 8)`, with 10 `(13, 23)`.

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
