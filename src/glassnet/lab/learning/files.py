"""Checks of a learner's files, which record what has passed."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from glassnet.lab.autograder.checking import verdict_on
from glassnet.lab.autograder.diagnosis import BROKEN, PASSED, Verdict
from glassnet.lab.autograder.running import RunRequest
from glassnet.lab.exercise import FORMULA, FULL, Exercise
from glassnet.lab.learning.workspace import Workspace

MAX_JOBS = 4
"""Maximum number of files that are checked at a time."""


def check_file(workspace: Workspace, exercise: Exercise, is_wanted: Callable[[], bool] = lambda: True) -> Verdict:
    """Check a learner's file and record whether it passes. is_wanted: see `RunRequest`."""
    verdict = verdict_on_file(workspace, exercise, is_wanted)
    record_state(workspace, verdict)
    return verdict


def check_files(workspace: Workspace, exercises: Sequence[Exercise]) -> Iterator[Verdict]:
    """Check a learner's files, several at a time, and record which of them pass; yield the verdicts in order."""
    is_stopped = threading.Event()
    pool = ThreadPoolExecutor(min(MAX_JOBS, os.cpu_count() or 1))
    try:
        for verdict in pool.map(
            lambda one: verdict_on_file(workspace, one, lambda: not is_stopped.is_set()), exercises
        ):
            record_state(workspace, verdict)
            yield verdict
    finally:
        is_stopped.set()
        pool.shutdown(cancel_futures=True)


def verdict_on_file(workspace: Workspace, exercise: Exercise, is_wanted: Callable[[], bool]) -> Verdict:
    """Return the verdict on a learner's file. is_wanted: see `RunRequest`."""
    try:
        request = request_for(workspace, exercise, is_wanted)
    except ValueError as error:  # the file cannot be read
        return Verdict(exercise, BROKEN, problem=str(error))
    return verdict_on(exercise, request)


def request_for(workspace: Workspace, exercise: Exercise, is_wanted: Callable[[], bool] = lambda: True) -> RunRequest:
    """Return the input of a run of a learner's file; FileNotFoundError if there is none."""
    source, path = workspace.source(exercise), workspace.file_of(exercise)
    return RunRequest(source, path.name if path else exercise.key, workspace.modules(), is_wanted)


def record_state(workspace: Workspace, verdict: Verdict) -> None:
    """Record whether an exercise passes, and at which level."""
    exercise, state = verdict.exercise, workspace.states.get(verdict.exercise.number, "")
    if verdict.state == PASSED:
        workspace.set_state(exercise, PASSED if exercise.level == FULL or state == PASSED else FORMULA)
    elif state == PASSED or (state == FORMULA and not verdict.is_formula_correct):
        workspace.set_state(exercise, "")
