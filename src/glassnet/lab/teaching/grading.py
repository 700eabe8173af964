"""Grading: submissions become points per exercise, with a reason for every point that is missing."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from glassnet.lab.exercise import Exercise
from glassnet.lab.judging.checking import verdict_on
from glassnet.lab.judging.diagnosis import BROKEN, TO_DO, Verdict
from glassnet.lab.judging.observations import words_of
from glassnet.lab.judging.running import Handed, Limits
from glassnet.lab.teaching.submissions import Submission


@dataclass(frozen=True)
class Grade:
    """What one submission is worth. verdicts: of every exercise, None where nothing was handed in."""

    submission: Submission
    exercises: Sequence[Exercise]
    verdicts: Sequence[Verdict | None]

    @property
    def points(self) -> list[int]:
        """The points of every exercise."""
        return [0 if verdict is None else verdict.points for verdict in self.verdicts]

    @property
    def total(self) -> int:
        """All points together."""
        return sum(self.points)

    @property
    def possible(self) -> int:
        """The most there could be."""
        return sum(exercise.points for exercise in self.exercises)


def grades_of(
    submissions: Iterable[Submission], exercises: Sequence[Exercise], limits: Limits | None = None, jobs: int = 1
) -> Iterator[Grade]:
    """Grade the submissions and give what each is worth, in order. jobs: so many at a time."""

    def graded(submission: Submission) -> Grade:
        return Grade(submission, exercises, [_verdict(submission, exercise, limits) for exercise in exercises])

    pool = ThreadPoolExecutor(jobs)
    try:
        yield from pool.map(graded, submissions)
    finally:
        pool.shutdown(cancel_futures=True)


def _verdict(submission: Submission, exercise: Exercise, limits: Limits | None) -> Verdict | None:
    file = submission.files.get(exercise.number)
    if file is None:
        return None
    if file.trouble:
        return Verdict(exercise, BROKEN, trouble=file.trouble)
    try:
        return verdict_on(exercise, Handed(file.text, file.name, submission.beside), limits)
    except Exception as error:  # whatever one submission does to the grader, the others are graded
        return Verdict(exercise, BROKEN, trouble=f"it could not be graded: {type(error).__name__}: {words_of(error)}")


def remark(verdict: Verdict | None) -> str:
    """Return what is the matter with an answer besides its points, in two words; "" for nothing."""
    if verdict is None:
        return "missing"
    if verdict.state in (BROKEN, TO_DO):
        return {BROKEN: "does not run", TO_DO: "not begun"}[verdict.state]
    if any(result.got.error == "Stopped" for result in verdict.results):
        return "stopped"
    return f"{len(verdict.unwritten)} not begun" if verdict.unwritten else ""


def mistakes_of(grades: Sequence[Grade]) -> list[tuple[Exercise, str, int]]:
    """Return which mistakes were named, and of how many learners; the most common first."""
    found: Counter[tuple[int, str]] = Counter()
    exercises = grades[0].exercises if grades else ()
    for grade in grades:
        for i, verdict in enumerate(grade.verdicts):
            found.update((i, wrong.name) for wrong in (verdict.named if verdict else ()))
    return [(exercises[i], name, count) for (i, name), count in found.most_common()]


def table(grades: Sequence[Grade], pages: dict[str, str] | None = None) -> str:
    """Return the grades as CSV: a row for each learner, a column for each exercise, the sum, and remarks.

    pages: the file names of the feedback pages, by the learner's name; a column of its own if there are any.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    exercises = grades[0].exercises if grades else ()
    columns = [f"exercise {one.number} ({one.points})" for one in exercises]
    writer.writerow(["name", *columns, "total", "possible", "remarks", *(["page"] if pages else [])])
    for grade in grades:
        pairs = zip(exercises, map(remark, grade.verdicts), strict=True)
        remarks = "; ".join(f"{exercise.number} {words}" for exercise, words in pairs if words)
        page = [pages[grade.submission.name]] if pages else []
        writer.writerow([_cell(grade.submission.name), *grade.points, grade.total, grade.possible, remarks, *page])
    return out.getvalue()


def _cell(text: str) -> str:
    """Return a name that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
