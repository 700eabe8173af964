"""Changed or imperfect data files: messages and reports about them are correct."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from glassnet.cli.main import run
from glassnet.data.dataset import Dataset
from glassnet.data.fingerprint import fingerprint
from glassnet.data.sources import load
from glassnet.recipes.recipe import Recipe
from glassnet.report.diagnosis import findings_of
from glassnet.report.evaluation import Evaluation
from glassnet.report.page import report_page
from glassnet.report.terminal import about_target
from glassnet.runs.run import run_recipe

pytestmark = pytest.mark.usefixtures("in_a_folder_of_its_own")

RNG = np.random.default_rng(3)
A, B = RNG.normal(size=(2, 120)).round(3)
ROWS = [["a", "b", "buys"], *([a, b, "yes" if a + b > 0 else "no"] for a, b in zip(A, B, strict=True))]


def write(path: str, rows: list[list[Any]]) -> None:
    with Path(path).open("w", newline="") as file:
        csv.writer(file).writerows(rows)


def evaluated(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[dict[str, Any], str]:
    assert run(["evaluate", *arguments, "--json"]) == 0
    reported = capsys.readouterr()
    return json.loads(reported.out), reported.err


@pytest.fixture
def bought() -> str:
    """A model of the column `buys`, trained on buys.csv."""
    write("buys.csv", ROWS)
    assert run(["train", "buys.csv", "--target", "buys", "--quiet", "--epochs", "30"]) == 0
    return "runs/buys"


class TestEvaluate:
    def test_evaluate_recognizes_the_training_file(self, bought: str, capsys: pytest.CaptureFixture[str]) -> None:
        measured, err = evaluated(capsys, bought, "buys.csv")
        assert (measured["train_rows"], measured["test_rows"], err) == (72, 24, "")
        kept = json.loads(Path(bought, "metrics.json").read_text())
        assert measured["test_accuracy"] == kept["test_accuracy"]

    @pytest.mark.parametrize(
        "change",
        [lambda rows: rows[::-1], lambda rows: [["3", "3", "yes"], *rows], lambda rows: rows[5:]],
        ids=["shuffled", "a row more", "rows less"],
    )
    def test_a_changed_file_is_evaluated_on_all_rows(
        self, bought: str, change: Any, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write("buys.csv", [ROWS[0], *change(ROWS[1:])])
        with pytest.warns(UserWarning, match=r"buys\.csv has changed since training"):
            measured, _ = evaluated(capsys, bought, "buys.csv")
        assert measured["all_rows"] == len(change(ROWS[1:]))
        assert "test_accuracy" not in measured
        with pytest.warns(UserWarning, match=r"buys\.csv has changed since training"):
            assert run(["inspect", bought, "--sample", "3"]) == 0

    def test_extra_columns_can_be_dropped_and_missing_value_markers_set(
        self, bought: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write("new.csv", [["b", "c", "a", "buys"], *(["0.5", "x", "1.5", "yes"] for _ in range(4))])
        assert run(["evaluate", bought, "new.csv"]) == 2
        assert "ignore it with --drop" in capsys.readouterr().err
        measured, _ = evaluated(capsys, bought, "new.csv", "--drop", "c")
        assert (measured["all_rows"], measured["all_accuracy"]) == (4, 1.0)

    def test_rows_without_a_known_label_are_skipped(self, bought: str, capsys: pytest.CaptureFixture[str]) -> None:
        write("new.csv", [*ROWS[:5], ["1", "1", ""], ["1", "1", "maybe"]])
        assert run(["evaluate", bought, "new.csv"]) == 2
        capsys.readouterr()
        with pytest.warns(
            UserWarning, match=r"skipped 2 rows of .*new\.csv with a missing or unknown target 'buys': 5, 6"
        ):
            measured, _ = evaluated(capsys, bought, "new.csv", "--skip-invalid")
        assert measured["all_rows"] == 4
        write("new.csv", [ROWS[0], ["1", "1", "maybe"]])
        assert run(["evaluate", bought, "new.csv", "--skip-invalid"]) == 2
        assert "column 'buys' has no value that the model can predict" in capsys.readouterr().err


class TestTraining:
    def test_a_run_with_another_target_does_not_overwrite_a_run(
        self, bought: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        before = Path(bought, "model.safetensors").read_bytes()
        assert run(["train", "buys.csv", "--target", "a", "--quiet", "--epochs", "2"]) == 2
        reported = (
            "runs/buys contains a run that predicts buys, which would be overwritten; choose another folder with --out"
        )
        assert reported in capsys.readouterr().err
        assert Path(bought, "model.safetensors").read_bytes() == before

    def test_rows_without_a_target_are_skipped(self, capsys: pytest.CaptureFixture[str]) -> None:
        write("buys.csv", [*ROWS, ["1", "1", ""]])
        command = ["train", "buys.csv", "--target", "buys", "--quiet", "--epochs", "2"]
        assert run(command) == 2
        assert "is missing in row 121; use --skip-invalid to skip such rows" in capsys.readouterr().err
        assert run([*command, "--skip-invalid"]) == 0
        assert "skipped 1 of 121 rows of buys.csv without a value in 'buys'" in capsys.readouterr().err

    def test_an_empty_class_is_dropped(self, capsys: pytest.CaptureFixture[str]) -> None:
        for name in ("dark", "light", "none"):
            Path("shapes", name).mkdir(parents=True)
        for i in range(12):
            for name, value in (("dark", 20), ("light", 220)):
                Image.fromarray(np.full((4, 4), value + i, np.uint8)).save(Path("shapes", name, f"{i}.png"))
        assert run(["train", "shapes", "--quiet", "--epochs", "2"]) == 2
        capsys.readouterr()
        assert run(["train", "shapes", "--quiet", "--epochs", "2", "--skip-invalid"]) == 0
        assert "skipped subfolders of shapes without images: none" in capsys.readouterr().err
        page = Path("runs/shapes/report.html").read_text()
        assert page.count("dark/") + page.count("light/") > 0  # each image is called by its file

    @pytest.mark.parametrize("name", ["book.ods", "notes.txt"])
    def test_an_unknown_file_type_raises(self, name: str, bought: str, capsys: pytest.CaptureFixture[str]) -> None:
        Path(name).write_text("a")
        for command in (["train", name], ["predict", bought, name]):
            assert run(command) == 2
            reported = capsys.readouterr().err
            assert f"{name} is not a supported file" in reported
            assert "CSV, TSV" in reported


class TestArrays:
    X = RNG.normal(size=(60, 2))
    CLASSES = (X[:, 0] > 0).astype(int)

    @pytest.mark.parametrize(
        ("y", "task", "classes"),
        [
            (CLASSES, None, ("0", "1")),
            (CLASSES.astype(float), None, None),
            (CLASSES.astype(float), "classification", ("0", "1")),
            (np.eye(2)[CLASSES], "classification", ("0", "1")),
            (CLASSES[:, None], None, ("0", "1")),
            (CLASSES, "regression", None),
        ],
        ids=["integers", "floats", "floats as classes", "one-hot", "a column", "integers as numbers"],
    )
    def test_the_task_can_be_set(self, y: Any, task: str | None, classes: tuple[str, ...] | None) -> None:
        np.savez("mine.npz", X=self.X, y=y)
        assert load("mine.npz", **({} if task is None else {"task": task})).class_names == classes

    def test_the_inferred_task_is_printed(self) -> None:
        np.savez("mine.npz", X=self.X, y=self.CLASSES.astype(float))
        found = run_recipe(Recipe("x", "mine.npz", epochs=1))
        reported = "Target y: regression (override: --task classification)\nFeatures: 2 numeric"
        assert about_target(found) == reported

    @pytest.mark.parametrize(
        ("y", "task", "text"),
        [
            (np.array(["a", "b"] * 30), "regression", "y contains strings, but regression needs numbers"),
            (X[:, 0], "classification", "y contains fractions, which cannot be classes"),
            (CLASSES, "sorting", "unknown task 'sorting'; known: classification, regression"),
            (CLASSES[:0], None, "mine.npz has no rows"),
            (np.array(["a", "b"] * 30, object), None, "save strings as y.astype(str)"),
        ],
        ids=["names", "fractions", "no task", "no rows", "objects"],
    )
    def test_an_impossible_task_raises(self, y: Any, task: str | None, text: str) -> None:
        np.savez("mine.npz", X=self.X[: len(y)], y=y)
        with pytest.raises(ValueError, match=re.escape(text)):
            load("mine.npz", **({} if task is None else {"task": task}))


class TestReport:
    def test_without_held_out_rows_the_report_makes_no_claim_about_new_rows(self) -> None:
        found = run_recipe(Recipe("x", "iris", split="100/0", epochs=3, early_stopping=True))
        assert "train_accuracy_interval" not in found.metrics
        page = report_page(found)
        assert "the result says nothing about new rows" in page
        assert "evaluated on a" not in page
        assert "better than the baseline" not in page
        assert "150 train (15 of them held out for early stopping)" in page

    def test_a_row_that_dominates_the_error_is_named(self) -> None:
        X, y = RNG.normal(size=(200, 2)), RNG.normal(size=200)
        data = Dataset(X, y)
        test = data.split(0.6, 0.4, seed=0)[1]
        wild = int(np.flatnonzero((test.X[7] == X).all(axis=1))[0])
        X[wild] = 1e6
        found = run_recipe(Recipe("x", "mine.npz", split="60/40", epochs=40), Dataset(X, y))
        first = findings_of(Evaluation(found))[0]
        assert first.message.startswith("One row makes up 1")
        assert first.message.endswith("of the squared error: row 7 (counted from 0).")

    def test_a_class_absent_from_the_test_set_is_named(self) -> None:
        write("buys.csv", [*ROWS, ["1", "1", "maybe"]])
        recipe = Recipe("x", "buys.csv", options={"target": "buys"}, split="60/40", epochs=40)
        found = next(
            one
            for seed in range(9)
            if "maybe" in names_of_train(one := run_recipe(Recipe(**vars(recipe) | {"seed": seed})))
        )
        assert any("The test set has no row of class 'maybe'." in one.message for one in findings_of(Evaluation(found)))
        assert '<bdi title="maybe">maybe</bdi>' in report_page(found)

    def test_too_few_steps_are_reported(self) -> None:
        layers = ({"name": "dense", "units": 8}, "batchnorm", {"name": "activation", "activation": "relu"})
        found = run_recipe(Recipe("x", "iris", epochs=3, layers=layers))
        reported = findings_of(Evaluation(found))[0]
        assert reported.message == (
            "Only 9 optimizer steps: 3 epochs of 3; the running means of batchnorm have not converged."
        )
        assert reported.advice == "Train longer: --epochs 102."


def names_of_train(found: Any) -> set[str]:
    train = found.parts["train"]
    return {train.class_names[i] for i in train.y}


def test_fingerprints_of_different_data_differ() -> None:
    iris = load("iris")
    same = fingerprint({"train": iris})
    assert fingerprint({"train": load("iris")}) == same
    changed = iris.X.copy()
    changed[149, 3] += 0.1
    others = [
        {"test": iris},
        {"train": iris.take(np.arange(149))},
        {"train": iris.take(np.arange(150)[::-1])},
        {"train": Dataset(changed, iris.y, iris.class_names)},
        {"train": Dataset(iris.X, iris.y[::-1], iris.class_names)},
        {"train": Dataset(iris.X, iris.y, ("a", "b", "c"))},
    ]
    assert len({same, *map(fingerprint, others)}) == 1 + len(others)
