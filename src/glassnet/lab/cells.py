"""Checks inside a notebook: what a learner may run, and what nbgrader and otter-grader run to give points.

from glassnet.lab.cells import show, require

show("10", globals())                            # the whole verdict, in words
require("10", "two equal rows", globals())       # AssertionError with the reason, unless this case is right
"""

from __future__ import annotations

from typing import Any

from glassnet.lab.course import find_exercise
from glassnet.lab.exercise import Names
from glassnet.lab.judging.checking import judge_of
from glassnet.lab.judging.child import borrowed
from glassnet.lab.judging.diagnosis import Verdict
from glassnet.lab.judging.observing import Seen, look
from glassnet.lab.learning.telling import next_step, plainly


def verdict_on(number: str, names: dict[str, Any]) -> Verdict:
    """Return the verdict on an answer whose names are in this process; what is seen goes the way of a file's."""
    exercise = find_exercise(number)
    seen = [Seen.from_words(look(case, Names(names)).words()) for case in exercise.cases]
    return judge_of(exercise.folder).verdict(seen)


def show(number: str, names: dict[str, Any]) -> None:
    """Print what is right about an exercise's answer, what is not, and why."""
    verdict = verdict_on(number, names)
    print(f"Exercise {number} · {verdict.exercise.title}\n{plainly(verdict)}\n\n{next_step(verdict)}")


def require(number: str, about: str, names: dict[str, Any]) -> None:
    """Raise AssertionError with the reason unless one case of an exercise is right. about: the case's own words."""
    exercise = find_exercise(number)
    if taken := borrowed(names, exercise.defines):
        raise AssertionError(f"{', '.join(taken)} is the lab's own answer")
    verdict = verdict_on(number, names)
    for result in verdict.results:
        if result.case.about == about:
            if not result.is_right:
                raise AssertionError(f"{about}: not right.\n{plainly(verdict)}")
            return
    raise ValueError(
        f"exercise {number} has no case {about!r}; there are {', '.join(one.about for one in exercise.cases)}"
    )
