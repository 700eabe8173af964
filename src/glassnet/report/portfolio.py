"""The portfolio of a run: the settings of its networks in words, and what each setting contributes to the ensemble."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from glassnet.common.numbers import rounded
from glassnet.report.folds import folds_text, held_out_rows, is_cut
from glassnet.runs.load import check_settings
from glassnet.runs.run import Run
from glassnet.training.history import History

METRICS = {
    "log_loss": "log loss",
    "roc_auc": "ROC AUC",
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "brier_score": "Brier score",
    "rmse": "RMSE",
    "mae": "MAE",
    "r2": "R²",
}
"""Names of the metrics that weights are chosen by."""

FROM_1 = ("roc_auc", "accuracy", "balanced_accuracy", "r2")
"""Metrics whose error is their distance from 1."""

EMBEDDINGS = {"piecewise": "piecewise linear embedding", "periodic": "periodic embedding", "none": "no embedding"}
SCALINGS = {"robust_scale": "robust scaling", "quantile": "quantile scaling"}
IN_WORDS = ("numeric", "bins", "hidden", "activation", "regression_activation", "dropout", "scaling")
"""Entries of a setting that `described` has words for."""


@dataclass(frozen=True)
class Contribution:
    """What the networks of a setting contribute.

    number: of the setting, from 1. text: the setting in words. weight: share in the average, 0 if unused. metric: the
    metric on the held-out rows. networks: number of networks, one per fold. best_epochs: of each network. on_all_rows:
    number of further networks, which were trained on all rows.
    """

    number: int
    text: str
    weight: float
    metric: float
    networks: int
    best_epochs: Sequence[int]
    on_all_rows: int = 0

    @property
    def total(self) -> int:
        """The number of all its networks."""
        return self.networks + self.on_all_rows

    @property
    def counts(self) -> str:
        """The number of networks in words, those on all rows apart: "5 + 3"."""
        return f"{self.networks} + {self.on_all_rows}" if self.on_all_rows else f"{self.networks}"

    @property
    def epochs(self) -> str:
        """The range of the best epochs."""
        low, high = min(self.best_epochs), max(self.best_epochs)
        return f"{low}" if low == high else f"{low}–{high}"

    def curves(self, histories: Sequence[History], name: str) -> list[tuple[list[float], int]]:
        """Return a column of each history, without those that do not have it, and the best epochs."""
        found = []
        for history, best in zip(histories, self.best_epochs, strict=True):
            values = [value for value in history.column(name) if value is not None]
            if values and len(values) == len(history):
                found.append((values, min(max(best, 1), len(values))))
        return found


def contributions(metrics: Mapping[str, Any]) -> list[Contribution]:
    """Return the contribution of each setting of a portfolio; empty for the metrics of other runs.

    Raises ValueError if entries of a file are invalid.
    """
    found = metrics.get("settings") or []
    check_settings(found)
    texts = described([one["setting"] for one in found], metrics.get("classes") is not None)
    return [
        Contribution(
            i,
            text,
            one["weight"],
            metric_of(metrics, one["error"]),
            one["networks"],
            one["best_epochs"],
            one.get("on_all_rows", 0),
        )
        for i, (one, text) in enumerate(zip(found, texts, strict=True), start=1)
    ]


def described(settings: Sequence[Mapping[str, Any]], is_classification: bool) -> list[str]:
    """Return each setting in words: embedding, hidden layers, dropout, and other entries in which settings differ.

    >>> one = {"numeric": "periodic", "hidden": [64, 64], "activation": "mish", "dropout": 0.1, "sigma": 0.1}
    >>> described([one, one | {"sigma": 0.5}], is_classification=True)[1]
    'periodic embedding, 64-64 mish, dropout 0.1, sigma 0.5'
    """
    other = "regression_rate" if is_classification else "learning_rate"
    keys = dict.fromkeys(key for setting in settings for key in setting)
    differing = [key for key in keys if len({repr(setting.get(key)) for setting in settings}) > 1]
    texts = []
    for setting in settings:
        units, numeric, scaling = setting.get("hidden") or (), str(setting.get("numeric")), str(setting.get("scaling"))
        layers = "-".join(map(str, units if isinstance(units, (list, tuple)) else [units])) or "no hidden layer"
        activation = None if is_classification else setting.get("regression_activation")
        bins = " (bins of a tree)" if numeric == "piecewise" and setting.get("bins") == "tree" else ""
        parts = [EMBEDDINGS.get(numeric, f"{numeric} embedding") + bins]
        parts.append(f"{layers} {activation or setting.get('activation', '')}".strip())
        parts += [f"dropout {setting.get('dropout')}"] * bool(setting.get("dropout"))
        if "scaling" in differing:
            parts.append(SCALINGS.get(scaling, f"{scaling} scaling"))
        unused = (other,) if numeric == "periodic" else (other, "sigma")
        for key in differing:
            if key not in IN_WORDS + unused:
                name = "learning rate" if key == "regression_rate" else key.replace("_", " ")
                parts.append(f"{name} {setting.get(key)}")
        texts.append(", ".join(parts))
    return texts


def metric_name(metrics: Mapping[str, Any]) -> str:
    """Return the name of the metric that the weights were chosen by."""
    name = str(metrics.get("eval_metric", "error"))
    return METRICS.get(name, name)


def metric_of(metrics: Mapping[str, Any], error: float) -> float:
    """Return the value of the metric from its error."""
    return 1 - error if metrics.get("eval_metric") in FROM_1 else error


def ensemble_metric(metrics: Mapping[str, Any]) -> str:
    """Return the metric of the ensemble on the held-out rows; empty if it is unknown."""
    error = metrics.get("held_out_error")
    return "" if error is None else rounded(metric_of(metrics, error), 4)


def histories_by_setting(run: Run) -> list[tuple[Contribution, Sequence[History]]]:
    """Return the settings that have a weight, with the histories of their networks."""
    used = [one for one in contributions(run.metrics) if one.weight]
    ends = list(accumulate(one.networks for one in used))
    return [
        (one, run.histories[end - one.networks : end])
        for one, end in zip(used, ends, strict=True)
        if end <= len(run.histories)
    ]


def table_of(run: Run) -> dict[str, Any] | None:
    """Return the contributions as a table of the report; None for other runs."""
    found = contributions(run.metrics)
    if not found:
        return None
    name, is_several = metric_name(run.metrics), len(found) > 1
    is_scaled = run.model.networks[0].outputs > 1 and run.metrics.get("eval_metric") in ("rmse", "mae")
    unit = ", in standard deviations of the targets" * is_scaled
    text = (
        f"Each setting has one network per fold of the training set ({folds_text(run.metrics)}), trained without the "
        "rows of that fold. "
    )
    if is_several:
        text += (
            "The prediction is the weighted mean of the networks; greedy selection chose the weights with the best "
            f"{name} on held-out rows{unit}."
        )
    else:
        text += f"The prediction is the mean of the networks; {name} is measured on held-out rows{unit}."
    if any(one.on_all_rows for one in found):
        text += (
            " A setting whose loss is much larger on held-out rows than on training rows gains from more rows: half of "
            "its weight is that of further networks (+), trained on all rows. Errors and curves are those of the folds."
        )
    if any(not one.weight for one in found):
        text += " Settings with weight 0 do not improve it; their networks were discarded."
    if is_cut(run.metrics):
        text += f" Training ended before the other folds: only {held_out_rows(run.metrics)}, were held out."
    rows = [
        {
            "number": one.number,
            "text": one.text,
            "weight": f"{one.weight:.0%}",
            "share": f"{one.weight:.3f}",
            "metric": rounded(one.metric, 4),
            "networks": one.counts,
            "epochs": one.epochs,
        }
        for one in found
    ]
    total = sum(one.total for one in found if one.weight)
    ensemble = ensemble_metric(run.metrics) if is_several else ""
    return {"text": text, "metric": name, "rows": rows, "ensemble": ensemble, "networks": total}


def terminal_table(metrics: Mapping[str, Any]) -> RenderableType | None:
    """Return the contributions as a table of the terminal; None for the metrics of other runs."""
    found = contributions(metrics)
    if not found:
        return None
    table = Table(box=box.ROUNDED)
    table.add_column("setting", overflow="fold")
    for heading in ("weight", f"held-out {metric_name(metrics)}", "networks", "best epochs"):
        table.add_column(heading, justify="right")
    for one in found:
        style = "" if one.weight else "dim"
        cells = (one.text, f"{one.weight:.0%}", rounded(one.metric, 4), one.counts, one.epochs)
        table.add_row(*(Text(cell, style) for cell in cells))
    if len(found) > 1 and (ensemble := ensemble_metric(metrics)):
        used = sum(one.total for one in found if one.weight)
        table.add_section()
        table.add_row("ensemble", "", Text(ensemble, "bold"), f"{used}", "")
    return Group(Text("\nSettings of the ensemble", "bold"), table)
