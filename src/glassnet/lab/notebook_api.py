"""Checks inside a notebook, for learners, nbgrader, and otter-grader.

from glassnet.lab.notebook_api import finale, progress, require, show

show("10", globals())                            # show the feedback on an exercise, and its figure once it passes
progress()                                       # check all notebooks in this folder
finale()                                         # train a network with the functions of all notebooks in this folder
require("10", "two equal rows", globals())       # raise AssertionError with the reason unless this test passes
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from glassnet.common import html
from glassnet.lab.autograder.checking import checker_for
from glassnet.lab.autograder.child import exception_line, reused
from glassnet.lab.autograder.diagnosis import PASSED, Verdict
from glassnet.lab.autograder.observations import Observation, Stopped, run_case, timeout_message
from glassnet.lab.course import course, find_exercise
from glassnet.lab.drawing.notebook import show_html, show_live
from glassnet.lab.drawing.panels import Figure
from glassnet.lab.drawing.sources import drawer, has_figure
from glassnet.lab.exercise import Case, Exercise, Namespace
from glassnet.lab.learning.feedback import after_passing, first_reason, next_step, verdict_text
from glassnet.lab.learning.html import progress_html, verdict_html
from glassnet.lab.learning.workspace import Workspace

SECONDS = 10.0
"""Time limit of an answer, in the main thread of systems with SIGALRM; elsewhere the notebook's own limit applies."""

GRADING = "NBGRADER_EXECUTION"
"""Environment variable that nbgrader sets while it grades or validates, when nobody looks at figures."""


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
    lines = diagnostics_of(exercise, names, SECONDS - (time.monotonic() - began))
    return checker_for(exercise.folder).verdict(observations, diagnostics=lines)


def diagnostics_of(exercise: Exercise, names: dict[str, Any], seconds: float) -> list[str]:
    """Return the exercise's additional lines of feedback; none if the answer raises or is stopped."""
    if exercise.diagnostics is None or seconds <= 0:
        return []
    try:
        with at_most(seconds):
            return exercise.diagnostics(Namespace(names))
    except KeyboardInterrupt:
        raise
    except BaseException:  # an answer may raise anything
        return []


def show(number: str, names: dict[str, Any]) -> None:
    """Show the feedback on an exercise, and its explanation and figure once it passes."""
    verdict = verdict_on(number, names)
    title, step = f"Exercise {number} · {verdict.exercise.title}", next_step(verdict, "notebook")
    further = [f"\n{heading}: {text}" for heading, text in after_passing(verdict, verdict.exercise.library)]
    show_html(verdict_html(verdict), "\n".join([title, verdict_text(verdict), "", step, *further]))
    if verdict.state == PASSED and has_figure(verdict.exercise) and GRADING not in os.environ:
        show_live(frames(verdict.exercise, names))


def frames(exercise: Exercise, names: dict[str, Any]) -> Iterator[Figure | str]:
    """Yield the figures of an answer in this process; a string at the end is why there are no more.

    The time limit is for the answer only, not for the display between two figures.
    """
    stream, left = drawer(exercise)(Namespace(names)), SECONDS
    while True:
        began = time.monotonic()
        try:
            with at_most(left):
                one = next(stream, None)
        except KeyboardInterrupt:
            raise
        except Stopped:
            yield timeout_message(SECONDS)
            return
        except BaseException as error:  # an answer may raise anything
            yield exception_line(error)
            return
        left -= time.monotonic() - began
        if one is None:
            return
        yield one
        if left <= 0:
            yield timeout_message(SECONDS)
            return


def progress(folder: str | Path = ".") -> None:
    """Check the notebooks and scripts in a folder as they were saved, and show points and reasons."""
    from glassnet.lab.learning.files import check_files

    workspace = Workspace.of_files(Path(folder))
    verdicts = list(check_files(workspace, [one for one in course() if workspace.file_of(one) is not None]))
    lines = [
        f"{one.exercise.number:>3}  {one.exercise.title}: {one.points} of {one.exercise.points}  {first_reason(one)}"
        for one in verdicts
    ]
    show_html(progress_html(verdicts), "\n".join(line.rstrip() for line in lines))


def finale(folder: str | Path = ".", epochs: int = 100, seed: int = 0) -> None:
    """Train a network with the functions of all notebooks in a folder, live, and save the model and three figures."""
    from glassnet.lab.finale import check_used, run_finale, save_results

    workspace = Workspace.of_files(Path(folder))
    for one in check_used(workspace):
        print(f"{one.key} no longer passes; using the reference solution")
    results = run_finale(workspace, epochs, seed, show_live)
    paths = save_results(results, workspace.folder)
    rows, notes = results.rows(), results.notes(paths)
    plain = "\n".join([*notes[:1], *(f"{name}: {value}" for name, value in rows), *notes[1:]])
    parts = [html.paragraph(notes[0]), html.table(rows, numbers=[1]), *map(html.paragraph, notes[1:])]
    show_html(html.page("The finale", *parts), plain)
    show_live([results.picture])


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
