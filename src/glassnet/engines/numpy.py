"""The NumPy engine: readable code that runs one batch after the other. It supports all components."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.engines.job import NO_FACTORS, DivergenceError, Job, RunningTotals, StepFactors
from glassnet.maths import ema, regularization
from glassnet.maths.losses import Loss
from glassnet.maths.optimizers import LBFGS
from glassnet.maths.optimizers.adam import AdamW
from glassnet.network.decisions import count_correct
from glassnet.network.network import Network
from glassnet.network.parameter_groups import factors_of


@np.errstate(over="ignore", invalid="ignore", divide="ignore")  # divergence raises DivergenceError
def run(
    job: Job,
    X: Array,
    Y: AnyArray,
    weights: Array | None,
    batch_size: int,
    rates: Array,
    rng: np.random.Generator,
    order: AnyArray | None = None,
    factors: StepFactors = NO_FACTORS,
) -> RunningTotals:
    """Run one optimizer step per batch of the block X, Y and return the totals.

    X: (n, inputs), Y: (n,) or (n, outputs), weights: (n,) or None; rates: (steps,), the learning rate of each step.
    order: (n,), the indices of the block's rows in X; by default, the rows of X. factors: those of the weight decay and
    of dropout rates at each step. The last batch may be smaller. A batch whose weights are all 0 is skipped. Raises
    DivergenceError if a loss is not finite.
    """
    network, optimizer, state = job.network, job.optimizer, job.state
    assert state is not None
    assert not isinstance(optimizer, LBFGS)
    theta, totals = network.parameters, RunningTotals()
    for step, rate in enumerate(rates.tolist()):
        rows = slice(step * batch_size, (step + 1) * batch_size)
        x, y, w = X[rows if order is None else order[rows]], Y[rows], None if weights is None else weights[rows]
        if w is not None and not w.any():
            continue
        decay_factor, dropout = factors.at(step)
        loss, output, g = network.loss_and_gradient(x, y, job.loss, w, train=True, rng=rng, dropout=dropout)
        loss += penalize(job, theta, g, total_weight(w, len(x)))
        if not math.isfinite(loss):
            raise DivergenceError(loss, step + 1)
        if job.clip_value is not None:
            regularization.clip_value(g, job.clip_value)
        if job.clip_norm is not None:
            regularization.clip_norm(g, job.clip_norm)
        if job.parameter_groups or (decay_factor != 1 and isinstance(optimizer, AdamW)):
            move_groups(job, theta, g, rate, decay_factor)
        else:
            if job.weight_decay:
                regularization.decay_weights(theta, rate * job.weight_decay * decay_factor, network.layout.weights)
            optimizer.step(theta, g, state, rate)
        if job.average is not None and job.ema is not None:
            decay = ema.average_decays(job.ema, state.steps)
            ema.move_average(job.average, theta, decay, state.scratch)
        totals.add(loss, count_correct(output, y, network.output_kind), len(x))
    return totals


def move_groups(job: Job, theta: Array, g: Array, rate: float, decay_factor: float) -> None:
    """Decay and update the parameters, (parameters,), each array with the factors of its group."""
    optimizer, state = job.optimizer, job.state
    assert state is not None
    assert not isinstance(optimizer, LBFGS)
    if isinstance(optimizer, AdamW):
        optimizer = replace(optimizer, weight_decay=0.0)  # which differs between groups, or between steps
    own, layout = state, job.network.layout
    for slot, factors in zip(layout.slots, factors_of(layout, job.parameter_groups), strict=True):
        part, own_rate = slice(slot.start, slot.stop), rate * factors.learning_rate
        # An optimizer treats each entry of θ by itself, so a part of θ with that part of the state is a step, too.
        own = replace(state, vectors=state.vectors[:, part], scratch=state.scratch[part], weights=(slice(None),))
        if decay := job.decay_of(slot.is_weight, factors):
            regularization.decay_weights(theta, own_rate * decay * decay_factor, [part])
        optimizer.step(theta[part], g[part], own, own_rate)
    state.steps, state.momentum_product = own.steps, own.momentum_product


def augment(job: Job, images: Array, rng: np.random.Generator) -> Array:
    """Return randomly augmented images, (n, height, width, channels)."""
    assert job.augment is not None
    return job.augment.apply(images, rng)


def gradient(
    job: Job, X: Array, Y: AnyArray, weights: Array | None, rng: np.random.Generator | None
) -> tuple[float, Array, Array]:
    """Return the mean loss with its penalties, the output, (n, outputs), and g, without updating θ."""
    loss, output, g = job.network.loss_and_gradient(X, Y, job.loss, weights, train=True, rng=rng)
    return loss + penalize(job, job.network.parameters, g, total_weight(weights, len(X))), output, g


def penalize(job: Job, theta: Array, g: Array, weight: float) -> float:
    """Add the gradients of the penalties to g and return the penalties; weight: Σw of the batch."""
    weights, penalty = job.network.layout.weights, 0.0
    if job.l1:
        penalty += regularization.add_l1(theta, g, job.l1, weights)
    if job.l2:
        penalty += regularization.add_l2(theta, g, job.l2 / weight if job.l2_per_row else job.l2, weights)
    return penalty


def total_weight(weights: Array | None, rows: int) -> float:
    """Return Σw of a batch, or its number of rows if there are no weights."""
    return rows if weights is None else float(weights.sum())


def evaluate(network: Network, X: Array, Y: AnyArray, loss: Loss) -> RunningTotals:
    """Return loss and correct predictions of a block of rows in evaluation mode, without penalties."""
    output, caches = network.forward(X)
    values, _, _ = network.loss_of(output, caches[-1], Y, loss)
    totals = RunningTotals()
    totals.add(float(values.mean()), count_correct(output, Y, network.output_kind), len(X))
    return totals


def predict(network: Network, X: Array) -> Array:
    """Return the output of each row of a block, (n, outputs), in evaluation mode."""
    return network.forward(X)[0]
