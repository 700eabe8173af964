"""Rules about a training loop, from statistics of its steps: what is wrong, what it means, and what to do."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, median

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.diagnostics.findings import Finding, by_severity
from glassnet.diagnostics.gradient_flow import between_layers
from glassnet.diagnostics.output_rules import OutputStats, diagnose_outputs

UPHILL = 0.3
"""A step whose angle to the gradient has a cosine above this goes the wrong way."""

ROUNDING = 1e-13
"""A gradient below this share of its parameter is zero."""

FEWEST_STEPS = 20
"""Rules about the course of training need at least this many steps."""

MOVES = 1e-9
"""A parameter that changes by more than this share of its size moves; by less, it is rounded."""

SOLVED = 1e-12
"""With a loss this small, gradients are zero because nothing is left to learn."""

LONG, NO_LESS, FALLEN = 100, 0.97, 0.9
"""After LONG steps, a loss should be below NO_LESS times that of knowing nothing. One below FALLEN times its beginning
has fallen."""

USUAL = 1e-3
"""A step usually changes weights by about this share of their size."""

FAR = 100
"""A share that differs by more than this factor is far off."""

AFTER, GROWN = 5, 10
"""Weights that all grow by more than this factor are driven away by large steps."""

DEAD = 0.5
"""A layer with more than this share of units without a gradient has lost capacity."""


@dataclass(frozen=True)
class ArrayStats:
    """Statistics of a parameter array in one step.

    shape: of the parameter. gradient_shape: of its gradient; None without one. size, gradient, change: root mean
    squares of the parameter, of the gradient, and of the change since the step before, None where that was not
    examined. is_finite: of the gradient. is_one_number: whether all numbers of the gradient are equal. zeros: which
    entries of the gradient of a vector are zero, (k,), else None. along: cosine of the angle between change and
    gradient, -1 for gradient descent.
    """

    shape: tuple[int, ...]
    gradient_shape: tuple[int, ...] | None
    size: float
    gradient: float
    change: float | None
    is_finite: bool
    is_one_number: bool
    zeros: AnyArray | None
    along: float | None = None


@dataclass(frozen=True)
class LoopRecord:
    """What was seen of a loop.

    steps: number of steps. losses: of all steps, or empty. names: of the parameters. stats: for each step that was
    examined, those of each parameter. equal: whether the units of a weight matrix were all the same in the end.
    classes: number of classes, or None. outputs: what was seen of outputs and targets, for steps that were examined.
    """

    steps: int
    losses: Sequence[float]
    names: Sequence[str]
    stats: Sequence[Sequence[ArrayStats]]
    equal: Sequence[bool]
    classes: int | None = None
    outputs: Sequence[OutputStats] = ()

    def of(self, number: int) -> list[ArrayStats]:
        """Return the statistics of a parameter in all steps."""
        return [step[number] for step in self.stats]

    @property
    def matrices(self) -> list[int]:
        """The numbers of the weight matrices, in order. A column after a matrix with that many rows is a bias."""
        shapes = [one.shape for one in self.stats[0]] if self.stats else []
        return [
            i
            for i, shape in enumerate(shapes)
            if len(shape) >= 2 and not (i and len(shapes[i - 1]) >= 2 and shape[-1] == 1 and shape[0] in shapes[i - 1])
        ]


def diagnose_loop(record: LoopRecord) -> list[Finding]:
    """Return the findings about a loop, most severe first.

    Rules that follow from another finding are silent: a loop whose loss is NaN has no second finding.
    """
    found = list(_not_finite(record))
    if found:
        return found
    code = list(diagnose_outputs(record.outputs))
    if any(one.severity == "error" for one in code):
        return code
    found = [*_wrong_shape(record), *_zero_gradient(record)]
    if not found:
        found += list(_equal_units(record)) or list(_one_number(record))
    found += _unchanged(record, {name for one in found for name in one.subject.split(", ")})
    if not found:
        steps = list(_wrong_sign(record)) or list(_step_size(record))
        found = [*_first_loss(record), *_between_layers(record), *steps]
        found += [] if steps else list(_dead_units(record))
        found += [] if found else list(_course(record))
        found += [] if found else code
    return by_severity(found)


def _named(record: LoopRecord, numbers: Sequence[int]) -> str:
    return ", ".join(record.names[i] for i in numbers)


def _not_finite(record: LoopRecord) -> Iterator[Finding]:
    losses = np.asarray(record.losses, float)
    bad = np.flatnonzero(~np.isfinite(losses))
    if bad.size:
        first = int(bad[0])
        before = losses[max(0, first - 10) : first]
        grew = before.size > 1 and (before[-1] > 3 * before[0] or before[-1] > 3 * losses[0])
        history = f" The step before, it was {before[-1]:.4g}." if before.size else ""
        yield Finding(
            "not finite",
            "error",
            "loss",
            f"The loss is {losses[first]:g} from step {first + 1} on.{history}",
            "It grew before: lower the learning rate, or clip the gradient."
            if grew
            else "Look for NaN in the data, log(0), 0 / 0, and exp of large numbers; subtract the largest logit first.",
            {"step": first + 1},
        )
        return
    for step in record.stats:
        names = [name for name, one in zip(record.names, step, strict=True) if not one.is_finite]
        if names:
            yield Finding(
                "not finite",
                "error",
                ", ".join(names),
                f"The gradient of {', '.join(names)} is NaN or infinite, though the loss is finite.",
                "Look for 0 / 0, √0, and log(0) in the backward pass, also in parts that are multiplied by 0.",
            )
            return


def _wrong_shape(record: LoopRecord) -> Iterator[Finding]:
    first = record.stats[0] if record.stats else ()
    wrong = [i for i, one in enumerate(first) if one.gradient_shape not in (None, one.shape)]
    if wrong:
        shapes = [f"{first[i].gradient_shape} for {record.names[i]} {first[i].shape}" for i in wrong]
        yield Finding(
            "shape of a gradient",
            "error",
            _named(record, wrong),
            f"Gradients have other shapes than their parameters: {', '.join(shapes)}. NumPy broadcasts the update "
            "without an error.",
            "Sum over the rows only: for a layer, dW = xᵀ dz and db = the sum of dz over the rows.",
        )


def _is_zero(one: ArrayStats) -> bool:
    """Return whether a gradient is zero, or no larger than the rounding errors of one that should be."""
    return one.gradient <= ROUNDING * max(one.size, ROUNDING)


def _zero_gradient(record: LoopRecord) -> Iterator[Finding]:
    if len(record.stats) < 3:
        return
    later = record.stats[len(record.stats) // 2 :]
    zero = [i for i in range(len(record.names)) if all(map(_is_zero, (step[i] for step in later)))]
    if not zero or (record.losses and abs(record.losses[-1]) <= SOLVED):
        return
    always = [i for i in zero if all(map(_is_zero, record.of(i)))]
    largest = max((one.gradient for step in record.stats for one in step), default=0.0)
    how = "exactly zero" if largest == 0 else f"zero, but for rounding errors of at most {largest:.0e},"
    moving = any(one.change and one.change > MOVES * one.size for step in record.stats for one in step)
    if len(always) == len(record.names) and moving:
        yield Finding(
            "zero gradient",
            "warning",
            _named(record, always),
            f"All gradients are zero in all {len(record.stats)} steps that were examined, but the parameters move.",
            "The watch is called after zero_grad: call it before, right after step.",
        )
    elif len(always) == len(record.names):
        yield Finding(
            "zero gradient",
            "error",
            _named(record, always),
            f"All gradients are {how} in all {len(record.stats)} steps that were examined.",
            "The backward pass does not depend on the loss: is δ summed to one number (the errors of softmax add up to "
            "0), multiplied by 0, or cut off from the parameters?",
        )
    elif always:
        yield Finding(
            "zero gradient",
            "error",
            _named(record, always),
            f"The gradient of {_named(record, always)} is zero in all {len(record.stats)} steps that were examined.",
            "It is never computed or cut off (a copy, a detached tensor), or all units of the layer are dead.",
        )
    else:
        yield Finding(
            "dead units",
            "error",
            _named(record, zero),
            f"The gradient of {_named(record, zero)} has become zero: all units of the layer are dead, their ReLU is 0 "
            "for every row.",
            "A step was too large: lower the learning rate.",
        )


def _one_number(record: LoopRecord) -> Iterator[Finding]:
    same = [
        i
        for i in range(len(record.names))
        if all(one.is_one_number for one in record.of(i)) and any(one.gradient for one in record.of(i))
    ]
    if same and len(record.stats) >= 3:
        yield Finding(
            "one number",
            "error",
            _named(record, same),
            f"All entries of the gradient of {_named(record, same)} are the same number, in every step.",
            "It was summed over too many axes: dz has one number per row and unit, db one per unit.",
        )


def _unchanged(record: LoopRecord, explained: set[str]) -> Iterator[Finding]:
    still = []
    for i, name in enumerate(record.names):
        changes = [one.change for one in record.of(i) if one.change is not None]
        if len(changes) >= 3 and not any(changes) and name not in explained:
            still.append(i)
    if still:
        several = "s" * (len(still) == 1)
        everything = (
            "No parameter changes"
            if len(still) == len(record.names)
            else f"{_named(record, still)} never change{several}"
        )
        yield Finding(
            "unchanged parameters",
            "error",
            _named(record, still),
            f"{everything}, though the gradient is not zero.",
            "The update acts on a copy, or is computed and not stored; the optimizer has other parameters; or the "
            "learning rate is 0, or far too low. Write W -= …, and do not build the parameters again in each step.",
        )


def _equal_units(record: LoopRecord) -> Iterator[Finding]:
    equal = [i for i, one in enumerate(record.equal) if one]
    if equal and record.steps >= FEWEST_STEPS:
        yield Finding(
            "equal units",
            "error",
            _named(record, equal),
            f"All units of {_named(record, equal)} have the same weights, also after {record.steps} steps.",
            "They start equal, so they get the same gradient and stay equal: draw the initial weights at random.",
        )


def is_too_large(loss: float, chance: float) -> bool:
    """Return whether a loss is far above that of knowing nothing: certain, and wrong."""
    return loss > chance + max(2.5, chance)


def _first_loss(record: LoopRecord) -> Iterator[Finding]:
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
        "The initial weights or the inputs are too large (scale them), or the loss is a sum, not a mean."
        if first > chance
        else "A cross entropy is not negative: is a sign wrong, or the logarithm missing?"
        if first < 0
        else "The loss is divided too often, or the inputs contain the labels.",
        {"loss": first, "chance": chance},
    )


def _between_layers(record: LoopRecord) -> Iterator[Finding]:
    if len(record.stats) >= 3:
        sizes = [(record.names[i], median(one.gradient for one in record.of(i))) for i in record.matrices]
        yield from between_layers([one for one in sizes if one[1]])


def _dead_units(record: LoopRecord) -> Iterator[Finding]:
    if len(record.stats) < 10 or record.steps < 5 * FEWEST_STEPS:
        return
    later = record.stats[len(record.stats) // 2 :]
    for i, name in enumerate(record.names):
        masks = [step[i].zeros for step in later]
        if any(mask is None for mask in masks) or not masks:
            continue
        dead = np.logical_and.reduce([mask for mask in masks if mask is not None])
        if dead.size > 1 and dead.mean() > DEAD and not dead.all():
            yield Finding(
                "dead units",
                "warning",
                name,
                f"{int(dead.sum())} of {dead.size} entries of {name} have no gradient in the last {len(later)} steps "
                "that were examined: their units are dead, the ReLU is 0 for every row.",
                "Lower the learning rate, or use leaky_relu or gelu.",
                {"dead": float(dead.sum()), "units": float(dead.size)},
            )


def _wrong_sign(record: LoopRecord) -> Iterator[Finding]:
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


def _step_size(record: LoopRecord) -> Iterator[Finding]:
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
            "The learning rate is too high: divide it by 10, and again. In PyTorch, is zero_grad called in every step?",
            {"growth": growth},
        )
        return
    if not shares:
        return
    low, high = min(shares, key=shares.__getitem__), max(shares, key=shares.__getitem__)
    if shares[high] > FAR * USUAL:
        yield Finding(
            "learning rate",
            "warning",
            record.names[high],
            f"Each step changes {record.names[high]} by {shares[high]:.0%} of its size; about 0.1% is usual.",
            "The learning rate is too high: divide it by 10, and again.",
            {"share": shares[high]},
        )
    elif shares[low] < USUAL / FAR and max(shares.values()) < USUAL / 10:
        yield Finding(
            "learning rate",
            "warning",
            record.names[low],
            f"Each step changes {record.names[low]} by {shares[low]:.1e} of its size; about 1e-3 is usual.",
            "The learning rate is too low: multiply it by 10, and again.",
            {"share": shares[low]},
        )


def has_fallen(losses: Sequence[float]) -> bool:
    """Return whether a loss is clearly smaller in the end than at first; False if it is not known."""
    part = max(5, len(losses) // 10)
    return len(losses) >= 2 * part and fmean(losses[-part:]) < FALLEN * min(losses[0], fmean(losses[:part]))


def _course(record: LoopRecord) -> Iterator[Finding]:
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
    elif record.classes is not None and len(losses) >= LONG and last > NO_LESS * math.log(record.classes):
        yield Finding(
            "flat loss",
            "warning",
            "loss",
            f"The loss is {last:.4g} after {len(losses)} steps; knowing nothing, it is ln {record.classes} = "
            f"{math.log(record.classes):.3g}.",
            "Do the labels belong to their rows? Is the learning rate or the weight decay too high?",
            {"first": first, "last": last},
        )
