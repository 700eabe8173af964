"""report.html: the report of a run as one self-contained file without scripts or requests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from glassnet.data.splits import SETS
from glassnet.data.tables.unseen import silenced
from glassnet.report import portfolio, sections
from glassnet.report.diagnosis import findings_of
from glassnet.report.evaluation import Evaluation
from glassnet.report.svg import plot_style
from glassnet.report.terminal import MOST_FINDINGS
from glassnet.report.worst_predictions import worst_predictions
from glassnet.runs.run import Run

TEMPLATES = Path(__file__).parent / "templates"

OPTION = re.compile(r"--[a-z][a-z-]*( [\d.]+| f1\b| balanced\b| cost=[\d.]+)?")
"""A command-line option, which must not be broken at its hyphens."""

CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n\r"}
"""Control characters, which HTML does not allow, and a terminal that shows the file would obey: escaped."""

HEADINGS = {
    "settings": "Settings of the ensemble",
    "learning-curves": "Learning curves",
    "confusion": "Confusion matrix",
    "worst": "Misclassified rows",
    "per-class": "Per-class metrics",
    "predictions": "Predictions",
    "calibration": "Calibration",
    "importance": "Permutation importance",
    "internals": "Network internals",
    "parameters": "Parameters",
    "reproduce": "Reproduce",
}
"""Headings of the sections below the summary, by id; the section of the worst predictions may override its heading."""


def report_page(run: Run, notes: Sequence[str] = ()) -> str:
    """Return the report of a run as HTML; notes: sentences on missing content.

    Names of classes, columns, and files are escaped.
    """
    evaluation = Evaluation(run)
    networks = len(run.model.networks)
    with plot_style(), silenced():  # the run has reported its unseen values
        context: dict[str, Any] = {
            "title": run.recipe.name,
            "run_id": run.metrics.get("run_id"),
            "summary": sections.summary(run),
            "notes": list(notes),
            "evaluated": SETS[evaluation.part],
            "result": sections.result(evaluation),
            "findings": findings_of(evaluation)[:MOST_FINDINGS],
            "data_facts": sections.data_facts(evaluation),
            "model_facts": sections.model_facts(evaluation),
            "ensemble_note": f"Network 1 of the {networks} in the ensemble." if networks > 1 else "",
            "settings": portfolio.table_of(run),
            "curves": sections.learning_curves(run),
            "curves_note": sections.curves_note(run),
            "confusion": sections.confusion(evaluation),
            "pairs": sections.confused_pairs(evaluation),
            "worst": worst_predictions(evaluation),
            "per_class": sections.per_class(evaluation),
            "predictions": sections.numbers(evaluation),
            "calibration": sections.calibration(evaluation),
            "importance": sections.importance(evaluation),
            "weights": sections.first_weights(evaluation),
            "activations": sections.activation_charts(run),
            "parameters": sections.parameters(run),
            "recipe": run.recipe.toml(),
            "versions": list(run.metrics.get("versions", {}).items()),
        }
    content = {
        "settings": context["settings"],
        "learning-curves": context["curves"],
        "confusion": context["confusion"] or context["pairs"],
        "per-class": context["per_class"],
        "internals": context["weights"] or context["activations"],
        "reproduce": context["recipe"],
    } | {name: context[name] for name in ("worst", "predictions", "calibration", "importance", "parameters")}
    headings = HEADINGS | ({"worst": context["worst"]["title"]} if context["worst"] else {})
    contents = [(name, heading) for name, heading in headings.items() if content[name]]
    return render("run.html", headings=headings, contents=contents, **context)


def render(template: str, **context: Any) -> str:
    """Render a page of `templates/` with the common style sheet."""
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
    environment.filters["svg"] = Markup  # our own plots; everything else is escaped
    environment.filters["code_options"] = lambda text: Markup(OPTION.sub(r"<code>\g<0></code>", str(escape(text))))
    style = Markup((TEMPLATES / "style.css").read_text(encoding="utf-8"))
    context = {"run_id": None, "version": __version__, "style": style} | context
    page = environment.get_template(template).render(context)
    page = page.encode("utf-8", "replace").decode("utf-8")  # file names may contain lone surrogates
    return page.translate(CONTROL)
