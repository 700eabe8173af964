"""Grading: a folder of submissions becomes points per exercise, and a page for each learner that says why.

A submission is a folder with a file for each exercise (10_softmax.py, 10.ipynb, ...), or one file with all answers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from glassnet.lab.course import number_of
from glassnet.lab.exercise import Exercise
from glassnet.lab.judging.answers import source_of
from glassnet.lab.judging.checking import check
from glassnet.lab.judging.diagnosis import Verdict
from glassnet.lab.judging.running import Limits

SUFFIXES = (".py", ".ipynb")

MISSING = "missing"
"""What is said of an exercise for which nothing was handed in."""


@dataclass(frozen=True)
class Submission:
    """What somebody has handed in: a name, and the file for each exercise, by its number; "" for one file with all."""

    name: str
    files: dict[str, Path]

    def file_for(self, exercise: Exercise) -> Path | None:
        """Return the file in which the answer to an exercise has to stand."""
        return self.files.get(exercise.number, self.files.get(""))


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


def submissions_in(folder: Path) -> list[Submission]:
    """Return the submissions in a folder, by name; ValueError where there is none."""
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is no folder of submissions")
    found = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "_")):
            continue
        if path.is_dir():
            # Symbolic links may lead out of what was handed in.
            files = {number_of(one.name): one for one in sorted(path.rglob("*")) if _is_answer(one)}
            loose = [one for one in sorted(path.iterdir()) if _is_answer(one)]
            if "" in files and len(loose) > 1:
                del files[""]
            found.append(Submission(path.name, files))
        elif _is_answer(path):
            found.append(Submission(path.stem, {"": path}))
    if not found:
        raise ValueError(f"{folder} holds no submissions: a folder for each learner, or a .py or .ipynb file for each")
    return found


def _is_answer(path: Path) -> bool:
    is_old = re.search(r"\.before-reset-\d+$", path.stem)
    return path.suffix in SUFFIXES and path.is_file() and not path.is_symlink() and not is_old


def grades_of(
    submissions: Iterable[Submission], exercises: Sequence[Exercise], limits: Limits | None = None, jobs: int = 1
) -> Iterator[Grade]:
    """Grade the submissions and give what each is worth, in order. jobs: so many at a time."""

    def graded(submission: Submission) -> Grade:
        return Grade(submission, exercises, [_verdict(submission, exercise, limits) for exercise in exercises])

    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(graded, submissions)


def _verdict(submission: Submission, exercise: Exercise, limits: Limits | None) -> Verdict | None:
    path = submission.file_for(exercise)
    if path is None:
        return None
    try:
        source = source_of(path)
    except (ValueError, OSError) as error:
        return Verdict(exercise, "broken", trouble=str(error))
    return check(exercise, source, path.name, limits)


def table(grades: Sequence[Grade]) -> str:
    """Return the grades as CSV: a row for each learner, a column for each exercise, and the sum."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    exercises = grades[0].exercises
    writer.writerow(["name", *(f"exercise {one.number} ({one.points})" for one in exercises), "total", "possible"])
    for grade in grades:
        writer.writerow([_cell(grade.submission.name), *grade.points, grade.total, grade.possible])
    return out.getvalue()


def _cell(text: str) -> str:
    """Return a name that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
