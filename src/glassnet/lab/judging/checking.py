"""Checking a learner's file against an exercise: run it, look at it, say what is wrong."""

from __future__ import annotations

from functools import cache

from glassnet.lab.course import exercise_in
from glassnet.lab.exercise import Exercise
from glassnet.lab.judging.diagnosis import BROKEN, FAILED, Judge, Result, Verdict
from glassnet.lab.judging.observing import Seen
from glassnet.lab.judging.running import Limits, Shown, run


def check(exercise: Exercise, source: str, shown_as: str, limits: Limits | None = None) -> Verdict:
    """Return the verdict on a learner's text. shown_as: what its file is called."""
    shown = run(exercise, source, shown_as, limits)
    judge = judge_of(exercise.folder)
    if shown.is_broken:
        return Verdict(exercise, BROKEN, trouble=shown.trouble)
    if shown.borrowed:
        names = ", ".join(shown.borrowed)
        trouble = f"{names} is the lab's own answer; write yours in its place"
        return Verdict(exercise, FAILED, none_right(judge), trouble=trouble)
    return judge.verdict(complete(shown), shown.trouble, shown.evidence)


def complete(shown: Shown) -> list[Seen]:
    """Return what was seen, with a word for what the run did not come to."""
    missing = Seen(error="Stopped", message="the run did not come to this")
    return [missing if one is None else one for one in shown.seen]


def none_right(judge: Judge) -> list[Result]:
    """Return the results of an answer of which nothing counts."""
    return [Result(case, False, right, Seen()) for case, right in zip(judge.exercise.cases, judge.right, strict=True)]


@cache
def judge_of(folder: str) -> Judge:
    """Return what is known about the exercise in a folder."""
    return Judge(exercise_in(folder))
