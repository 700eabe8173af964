"""Rules about the updates of a training loop: gradients that accumulate, weights that shrink, what is built again."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import fmean, median

from glassnet.diagnostics.findings import Finding
from glassnet.diagnostics.loop_record import ArrayStats, LoopRecord, has_fallen

FIRST = 8
"""The first FIRST steps are examined, so each of them but the first has one before it."""

PARALLEL, GROWTH, SUMS = 0.8, 2.0, 0.9
"""Sums of gradients have a cosine above PARALLEL from step to step, and grow by at least GROWTH in the first steps;
later, they have a cosine above SUMS, and are no smaller than SUMS of that size."""

SHRINKS, HALF, DECAY = -0.7, 0.5, 3e-3
"""Weights shrink if a step's cosine to them is below SHRINKS, they lose DECAY of their size in a step, and HALF in
all."""

OPPOSED, STUCK = -0.5, 0.97
"""Gradients with a cosine below OPPOSED point back; a loss above STUCK times an earlier one no longer falls."""

DOWNHILL = 0.9
"""Updates whose cosine to the gradient is below minus this are steps of gradient descent."""

UPHILL, MOSTLY = 0.3, 0.9
"""An array goes up its gradient if the cosine is above UPHILL in this share of the steps."""

SAME = 0.9999
"""Changes whose cosine to the signs of the gradient is below minus this are of one size, but for rounding."""


def diagnose_updates(record: LoopRecord) -> Iterator[Finding]:
    """Yield the first finding about the updates; each explains those of the rules after it."""
    for rule in (_rebuilt_parameters, _one_wrong_sign, _oscillation, _rebuilt_optimizer):
        found = list(rule(record))
        if found:
            yield from found
            return


def _norm(step: Sequence[ArrayStats], of: str) -> float:
    """Return the length of the vector of all arrays, from root mean squares."""
    return math.sqrt(sum(math.prod(one.shape) * (getattr(one, of) or 0.0) ** 2 for one in step))


def _pairs(record: LoopRecord) -> list[int]:
    """Return the positions of examined steps with the step before."""
    return [i for i, step in enumerate(record.stats) if i and step[0].change is not None]


def _turn(before: Sequence[ArrayStats], now: Sequence[ArrayStats]) -> float:
    """Return the cosine of the angle between all gradients of a step and those of the step before."""
    last, size, fresh = _norm(before, "gradient"), _norm(now, "gradient"), _norm(now, "fresh")
    return (size**2 + last**2 - fresh**2) / (2 * size * last) if size and last else 0.0


def _turns(steps: Sequence[Sequence[ArrayStats]], numbers: Sequence[int]) -> list[float]:
    """Return the cosine for each of some examined steps."""
    return [_turn(steps[i - 1], steps[i]) for i in numbers]


def accumulated_gradient(record: LoopRecord) -> Iterator[Finding]:
    """Find gradients that are sums over the steps: each adds one of about the size of the first to those before.

    A healthy gradient that grows, as near a saddle, grows by a small part of itself; one of another batch turns.
    """
    steps = record.stats[:FIRST]
    if len(steps) < FIRST or any(step[0].change is None for step in steps[1:]):
        return
    # A gradient is not set to zero, either, where the optimizer does not have the parameter, which does not move.
    moving = [i for i in range(len(record.names)) if any(step[i].change for step in steps)]
    record = replace(record, stats=[[step[i] for i in moving] for step in record.stats])
    steps = record.stats[:FIRST]
    sizes = [_norm(step, "gradient") for step in steps]
    fresh = [_norm(step, "fresh") for step in steps[1:]]
    turns = _turns(steps, range(1, FIRST))
    # Where nothing moves, gradients are accumulated on purpose.
    moves = all(any(one.change for one in step) for step in steps[1:])
    grows = 0 < GROWTH * sizes[0] <= sizes[-1] < math.inf
    is_added = min(fresh[0], median(fresh)) >= sizes[0] / 3 and fresh[0] >= sizes[0] / 2 and max(fresh) <= 3 * fresh[0]
    if not (moves and grows and is_added and median(turns) >= PARALLEL) or _is_forgotten(record, sizes[-1]):
        return
    yield Finding(
        "accumulated gradient",
        "error",
        "gradient",
        f"Each gradient is the sum of all before: in the first {FIRST} steps its size grew from {sizes[0]:.3g} to "
        f"{sizes[-1]:.3g}, and the cosine of the angle between a gradient and the next one is {median(turns):.2f}.",
        "Set the gradients to zero before each backward pass: optimizer.zero_grad(), or dW = … in place of dW += ….",
        {"first": sizes[0], "last": sizes[-1], "cosine": median(turns)},
    )


def _is_forgotten(record: LoopRecord, size: float) -> bool:
    """Return whether later gradients are not sums of all before, as those of a moving average are not."""
    later = [i for i in _pairs(record) if i >= FIRST]
    if len(later) < 3:
        return False
    sizes = [_norm(record.stats[i], "gradient") for i in later]
    return median(_turns(record.stats, later)) < SUMS or median(sizes) < SUMS * size


def weight_decay(record: LoopRecord) -> Iterator[Finding]:
    """Find weights that all go to zero, faster than a weight decay that leaves something to learn."""
    shares, pulls, explained = [], [], []
    for i in record.matrices:
        sizes = [one.size for one in record.of(i)]
        small = next((j for j, size in enumerate(sizes) if size <= HALF * sizes[0]), None)
        if small is None or sizes[-1] > HALF * sizes[0]:
            return
        # Once they are small, weights go to and fro.
        steps = [one for one in record.of(i)[: max(small + 1, 3)] if one.change and one.inward is not None]
        if not steps or median(one.inward or 0.0 for one in steps) > SHRINKS:
            return
        shares.append(median((one.change or 0.0) / sizes[0] for one in steps))
        explained.append(median(one.along or 0.0 for one in steps) < -DOWNHILL)
        pulls += [one.gradient / one.size for one in steps if one.pull > 0.95]
    if not shares or min(shares) < DECAY:
        return
    if any(explained):
        # The penalty is in the gradient: it is the same multiple of the weights in all layers.
        if len(shares) < 2 or len(pulls) < len(shares) or max(pulls) > 1.3 * min(pulls):
            return
    elif has_fallen(record.losses):
        return
    first, last = record.matrices[0], record.matrices[-1]
    yield Finding(
        "weight decay",
        "warning",
        ", ".join(record.names[i] for i in record.matrices),
        f"All weights shrink toward 0, by {median(shares):.1%} per step: {record.names[first]} to "
        f"{record.stats[-1][first].size / record.stats[0][first].size:.1%} of its size, {record.names[last]} to "
        f"{record.stats[-1][last].size / record.stats[0][last].size:.1%}.",
        "The weight decay is too high: times the learning rate, it is usually below 1e-4. Divide it by 100.",
        {"share": median(shares)},
    )


def _rebuilt_parameters(record: LoopRecord) -> Iterator[Finding]:
    """Find parameters that are built again in each step, at random or with the same seed."""
    numbers = record.matrices
    pairs = [record.stats[i] for i in _pairs(record)]
    if len(pairs) < 5 or not numbers:
        return
    jumps = [median((step[i].change or 0.0) / (step[i].size or math.inf) for step in pairs) for i in numbers]
    ways = [median(step[i].away / (step[i].size or math.inf) for step in pairs) for i in numbers]
    angles = [abs(median(step[i].along or 0.0 for step in pairs)) for i in numbers]
    growth = max(max(one.size for one in record.of(i)) / (record.stats[0][i].size or math.inf) for i in numbers)
    advice = "Build the model before the loop, not in it."
    if all(1.2 < one < 1.6 for one in (*jumps, *ways)) and max(angles) < UPHILL and growth < 1.5:
        yield Finding(
            "rebuilt parameters",
            "error",
            ", ".join(record.names[i] for i in numbers),
            f"The weights are drawn again in every step: {record.names[numbers[0]]} differs from that of the step "
            f"before by {jumps[0]:.0%} of its size, as random numbers do, and not along its gradient.",
            advice,
            {"change": jumps[0]},
        )
        return
    later = [i for i in _pairs(record) if i >= 3]
    changes, distances = (
        [_norm(record.stats[i], "change") for i in later],
        [_norm(record.stats[i], "away") for i in later],
    )
    if len(later) < 5 or not all(changes) or has_fallen(record.losses):
        return
    shares = [away / change for away, change in zip(distances, changes, strict=True)]
    opposed = median(_turns(record.stats, later)) < OPPOSED
    descends = median(step[i].along or 0.0 for step in pairs for i in numbers) < -DOWNHILL
    if median(shares) < 1.3 and max(shares) < 3 and not (opposed or descends):
        yield Finding(
            "rebuilt parameters",
            "error",
            ", ".join(record.names[i] for i in numbers),
            f"The parameters do not get away from where they began: after {record.steps} steps their distance from "
            f"those of the first step is {distances[-1]:.2g}, and a single step goes {changes[-1]:.2g} far.",
            f"They start again from the same values in each step. {advice}",
            {"distance": distances[-1], "step": changes[-1]},
        )


def _one_wrong_sign(record: LoopRecord) -> Iterator[Finding]:
    """Find arrays that move along their gradient, while others move against it."""
    up, down = [], []
    for i in range(len(record.names)):
        angles = [one.along for one in record.of(i) if one.along]
        if len(angles) >= 6 and sum(one > UPHILL for one in angles) >= MOSTLY * len(angles):
            up.append(i)
        elif angles and median(angles) < -UPHILL:
            down.append(i)
    if up and down:
        names = ", ".join(record.names[i] for i in up)
        cosine = median(one.along or 0.0 for i in up for one in record.of(i) if one.along)
        other = median(one.along or 0.0 for i in down for one in record.of(i) if one.along)
        yield Finding(
            "wrong sign",
            "error",
            names,
            f"{names} move{'s' * (len(up) == 1)} up the gradient: the cosine of the angle between change and gradient "
            f"is {cosine:.2f}; that of the others is {other:.2f}, as they move down.",
            f"Subtract the step: {record.names[up[0]]} -= learning_rate * its gradient.",
            {"cosine": cosine},
        )


def _oscillation(record: LoopRecord) -> Iterator[Finding]:
    """Find steps that go to and fro across a valley of the loss, which no longer falls."""
    losses = record.losses
    later = [i for i in _pairs(record) if i >= len(record.stats) // 2]
    if len(later) < 3 or len(losses) < 20:
        return
    turn = median(_turns(record.stats, later))
    share = median(_norm(record.stats[i], "change") / (_norm(record.stats[i], "size") or math.inf) for i in later)
    quarter = len(losses) // 4
    if turn > OPPOSED or share < 1e-3 or fmean(losses[-quarter:]) < STUCK * fmean(losses[quarter : 2 * quarter]):
        return
    last = ", ".join(f"{one:.4g}" for one in losses[-4:])
    yield Finding(
        "learning rate",
        "warning",
        "update",
        f"The steps go to and fro: the cosine of the angle between a gradient and the next one is {turn:.2f}, and the "
        f"loss does not fall: {last} in the last steps.",
        f"The learning rate is too high, each step goes beyond the minimum: divide it by 3, and again.{record.summed}",
        {"cosine": turn, "share": share},
    )


def _rebuilt_optimizer(record: LoopRecord) -> Iterator[Finding]:
    """Find steps of one size in all entries, as the first step of Adam is, though gradients differ."""
    pairs = _pairs(record)
    angles = [[one.signed for one in record.stats[i] if one.signed and math.prod(one.shape) > 1] for i in pairs]
    if len(pairs) < 6 or not all(angles) or median(max(step) for step in angles) > -SAME:
        return
    if median(_turns(record.stats, pairs)) > SUMS:
        return  # with one gradient in all steps, Adam makes such steps
    yield Finding(
        "rebuilt optimizer",
        "info",
        "update",
        "All entries of a parameter move by the same amount in every step, whatever the size of the gradient.",
        "The first step of Adam and RMSprop is such a step: build the optimizer before the loop, not in it. (signSGD "
        "always makes such steps.)",
    )
