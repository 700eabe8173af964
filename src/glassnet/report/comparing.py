"""Runs side by side: results with their intervals, curves over each other, and where the recipes differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common.specs import format_spec
from glassnet.maths.model_comparison import accuracy_difference, mcnemar_test, rmse_difference
from glassnet.report import charts
from glassnet.report.findings import Findings, rounded, rounded_share
from glassnet.report.page import filled
from glassnet.report.row_labels import are_same
from glassnet.report.svg import pen
from glassnet.report.terminal import PARTS, widths
from glassnet.runs.run import Run

MOST_RUNS = 6
"""So many colors can be told apart in one plot."""

CERTAIN = 0.05

CURVES = {
    "valid_loss": "Validation loss",
    "valid_accuracy": "Validation accuracy",
    "loss": "Training loss",
    "accuracy": "Training accuracy",
}


@dataclass(frozen=True)
class Named:
    """A run and what it is called beside others."""

    name: str
    findings: Findings

    @property
    def run(self) -> Run:
        """The run itself."""
        return self.findings.run


def comparison_page(runs: Mapping[str, Run], notes: Sequence[str] = ()) -> str:
    """Return a page that compares runs, by name; `notes` say what is missing, and why.

    Raises ValueError for fewer than two runs, or more than can be told apart.
    """
    if not 2 <= len(runs) <= MOST_RUNS:
        raise ValueError(f"2 to {MOST_RUNS} runs can be compared in one page, got {len(runs)}")
    named = [Named(name, Findings(run)) for name, run in runs.items()]
    same = _same_rows(named)
    with pen():
        return filled(
            "comparison.html",
            title=", ".join(runs),
            notes=[*notes, *_warnings(named, same)],
            results=_results(named),
            intervals=_intervals(named),
            paired=_paired(named) if same else None,
            curves=[
                chart
                for column, title in CURVES.items()
                if (chart := charts.overlaid([one.run.history for one in named], list(runs), column, title))
            ],
            curves_note=_losses_differ(named),
            recipes=_recipes(named),
            classes=_by_class(named),
        )


def _warnings(named: Sequence[Named], same: bool) -> Iterator[str]:
    sources = list(dict.fromkeys(one.run.recipe.source for one in named))
    if len(sources) > 1 and not same:
        yield f"The runs are of different data ({', '.join(sources)}), so their results say nothing about each other."
    elif not same and all(one.findings.rows_of_part is not None for one in named):
        yield (
            "The runs were measured on different rows, as seed, split or options differ: a part of the difference is "
            "which rows were drawn."
        )


def _same_rows(named: Sequence[Named]) -> bool:
    """Return whether all runs were measured on the very same rows in the same order."""
    first, *others = (one.findings.rows_of_part for one in named)
    return first is not None and all(part is not None and are_same(first, part) for part in others)


def _results(named: Sequence[Named]) -> dict[str, Any]:
    """Return a row per run: what it is, and how good it is."""
    rows = []
    for one in named:
        found, metrics = one.findings, one.findings.metrics
        interval, baseline = found.interval(), found.baseline
        show = (lambda x, found=found: rounded_share(x, found.rows)) if found.has_classes else rounded
        seconds = metrics.get("seconds")
        rows.append(
            (
                one.name,
                f"{PARTS[found.part]} {'accuracy' if found.has_classes else 'RMSE'}",
                show(found.value),
                "" if interval is None else f"{show(interval.low)} to {show(interval.high)}",
                "" if baseline is None else show(baseline),
                f"{found.rows:,}",
                "-".join(map(str, widths(one.run.model.networks[0]))),
                f"{sum(network.parameters.size for network in one.run.model.networks):,}",
                f"{one.run.history.best_epoch:,} of {len(one.run.history):,}",
                "" if seconds is None else f"{seconds:.2f}",
            )
        )
    head = ("run", "measured", "result", "95 % interval", "baseline", "rows", "network", "parameters", "epoch kept",
            "seconds")  # fmt: skip
    return {"caption": "What each run has reached", "head": head, "rows": rows}


def _intervals(named: Sequence[Named]) -> charts.Chart | None:
    """Return the results with their intervals on one axis, where they are of the same kind."""
    if len({one.findings.has_classes for one in named}) > 1:
        return None
    results = [(one.findings.value, one.findings.interval()) for one in named]
    return charts.intervals([one.name for one in named], results, named[0].findings.has_classes)


def _paired(named: Sequence[Named]) -> dict[str, Any]:
    """Return how each run differs from the first one on the rows that both were measured on."""
    first = named[0].findings
    rows: list[tuple[str, ...]] = []
    part = first.rows_of_part
    assert part is not None
    for one in named[1:]:
        found = one.findings
        if first.has_classes:
            difference, ends = accuracy_difference(found.is_right, first.is_right)
            test = mcnemar_test(found.is_right, first.is_right)
            verdict = "could be chance"
            if test.p < CERTAIN:
                verdict = "better" if difference > 0 else "worse"
            points = [f"{100 * value:+.2f}".replace("-", "−") for value in (difference, *ends)]
            alone = (f"{test.only_second:,}", f"{test.only_first:,}", rounded(test.p, 2))
            rows.append((one.name, points[0], f"{points[1]} to {points[2]}", *alone, verdict))
        else:
            difference, ends = rmse_difference(part.y, found.answers, first.answers)
            verdict = "could be chance"
            if ends.low > 0 or ends.high < 0:
                verdict = "worse" if difference > 0 else "better"
            rows.append((one.name, rounded(difference), f"{rounded(ends.low)} to {rounded(ends.high)}", verdict))
    if first.has_classes:
        head: tuple[str, ...] = ("run", "points more", "95 % interval", f"only {named[0].name} right",
                                 "only this right", "p", "verdict")  # fmt: skip
        how = "The intervals are Agresti and Min’s, p is that of McNemar’s exact test."
    else:
        head = ("run", "RMSE more", "95 % interval", "verdict")
        how = "The intervals are a bootstrap over the rows."
    text = f"All runs were measured on the same {len(part):,} rows, so they can be compared row by row. {how}"
    return {"text": text, "caption": f"Each run beside {named[0].name}", "head": head, "rows": rows}


def _losses_differ(named: Sequence[Named]) -> str:
    losses = {repr(one.run.recipe.loss) for one in named}
    return "The losses are not the same function, so only their shapes compare." if len(losses) > 1 else ""


def _recipes(named: Sequence[Named]) -> dict[str, Any]:
    """Return the words of the recipes in which they differ."""
    flat = [dict(_flattened(one.run.recipe.to_spec())) for one in named]
    keys = dict.fromkeys(key for words in flat for key in words if key != "name")
    rows = [
        (key, *(words.get(key, "–") for words in flat))
        for key in keys
        if len({words.get(key, "–") for words in flat}) > 1
    ]
    return {"caption": "Where the recipes differ", "head": ("word", *(one.name for one in named)), "rows": rows}


def _flattened(words: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in words.items():
        if isinstance(value, Mapping):
            yield from _flattened(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", format_spec(value)


def _by_class(named: Sequence[Named]) -> dict[str, Any] | None:
    """Return the F1 of every class in every run, the classes first that differ most; None unless all have the same."""
    reports = [one.findings.by_class for one in named]
    classes = named[0].findings.classes
    if not classes or any(one.findings.classes != classes for one in named):
        return None
    there = [report for report in reports if report is not None]
    if len(there) < len(named):
        return None
    scores = np.stack([report.f1 for report in there], axis=1)  # (classes, runs)
    order = np.argsort(-np.ptp(scores, axis=1), kind="stable")[: charts.MOST_BARS]
    rows = [
        (classes[i], *(rounded_share(float(score)) for score in scores[i]), f"{100 * np.ptp(scores[i]):.1f}")
        for i in order
    ]
    caption = "F1 of every class" if len(order) == len(classes) else f"F1 of the {len(order)} classes that differ most"
    head = ("class", *(one.name for one in named), "apart, in points")
    return {"caption": caption, "head": head, "rows": rows}
