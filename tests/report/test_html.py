"""The report of a run: its content, and what it never does, whatever the run and its names are."""

import dataclasses
import functools
import re
from collections.abc import Callable
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet.data.dataset import Dataset
from glassnet.report.comparison import comparison_page
from glassnet.report.diagnosis import findings_of
from glassnet.report.evaluation import Evaluation
from glassnet.report.page import report_page
from glassnet.runs.load import read_run
from glassnet.runs.run import Run
from glassnet.runs.save import write_run
from glassnet.training.history import EpochRecord, History
from helpers.reports import HOSTILE, Page, numbers, pictures, run_on, table, words

CARDS = {"summary", "findings", "data", "model", "metrics"}
ALWAYS = (CARDS - {"metrics"}) | {"learning-curves", "parameters", "reproduce"}
OF_CLASSES = {"confusion", "worst", "per-class", "calibration"}

RUNS: dict[str, tuple[Callable[[], Run], set[str]]] = {
    "classes of a table": (lambda: run_on(table()), OF_CLASSES | {"importance", "internals"}),
    "no validation part": (lambda: run_on(table(), split="60/40"), OF_CLASSES | {"importance", "internals"}),
    "one epoch": (lambda: run_on(table(), epochs=1), OF_CLASSES | {"importance", "internals"}),
    "no hidden layer": (lambda: run_on(table(), layers=[]), OF_CLASSES | {"importance", "internals"}),
    "layers of every kind": (
        lambda: run_on(table(), layers=[{"name": "dense", "units": 5}, "batchnorm", {"name": "activation", "activation":
                       "gelu"}, {"name": "dropout", "rate": 0.2}, "layernorm"]),
        OF_CLASSES | {"importance", "internals"},
    ),
    "L-BFGS": (lambda: run_on(table(), optimizer="lbfgs"), OF_CLASSES | {"importance", "internals"}),
    "many columns": (
        lambda: run_on(Dataset(np.random.default_rng(0).standard_normal((60, 300)), np.arange(60) % 2)),
        OF_CLASSES | {"internals"},
    ),
    "many classes": (lambda: run_on(table(tuple(f"c{i}" for i in range(35)), 700)),
                     OF_CLASSES | {"importance", "internals"}),
    "words and gaps": (lambda: run_on(words()), OF_CLASSES | {"importance", "internals"}),
    "several networks": (lambda: run_on(table(), ensemble_size=2), OF_CLASSES | {"importance", "internals"}),
    "numbers": (lambda: run_on(numbers()), {"worst", "predictions", "importance", "internals"}),
    "several numbers": (lambda: run_on(numbers(5)), {"worst", "predictions", "importance", "internals"}),
    "pictures": (lambda: run_on(pictures(), steps=[]), OF_CLASSES | {"internals"}),
    "color pictures": (lambda: run_on(pictures((6, 5, 3)), steps=[]), OF_CLASSES | {"internals"}),
    "large pictures": (lambda: run_on(pictures((150, 120), n=12), steps=[]), OF_CLASSES | {"internals"}),
}  # fmt: skip


@functools.cache
def made(name: str) -> tuple[Run, str]:
    """One of RUNS, and its page."""
    run = RUNS[name][0]()
    return run, report_page(run)


@pytest.fixture(scope="module")
def run() -> Run:
    return run_on(table(n=400), epochs=8)


@pytest.mark.parametrize("name", RUNS)
def test_a_report_has_the_sections_that_apply(name: str) -> None:
    run, html = made(name)
    page = Page(html)
    assert page.sections == ALWAYS | RUNS[name][1] | ({"metrics"} if run.model.class_names else set())
    links = {attributes["href"] for attributes in page.all("a")}
    assert links == {f"#{name}" for name in page.sections - CARDS}
    part = "test_accuracy" if run.model.class_names else "test_rmse"
    shown = run.metrics[part]
    assert (f"{100 * shown:.1f}" if run.model.class_names and shown < 1 else f"{shown:.4g}"[:3]) in page.words


@pytest.mark.parametrize("name", RUNS)
def test_a_report_has_no_scripts_and_no_external_resources(name: str) -> None:
    html = made(name)[1]
    page = Page(html)
    assert not {"script", "iframe", "object", "embed", "form", "base"} & {tag for tag, _ in page.elements}
    policy = next(meta for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in str(policy["content"])
    for _, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "href", "xlink:href"):
            assert re.match(r"data:|#", attributes.get(name) or "#")
    assert "url(" not in re.sub(r"url\(#\w+\)", "", html)
    assert "@import" not in html


@pytest.mark.parametrize("name", RUNS)
def test_a_report_works_with_a_screen_reader(name: str) -> None:
    page = Page(made(name)[1])
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert sorted(ids) == sorted(set(ids))
    assert [tag for tag, _ in page.elements].count("h1") == 1
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(svg["role"] == "img" and svg["aria-label"] for svg in page.all("svg"))
    assert all("alt" in image for image in page.all("img"))
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(cell["scope"] in ("row", "col") for cell in page.all("th"))


