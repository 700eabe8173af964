"""The report of a portfolio of networks, and its summary in the terminal."""

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

import glassnet as gn
from glassnet.cli.main import run as glassnet
from glassnet.report.comparison import comparison_page
from glassnet.report.page import report_page
from glassnet.report.portfolio import contributions, described
from glassnet.report.terminal import results
from glassnet.runs.load import read_run
from glassnet.runs.run import Run, run_recipe
from glassnet.runs.save import write_run
from glassnet.tabular import qualities
from glassnet.tabular.settings import Setting

SMALL = (
    Setting(numeric="piecewise", hidden=(8,), dropout=0.25, epochs=3, cycles=2),
    Setting(numeric="periodic", scaling="quantile", hidden=(8, 9), dropout=0.0, epochs=3, cycles=2),
)
RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
Y = {"numbers": 1000 * X[:, 0] + X[:, 1], "classes": np.where(X[:, 0] > 0, "a", "b"), "two": 9 * X[:, :2]}


@pytest.fixture(autouse=True)
def small_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(qualities.QUALITIES, "quick", qualities.Quality(SMALL, folds=3))


def trained(y: Any, **changes: Any) -> Run:
    recipe = dataclasses.replace(gn.load_recipe("t.csv"), **{"quality": "quick"} | changes)
    return run_recipe(recipe, (X, y))


