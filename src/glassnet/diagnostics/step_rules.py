"""Rules about the steps of a training loop: their size and direction, and the course of the loss."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import fmean, median

import numpy as np

from glassnet.diagnostics.findings import Finding
from glassnet.diagnostics.loop_record import LoopRecord, has_fallen

UPHILL = 0.3
"""A step whose angle to the gradient has a cosine above this goes the wrong way."""

FEWEST_STEPS = 20
"""Rules about the course of training need at least this many steps."""

LONG, NO_LESS = 100, 0.97
"""After LONG steps, a loss should be below NO_LESS times that of knowing nothing."""

USUAL = 1e-3
"""A step usually changes weights by about this share of their size."""

FAR = 100
"""A share that differs by more than this factor is far off."""

FAR_AWAY, TENTH = 0.1, 0.1
"""Weights that have changed by this share of their size have moved far; a loss below TENTH of the first is low."""

AFTER, GROWN = 5, 10
"""Weights that all grow by more than this factor are driven away by large steps."""


def is_too_large(loss: float, chance: float) -> bool:
    """Return whether a loss is far above that of knowing nothing: certain, and wrong."""
    return loss > chance + max(2.5, chance)


def first_loss(record: LoopRecord) -> Iterator[Finding]:
    """Compare the first loss with that of knowing nothing."""
    if record.classes is None or not record.losses:
        return
    first, chance = record.losses[0], math.log(record.classes)
    if 0.3 * chance <= first and not is_too_large(first, chance):
        return
    yield Finding(
        "first loss",
        "warning",
        "loss",
        f"The first loss is {first:.3g}; with {record.classes} classes and nothing learned, it is about "
        f"ln {record.classes} = {chance:.3g}.",
        record.summed.strip()
        if first > chance and record.summed
        else "The initial weights or the inputs are too large (scale them), or the loss is a sum, not a mean."
        if first > chance
        else "A cross entropy is not negative: is a sign wrong, or the logarithm missing?"
        if first < 0
        else "The loss is divided too often, or the inputs contain the labels, unless the model was trained before.",
        {"loss": first, "chance": chance},
    )


def wrong_sign(record: LoopRecord) -> Iterator[Finding]:
    """Find steps along the gradient."""
    angles = [one.along for step in record.stats for one in step if one.along]
    if len(angles) >= 6 and median(angles) > UPHILL:
        yield Finding(
            "wrong sign",
            "error",
            "update",
            f"The parameters move along the gradient, not against it: the cosine of the angle is {median(angles):.2f}, "
            "-1 for gradient descent.",
            "Subtract the step: W -= learning_rate * dW.",
            {"cosine": median(angles)},
        )


def step_size(record: LoopRecord) -> Iterator[Finding]:
    """Find steps that are far too large or too small, and weights that grow."""
    shares = {}
    for i in record.matrices:
        # The first steps of weights that start at 0 are large beside them.
        later = record.of(i)[len(record.stats) // 2 :]
        # Steps in which nothing moves accumulate gradients.
        pairs = [one.change / one.size for one in later if one.change and one.size]
        if len(pairs) >= 3:
            shares[i] = median(pairs)
    if not record.matrices or record.steps < FEWEST_STEPS:
        return
    # Weights that start at 0 grow at first, which a loss that falls tells apart.
    first, last = record.stats[0 if record.losses else min(AFTER, len(record.stats) - 1)], record.stats[-1]
    growth = min(last[i].size / first[i].size if first[i].size else 0.0 for i in record.matrices)
    if growth > GROWN and not has_fallen(record.losses):
        yield Finding(
            "learning rate",
            "warning",
            record.names[record.matrices[0]],
            f"All weights have grown to at least {growth:.0f} times their size within {record.steps} steps.",
            f"The learning rate is too high: divide it by 10, and again.{record.summed}",
            {"growth": growth},
        )
        return
    if not shares:
        return
    low, high = min(shares, key=shares.__getitem__), max(shares, key=shares.__getitem__)
    if shares[high] > FAR * USUAL and not has_fallen(record.losses, TENTH):
        yield Finding(
            "learning rate",
            "warning",
            record.names[high],
            f"Each step changes {record.names[high]} by {shares[high]:.0%} of its size; about 0.1% is usual.",
            f"The learning rate is too high: divide it by 10, and again.{record.summed}",
            {"share": shares[high]},
        )
    elif shares[low] < USUAL / FAR and max(shares.values()) < USUAL / 10 and not _has_moved(record):
        yield Finding(
            "learning rate",
            "warning",
            record.names[low],
            f"Each step changes {record.names[low]} by {shares[low]:.1e} of its size; about 1e-3 is usual.",
            "The learning rate is too low: multiply it by 10, and again.",
            {"share": shares[low]},
        )


def _has_moved(record: LoopRecord) -> bool:
    """Return whether the parameters have moved far, or the loss has fallen: at the minimum, steps are small."""
    last = record.stats[-1]
    return has_fallen(record.losses) or any(
        last[i].size and last[i].away > FAR_AWAY * last[i].size for i in record.matrices
    )


def course(record: LoopRecord) -> Iterator[Finding]:
    """Find a loss that rises, or does not move."""
    losses = record.losses
    if len(losses) < FEWEST_STEPS:
        return
    part = max(5, len(losses) // 10)
    first, last = fmean(losses[:part]), fmean(losses[-part:])
    if last > 1.5 * first and last - first > 3 * float(np.std(losses[:part])):
        yield Finding(
            "rising loss",
            "warning",
            "loss",
            f"The loss rises: {first:.4g} in the first {part} steps, {last:.4g} in the last.",
            "Lower the learning rate; check the sign of the update: W -= learning_rate * dW.",
            {"first": first, "last": last},
        )
    elif max(losses) - min(losses) <= 1e-9 * abs(losses[0]):
        yield Finding(
            "constant loss",
            "warning",
            "loss",
            f"The loss is {losses[0]:.4g} in all steps.",
            "It does not depend on the parameters: is it computed from the updated ones, and from this batch?",
        )
    elif (
        record.classes is not None and len(losses) * record.moving >= LONG and last > NO_LESS * math.log(record.classes)
    ):
        yield Finding(
            "flat loss",
            "warning",
            "loss",
            f"The loss is {last:.4g} after {len(losses)} steps; knowing nothing, it is ln {record.classes} = "
            f"{math.log(record.classes):.3g}.",
            "Do the labels belong to their rows? Is the learning rate or the weight decay too high?",
            {"first": first, "last": last},
        )
