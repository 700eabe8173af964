"""A model as HTML for notebooks: its task, columns, classes, networks, and main metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from glassnet.common import html
from glassnet.common.text import brief
from glassnet.data.splits import SETS
from glassnet.data.tables.encoder import TableEncoder
from glassnet.model.class_names import column_groups
from glassnet.network.network import Network

MOST_NAMES = 12
"""Maximum number of columns and classes that are listed."""

METRICS = {
    "accuracy": ("accuracy", "{:.2%}"),
    "balanced_accuracy": ("balanced accuracy", "{:.2%}"),
    "roc_auc": ("ROC AUC", "{:.4f}"),
    "log_loss": ("log loss", "{:.4f}"),
    "rmse": ("RMSE", "{:.4g}"),
    "mae": ("MAE", "{:.4g}"),
    "r2": ("R²", "{:.4f}"),
}
"""The main metrics by key, with their name and format."""

PARTS = ("test", "valid", "train", "all")
"""The parts of the data, in order of preference."""

BASELINES = {"accuracy": "majority_baseline"}
"""Keys of baselines; others are named baseline_METRIC."""


def listed(names: Sequence[Any]) -> str:
    """Return the first names of a list, and how many there are.

    >>> listed(["a", "b"]), listed(range(1000))[-20:]
    ('a, b', '10, 11, … (988 more)')
    """
    shown = ", ".join(brief(name, 60) for name in names[:MOST_NAMES])
    more = len(names) - MOST_NAMES
    return shown + (f", … ({more:,} more)" if more > 0 else "")


def metric_rows(metrics: Mapping[str, Any]) -> list[list[str]]:
    """Return the main metrics of the first part that has some: name, value, 95% interval, and baseline."""
    part = next((part for part in PARTS if any(f"{part}_{key}" in metrics for key in METRICS)), None)
    found = []
    for key, (name, form) in METRICS.items() if part is not None else ():
        value = metrics.get(f"{part}_{key}")
        if not isinstance(value, (int, float)):
            continue
        interval = metrics.get(f"{part}_{key}_interval")
        baseline = metrics.get(BASELINES.get(key, f"baseline_{key}"))
        ends = "" if interval is None else " to ".join(form.format(end) for end in interval)
        own = "" if baseline is None else form.format(baseline)
        found.append([f"{name}, {SETS[str(part)]}", form.format(value), ends, own])
    return found


def networks_html(networks: Sequence[Network]) -> str:
    """Return the tables of the networks, those with the same layers once."""
    groups: dict[str, list[int]] = {}
    for i, network in enumerate(networks):
        groups.setdefault(network.summary_html(), []).append(i)
    if len(networks) == 1:
        return html.heading("Network") + next(iter(groups))
    parts = [html.heading(f"Ensemble of {len(networks)} networks")]
    for table, own in groups.items():
        which = f"network {own[0]}" if len(own) == 1 else f"{len(own)} networks: {listed(own)}"
        size = f"{networks[own[0]].parameters.size:,} parameters" + " each" * (len(own) > 1)
        parts.append(html.details(which, table, size, is_open=len(groups) == 1))
    return "".join(parts)


def model_html(model: Any) -> str:
    """Return a Model as HTML."""
    parts = [html.table(_facts(model))]
    if model.columns is not None:
        cells = _columns(model.columns)
        parts.append(html.details(f"{len(cells)} columns of the table", html.table(cells, ("column", "values"))))
    try:
        rows = metric_rows(model.metrics or {})
    except (TypeError, ValueError):  # metrics of a user's own may have the same names
        rows = []
    if rows:
        parts.append(html.heading("Metrics"))
        parts.append(html.table(rows, ("", "value", "95% interval", "baseline"), numbers=[1, 2, 3]))
    task = "regression" if model.class_names is None else "classification"
    return html.page("Model", *parts, networks_html(model.networks), note=task)


def _facts(model: Any) -> list[tuple[str, str]]:
    """Return name and text of features, classes, and what else the predictions depend on."""
    names, groups = model.class_names, column_groups(model.network)
    listed_features = f": {listed(model.feature_names)}" if model.feature_names else ""
    facts = [("features", f"{model.features:,}{listed_features}")]
    if names is None:
        facts.append(("outputs", f"{model.network.outputs:,}"))
    elif groups:
        facts += [(f"classes of target {i}", f"{len(own)}: {listed(own)}") for i, own in enumerate(names)]
    else:
        facts.append(("classes", f"{len(names)}: {listed(names)}"))
    if model.threshold != 0.5:
        facts.append(("decision threshold", f"{model.threshold:.4g} for {names[model.positive_class]}"))
    if model.image_transform is not None:
        facts.append(("images", model.image_transform.description))
    return facts


def _columns(columns: TableEncoder) -> list[list[str]]:
    """Return the name of each column, and how it is encoded."""
    rows = []
    for i, one in enumerate(columns.all):
        if not one.width:
            kind = "constant in training, left out"
        elif one.levels is not None:
            known = [level for level in one.levels if level is not None]
            kind = f"{len(known)} categories: {listed(known)}"
        else:
            kind = f"date: {', '.join(one.date_parts)}" if one.date_parts else "numeric"
        rows.append([str(i) if one.name is None else one.name, kind])
    return rows
