"""Rules about a training loop, from statistics of its steps: what is wrong, what it means, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

import numpy as np

from glassnet.diagnostics.findings import Finding, by_severity
from glassnet.diagnostics.gradient_flow import between_layers
from glassnet.diagnostics.loop_record import ArrayStats, LoopRecord
from glassnet.diagnostics.output_rules import diagnose_outputs
from glassnet.diagnostics.step_rules import FEWEST_STEPS, course, first_loss, step_size, wrong_sign

ROUNDING = 1e-13
"""A gradient below this share of its parameter is zero."""

MOVES = 1e-9
"""A parameter that changes by more than this share of its size moves; by less, it is rounded."""

SOLVED = 1e-12
"""With a loss this small, gradients are zero because nothing is left to learn."""

DEAD = 0.5
"""A layer with more than this share of units without a gradient has lost capacity."""


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
        steps = list(wrong_sign(record)) or list(step_size(record))
        found = [*first_loss(record), *_between_layers(record), *steps]
        found += [] if steps else list(_dead_units(record))
        found += [] if found else list(course(record))
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
