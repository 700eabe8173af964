"""Checks of Exercise 17a: gn.Watch judges."""

import difflib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.diagnostics.watch import Watch
from glassnet.lab.autograder.observations import OpaqueValue
from glassnet.lab.exercise import Case, Exercise, Namespace
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
    "C": ("equal units", ("not finite", "unchanged parameters", "rising loss")),
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


FOUND = "one that gn.Watch finds"

NOT_FOUND = ", which it does not find"

STEPS = 20
"""Steps at the start and at the end whose mean loss is shown."""


def judged(loop: str) -> Callable[[Namespace], dict[str, str] | None]:
    """Return a function that observes whether gn.Watch finds the rule that is named. It does not tell the right one."""

    def observe(names: Namespace) -> dict[str, str] | None:
        named = names.illness(loop)
        if named is None:
            return None
        if not isinstance(named, str):
            return {"your rule": f"{OpaqueValue(type(named).__name__)}; return the name of the rule as a string"}
        rule = " ".join(re.sub("[^a-z]", " ", named.lower()).split())
        if rule not in RULES:
            near = difflib.get_close_matches(rule, RULES, n=1)
            guess = f"; did you mean {near[0]}?" if near else ""
            return {"your rule": f"{' '.join(named.split())}, which is not in the table{guess}"}
        return {"your rule": FOUND if rule in found_in(loop) else f"{rule}{NOT_FOUND}"}

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
    # Single losses say little, since each is of another batch.
    first, last = np.mean(losses[:STEPS]), np.mean(losses[-STEPS:])
    return (
        f"loop {loop}: the loss is {losses[0]:.3g} in the first step, on average {first:.3g} in the first {STEPS} and "
        f"{last:.3g} in the last {STEPS}; the largest gradient is {max(gradients):.2g}, the largest change in a step "
        f"{max(changes):.2g}{equal}"
    )


def diagnostics(names: Namespace) -> list[str]:
    """Return the evidence about each loop for which another rule of the table is named."""
    verdicts = {loop: judged(loop)(names) or {} for loop in LOOPS}
    return [evidence(loop) for loop, verdict in verdicts.items() if verdict.get("your rule", "").endswith(NOT_FOUND)]


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
