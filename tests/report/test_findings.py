"""Findings about data are in metrics.json, in the terminal, and in the report, with and without the data."""

import json
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from glassnet.cli.train import show_results
from glassnet.data.dataset import Dataset
from glassnet.data.tables.table import Table
from glassnet.report.page import report_page
from glassnet.runs.load import read_run
from glassnet.runs.run import Run
from glassnet.runs.save import write_run
from helpers.reports import Page, run_on, table

MESSAGE = "alive alone predicts the target (accuracy 100%, baseline 50%)."
QUESTION = "Is it known at prediction time? If not, leave it out: --drop alive."
DOUBT = "Significantly better than the baseline. It may rest on a leak: see the findings."


@pytest.fixture(scope="module")
def run() -> Run:
    y = np.arange(200) % 2
    columns = Table({"age": np.random.default_rng(0).standard_normal(200), "alive": np.array(["no", "yes"], object)[y]})
    return run_on(Dataset(columns, y, ("0", "1")), epochs=30)


def printed(run: Run) -> str:
    console = Console(file=StringIO(), width=72)
    show_results(run, console)
    return " ".join(console.file.getvalue().split())  # type: ignore[attr-defined]


def test_a_leak_is_named_wherever_a_result_is(run: Run, tmp_path: Path) -> None:
    (found,) = run.metrics["findings"]
    assert (found["rule"], found["subject"], found["numbers"]["accuracy"]) == ("leak", "alive", 1.0)
    assert f"Findings ! {MESSAGE} {QUESTION}" in printed(run)
    write_run(run, tmp_path)
    again, notes = read_run(tmp_path)  # the data were never in a file
    for page in (Page(report_page(run)), Page(report_page(again, notes))):
        assert f"{MESSAGE} {QUESTION}" in page.words
        assert DOUBT in page.words
        assert "no problems found" not in page.words


def test_without_findings_nothing_is_printed() -> None:
    run = run_on(table(n=4000), epochs=30)
    assert run.metrics["findings"] == []
    assert "Findings" not in printed(run)
    assert "leak" not in Page(report_page(run)).words


def test_many_findings_are_counted(run: Run) -> None:
    found = run.metrics["findings"][0]
    many = Run(
        run.recipe,
        run.model,
        run.histories,
        run.metrics | {"findings": [found | {"subject": str(i)} for i in range(50)]},
        run.parts,
    )
    assert printed(many).count(MESSAGE) == Page(report_page(many)).words.count(MESSAGE) == 8
    assert "more: glassnet doctor shows all" in printed(many)


@pytest.mark.parametrize("wrong", [3, [1], [{}], [{"rule": "leak", "numbers": {}}], {"rule": "leak"}])
def test_damaged_findings_are_reported(run: Run, tmp_path: Path, wrong: object) -> None:
    write_run(run, tmp_path)
    path = tmp_path / "metrics.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"findings": wrong}))
    with pytest.raises(ValueError, match=r"metrics\.json is damaged"):
        read_run(tmp_path)
