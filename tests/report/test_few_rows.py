"""Runs with very few or constant rows: every metric, interval, and page comes without a warning, and holds no NaN."""

import json
import math
from io import StringIO
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from glassnet.cli.train import show_results
from glassnet.data.dataset import Dataset
from glassnet.report.comparison import comparison_page
from glassnet.report.page import report_page
from glassnet.runs.evaluate import compute_metrics
from helpers.reports import run_on

X = np.random.default_rng(0).standard_normal((40, 2))

FEW: dict[str, tuple[np.ndarray, str]] = {
    "2 rows of numbers": (X[:2, 0], "50/50"),
    "3 rows of numbers": (X[:3, 0], "34/33/33"),
    "6 rows of numbers": (X[:6, 0], "50/50"),
    "8 rows of numbers": (X[:8, 0], "50/50"),
    "a constant number": (np.full(12, 3.5), "60/20/20"),
    "one number among constants": (np.r_[np.full(11, 3.5), 9.0], "50/50"),
    "two numbers, one of them constant": (np.stack([X[:20, 0], np.ones(20)], axis=1), "50/50"),
    "2 rows of classes": (np.array(["a", "b"]), "50/50"),
    "3 rows of classes": (np.array(["a", "b", "a"]), "34/33/33"),
    "6 rows of classes": (np.array(list("abcabc")), "50/50"),
    "one class": (np.full(12, "a"), "60/20/20"),
    "one row of a class": (np.array(["a"] * 19 + ["b"]), "60/20/20"),
    "training rows only": (np.array(["a", "b"] * 6), "100/0"),
}


@pytest.mark.parametrize("name", FEW)
def test_few_rows_are_evaluated_and_reported(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    y, split = FEW[name]
    run = run_on(Dataset(X[: len(y)], y), split=split)
    evaluated = compute_metrics(run.model, {"all": Dataset(X[: len(y)], y)})
    for metrics in (run.metrics, evaluated):
        assert json.loads(json.dumps(metrics, allow_nan=False)) is not None
        for key, ends in metrics.items():
            if key.endswith("_interval") and ends is not None:
                _check_ends(metrics, key, ends)
    printed = Console(file=StringIO(), width=100)
    show_results(run, printed)
    assert "nan" not in printed.file.getvalue()  # type: ignore[attr-defined]
    for page in (report_page(run), comparison_page({"one": run, "other": run})):
        assert ">nan" not in page
        assert " nan" not in page


def _check_ends(metrics: dict[str, Any], key: str, ends: list[float]) -> None:
    assert len(ends) == 2
    assert all(map(math.isfinite, ends))
    value = metrics[key.removesuffix("_interval")]
    assert ends[0] - 1e-9 <= value <= ends[1] + 1e-9
