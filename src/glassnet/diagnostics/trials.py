"""Short trial runs on a copy of a network: can it fit one batch, and do its first steps look healthy?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from glassnet.common.arrays import AnyArray, Array, IntArray
from glassnet.common.numbers import percent
from glassnet.diagnostics.findings import Finding
from glassnet.diagnostics.network_rules import loss_of
from glassnet.diagnostics.watch import Watch
from glassnet.maths.losses import Loss
from glassnet.maths.optimizers import Adam, Optimizer
from glassnet.network.decisions import count_correct
from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network

BATCH, BATCH_STEPS, RATES = 16, 400, (3e-3, 3e-2)
"""Rows of the batch that has to be learned by heart, the steps of Adam for it, and their learning rates."""

STEPS, BATCH_SIZE = 300, 32
"""Steps of the trial run, and rows of each."""

LEARNED = 0.1
"""A batch of numbers is fitted when its loss is below this share of that of its mean."""


@dataclass(frozen=True, eq=False)
class TrialData:
    """A network, which is not changed, and validated rows: X (n, inputs), Y (n,) or (n, outputs)."""

    network: Network
    X: Array
    Y: AnyArray
    loss: Loss
    seed: int


@np.errstate(all="ignore")
def train_steps(
    network: Network, data: TrialData, optimizer: Optimizer, batches: Iterable[IntArray], train: bool
) -> Iterator[tuple[float, Array]]:
    """Make a step for each batch of rows, and yield its loss and the gradient, (parameters,). train: with dropout."""
    rng = np.random.default_rng(data.seed)
    state = optimizer.start(network.parameters, network.layout.weights)
    for rows in batches:
        loss, _, g = network.loss_and_gradient(data.X[rows], data.Y[rows], data.loss, None, train, rng)
        if np.isfinite(loss):  # else, the parameters show why it is not
            optimizer.step(network.parameters, g, state, optimizer.learning_rate)
        yield loss, g


def fit_one_batch(data: TrialData) -> tuple[str, list[Finding]]:
    """Learn one batch by heart; return what was done in words, and a finding if it cannot be done.

    A network without a nonlinear hidden layer learns as many rows as it has inputs.
    """
    rows = _different_rows(data)
    kind = data.network.output_kind
    best, correct = np.inf, 0
    for rate in RATES:
        network, losses = data.network.copy(), []
        for loss, _ in train_steps(network, data, Adam(learning_rate=rate), [rows] * BATCH_STEPS, train=False):
            losses.append(loss)
        output, caches = network.forward(data.X[rows])
        with np.errstate(all="ignore"):
            last = float(data.network.loss_of(output, caches[-1], data.Y[rows], data.loss)[0].mean())
        found = count_correct(output, data.Y[rows], kind)
        if last < best:
            best, correct = last, 0 if found is None else found
        if _is_fitted(data, rows, last, found):
            break
    else:
        got = "" if found is None else f", {percent(correct / len(rows))} of them right"
        finding = Finding(
            "cannot fit one batch",
            "error",
            "network",
            f"{len(rows)} rows cannot be learned by heart: after {BATCH_STEPS} steps of Adam their loss is {best:.3g}"
            f"{got} (at first {losses[0]:.3g}).",
            "Something is wrong before any question of data: the layers lose the signal, or the loss does not fit. Try "
            "one hidden layer of 64 relu units.",
            {"loss": best, "first": losses[0]},
        )
        return f"one batch of {len(rows)} rows: not learned", [finding]
    return f"one batch of {len(rows)} rows: loss {losses[0]:.3g} → {last:.2g} in {BATCH_STEPS} steps", []


def _different_rows(data: TrialData) -> IntArray:
    """Return the positions of a batch of rows without copies, (k,): copies may have different targets."""
    order = np.random.default_rng(data.seed).permutation(len(data.X))[: 4 * BATCH]
    _, first = np.unique(data.X[order], axis=0, return_index=True)
    is_linear = all(isinstance(step.layer, (Dense, Dropout)) for step in data.network.operations[:-1])
    most = max(1, min(BATCH, data.network.inputs // 2)) if is_linear else BATCH
    return np.asarray(order[np.sort(first)][:most])


def _is_fitted(data: TrialData, rows: IntArray, loss: float, correct: int | None) -> bool:
    if data.network.output_kind != "real" and correct is not None:
        return correct == len(rows)
    Y = data.Y[rows]
    with np.errstate(all="ignore"):
        constant, floor = (loss_of(data.loss, predictions, Y) for predictions in (Y.mean(axis=0), Y))
    # The loss of a perfect prediction may differ from 0, as for Poisson.
    return bool(np.isfinite(loss)) and (loss - floor <= LEARNED * (constant - floor) or not np.isfinite(floor))


def watched_steps(data: TrialData, optimizer: Optimizer) -> tuple[Network, Watch, str]:
    """Train a copy for some steps under a watch; return it, the watch, and what was done in words."""
    network = data.network.copy()
    watch, losses = Watch(), []
    rng = np.random.default_rng(data.seed)
    size = min(BATCH_SIZE, len(data.X))
    batches = (rng.choice(len(data.X), size, replace=False) for _ in range(STEPS))
    for loss, _ in train_steps(network, data, optimizer, batches, train=True):
        watch(network.named_parameters(), network.named_gradients(), loss)
        losses.append(loss)
        if not np.isfinite(loss):
            break
    last = float(np.mean(losses[-20:]))
    return network, watch, f"{len(losses)} steps of {size} rows: loss {losses[0]:.3g} → {last:.3g}"
