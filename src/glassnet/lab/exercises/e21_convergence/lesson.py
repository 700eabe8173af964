# %% [markdown]
# # Exercise 21 · When to stop
#
# How many epochs are enough? A fixed number is a guess. Gradient descent has a rule of its own: go on *until the change
# of the loss becomes small*, the **convergence criterion**. With the losses $c_1, c_2, \dots$ of the epochs, stop after
# the first epoch $t \ge 2$ with
#
# $$|c_{t-1} - c_t| < \text{tol} \cdot |c_{t-1}|$$
#
# The change is compared with the loss before it, so `tol` means the same for a loss of 2489 and for one of 0.002. A
# growing loss has not settled: hence the bars on the left. A loss may be negative: hence those on the right. "Smaller"
# is meant strictly, so `tol=0` never stops.
#
# The notebook announced this rule and trained for 100 epochs anyway. Its loss was constant from the first epoch on: the
# rule would have ended the run after two epochs, and shown that nothing learns.
#
# Stopped does not mean learned, though. Ten runs of the corrected network begin on a plateau: from the first to the
# second epoch their loss changes by 0.12 to 0.62 per cent. With `tol=0.01` all ten would end there, at epoch 2, knowing
# nothing.
#
# And a loss of `nan` never settles: `abs(nan - c) < ...` is false whatever `c` is. A run with such a loss is lost; say
# so.
#
# Write `train_until_converged`:
#
# - it calls `epoch()`, which trains one epoch and returns its loss, until the loss has settled, at most `max_iter`
#   times (1 or more), and never more often than it has to;
# - it returns the list of all losses, the last one included;
# - a loss that is `nan` or infinite raises `FloatingPointError` at once, in whichever epoch it comes.

# %%
import numpy as np


def train_until_converged(epoch, tol, max_iter):
    """Call epoch() until the loss it returns has settled, at most max_iter times; return the list of losses.

    Settled: two epochs one after the other with |before - after| < tol * |before|. A loss that is nan or infinite
    raises FloatingPointError.
    """
    # BEGIN SOLUTION
    losses = []
    while len(losses) < max_iter:
        losses.append(epoch())
        if not np.isfinite(losses[-1]):
            raise FloatingPointError(f"the loss of epoch {len(losses)} is {losses[-1]}")
        if len(losses) > 1 and abs(losses[-2] - losses[-1]) < tol * abs(losses[-2]):
            break
    return losses
    # END SOLUTION


# %% [markdown]
# Try it with the first ten losses of a run on the digits, handed out one by one. `tol=0.01` stops on the plateau, after
# two epochs; 0.003 goes through it and takes all ten.
#
# In a real run `epoch` trains: a function that calls `train` of Exercise 17 with `max_iter=1`, keeps the W and B that
# come back for the next call, and returns the one loss in `cost_arr`.

# %%
run = [2494.0, 2484.7, 2477.0, 2455.3, 2369.8, 2148.6, 1920.4, 1729.2, 1570.8, 1436.5]
print(train_until_converged(iter(run).__next__, tol=0.01, max_iter=10))
print(len(train_until_converged(iter(run).__next__, tol=0.003, max_iter=10)))
