"""Checking an answer: run it, observe it, and diagnose its mistakes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from glassnet.lab.autograder.diagnosis import BROKEN, FAILED, Checker, Verdict
from glassnet.lab.autograder.observations import Observation
from glassnet.lab.autograder.running import Limits, RunRequest, run
from glassnet.lab.course import exercise_in
from glassnet.lab.exercise import FULL, Exercise


def check(
    exercise: Exercise,
    source: str,
    filename: str,
    limits: Limits | None = None,
    modules: Mapping[str, str] | None = None,
) -> Verdict:
    """Return the verdict on a source text; for filename and modules see `RunRequest`."""
    return verdict_on(exercise, RunRequest(source, filename, modules or {}), limits)


def verdict_on(exercise: Exercise, request: RunRequest, limits: Limits | None = None) -> Verdict:
    """Return the verdict on an answer."""
    if not request.source.strip():
        return Verdict(exercise, BROKEN, problem=f"{request.filename} is empty")
    result = run(exercise, request, limits)
    if result.is_broken:
        return Verdict(exercise, BROKEN, problem=result.problem)
    if result.reused:
        problem = f"{', '.join(result.reused)} is the reference solution; write your own"
        return Verdict(exercise, FAILED, problem=problem)
    observations = [Observation.not_run() if one is None else one for one in result.observations]
    return checker_for(exercise.folder, exercise.level).verdict(
        observations, result.problem, result.diagnostics, result.unimplemented
    )


@cache
def checker_for(folder: str, level: str = FULL) -> Checker:
    """Return the checker of the exercise in a folder. level: see `Exercise`."""
    return Checker(exercise_in(folder).at_level(level))
