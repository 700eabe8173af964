"""Checks inside a notebook, for learners, nbgrader, and otter-grader.

from glassnet.lab.notebook_api import show, require

show("10", globals())                            # print the feedback on an exercise
require("10", "two equal rows", globals())       # raise AssertionError with the reason unless this test passes
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from glassnet.lab.autograder.checking import checker_for
from glassnet.lab.autograder.child import reused
from glassnet.lab.autograder.diagnosis import Verdict
from glassnet.lab.autograder.observations import Observation, Stopped, run_case, timeout_message
from glassnet.lab.course import find_exercise
from glassnet.lab.exercise import Case, Namespace
from glassnet.lab.learning.feedback import after_passing, next_step, verdict_text

SECONDS = 10.0
"""Time limit of an answer, in the main thread of systems with SIGALRM; elsewhere the notebook's own limit applies."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Stop the block after this time."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise Stopped(timeout_message(seconds))

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def observe_case(case: Case, names: dict[str, Any], seconds: float = SECONDS) -> Observation:
    """Return the observation of a test case on an answer in this process, encoded as in a separate one."""

    def observe(answer: Namespace) -> Any:
        with at_most(seconds):
            return case.observe(answer)

    return Observation.from_json(run_case(Case(case.name, observe), Namespace(names)).to_json())


def verdict_on(number: str, names: dict[str, Any]) -> Verdict:
    """Return the verdict on an answer; after the time limit, remaining tests do not run."""
    exercise, began = find_exercise(number), time.monotonic()
    observations = []
    for case in exercise.cases:
        left = SECONDS - (time.monotonic() - began)
        observations.append(observe_case(case, names, left) if left > 0 else Observation.not_run())
    return checker_for(exercise.folder).verdict(observations)


def show(number: str, names: dict[str, Any]) -> None:
    """Print the feedback on an exercise, and its explanation once it passes."""
    verdict = verdict_on(number, names)
    print(f"Exercise {number} · {verdict.exercise.title}\n{verdict_text(verdict)}\n\n{next_step(verdict, 'notebook')}")
    for heading, text in after_passing(verdict, verdict.exercise.library):
        print(f"\n{heading}: {text}")


def require(number: str, test: str, names: dict[str, Any]) -> None:
    """Raise AssertionError with the reason unless a test of an exercise passes."""
    exercise = find_exercise(number)
    if copies := reused(names, exercise.defines):
        raise AssertionError(f"{', '.join(copies)} is the reference solution; write your own")
    tests = [case.name for case in exercise.cases]
    if test not in tests:
        raise ValueError(f"exercise {number} has no test {test!r}; tests: {', '.join(tests)}")
    i, checker = tests.index(test), checker_for(exercise.folder)
    observations = [Observation.not_run()] * len(tests)
    observations[i] = observe_case(exercise.cases[i], names)
    # A trivial test counts only together with others, so all have to run.
    verdict = verdict_on(number, names) if i in checker.credit.trivial else checker.verdict(observations)
    result = verdict.results[i]
    if not result.is_correct:
        reasons = "; ".join(result.facts)
        raise AssertionError(f"{test}: failed. {result.case.text}: {reasons}")
    if not result.is_credited:
        raise AssertionError(f"{test}: no points yet, since this test needs no computed result")
