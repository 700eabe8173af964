"""Pages of feedback: one for each learner, with the reason for every lost point, and one about the whole class."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from glassnet.common.files import write_text
from glassnet.lab.judging.sources import whole_characters
from glassnet.lab.learning.feedback import told
from glassnet.lab.teaching.grading import Grade, mistakes_of

FOLDER = Path(__file__).parent

OVERVIEW = "index.html"


def page_names(names: Iterable[str]) -> dict[str, str]:
    """Return the file name of each learner's page; no two are alike, also where a system takes A for a.

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
    """Return a learner's page as HTML; whatever a submission holds is shown as text."""
    rows = list(zip(grade.exercises, grade.verdicts, grade.points, strict=True))
    return _filled("feedback.html", grade=grade, rows=rows, told=lambda verdict: list(told(verdict, is_full=True)))


def overview(grades: Sequence[Grade], pages: dict[str, str]) -> str:
    """Return the page about all learners: points, and which mistakes are made by how many."""
    return _filled("overview.html", grades=grades, pages=pages, mistakes=mistakes_of(grades))


def write_page(folder: Path, grade: Grade, name: str) -> None:
    """Write a learner's page into a folder."""
    write_text(folder / name, page(grade))


def _filled(template: str, **words: Any) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(FOLDER)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return whole_characters(environment.get_template(template).render(**words))