def test_plots_have_no_fixed_colors() -> None:
    """Fixed colors would not change in the dark color scheme."""
    html = made("numbers")[1]
    drawn = re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL)
    assert len(drawn) >= 6
    for svg in drawn:
        assert re.findall(r"(?:stroke|fill): (#\w+|rgb|white|black)", svg) == []
        assert "var(--" in svg


@pytest.mark.parametrize("kind", ["table", "pictures"])
def test_names_are_escaped(kind: str) -> None:
    if kind == "table":
        data = table(HOSTILE, 240, names=HOSTILE[:4])
    else:
        data = dataclasses.replace(pictures(classes=6, n=240), class_names=HOSTILE)
    run = run_on(data, name="<img src=x onerror=alert(3)>")
    html = report_page(run, notes=["<b>note</b>"])
    for page in (Page(html), Page(comparison_page({"<script>": run, "b": run}))):
        assert "script" not in {tag for tag, _ in page.elements}
        assert not [attributes for attributes in page.all("img") if not str(attributes["src"]).startswith("data:")]
    page = Page(html)
    assert "<script>alert(1)</script>" in page.text
    assert "{{ 7 * 7 }}" in page.text
    assert "<b>note</b>" in page.text
    assert html.count("<title>") == 1
    assert "<title>&lt;img src=x" in html


def test_the_page_is_small(run: Run) -> None:
    assert len(report_page(run)) < 300_000
    assert len(report_page(run_on(pictures((150, 120), n=100), steps=[]))) < 3_000_000


def test_the_first_screen_has_task_result_and_interval(run: Run) -> None:
    words = Page(report_page(run)).words
    low, high = run.metrics["test_accuracy_interval"]
    right = round(run.metrics["test_accuracy"] * 80)
    assert "A network of 4-6-2 units, trained on 240 rows of iris to predict one of 2 classes and evaluated on" in words
    assert "evaluated on a test set of 80 rows." in words
    assert f"test accuracy: {right} of 80 rows correct" in words
    assert f"95% confidence interval: {100 * low:.1f}% to {100 * high:.1f}%." in words
    assert "Baseline (most frequent class): 50.0%." in words
    assert "Significantly better than the baseline." in words
    assert "240 train, 80 validation, 80 test" in words


def test_mistakes_are_ordered_by_the_probability_of_the_true_class(run: Run) -> None:
    found = Evaluation(run)
    part = run.parts["test"]
    of_truth = run.model.predict_proba(part.X)[np.arange(80), part.y]
    np.testing.assert_array_equal(of_truth[found.hardest], np.sort(of_truth))
    wrong = np.flatnonzero(run.model.predict(part.X) != np.array(part.class_names)[part.y])
    words = Page(report_page(run)).words
    assert f"{len(wrong)} misclassified rows, sorted by the predicted probability of the true class" in words


def test_without_a_mistake_the_closest_calls_are_shown() -> None:
    X = np.repeat([[0.0], [5.0]], 40, axis=0)
    words = Page(report_page(run_on(Dataset(X, np.repeat([0, 1], 40)), epochs=60))).words
    assert "Least confident predictions" in words
    assert "100%" in words


def test_rows_of_a_table_have_their_number_and_values_from_the_file() -> None:
    run, html = made("words and gaps")
    found, rows = Evaluation(run), run.parts["test"].X
    worst = next(int(i) for i in found.hardest if not found.is_correct[i])
    one = rows.take([worst])
    age, city = one["age"][0], one["city"][0]
    shown = ["missing" if np.isnan(age) else f"{age:g}", city or "missing", one["street"][0]]
    line = next(
        row for row in re.findall(r"<tr>.*?</tr>", html, flags=re.DOTALL) if f">{rows.number_of(worst)}<" in row
    )
    assert [cell for cell in shown if f">{escape(cell)}<" not in line] == []
    assert rows.number_of(worst) != worst


# Made again from the folder


@pytest.mark.parametrize(
    "name", ["classes of a table", "words and gaps", "several networks", "numbers", "pictures", "L-BFGS"]
)
def test_the_page_from_the_run_folder_equals_the_original(name: str, tmp_path: Path, monkeypatch: Any) -> None:
    run, html = made(name)
    write_run(run, tmp_path)
    written = report_page(run)
    monkeypatch.setattr("glassnet.runs.load.load_parts", lambda recipe: run.parts)
    again, notes = read_run(tmp_path)
    assert notes == []
    assert report_page(again) == written
    assert written.replace(f'<meta name="glassnet:run" content="{run.metrics["run_id"]}">\n', "") == html


def test_without_the_data_sections_that_need_them_are_omitted_with_a_note(tmp_path: Path, monkeypatch: Any) -> None:
    run = run_on(table(n=400))
    write_run(run, tmp_path)
    assert not (tmp_path / "report.html").exists()

    def gone(recipe: Any) -> Any:
        raise FileNotFoundError("the file rows.npz")

    monkeypatch.setattr("glassnet.runs.load.load_parts", gone)
    again, notes = read_run(tmp_path)
    assert notes == ["Sections that need the data are omitted: the file rows.npz."]
    page = Page(report_page(again, notes))
    assert page.sections == ALWAYS | {"metrics", "confusion", "per-class", "internals"}
    assert notes[0] in page.words
    assert f"{100 * run.metrics['test_accuracy']:.1f}" in page.words


