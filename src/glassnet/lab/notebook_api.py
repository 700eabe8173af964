"""Checks inside a notebook: what a learner may run, and what nbgrader and otter-grader run to give points.

from glassnet.lab.notebook_api import show, require

show("10", globals())                            # the whole verdict, in words
require("10", "two equal rows", globals())       # AssertionError with the reason, unless this case is right
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from glassnet.lab.course import find_exercise
from glassnet.lab.exercise import Case, Names
from glassnet.lab.judging.checking import judge_of
from glassnet.lab.judging.child import borrowed
from glassnet.lab.judging.diagnosis import Verdict
from glassnet.lab.judging.facts import facts
from glassnet.lab.judging.observations import Seen, Stopped, look, too_long
from glassnet.lab.learning.feedback import after_passing, next_step, plainly

SECONDS = 10.0
"""How long an answer may take, in the main thread of a system that has alarms; elsewhere the notebook's own limit."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Stop what runs in this block after so many seconds."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise Stopped(too_long(seconds))

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def seen_of(case: Case, names: dict[str, Any], seconds: float = SECONDS) -> Seen:
    """Return what a case shows of an answer whose names are in this process; it goes the way of a file's."""

    def observe(answer: Names) -> Any:
        with at_most(seconds):
            return case.observe(answer)

    return Seen.from_words(look(Case(case.about, observe), Names(names)).words())


def verdict_on(number: str, names: dict[str, Any]) -> Verdict:
    """Return the verdict on an answer; once it has taken its time, the other cases are not tried."""
    exercise, began = find_exercise(number), time.monotonic()
    seen = []
    for case in exercise.cases:
        left = SECONDS - (time.monotonic() - began)
        seen.append(seen_of(case, names, left) if left > 0 else Seen.not_run())
    return judge_of(exercise.folder).verdict(seen)


def show(number: str, names: dict[str, Any]) -> None:
    """Print what is right about an exercise's answer, what is not, and why; of what is right, why it works."""
    verdict = verdict_on(number, names)
    print(f"Exercise {number} · {verdict.exercise.title}\n{plainly(verdict)}\n\n{next_step(verdict, 'notebook')}")
    for heading, text in after_passing(verdict, verdict.exercise.library):
        print(f"\n{heading}: {text}")


def require(number: str, about: str, names: dict[str, Any]) -> None:
    """Raise AssertionError with the reason unless one case of an exercise is right. about: the case's own words."""
    exercise = find_exercise(number)
    if taken := borrowed(names, exercise.defines):
        raise AssertionError(f"{', '.join(taken)} is the lab's own answer")
    abouts = [case.about for case in exercise.cases]
    if about not in abouts:
        raise ValueError(f"exercise {number} has no case {about!r}; there are {', '.join(abouts)}")
    i, judge = abouts.index(about), judge_of(exercise.folder)
    seen = [Seen.not_run()] * len(abouts)
    seen[i] = seen_of(exercise.cases[i], names)
    # What is right without any work counts only beside a result, so all have to be looked at.
    verdict = verdict_on(number, names) if i in judge.effort.idle else judge.verdict(seen)
    result = verdict.results[i]
    if not result.is_right:
        reasons = "; ".join(facts(result.expected, result.got))
        raise AssertionError(f"{about}: not right. {result.case.text}: {reasons}")
    if not result.counts:
        raise AssertionError(f"{about}: counted only once there is a result that is right, too")
