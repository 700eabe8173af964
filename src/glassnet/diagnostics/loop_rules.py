"""Rules about a training loop, from statistics of its steps: what is wrong, what it means, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

import numpy as np

from glassnet.diagnostics.findings import Finding, by_severity
from glassnet.diagnostics.gradient_flow import between_layers
from glassnet.diagnostics.loop_record import ArrayStats, LoopRecord
from glassnet.diagnostics.output_rules import diagnose_outputs
from glassnet.diagnostics.step_rules import FEWEST_STEPS, course, first_loss, step_size, wrong_sign
from glassnet.diagnostics.update_rules import accumulated_gradient, diagnose_updates, weight_decay

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
    # A sum of gradients drives weights away until the loss is NaN; a weight decay, to 0, where gradients are 0.
    found = list(accumulated_gradient(record)) or list(_not_finite(record)) or list(weight_decay(record))
    if found:
        return found
    code = list(diagnose_outputs(record.outputs))
    if any(one.severity == "error" for one in code):
        return code
    found = [*_wrong_shape(record), *_zero_gradient(record)]
    if not found:
        found += list(_equal_units(record)) or list(_one_number(record))
    if not any(one.rule == "vanishing gradient" for one in found):
        found += _unchanged(record, {name for one in found for name in one.subject.split(", ")})
    if found and all(one.rule == "dead units" for one in found):
        found = list(first_loss(record)) + found
    elif not found:
        steps = list(wrong_sign(record)) or list(diagnose_updates(record)) or list(step_size(record))
        first = list(first_loss(record))
        # Steps over a sum are as much too large as the loss.
        steps = [one for one in steps if not (first and record.summed and one.rule == "learning rate")]
        found = [*first, *_between_layers(record), *steps]
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
        where = f" {record.failure.where}" if record.failure else ""
        yield Finding(
            "not finite",
            "error",
            "loss",
            f"The loss is {losses[first]:g} from step {first + 1} on.{history}{where}",
            "It grew before: lower the learning rate, or clip the gradient."
            if grew
            else record.failure.advice
            if record.failure
            else "Look for NaN in the data, log(0), 0 / 0, and exp of large numbers; subtract the largest logit first. "
            "With `outputs` and `targets`, the watch names the row and the operation.",
            {"step": first + 1},
        )
        return
    for number, step in zip(record.examined, record.stats, strict=True):
        names = [name for name, one in zip(record.names, step, strict=True) if not one.is_finite]
        if names:
            yield Finding(
                "not finite",
                "error",
                ", ".join(names),
                f"In step {number}, the gradient of {', '.join(names)} is NaN or infinite"
                f"{', though the loss is finite' * bool(record.losses)}.",
                "Look for 0 / 0, √0, and log(0) in the backward pass, also in parts that are multiplied by 0.",
                {"step": number},
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
    elif always and (vanished := _vanished(record, always)):
        yield vanished
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
            f"A step was too large: lower the learning rate.{record.summed}",
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
        seen = record.of(i)
        changes = [one.change for one in seen if one.change is not None]
        # Between steps that were examined, a parameter may have moved, as with accumulated gradients.
        moved = any(changes) or any(one.away for one in seen)
        if len(changes) >= 3 and not moved and name not in explained:
            still.append(i)
    rounded = _rounded(record, still)
    if rounded:
        yield _vanished(record, rounded) or _too_small(record, rounded)
        still = [i for i in still if i not in rounded]
    if still:
        several = "s" * (len(still) == 1)
        everything = (
            "No parameter changes"
            if len(still) == len(record.names)
            else f"{_named(record, still)} never change{several}"
        )
        largest = max(still, key=lambda i: record.stats[-1][i].size * record.spacing[i])
        limit, kind = record.stats[-1][largest].size * record.spacing[largest] / 2, TYPES.get(record.spacing[largest])
        rounding = f" (changes of {record.names[largest]} below {limit:.0e} are rounded to 0 in {kind})" if kind else ""
        yield Finding(
            "unchanged parameters",
            "error",
            _named(record, still),
            f"{everything}, though the gradient is not zero.",
            "The update acts on a copy, or is computed and not stored; the optimizer has other parameters; or the "
            f"learning rate is 0, or far too low{rounding}. Write W -= …, and do not build the parameters again in "
            "each step.",
        )


TYPES = {2.0**-7: "bfloat16", 2.0**-10: "float16", 2.0**-23: "float32", 2.0**-52: "float64"}
"""Data types, by the relative distance of neighboring numbers."""


def _rounded(record: LoopRecord, still: Sequence[int]) -> list[int]:
    """Return those of the unchanged parameters whose updates are smaller than their rounding errors.

    The learning rate is not known: it is estimated from parameters that move; else it is 1 at most.
    """
    moving = [(one.change, one.gradient) for step in record.stats for one in step if one.change and one.gradient]
    rate = median(change / gradient for change, gradient in moving) if moving else 1.0
    return [
        i
        for i in still
        if median(one.gradient for one in record.of(i)) * rate < record.spacing[i] * record.stats[-1][i].size
    ]


def _rounding(record: LoopRecord, numbers: Sequence[int]) -> str:
    """Return a sentence about parameters whose updates are rounded to nothing."""
    several, i = "s" * (len(numbers) == 1), numbers[0]
    size, kind = record.stats[-1][i].size, TYPES.get(record.spacing[i], "its type")
    return (
        f"{_named(record, numbers)} never change{several}, since the updates are rounded away: the gradient of "
        f"{record.names[i]} is about {median(one.gradient for one in record.of(i)):.1e}, and in {kind}, numbers of its "
        f"size, {size:.2g}, are {size * record.spacing[i]:.1e} apart."
    )


def _vanished(record: LoopRecord, numbers: Sequence[int]) -> Finding | None:
    """Return a finding that names parameters too far from the loss as the first whose gradient vanishes, or None."""
    found = next(_between_layers(record), None)
    if found is None or found.rule != "vanishing gradient" or min(numbers) >= record.matrices[1]:
        return None
    return replace(found, severity="error", message=f"{found.message} {_rounding(record, numbers)}")


def _too_small(record: LoopRecord, numbers: Sequence[int]) -> Finding:
    """Return a finding about updates that are rounded away in all layers alike."""
    return Finding(
        "learning rate",
        "error",
        _named(record, numbers),
        _rounding(record, numbers),
        "The learning rate is too low, or the gradient too small: multiply the rate by 100, and again. With numbers of "
        "16 bits, keep a copy of the parameters in float32, and update that.",
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
                f"Lower the learning rate, or use leaky_relu or gelu.{record.summed}",
                {"dead": float(dead.sum()), "units": float(dead.size)},
            )
