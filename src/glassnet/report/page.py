"""report.html: everything worth knowing about a run in one file, which opens anywhere and loads nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from glassnet.common.files import write_text
from glassnet.report import charts, sections
from glassnet.report.advice import advise
from glassnet.report.findings import Findings
from glassnet.report.mistakes import mistakes
from glassnet.report.svg import pen
from glassnet.report.terminal import PARTS
from glassnet.runs.run import Run

TEMPLATES = Path(__file__).parent / "templates"

OPTION = re.compile(r"--[a-z][a-z-]*( [\d.]+)?")
"""An option of the command line, which is not to be broken at its hyphens."""

TITLES = {
    "training": "Training",
    "confusion": "What is taken for what",
    "mistakes": "Mistakes",
    "classes": "Class by class",
    "numbers": "Predictions",
    "reliability": "How sure it is",
    "importance": "What it looks at",
    "inside": "Inside the network",
    "parameters": "Parameters",
    "recipe": "Recipe and versions",
}


def write_report(run: Run, path: str | Path, notes: Sequence[str] = ()) -> None:
    """Write the report of a run to one HTML file; `notes` say what is missing, and why."""
    write_text(path, report_page(run, notes))


def report_page(run: Run, notes: Sequence[str] = ()) -> str:
    """Return the report of a run as HTML. Whatever names classes, columns and files have, they are shown as text."""
    findings = Findings(run)
    networks = len(run.model.networks)
    several = f"This is the first of {networks} networks; the answers are their mean." if networks > 1 else ""
    with pen():
        words = {
            "title": run.recipe.name,
            "lead": sections.lead(run),
            "notes": list(notes),
            "part": PARTS[findings.part],
            "result": sections.result(findings),
            "advice": advise(findings),
            "facts": sections.facts(findings),
            "several": several,
            "curves": charts.curves(run.history),
            "confusion": sections.confusion(findings),
            "pairs": sections.confused_pairs(findings),
            "mistakes": mistakes(findings),
            "per_class": sections.per_class(findings),
            "numbers": sections.numbers(findings),
            "reliability": sections.reliability(findings),
            "importance": sections.importance(findings),
            "weights": sections.first_weights(findings),
            "inside": sections.inside(run),
            "parameters": sections.parameters(run),
            "recipe": run.recipe.toml(),
            "versions": list(run.metrics.get("versions", {}).items()),
        }
    there = {
        "training": words["curves"],
        "confusion": words["confusion"] or words["pairs"],
        "classes": words["per_class"],
        "inside": words["weights"] or words["inside"],
    } | {name: words[name] for name in ("mistakes", "numbers", "reliability", "importance", "parameters", "recipe")}
    contents = [(name, title) for name, title in TITLES.items() if there[name]]
    return filled("run.html", contents=contents, **words)


def filled(template: str, **words: Any) -> str:
    """Return a page of `templates/`, with the style that all of them have."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup, escape

    from glassnet import __version__

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["drawing"] = Markup  # plots were made here; all else is text, and escaped
    environment.filters["with_options"] = lambda text: Markup(OPTION.sub(r"<code>\g<0></code>", str(escape(text))))
    style = Markup((TEMPLATES / "style.css").read_text(encoding="utf-8"))
    page = environment.get_template(template).render(version=__version__, style=style, **words)
    return page.encode("utf-8", "replace").decode("utf-8")  # a file name may hold half a character
