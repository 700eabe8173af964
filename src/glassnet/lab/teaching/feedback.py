"""Feedback pages: one for each learner, and an overview of the class."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from glassnet.common.files import write_text
from glassnet.lab.autograder.sources import replace_surrogates
from glassnet.lab.learning.feedback import feedback_lines
from glassnet.lab.teaching.grading import Grade, count_mistakes

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
    return _render("feedback.html", grade=grade, rows=list(zip(rows, lines, strict=True)))


def overview(grades: Sequence[Grade], pages: dict[str, str]) -> str:
    """Return the overview: points of all learners, and how many learners make each mistake."""
    return _render("overview.html", grades=grades, pages=pages, mistakes=count_mistakes(grades))


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
