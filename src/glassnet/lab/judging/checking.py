"""Checking a learner's file against an exercise: run it, look at it, say what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from glassnet.lab.course import exercise_in
from glassnet.lab.exercise import Exercise
from glassnet.lab.judging.diagnosis import BROKEN, FAILED, Judge, Verdict
from glassnet.lab.judging.observations import Seen
from glassnet.lab.judging.running import Handed, Limits, run


def check(
    exercise: Exercise,
    source: str,
    shown_as: str,
    limits: Limits | None = None,
    beside: Mapping[str, str] | None = None,
) -> Verdict:
    """Return the verdict on a learner's text. shown_as: what its file is called. beside: see Handed."""
    return verdict_on(exercise, Handed(source, shown_as, beside or {}), limits)


def verdict_on(exercise: Exercise, handed: Handed, limits: Limits | None = None) -> Verdict:
    """Return the verdict on what a learner has handed in."""
    if not handed.source.strip():
        return Verdict(exercise, BROKEN, trouble=f"{handed.shown_as} is empty")
    shown = run(exercise, handed, limits)
    if shown.is_broken:
        return Verdict(exercise, BROKEN, trouble=shown.trouble)
    if shown.borrowed:
        trouble = f"{', '.join(shown.borrowed)} is the lab's own answer; write yours in its place"
        return Verdict(exercise, FAILED, trouble=trouble)
    seen = [Seen.not_run() if one is None else one for one in shown.seen]
    return judge_of(exercise.folder).verdict(seen, shown.trouble, shown.evidence, shown.unwritten)


@cache
def judge_of(folder: str) -> Judge:
    """Return what is known about the exercise in a folder."""
    return Judge(exercise_in(folder))
