# %% [markdown]
# # Exercise 21 · Convergence criterion
#
# How many epochs are enough? A fixed number is a guess. A **convergence criterion** stops training *when the change of
# the loss becomes small*. With the losses $c_1, c_2, \dots$ of the epochs, stop after the first epoch $t \ge 2$ with
#
# $$|c_{t-1} - c_t| < \text{tol} \cdot |c_{t-1}|$$
#
# The change is relative to the previous loss, so `tol` means the same for a loss of 2489 and for one of 0.002. An
# increasing loss has not converged, hence the absolute value on the left. A loss may be negative, hence the one on the
# right. The inequality is strict, so `tol=0` never stops.
#
# The original notebook described this rule but trained for 100 epochs. Its loss was constant from the first epoch on:
# the rule would have stopped after two epochs and shown that nothing is learned.
#
# Convergence does not mean success, though. Ten runs of the corrected network start on a plateau: from the first to
# the second epoch, their loss changes by 0.12% to 0.62%. With `tol=0.01` all ten would stop at epoch 2, untrained.
#
# A loss of `nan` never converges: `abs(nan - c) < ...` is false for every `c`. Such a run should raise an error.
#
# Write `train_until_converged`:
#
# - it calls `epoch()`, which trains one epoch and returns its loss, until the loss has converged, at most `max_iter`
#   times (1 or more), and never more often than necessary;
# - it returns the list of all losses, including the last one;
# - a loss that is `nan` or infinite raises `FloatingPointError` immediately, in any epoch.

# %%
import numpy as np


def train_until_converged(epoch, tol, max_iter):
    """Call epoch() until its loss converges, at most max_iter times; return the list of losses.

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
# Try it with the first ten losses of a run on the digits. `tol=0.01` stops on the plateau, after two epochs;
# `tol=0.003` uses all ten.
#
# In a real run, `epoch` calls `train` of Exercise 17 with `max_iter=1`, keeps the returned W and B for the next call,
# and returns the loss in `cost_arr`.

# %%
run = [2494.0, 2484.7, 2477.0, 2455.3, 2369.8, 2148.6, 1920.4, 1729.2, 1570.8, 1436.5]
print(train_until_converged(iter(run).__next__, tol=0.01, max_iter=10))
print(len(train_until_converged(iter(run).__next__, tol=0.003, max_iter=10)))
