"""`glassnet report`: a page from one or several run folders, and errors for invalid folders."""

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from glassnet.cli.main import run
from glassnet.data.tables.table import Table
from glassnet.report.comparison import comparison_page
from glassnet.report.page import report_page
from glassnet.report.row_labels import matching_order
from glassnet.runs.load import read_run
from helpers.reports import Page, numbers, run_on, table

pytestmark = pytest.mark.usefixtures("in_a_folder_of_its_own")


@pytest.fixture
def two(iris: Path, in_a_folder_of_its_own: None) -> None:
    """Two run folders of iris in the working folder."""
    shutil.copytree(iris, "first")
    assert run(["train", "iris", "--epochs", "3", "--hidden", "9", "--out", "second", "--quiet"]) == 0


def rows_of(page: str) -> list[str]:
    return [" ".join(row.split()) for row in Page(page.replace("</tr>", "</tr>\n").replace("</th>", "</th> | ").replace(
        "</td>", "</td> | ")).text.splitlines() if " | " in row]  # fmt: skip


def test_a_report_is_written_again_into_its_folder(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(iris, "mine")
    page = Path("mine/report.html")
    before = page.read_text(encoding="utf-8")
    page.unlink()
    assert run(["report", "mine"]) == 0
    assert page.read_text(encoding="utf-8") == before
    assert capsys.readouterr().out.split() == ["Wrote", "mine/report.html"]
    assert run(["report", "mine", "--out", "elsewhere/page.html", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"report": "elsewhere/page.html", "notes": []}
    assert Path("elsewhere/page.html").read_text(encoding="utf-8") == before


@pytest.mark.usefixtures("two")
def test_two_runs_are_compared_on_one_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "first", "second"]) == 0
    assert capsys.readouterr().out.split() == ["Wrote", "compare.html"]
    html = Path("compare.html").read_text(encoding="utf-8")
    page, rows = Page(html), rows_of(html)
    assert {"results", "paired", "learning-curves", "recipes", "per-class"} == page.sections
    assert [row for row in rows if row.startswith("first | test accuracy")]
    # Only differing entries of the recipes are printed.
    assert [row for row in rows if row.startswith("training.epochs | 20 | 3")]
    assert not [row for row in rows if row.startswith("data.source")]
    assert "same 30 rows" in page.words


@pytest.mark.usefixtures("two")
def test_runs_on_different_data_are_compared_with_a_note() -> None:
    assert run(["train", "diabetes", "--epochs", "3", "--out", "third", "--quiet"]) == 0
    assert run(["train", "iris", "--epochs", "3", "--seed", "1", "--out", "fourth", "--quiet"]) == 0
    assert run(["report", "first", "third", "--out", "a.html"]) == 0
    page = Page(Path("a.html").read_text(encoding="utf-8"))
    assert "different data (iris, diabetes), so their results are not comparable" in page.words
    assert not {"paired", "per-class"} & page.sections
    assert run(["report", "first", "fourth", "--out", "b.html"]) == 0
    page = Page(Path("b.html").read_text(encoding="utf-8"))
    assert "evaluated on different rows" in page.words
    assert "paired" not in page.sections
    assert "per-class" in page.sections


def test_runs_on_the_same_rows_are_compared_by_a_paired_test() -> None:
    good = run_on(table(n=1000), epochs=10)
    part = good.parts["test"]
    spoilt = run_on(table(n=1000), epochs=1, optimizer={"name": "sgd", "learning_rate": 1e-6})
    page = comparison_page({"good": good, "spoilt": spoilt, "again": dataclasses.replace(good)})
    reported = {
        row.split(" | ")[0]: row
        for row in reversed(rows_of(page))
        if row.rstrip(" |").endswith(("worse", "significant"))
    }
    assert reported["spoilt"].rstrip(" |").endswith("worse")
    assert reported["again"].rstrip(" |").endswith("not significant")
    assert " | 0 | 0 | 1 | " in reported["again"]
    wrong = int(np.sum(spoilt.model.predict(part.X) != np.array(part.class_names)[part.y]))
    assert wrong > 50

    first = run_on(numbers(n=600), epochs=30)
    second = run_on(numbers(n=600), epochs=1)
    page = comparison_page({"first": first, "second": second})
    assert [row for row in rows_of(page) if row.startswith("second | ") and row.rstrip(" |").endswith("worse")]


