"""Output of a run in the terminal, and the files in its folder."""

import csv
import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console, RenderableType

from glassnet.model import Model, load_model
from glassnet.network.embedding import Embedding
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.recipes.recipe import Recipe, read_recipe
from glassnet.report.page import report_page
from glassnet.report.terminal import confusion, headline, results
from glassnet.runs.run import Run, run_recipe
from glassnet.runs.save import check_folder, write_run


def shown(*things: RenderableType, width: int = 80, **options: Any) -> str:
    """The output of a terminal of this width, without colors."""
    console = Console(width=width, color_system=None, force_terminal=True, **options)
    with console.capture() as capture:
        console.print(*things)
    return capture.get()


# Tables

NUMBERS = {
    "train_accuracy": 0.98765,
    "valid_accuracy": 0.9512,
    "test_accuracy": 0.9433,
    "test_accuracy_interval": [0.92, 0.96],
    "majority_baseline": 0.1017,
    "parameters": 30010,
    "epochs": 40,
    "best_epoch": 31,
    "seconds": 1.234,
}


def rows(text: str) -> dict[str, str]:
    """The two columns of a table as pairs."""
    return {left.strip(): right.strip() for left, right in re.findall(r"│ (.+?) │ (.+?) │", text)}


def test_results_of_classification() -> None:
    assert rows(shown(results("digits", NUMBERS))) == {
        "train accuracy": "98.77%",
        "validation accuracy": "95.12%",
        "test accuracy": "94.33%",
        "95% interval": "92.00% to 96.00%",
        "baseline (most frequent class)": "10.17%",
        "parameters": "30,010",
        "epochs": "40 (best: 31)",
        "training time": "1.23 s",
    }
    assert rows(shown(results("digits", NUMBERS | {"best_epoch": 40})))["epochs"] == "40"


def test_results_of_regression_and_of_absent_parts() -> None:
    metrics = {"train_rmse": 52.0, "train_r2": 0.5525, "valid_rmse": None, "valid_r2": None, "test_rmse": 59.718}
    assert rows(
        shown(results("x", metrics | {"test_r2": -0.01, "baseline_rmse": 77.0, "majority_baseline": None}))
    ) == {
        "train RMSE": "52",
        "train R²": "0.5525",
        "test RMSE": "59.72",
        "test R²": "-0.0100",
        "baseline RMSE (mean)": "77",
    }


@pytest.mark.parametrize("metrics", [{}, {"mine": 3}, {"parameters": 5}, {"epochs": 5}, {"test_accuracy": None}])
def test_metrics_written_by_a_user_may_be_incomplete(metrics: dict[str, Any]) -> None:
    assert "mine alone" in shown(results("mine alone", metrics))


def test_the_confusion_matrix_has_true_classes_by_row() -> None:
    counts = np.array([[5, 0, 1], [0, 6, 0], [2, 0, 7]])
    text = shown(confusion(counts, ["cat", "dog", "owl"]))
    assert "Confusion matrix, test set (rows: true, columns: predicted)\n" in text.replace(" \n", "\n").rstrip(" ")
    lines = [line.split() for line in text.splitlines() if line.strip()]
    assert lines[1] == ["true", "cat", "dog", "owl"]
    assert lines[3:] == [
        ["cat", "5", "·", "1"],
        ["dog", "·", "6", "·"],
        ["owl", "2", "·", "7"],
        ["3", "of", "21", "rows", "misclassified"],
    ]


def test_correct_counts_are_green_and_the_largest_errors_bold() -> None:
    console = Console(width=80, force_terminal=True, color_system="standard")
    with console.capture() as capture:
        console.print(confusion(np.array([[5, 3], [1, 7]]), ["a", "b"]))
    text = capture.get()
    assert "\x1b[1;32m5" in text
    assert "\x1b[1;31m3" in text
    assert "\x1b[31m1" in text


@pytest.mark.parametrize("width", [10, 40, 60, 200])
def test_names_with_brackets_print_unchanged_at_any_width(width: int) -> None:
    names = ["[red]", "[/x]", "a" * 50]
    shown(confusion(np.eye(3, dtype=int), names), width=width)
    shown(results("[/x] on [bold]", NUMBERS), width=width)
    assert "[red]" in shown(confusion(np.eye(3, dtype=int), names), width=200)
    assert "[/x] on [bold]" in shown(results("[/x] on [bold]", NUMBERS))


# The run folder


@pytest.fixture(scope="module")
def run() -> Run:
    layers = [{"name": "dense", "units": 5}, "layernorm"]
    recipe = Recipe("[try] $1", "iris", layers=layers, optimizer={"name": "sgd", "learning_rate": 0.1}, epochs=3)
    return run_recipe(recipe)


def test_a_run_is_summarized_in_one_line(run: Run) -> None:
    assert headline(run.recipe, run.model) == "[try] $1: 4-5-3, sgd"
    table = Network(4, [Embedding([0], 9, 2), Dense(6), Dense(1)])
    assert headline(run.recipe, Model(None, table)) == "[try] $1: 4-5-6-1, sgd"


def test_the_run_folder_has_all_files_complete(run: Run, tmp_path: Path) -> None:
    folder = write_run(run, tmp_path / "a" / "b")
    (folder / "report.html").write_text(report_page(run), encoding="utf-8")
    assert sorted(path.name for path in folder.iterdir()) == [
        "activations.safetensors",
        "history.csv",
        "metrics.json",
        "model.safetensors",
        "recipe.toml",
        "report.html",
    ]
    assert read_recipe(folder / "recipe.toml") == run.recipe
    assert json.loads((folder / "metrics.json").read_text()) == run.metrics == load_model(folder).metrics
    with (folder / "history.csv").open() as file:
        lines = list(csv.DictReader(file))
    assert [int(line["epoch"]) for line in lines] == [1, 2, 3]
    assert [float(line["loss"]) for line in lines] == run.history.column("loss")
    assert [float(line["valid_accuracy"]) for line in lines] == run.history.column("valid_accuracy")
    test = run.parts["test"]
    np.testing.assert_array_equal(load_model(folder).predict(test.X), run.model.predict(test.X))


def test_an_unusable_output_folder_raises_before_training(tmp_path: Path) -> None:
    check_folder(tmp_path)
    check_folder(tmp_path / "new" / "er")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / "file" / "far" / "below"):
        with pytest.raises(ValueError, match=f"{folder} cannot be a run folder: {tmp_path / 'file'} is a file"):
            check_folder(folder)


def test_a_folder_without_write_permission_raises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)  # root may write anywhere
    with pytest.raises(PermissionError, match=f"no permission to write to {tmp_path}"):
        check_folder(tmp_path / "new")
