"""Checks of Exercise 17a: gn.Watch judges."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.diagnostics.watch import Watch
from glassnet.lab.exercise import Case, Exercise, Namespace
from glassnet.lab.formatting import format_number
from glassnet.lab.lesson import Lesson

LESSON = Lesson.of_folder(Path(__file__).parent.name)

LOOPS: dict[str, Callable[[Any], None]] = LESSON.run(LESSON.solution)["LOOPS"]
"""The loops of the lesson; the learner may have changed those in the answer."""

RULES = (
    *("not finite", "zero gradient", "one number", "unchanged parameters", "equal units"),
    *("first loss", "vanishing gradient", "dead units", "learning rate", "rising loss"),
)


OTHERS = {
    "A": ("zero gradient", ("not finite", "equal units", "first loss", "vanishing gradient", "rising loss")),
    "B": (
        "unchanged parameters",
        ("not finite", "one number", "equal units", "first loss", "dead units", "rising loss"),
    ),
    "C": ("equal units", ("not finite", "zero gradient", "unchanged parameters", "rising loss")),
    "D": (
        "rising loss",
        ("zero gradient", "one number", "unchanged parameters", "equal units", "vanishing gradient", "dead units"),
    ),
    "E": ("learning rate", ("not finite", "one number", "equal units", "first loss", "rising loss")),
}
"""For each loop: its illness, and rules without a known mistake of their own."""


@cache
def found_in(loop: str) -> list[str]:
    """Return the rules that gn.Watch finds in a loop."""
    watch = Watch(classes=10)
    LOOPS[loop](watch)
    return [finding.rule for finding in watch.findings()]


FOUND = "found by gn.Watch"


def judged(loop: str) -> Callable[[Namespace], dict[str, str] | None]:
    """Return a function that observes whether gn.Watch finds the rule that is named. It does not tell the right one."""

    def observe(names: Namespace) -> dict[str, str] | None:
        named = names.illness(loop)
        if named is None:
            return None
        rule = " ".join(named.lower().split()) if isinstance(named, str) else type(named).__name__
        if rule not in RULES:
            return {"your rule": f"{rule}, which is not in the table"}
        return {"your rule": FOUND if rule in found_in(loop) else f"{rule}, which gn.Watch does not find"}

    return observe


def evidence(loop: str) -> str:
    """Return the numbers of a loop that show its illness."""
    before: dict[str, Any] = {}
    losses, gradients, changes = [], [], []

    def look(p: dict[str, Any], g: dict[str, Any], loss: float) -> None:
        losses.append(loss)
        gradients.append(max(np.abs(one).max() for one in g.values()))
        if before:
            changes.append(max(np.abs(p[name] - before[name]).max() for name in p))
        before.update({name: array.copy() for name, array in p.items()})

    LOOPS[loop](look)
    columns = before["W1"]  # (64, 20), a column per unit
    equal = ", and all columns of W1 are equal" if np.allclose(columns, columns[:, :1]) else ""
    numbers = [format_number(one) for one in (losses[0], losses[-1], max(gradients), max(changes))]
    return (
        f"loop {loop}: the first loss is {numbers[0]}, the last {numbers[1]}; the largest gradient is {numbers[2]}, "
        f"the largest change in a step {numbers[3]}{equal}"
    )


def diagnostics(names: Namespace) -> list[str]:
    """Return the evidence about each loop that is named incorrectly."""
    return [evidence(loop) for loop in LOOPS if judged(loop)(names) != {"your rule": FOUND}]


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question with one number as its answer."""
    classes = int(rng.integers(3, 60))
    return (
        f"A network has learned nothing about {classes} classes. What should its first loss be, to two decimals?",
        float(np.log(classes)),
    )


EXERCISE = Exercise(
    defines=("illness",),
    cases=tuple(Case(f"loop {loop}", judged(loop), f'illness("{loop}"), judged by gn.Watch') for loop in LOOPS),
    quiz=quiz,
    variants={
        f"loop {loop}: another illness": [(f'"{loop}": "{right}"', f'"{loop}": "{rule}"') for rule in others]
        for loop, (right, others) in OTHERS.items()
    },
    diagnostics=diagnostics,
)