def text_of(page: str) -> str:
    """The text of a page, without elements, and with single spaces."""
    body = re.sub(r"<style>.*?</style>|<svg.*?</svg>", " ", page, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def printed(run: Run) -> str:
    """The results of a run in the terminal."""
    console = Console(width=100)
    with console.capture() as text:
        console.print(results("title", run.metrics))
    return text.get()


@pytest.mark.parametrize("y", Y.values(), ids=Y)
def test_the_report_has_the_contribution_of_each_setting(y: Any) -> None:
    run = trained(y)
    found, text = contributions(run.metrics), text_of(report_page(run))
    assert [one.networks for one in found] == [3, 3]
    assert sum(one.weight for one in found) == pytest.approx(1)
    for one in found:
        assert f"{one.number} {one.text} {one.weight:.0%}" in text
        assert len(one.best_epochs) == 3
    count = len(run.model.networks)
    assert f"An ensemble of {count} networks, quality quick, trained on 48 rows" in text
    assert f"{count} of 6 trained, on 3 folds" in text
    assert "Hidden layers" not in text
    assert "early stopping" not in text


def test_settings_in_words() -> None:
    settings = [dataclasses.asdict(one) for one in SMALL]
    first, second = described(settings, is_classification=True)
    assert first == "piecewise linear embedding, 8 mish, dropout 0.25, robust scaling"
    assert second == "periodic embedding, 8-9 mish, quantile scaling"
    slow = dataclasses.asdict(dataclasses.replace(SMALL[0], learning_rate=0.01, regression_rate=0.5, epochs=4))
    assert described([settings[0], slow], True)[1].endswith("dropout 0.25, learning rate 0.01, epochs 4")
    assert described([settings[0], slow], False)[1].endswith("dropout 0.25, learning rate 0.5, epochs 4")
    assert described([{"numeric": "new", "hidden": [], "extra": 1}], True) == ["new embedding, no hidden layer"]


@pytest.mark.parametrize("metric", ["rmse", "mae", "r2"])
def test_errors_are_in_the_units_of_the_target(metric: str) -> None:
    run = trained(Y["numbers"], eval_metric=metric)
    by_hand = {"rmse": run.metrics["valid_rmse"], "r2": 1 - run.metrics["valid_r2"]}
    if metric in by_hand:  # predictions of the run are clipped to the range of the target
        assert run.metrics["held_out_error"] == pytest.approx(by_hand[metric], rel=0.05)
    else:
        assert 50 < run.metrics["held_out_error"] < 5000


def test_the_metric_of_a_setting_is_not_its_distance_from_1() -> None:
    run = trained(Y["classes"], eval_metric="roc_auc")
    assert all(one.metric > 0.5 for one in contributions(run.metrics))
    assert "ROC AUC" in text_of(report_page(run))


def test_a_cut_run_says_so() -> None:
    run = trained(Y["numbers"], time_limit=1e-9)
    text = text_of(report_page(run))
    assert "Training reached its time limit after 1 of 3 folds; the ensemble was chosen from 1 network." in text
    assert "A network, quality quick, trained on" in text


@pytest.mark.parametrize(
    ("members", "rows"), [(1, "16 of 48 training rows (33%)"), (2, "32 of 48 training rows (67%)")]
)
@pytest.mark.parametrize("y", [Y["numbers"], Y["classes"]], ids=["numbers", "classes"])
def test_held_out_results_of_some_folds_are_not_called_cross_validation(y: Any, members: int, rows: str) -> None:
    run = trained(y, members=members)
    assert (run.metrics["folds"], run.metrics["planned_folds"]) == (members, 3)
    text, shown = text_of(report_page(run)), printed(run)
    assert f"Validation {rows}, in {members} of 3 folds" in text
    assert f"only {rows}, in {members} of 3 folds, were held out" in text
    assert f"{members} of {members} trained, on {members} of 3 folds" in text
    assert re.search(rf"held-out \({members} of 3 folds\) (accuracy|RMSE)", shown)
    for one in (text, shown):
        assert "cross-validation" not in one
        assert "CV" not in one


@pytest.mark.parametrize("members", [None, 3, 4])  # the fourth network is that of a setting without all its folds
def test_held_out_results_of_all_folds_are_called_cross_validation(members: int | None) -> None:
    run = trained(Y["numbers"], members=members)
    text, shown = text_of(report_page(run)), printed(run)
    assert "Validation 3-fold cross-validation" in text
    assert "trained, on 3 folds" in text
    assert "3-fold CV RMSE" in shown
    assert " of 3 folds" not in text + shown


def test_files_without_the_number_of_planned_folds_are_described(tmp_path: Path) -> None:
    """Earlier versions did not store it."""
    run = trained(Y["numbers"], members=1)
    del run.metrics["planned_folds"]
    write_run(run, tmp_path / "run")
    read, _ = read_run(tmp_path / "run")
    assert "Validation 16 of 48 training rows (33%), in 1 fold" in text_of(report_page(read))
    assert re.search(r"held-out\s+RMSE", printed(read))


def test_commands_on_a_portfolio(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "140")
    np.savetxt("t.csv", np.column_stack([X, Y["numbers"]]), "%.4f", ",", header="a,b,c,y", comments="")
    assert glassnet(["train", "t.csv", "--target", "y", "--quality", "quick"]) == 0
    out = capsys.readouterr().out
    assert "t: ensemble of " in out
    assert "networks, quality quick" in out
    assert "piecewise linear embedding, 8 mish, dropout 0.25, robust scaling" in out
    assert "held-out RMSE" in out
    assert "epochs (best" not in out
    for command in ("evaluate runs/t t.csv", "predict runs/t t.csv", "inspect runs/t --sample 3", "report runs/t"):
        assert glassnet(command.split()) == 0
        capsys.readouterr()
    assert glassnet(["inspect", "runs/t"]) == 0
    assert "periodic embedding, 8-9 mish, quantile scaling" in capsys.readouterr().out
    assert glassnet(["train", "t.csv", "--target", "y", "--hidden", "4", "--epochs", "2", "--out", "runs/one"]) == 0
    assert glassnet(["report", "runs/t", "runs/one"]) == 0
    assert "Wrote compare.html" in capsys.readouterr().out
    text = text_of(Path("compare.html").read_text())
    assert re.search(r"\d networks, quick", text)
    assert "Curves of an ensemble are those of its first network." in text


def test_a_saved_portfolio_has_the_same_report(tmp_path: Path) -> None:
    run = trained(Y["classes"])
    write_run(run, tmp_path / "run")
    read, _ = read_run(tmp_path / "run")
    page, same = (report_page(dataclasses.replace(one, parts={})) for one in (run, read))
    assert text_of(page) == text_of(same)
    other = trained(Y["classes"], seed=1)
    assert "1 of" not in text_of(comparison_page({"a": run, "b": other})).partition("Learning")[0]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"settings": 3}, "settings is not a list"),
        ({"folds": None}, "settings need folds"),
        ({"folds": "5"}, "folds is not a number"),
        ({"planned_folds": "5"}, "planned_folds is not a number"),
        ({"valid_rows": None}, "folds need train_rows and valid_rows"),
        ({"held_out_error": "small"}, "held_out_error is not a number"),
        ({"settings": [3]}, "settings have no best_epochs"),
        ({"settings": [{"best_epochs": [1], "networks": 1}]}, "settings need setting, weight, and error"),
        (
            {"settings": [{"best_epochs": [1], "setting": {}, "weight": 1, "error": 1, "networks": 2}]},
            "settings have 2 networks, but 1 best epochs",
        ),
    ],
)
def test_damaged_settings_raise(changes: dict[str, Any], message: str, tmp_path: Path) -> None:
    write_run(trained(Y["numbers"]), tmp_path / "run")
    path = tmp_path / "run" / "metrics.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    with pytest.raises(ValueError, match=f"is damaged: {message}"):
        read_run(tmp_path / "run")
