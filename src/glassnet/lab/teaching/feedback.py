"""Feedback pages: one for each learner, and an overview of the class."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glassnet.common.files import write_text
from glassnet.lab.autograder.diagnosis import NOT_STARTED
from glassnet.lab.autograder.sources import replace_surrogates
from glassnet.lab.exercise import Exercise
from glassnet.lab.learning.feedback import feedback_lines
from glassnet.lab.teaching.grading import Grade, count_mistakes
from glassnet.lab.teaching.listing import CodeLine, listing

FOLDER = Path(__file__).parent

OVERVIEW = "index.html"


def page_names(names: Iterable[str]) -> dict[str, str]:
    """Return the file name of each learner's page; names are unique, ignoring case.

    >>> page_names(["Ada B", "ada_b", "index"])
    {'Ada B': 'Ada_B.html', 'ada_b': 'ada_b-2.html', 'index': 'index-2.html'}
    """
    taken, found = {Path(OVERVIEW).stem}, {}
    for name in names:
        stem, count = re.sub(r"[^\w.-]", "_", name)[:100], 1
        while (one := stem if count == 1 else f"{stem}-{count}").casefold() in taken:
            count += 1
        taken.add(one.casefold())
        found[name] = f"{one}.html"
    return found


def page(grade: Grade) -> str:
    """Return a learner's page as HTML; texts of submissions are escaped."""
    rows = list(zip(grade.exercises, grade.verdicts, grade.points, strict=True))
    lines = [[] if verdict is None else list(feedback_lines(verdict, is_full=True)) for verdict in grade.verdicts]
    return _render("feedback.html", grade=grade, rows=list(zip(rows, lines, strict=True)), listings=_listings(grade))


def _listings(grade: Grade) -> dict[str, list[CodeLine] | str]:
    """Return the code for each exercise, by number; for a file that was shown before, the exercise that shows it."""
    found: dict[str, list[CodeLine] | str] = {}
    shown: dict[str, str] = {}
    for exercise, verdict in zip(grade.exercises, grade.verdicts, strict=True):
        if verdict is None or verdict.state == NOT_STARTED:
            continue
        file = grade.submission.files[exercise.number]
        found[exercise.number] = shown.get(file.name) or listing(file.text, verdict)
        shown.setdefault(file.name, f"Exercise {exercise.number}")
    return found


@dataclass(frozen=True)
class ExerciseSummary:
    """An exercise in the overview.

    Parameters
    ----------
    exercise : Exercise
        The exercise.
    submitted, passed : int
        Number of learners who submitted an answer, and who earned all points.
    mean : float
        Mean points of all learners.
    mistakes : list of (str, int)
        Known mistakes and the number of learners who make them, the most common first.
    """

    exercise: Exercise
    submitted: int
    passed: int
    mean: float
    mistakes: list[tuple[str, int]]


def summaries(grades: Sequence[Grade]) -> list[ExerciseSummary]:
    """Return a summary of each exercise."""
    found, counts = [], count_mistakes(grades)
    for i, exercise in enumerate(grades[0].exercises if grades else ()):
        points = [grade.points[i] for grade in grades]
        submitted = sum(grade.verdicts[i] is not None for grade in grades)
        passed = sum(one == exercise.points for one in points)
        mistakes = [(name, count) for one, name, count in counts if one.number == exercise.number]
        found.append(ExerciseSummary(exercise, submitted, passed, sum(points) / len(points), mistakes))
    return found


def overview(grades: Sequence[Grade], pages: dict[str, str]) -> str:
    """Return the overview of a class: totals, a summary of each exercise, and a heat map of all points."""
    mean = sum(grade.total for grade in grades) / len(grades)
    return _render("overview.html", grades=grades, pages=pages, exercises=summaries(grades), mean=mean)


def write_page(folder: Path, grade: Grade, name: str) -> None:
    """Write a learner's page into a folder."""
    write_text(folder / name, page(grade))


def _render(template: str, **values: Any) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(FOLDER)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return replace_surrogates(environment.get_template(template).render(**values))
