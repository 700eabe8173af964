"""A page of feedback for each learner: every exercise, what was right, and the reason for every lost point."""

from __future__ import annotations

import re
from pathlib import Path

from glassnet.common.files import write_text
from glassnet.lab.learning.telling import told
from glassnet.lab.teaching.grading import Grade

TEMPLATE = Path(__file__).parent / "feedback.html"


def page(grade: Grade) -> str:
    """Return the page as HTML; whatever a submission holds is shown as text."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    rows = list(zip(grade.exercises, grade.verdicts, grade.points, strict=True))
    return template.render(grade=grade, rows=rows, told=lambda verdict: list(told(verdict, is_full=True)))


def write_page(folder: Path, grade: Grade) -> Path:
    """Write a learner's page into a folder and return where it is."""
    name = re.sub(r"[^\w.-]", "_", grade.submission.name)
    path = folder / f"{name}.html"
    write_text(path, page(grade))
    return path