def test_folders_of_the_same_name_are_labeled_by_their_paths(iris: Path) -> None:
    shutil.copytree(iris, "a/mine")
    shutil.copytree(iris, "b/mine")
    assert run(["report", "a/mine", "b/mine"]) == 0
    assert "<h1>a/mine, b/mine</h1>" in Path("compare.html").read_text(encoding="utf-8")


def spoil(name: str, text: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_text(text, encoding="utf-8") and None


def change(**metrics: object) -> Callable[[Path], None]:
    def changed(folder: Path) -> None:
        words = json.loads((folder / "metrics.json").read_text()) | metrics
        (folder / "metrics.json").write_text(json.dumps(words))

    return changed


DAMAGED: dict[str, tuple[Callable[[Path], None], str]] = {
    "no metrics": (
        lambda folder: (folder / "metrics.json").unlink(),
        "mine is not a run folder: it has no metrics.json",
    ),
    "no model": (lambda folder: (folder / "model.safetensors").unlink(), "it has no model.safetensors"),
    "no folder": (shutil.rmtree, "no run folder mine; create one with glassnet train"),
    "metrics cut": (spoil("metrics.json", '{"train_loss": 0.'), "metrics.json is damaged"),
    "metrics no table": (spoil("metrics.json", "[1, 2]"), "metrics.json is damaged: it is not a table of numbers"),
    "metrics deep": (spoil("metrics.json", "[" * 100_000), "metrics.json is damaged"),
    "result is text": (change(test_accuracy="<b>"), "metrics.json is damaged: test_accuracy is not a number"),
    "result is NaN": (change(test_accuracy=float("nan")), "metrics.json is damaged: test_accuracy is not a number"),
    "interval": (change(test_accuracy_interval=[1]), "test_accuracy_interval is not a pair of numbers"),
    "confusion": (change(confusion_matrix=[[1, 2], [3]]), "confusion_matrix is not 3 × 3 counts"),
    "confusion of text": (change(confusion_matrix=[["a"] * 3] * 3), "confusion_matrix is not 3 × 3 counts"),
    "versions": (change(versions=3), "versions is not a table"),
    "kept epoch": (change(best_epoch=99), "history.csv is damaged: it has no epoch 99"),
    "history": (spoil("history.csv", "epoch,loss\n1,0.5\n"), "line 2 of the history is not a record of epoch 1"),
    "history binary": (lambda folder: (folder / "history.csv").write_bytes(b"\xff\x00"), "history.csv is damaged"),
    "activations": (spoil("activations.safetensors", "x"), "contains no activation statistics, or is damaged"),
    "recipe": (spoil("recipe.toml", "name = "), "recipe.toml"),
    "model": (spoil("model.safetensors", "x"), "is not a glassnet model"),
}


@pytest.mark.parametrize(("damage", "text"), DAMAGED.values(), ids=DAMAGED)
def test_an_invalid_run_folder_is_reported_in_one_line(
    damage: Callable[[Path], None], text: str, iris: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(iris, "mine")
    damage(Path("mine"))
    assert run(["report", "mine"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("glassnet: ")
    assert text in err
    assert err.count("\n") == 1


def test_two_to_six_different_runs_can_be_compared(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for i in range(7):
        shutil.copytree(iris, f"run{i}")
    assert run(["report", *(f"run{i}" for i in range(7))]) == 2
    assert "a comparison needs 2 to 6 runs, got 7" in capsys.readouterr().err
    assert run(["report", "run0", "run0"]) == 2
    assert "run0 is given twice" in capsys.readouterr().err
    assert not Path("compare.html").exists()


def test_train_writes_the_page_unless_disabled(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "iris", "--epochs", "2", "--out", "with"]) == 0
    assert Path("with/report.html").exists()
    assert "report.html" in capsys.readouterr().out
    assert run(["train", "iris", "--epochs", "2", "--out", "without", "--no-report"]) == 0
    assert not Path("without/report.html").exists()
    assert "report.html" not in capsys.readouterr().out


def test_the_same_rows_in_another_order_are_matched(tmp_path: Path) -> None:
    """With validation rows cut off or not, a seed gives the same test rows in another order, as after a search."""
    rows = [f"{i % 17},{'ab'[i % 2]},{i % 17 + 3 * (i % 2) + i % 5}" for i in range(300)]
    Path("t.csv").write_text("\n".join(["x,kind,y", *rows]))
    for source in (["t.csv", "--target", "y", "--task", "regression"], ["breast_cancer"]):
        for name, split in (("three", "60/20/20"), ("two", "80/20"), ("other", "70/30")):
            folder = str(tmp_path / f"{source[0]}-{name}")
            assert (
                run(["train", *source, "--split", split, "--epochs", "3", "--out", folder, "--quiet", "--no-report"])
                == 0
            )
        three, two, other = (tmp_path / f"{source[0]}-{name}" for name in ("three", "two", "other"))
        first, second = (read_run(folder)[0].parts["test"] for folder in (three, two))
        order = matching_order(first, second)
        assert order is not None
        np.testing.assert_array_equal(first.y, second.y[order])
        assert source == ["breast_cancer"] or isinstance(first.X, Table)
        assert source != ["breast_cancer"] or not np.array_equal(first.y, second.y)
        assert matching_order(first, first.take(np.arange(len(first))[::-1])).tolist() == list(range(len(first)))[::-1]
        assert run(["report", str(three), str(two)]) == 0
        page = Page(Path("compare.html").read_text(encoding="utf-8"))
        assert "paired" in page.sections
        assert f"on the same {len(first)} rows" in page.words
        assert "different rows" not in page.words
        assert run(["report", str(three), str(other)]) == 0
        assert "evaluated on different rows" in Page(Path("compare.html").read_text(encoding="utf-8")).words


def test_matched_rows_are_compared_row_by_row() -> None:
    good = run_on(table(n=400), epochs=10)
    part = good.parts["test"]
    order = np.random.default_rng(1).permutation(len(part))
    shuffled = dataclasses.replace(good, parts=good.parts | {"test": part.take(order)}, output=None)
    page = comparison_page({"good": good, "shuffled": shuffled})
    assert [row for row in rows_of(page) if row.startswith("shuffled | ") and " | 0 | 0 | 1 | not significant" in row]
    other = dataclasses.replace(
        good, parts=good.parts | {"test": good.parts["train"].take(np.arange(len(part)))}, output=None
    )
    assert "evaluated on different rows" in Page(comparison_page({"good": good, "other": other})).words


def test_a_complete_report_is_kept_where_the_data_are_gone(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"{i % 17},{'ab'[i % 2]},{'yes' if i % 17 > 8 else 'no'}" for i in range(120)]
    Path("t.csv").write_text("\n".join(["x,kind,y", *rows]))
    assert run(["train", "t.csv", "--target", "y", "--epochs", "3", "--out", "mine", "--quiet"]) == 0
    page = Path("mine/report.html")
    before = page.read_text(encoding="utf-8")
    Path("t.csv").rename("gone.csv")
    capsys.readouterr()
    assert run(["report", "mine"]) == 0
    out = capsys.readouterr().out
    assert "kept mine/report.html of the training" in out
    assert "Wrote" not in out
    assert page.read_text(encoding="utf-8") == before
    assert run(["report", "mine", "--out", "short.html"]) == 0
    short = Path("short.html").read_text(encoding="utf-8")
    assert "calibration" not in Page(short).sections
    page.write_text(short, encoding="utf-8")  # a short report may be replaced
    assert run(["report", "mine"]) == 0
    assert "Wrote mine/report.html" in capsys.readouterr().out
    Path("gone.csv").rename("t.csv")
    assert run(["report", "mine"]) == 0
    assert page.read_text(encoding="utf-8") == before


def test_the_report_has_the_score_of_every_fold() -> None:
    few = run_on(table(n=200), split="80/20", folds=4)
    scores = few.metrics["valid_accuracy_by_fold"]
    assert len(scores) == 4
    listed = ", ".join(f"{100 * score:.1f}%" for score in scores)
    together = f"{100 * few.metrics['valid_accuracy']:.1f}%"
    assert f"Accuracy by fold{listed}; together {together}" in Page(report_page(few)).words
    many = run_on(numbers(n=100), split="80/20", folds=6, repeats=2)
    assert f"RMSE by fold{min(many.metrics['valid_rmse_by_fold']):.4g} to" in Page(report_page(many)).words
    assert "in 12 folds; together" in Page(report_page(many)).words