@pytest.mark.parametrize("change", ["rows", "values", "classes", "columns"])
def test_changed_data_are_not_used_for_the_report(change: str, tmp_path: Path, monkeypatch: Any) -> None:
    run = run_on(table(n=400))
    write_run(run, tmp_path)
    test = run.parts["test"]
    other = {
        "rows": test.take(np.arange(60)),
        "values": dataclasses.replace(test, X=-test.X),
        "classes": dataclasses.replace(test, class_names=("a", "b")),
        "columns": dataclasses.replace(test, X=test.X[:, :3]),
    }[change]
    monkeypatch.setattr("glassnet.runs.load.load_parts", lambda recipe: run.parts | {"test": other})
    again, notes = read_run(tmp_path)
    assert again.parts == {}
    assert len(notes) == 1


# Recommendations


def history(losses: list[float], valid: list[float] | None = None, **options: Any) -> History:
    records = [EpochRecord(i, loss, 0.9, v, 0.9, 0.1) for i, (loss, v) in
               enumerate(zip(losses, valid or losses, strict=True), start=1)]  # fmt: skip
    return History(records, **{"best_epoch": len(records), **options})


def histories(*losses: Any, **options: Any) -> tuple[History, ...]:
    return (history(*losses, **options),)


FINE = [1.0, 0.5, 0.4, 0.35, 0.34, 0.34, 0.34, 0.34, 0.34, 0.34]

ADVICE: dict[str, tuple[dict[str, Any], dict[str, Any], str | None]] = {
    "fine": ({}, {}, None),
    "interrupted": (
        {},
        {"histories": histories(FINE, stop_reason="interrupted", best_epoch=7)},
        "interrupted after epoch",
    ),
    "no better": ({"test_accuracy_interval": [0.45, 0.6]}, {},
                  "Not significantly better than always predicting the most frequent class"),
    "worse": ({"test_accuracy_interval": [0.2, 0.3]}, {},
              "Significantly worse than always predicting the most frequent class"),
    "few rows": ({"test_accuracy_interval": [0.7, 0.99]}, {}, "the 95% interval of the accuracy is wide: 70.0%"),
    "valid rose": ({}, {"histories": histories(FINE, [1, 0.5, 0.3, *[0.9] * 7])},
                   "lowest in epoch 3 (0.3) and has risen to 0.9"),
    "by heart": ({"train_accuracy": 1.0, "test_accuracy": 0.85, "test_accuracy_interval": [0.82, 0.88]}, {},
                 "Overfitting: accuracy 100% on the training set, 85.0% on the test set"),
    "still falling": ({}, {"histories": histories([1 / i for i in range(1, 11)])}, "still decreasing after 10 epochs"),
    "a class is missed": ({"confusion_matrix": [[40, 0], [35, 5]]}, {},
                          "Low recall: 12.5% of the 40 rows of class 'yes' are found"),
}  # fmt: skip


@pytest.mark.parametrize(("metrics", "changes", "text"), ADVICE.values(), ids=ADVICE)
def test_recommendations_follow_from_findings(
    metrics: dict[str, Any], changes: dict[str, Any], text: str | None, run: Run
) -> None:
    good = {"train_accuracy": 0.92, "test_accuracy": 0.92, "test_accuracy_interval": [0.9, 0.94],
            "confusion_matrix": [[37, 3], [3, 37]]}  # fmt: skip
    plain = {"histories": histories(FINE), "activation_history": None, "parts": {}}
    shown = dataclasses.replace(run, **{**plain, **changes, "metrics": run.metrics | good | metrics})
    found = findings_of(Evaluation(shown))
    printed = [one.message for one in found]
    if text is None:
        assert printed == []
        assert "None: no problems found." in report_page(shown)
    else:
        assert [line for line in printed if text in line]
        assert all(one.advice for one in found)
        assert len(printed) <= 4


def test_dead_units_are_reported() -> None:
    run = run_on(table(n=400), layers=[{"name": "dense", "units": 20}])
    assert run.activation_history is not None
    silent = run.activation_history.silent.copy()
    silent[:, 0] = 0.5
    dead = dataclasses.replace(run, activation_history=dataclasses.replace(run.activation_history, silent=silent))
    reported = [one.message for one in findings_of(Evaluation(dead))]
    assert [line for line in reported if line.startswith("Dead units: 50.0% of the units of dense1")]
    assert not [one for one in findings_of(Evaluation(run)) if "dense1" in one.message]


@pytest.mark.parametrize(
    ("counts", "do"), [([[40, 0], [35, 5]], "are predicted as 'no'"), ([[90, 0], [8, 2]], "--threshold f1")]
)
def test_only_a_rare_class_is_called_rare(counts: list[list[int]], do: str, run: Run) -> None:
    shown = dataclasses.replace(run, metrics=run.metrics | {"confusion_matrix": counts}, parts={})
    assert [one for one in findings_of(Evaluation(shown)) if do in one.advice]
