"""The folds of a run in words. Training that ended early has held out some of the planned folds only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def is_cut(metrics: Mapping[str, Any]) -> bool:
    """Return whether not all planned folds were held out; files of earlier versions know it of one fold only."""
    return bool(metrics["folds"] == 1 or metrics["folds"] < _planned(metrics))


def folds_text(metrics: Mapping[str, Any]) -> str:
    """Return the number of folds that were held out.

    >>> folds_text({"folds": 5, "planned_folds": 5}), folds_text({"folds": 2, "planned_folds": 5})
    ('5 folds', '2 of 5 folds')
    """
    planned = _planned(metrics)
    part = f"{metrics['folds']} of " if metrics["folds"] < planned else ""
    return f"{part}{planned} fold" + "s" * (planned != 1)


def held_out_name(metrics: Mapping[str, Any]) -> str:
    """Return the name of predictions for held-out rows.

    >>> held_out_name({"folds": 5}), held_out_name({"folds": 2, "planned_folds": 5}), held_out_name({"folds": 1})
    ('5-fold CV', 'held-out (2 of 5 folds)', 'held-out')
    """
    if not is_cut(metrics):
        return f"{metrics['folds']}-fold CV"
    return "held-out" if _planned(metrics) == 1 else f"held-out ({folds_text(metrics)})"


def held_out_rows(metrics: Mapping[str, Any]) -> str:
    """Return which of the training rows were held out.

    >>> held_out_rows({"valid_rows": 48, "train_rows": 120, "folds": 2, "planned_folds": 5})
    '48 of 120 training rows (40%), in 2 of 5 folds'
    """
    held, rows = metrics["valid_rows"], metrics["train_rows"]
    return f"{held:,} of {rows:,} training rows ({held / rows:.0%}), in {folds_text(metrics)}"


def _planned(metrics: Mapping[str, Any]) -> int:
    return int(max(metrics["folds"], metrics.get("planned_folds") or 0))
