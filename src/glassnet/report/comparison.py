"""Comparison of several runs: results with intervals, paired tests, learning curves, and differing recipe keys."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common.arrays import IntArray
from glassnet.common.numbers import percent, rounded
from glassnet.common.specs import format_spec
from glassnet.maths.intervals import bootstrap
from glassnet.maths.model_comparison import accuracy_difference, mcnemar_test, rmse_difference
from glassnet.report import charts
from glassnet.report.evaluation import SCORE_NAMES, Evaluation
from glassnet.report.page import render
from glassnet.report.row_labels import matching_order
from glassnet.report.svg import plot_style
from glassnet.report.terminal import PARTS, widths
from glassnet.runs.run import Run

MOST_RUNS = 6
"""Maximum number of runs: that of distinguishable colors in one plot."""

SIGNIFICANCE = 0.05

CURVES = {
    "valid_loss": "Validation loss",
    "valid_accuracy": "Validation accuracy",
    "loss": "Training loss",
    "accuracy": "Training accuracy",
}


@dataclass(frozen=True)
class NamedRun:
    """A run with its name in the comparison."""

    name: str
    evaluation: Evaluation

    @property
    def run(self) -> Run:
        """The run."""
        return self.evaluation.run


def comparison_page(runs: Mapping[str, Run], notes: Sequence[str] = ()) -> str:
    """Return a page that compares runs, by name; notes: sentences on missing content.

    Raises ValueError for fewer than 2 or more than MOST_RUNS runs.
    """
    if not 2 <= len(runs) <= MOST_RUNS:
        raise ValueError(f"a comparison needs 2 to {MOST_RUNS} runs, got {len(runs)}")
    named = [NamedRun(name, Evaluation(run)) for name, run in runs.items()]
    orders = _orders(named)
    with plot_style():
        return render(
            "comparison.html",
            title=", ".join(runs),
            notes=[*notes, *_warnings(named, orders is not None)],
            results=_results(named),
            intervals=_intervals(named),
            scores=_scores(named),
            paired=None if orders is None else _paired(named, orders),
            paired_loss=None if orders is None else _paired_loss(named, orders),
            curves=[
                chart
                for column, title in CURVES.items()
                if (chart := charts.overlaid([one.run.history for one in named], list(runs), column, title))
            ],
            curves_note=_curves_note(named),
            recipes=_recipes(named),
            classes=_f1_per_class(named),
        )


def _warnings(named: Sequence[NamedRun], same: bool) -> Iterator[str]:
    sources = list(dict.fromkeys(one.run.recipe.source for one in named))
    if len(sources) > 1 and not same:
        yield f"The runs use different data ({', '.join(sources)}), so their results are not comparable."
    elif not same and all(one.evaluation.part_data is not None for one in named):
        yield "The runs were evaluated on different rows (seed, split, or data options), which adds to the differences."


def _orders(named: Sequence[NamedRun]) -> list[IntArray] | None:
    """Return the order of each run's rows in which they are those of the first run, (n,); None if the rows differ."""
    parts = [one.evaluation.part_data for one in named]
    first, orders = parts[0], list[IntArray]()
    for part in parts:
        order = None if first is None or part is None else matching_order(first, part)
        if order is None:
            return None
        orders.append(order)
    return orders


def _results(named: Sequence[NamedRun]) -> dict[str, Any]:
    """Return a row per run with its result and its network."""
    rows = []
    for one in named:
        found, metrics = one.evaluation, one.evaluation.metrics
        interval, baseline = found.interval(), found.baseline
        show = (lambda x, found=found: percent(x, found.rows)) if found.has_classes else rounded
        seconds = metrics.get("seconds")
        rows.append(
            (
                one.name,
                f"{PARTS[found.part]} {'accuracy' if found.has_classes else 'RMSE'}",
                show(found.value),
                "" if interval is None else f"{show(interval.low)} to {show(interval.high)}",
                "" if baseline is None else show(baseline),
                f"{found.rows:,}",
                _network(one.run),
                f"{sum(network.parameters.size for network in one.run.model.networks):,}",
                "" if one.run.recipe.quality else f"{one.run.history.best_epoch:,} of {len(one.run.history):,}",
                "" if seconds is None else f"{seconds:.2f}",
            )
        )
    head = ("run", "metric", "result", "95% interval", "baseline", "rows", "network", "parameters", "best epoch",
            "seconds")  # fmt: skip
    return {"caption": "Results of each run", "head": head, "rows": rows}


def _network(run: Run) -> str:
    """Return the number of networks with their layer widths, or with the quality of a portfolio."""
    count = len(run.model.networks)
    if run.recipe.quality is not None:
        return f"{count} network{'s' * (count > 1)}, {run.recipe.quality}"
    return f"{count} × " * (count > 1) + "-".join(map(str, widths(run.model.networks[0])))


def _intervals(named: Sequence[NamedRun]) -> charts.Chart | None:
    """Return the results with their intervals on one axis; None for a mix of classifiers and regressors."""
    if len({one.evaluation.has_classes for one in named}) > 1:
        return None
    results = [(one.evaluation.value, one.evaluation.interval()) for one in named]
    return charts.intervals([one.name for one in named], results, named[0].evaluation.has_classes)


