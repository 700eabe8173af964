"""Grading: points of each submission for each exercise, with feedback."""

from __future__ import annotations

import csv
import io
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from glassnet.common.files import write_text
from glassnet.lab.autograder.checking import verdict_on
from glassnet.lab.autograder.diagnosis import BROKEN, NOT_STARTED, Verdict
from glassnet.lab.autograder.observations import exception_text
from glassnet.lab.autograder.running import CanceledError, Limits, RunRequest
from glassnet.lab.exercise import Exercise
from glassnet.lab.teaching.submissions import Submission

FORMULAS = (
    *"=+-@",
    "\N{FULLWIDTH EQUALS SIGN}",
    "\N{FULLWIDTH PLUS SIGN}",
    "\N{FULLWIDTH HYPHEN-MINUS}",
    "\N{FULLWIDTH COMMERCIAL AT}",
)
"""Beginnings of texts that spreadsheets interpret as formulas."""


@dataclass(frozen=True)
class Grade:
    """The grade of a submission. verdicts: one per exercise, None if the submission has no file for it."""

    submission: Submission
    exercises: Sequence[Exercise]
    verdicts: Sequence[Verdict | None]

    @property
    def points(self) -> list[int]:
        """Points earned in each exercise."""
        return [0 if verdict is None else verdict.points for verdict in self.verdicts]

    @property
    def total(self) -> int:
        """Points earned in total."""
        return sum(self.points)

    @property
    def possible(self) -> int:
        """Maximum number of points."""
        return sum(exercise.points for exercise in self.exercises)


def grade_submissions(
    submissions: Iterable[Submission], exercises: Sequence[Exercise], limits: Limits | None = None, jobs: int = 1
) -> Iterator[Grade]:
    """Yield the grades of submissions, in order. jobs: number of submissions graded in parallel."""

    is_stopped = threading.Event()

    def graded(submission: Submission) -> Grade:
        verdicts = [_verdict(submission, exercise, limits, lambda: not is_stopped.is_set()) for exercise in exercises]
        return Grade(submission, exercises, verdicts)

    pool = ThreadPoolExecutor(jobs)
    try:
        yield from pool.map(graded, submissions)
    finally:
        is_stopped.set()  # end the answers that are running
        pool.shutdown(cancel_futures=True)


def _verdict(
    submission: Submission, exercise: Exercise, limits: Limits | None, is_wanted: Callable[[], bool]
) -> Verdict | None:
    file = submission.files.get(exercise.number)
    if file is None:
        return None
    if file.problem:
        return Verdict(exercise, BROKEN, problem=file.problem)
    try:
        return verdict_on(exercise, RunRequest(file.text, file.name, submission.modules, is_wanted), limits)
    except CanceledError:
        raise
    except Exception as error:  # an error in one submission must not stop the others
        return Verdict(exercise, BROKEN, problem=f"grading failed: {type(error).__name__}: {exception_text(error)}")


def remark(verdict: Verdict | None) -> str:
    """Return a remark on an answer for the table, "" if there is none."""
    if verdict is None:
        return "missing"
    if verdict.state in (BROKEN, NOT_STARTED):
        return {BROKEN: "does not run", NOT_STARTED: "not started"}[verdict.state]
    if any(result.got.error == "Stopped" for result in verdict.results):
        return "stopped"
    return f"{len(verdict.unimplemented)} not started" if verdict.unimplemented else ""


def count_mistakes(grades: Sequence[Grade]) -> list[tuple[Exercise, str, int]]:
    """Return each mistake and the number of learners who make it, the most common first."""
    found: Counter[tuple[int, str]] = Counter()
    exercises = grades[0].exercises if grades else ()
    for grade in grades:
        for i, verdict in enumerate(grade.verdicts):
            found.update((i, mistake.name) for mistake in (verdict.mistakes if verdict else ()))
    return [(exercises[i], name, count) for (i, name), count in found.most_common()]


def to_csv(grades: Sequence[Grade], pages: dict[str, str] | None = None) -> str:
    """Return the grades as CSV: a row for each learner, with points by exercise, the total, and remarks.

    pages: file names of the feedback pages by learner; they make another column.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    exercises = grades[0].exercises if grades else ()
    columns = [f"exercise {one.number} ({one.points})" for one in exercises]
    writer.writerow(["name", *columns, "total", "possible", "remarks", *(["page"] if pages else [])])
    for grade in grades:
        pairs = zip(exercises, map(remark, grade.verdicts), strict=True)
        remarks = "; ".join(f"{exercise.number} {text}" for exercise, text in pairs if text)
        page = [pages[grade.submission.name]] if pages else []
        writer.writerow([_cell(grade.submission.name), *grade.points, grade.total, grade.possible, remarks, *page])
    return out.getvalue()


def write_csv(path: Path, grades: Sequence[Grade], pages: dict[str, str] | None = None) -> None:
    """Write the grades to a CSV file, atomically. The byte order mark makes Excel read UTF-8."""
    write_text(path, "\N{ZERO WIDTH NO-BREAK SPACE}" + to_csv(grades, pages))


def _cell(text: str) -> str:
    """Return a name that spreadsheets do not interpret as a formula, on one line.

    >>> _cell("Ada"), _cell("=1+1"), _cell("\\t=1+1")
    ('Ada', "'=1+1", "' =1+1")
    """
    text = re.sub(r"[\x00-\x1f\x7f]", " ", text)
    return f"'{text}" if text.lstrip().startswith(FORMULAS) else text