def _paired(named: Sequence[NamedRun], orders: Sequence[IntArray]) -> dict[str, Any]:
    """Return the differences of each run from the first one on the same rows, with tests; orders: see `_orders`."""
    first = named[0].evaluation
    rows: list[tuple[str, ...]] = []
    part = first.part_data
    assert part is not None
    for one, order in zip(named[1:], orders[1:], strict=True):
        found = one.evaluation
        if first.has_classes:
            is_correct = found.is_correct[order]
            difference, ends = accuracy_difference(is_correct, first.is_correct)
            test = mcnemar_test(is_correct, first.is_correct)
            verdict = "not significant"
            if test.p < SIGNIFICANCE:
                verdict = "better" if difference > 0 else "worse"
            points = [f"{100 * value:+.2f}".replace("-", "−") for value in (difference, *ends)]
            alone = (f"{test.only_second:,}", f"{test.only_first:,}", rounded(test.p, 2))
            rows.append((one.name, points[0], f"{points[1]} to {points[2]}", *alone, verdict))
        else:
            difference, ends = rmse_difference(part.y, found.predictions[order], first.predictions)
            verdict = "not significant"
            if ends.low > 0 or ends.high < 0:
                verdict = "worse" if difference > 0 else "better"
            spread = "–" if math.isnan(ends.width) else f"{rounded(ends.low)} to {rounded(ends.high)}"
            rows.append((one.name, rounded(difference), spread, verdict))
    if first.has_classes:
        head: tuple[str, ...] = ("run", "difference", "95% interval", f"only {named[0].name} correct",
                                 "only this run correct", "p-value", "verdict")  # fmt: skip
        title = "McNemar test"
        text = "Differences in accuracy are in percentage points, with Agresti–Min intervals; p-values are exact."
    else:
        head = ("run", "RMSE difference", "95% interval", "verdict")
        title = "Paired comparison"
        text = "The intervals of the differences in RMSE are bootstrap intervals over the rows."
    text = f"All runs were evaluated on the same {len(part):,} rows, so they are compared row by row. {text}"
    return {"title": title, "text": text, "caption": f"Differences from {named[0].name}", "head": head, "rows": rows}


def _paired_loss(named: Sequence[NamedRun], orders: Sequence[IntArray]) -> dict[str, Any] | None:
    """Return the differences in log loss of each run from the first one on the same rows; None for regression."""
    first = named[0].evaluation
    if not all(one.evaluation.has_classes for one in named) or first.rows < 2:
        return None
    rows = []
    for one, order in zip(named[1:], orders[1:], strict=True):
        own = first.row_scores - one.evaluation.row_scores[order]  # (n,), by how much the loss of a row is higher
        low, high = bootstrap(lambda means: means[:, 0], own[:, None])
        verdict = "worse" if low > 0 else "better" if high < 0 else "not significant"
        rows.append((one.name, rounded(float(own.mean())), f"{rounded(low)} to {rounded(high)}", verdict))
    head = ("run", "difference", "95% interval", "verdict")
    return {"caption": f"Log loss: differences from {named[0].name}", "head": head, "rows": rows}


def _scores(named: Sequence[NamedRun]) -> dict[str, Any] | None:
    """Return the metrics of classes beside accuracy, a row per run; None unless all runs have the same."""
    found = [one.evaluation.scores for one in named]
    names = {tuple(name for name, _, _ in scores) for scores in found}
    if len(names) > 1 or not found[0]:
        return None
    rows = [(one.name, *(f"{value:.4f}" for _, value, _ in scores)) for one, scores in zip(named, found, strict=True)]
    note = ""
    if any(one.evaluation.judged_by[0] in SCORE_NAMES for one in named):
        note = "Accuracy says little about imbalanced classes, and where it was traded for recall."
    return {"caption": "Other metrics of each run", "head": ("run", *names.pop()), "rows": rows, "note": note}


def _curves_note(named: Sequence[NamedRun]) -> str:
    losses = {repr(one.run.recipe.loss) for one in named}
    notes = ["The runs use different loss functions, so loss values are not comparable."] * (len(losses) > 1)
    notes += ["Curves of an ensemble are those of its first network."] * any(
        len(one.run.model.networks) > 1 for one in named
    )
    return " ".join(notes)


def _recipes(named: Sequence[NamedRun]) -> dict[str, Any]:
    """Return the recipe keys in which the runs differ."""
    flat = [dict(_flattened(one.run.recipe.to_spec())) for one in named]
    keys = dict.fromkeys(key for entries in flat for key in entries if key != "name")
    rows = [
        (key, *(entries.get(key, "–") for entries in flat))
        for key in keys
        if len({entries.get(key, "–") for entries in flat}) > 1
    ]
    return {"caption": "Recipe keys that differ", "head": ("key", *(one.name for one in named)), "rows": rows}


def _flattened(entries: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in entries.items():
        if isinstance(value, Mapping):
            yield from _flattened(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", format_spec(value)


def _f1_per_class(named: Sequence[NamedRun]) -> dict[str, Any] | None:
    """Return the F1 of every class in every run, largest differences first; None unless the classes are the same."""
    reports = [one.evaluation.class_report for one in named]
    classes = named[0].evaluation.classes
    if not classes or any(one.evaluation.classes != classes for one in named):
        return None
    known = [report for report in reports if report is not None]
    if len(known) < len(named):
        return None
    scores = np.stack([report.f1 for report in known], axis=1)  # (classes, runs)
    order = np.argsort(-np.ptp(scores, axis=1), kind="stable")[: charts.MOST_BARS]
    rows = [
        (classes[i], *(percent(float(score)) for score in scores[i]), f"{100 * np.ptp(scores[i]):.1f}") for i in order
    ]
    caption = "F1 per class" if len(order) == len(classes) else f"The {len(order)} classes with the largest differences"
    head = ("class", *(one.name for one in named), "range (points)")
    return {"caption": caption, "head": head, "rows": rows}
