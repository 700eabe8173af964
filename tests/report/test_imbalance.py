"""Reports on imbalanced classes: every metric is next to its baseline, and the advice does not contradict itself."""

from io import StringIO

import numpy as np
import pytest
from rich.console import Console

from glassnet.cli.train import show_results
from glassnet.common.numbers import rounded
from glassnet.data.dataset import Dataset
from glassnet.report.comparison import comparison_page
from glassnet.report.diagnosis import findings_of
from glassnet.report.evaluation import Evaluation, scores_of
from glassnet.report.page import report_page
from glassnet.runs.evaluate import SCORES
from glassnet.runs.run import Run
from helpers.reports import Page, numbers, run_on, table

CHOICES = {"plain": {}, "weights": {"class_weight": "balanced"}, "threshold": {"threshold": "f1"}}


@pytest.fixture(scope="module")
def runs() -> dict[str, Run]:
    """A rare class that is hard to tell: predicted by no row unless weights or a threshold help."""
    rng = np.random.default_rng(0)
    y = (rng.random(3000) < 0.06).astype(int)
    data = Dataset(rng.standard_normal((3000, 4)) + 0.45 * y[:, None], y, ("no", "yes"))
    return {name: run_on(data, epochs=6, **choice) for name, choice in CHOICES.items()}


@pytest.mark.parametrize("name", CHOICES)
def test_every_metric_is_printed_next_to_its_baseline(runs: dict[str, Run], name: str) -> None:
    run = runs[name]
    console = Console(file=StringIO(), width=80)
    show_results(run, console)
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    page = Page(report_page(run))
    assert len(scores_of(run.metrics, "test")) == len(SCORES)
    for called, value, baseline in scores_of(run.metrics, "test"):
        assert called in printed
        assert f"{value:.4f}" in printed
        assert f"{baseline:.4f}" in printed
        assert f"{called}{value:.4f}{baseline:.4f}" in page.words
    assert "PR AUC and F1 of the positive class, yes" in printed
    assert max(map(len, printed.splitlines())) <= 80
    results, _, _ = printed.partition("Findings")
    assert ("decision threshold" in results) == (name == "threshold") == ("Decision threshold" in page.words)


def test_advice_is_not_contradicted_by_the_run_that_follows_it(runs: dict[str, Run]) -> None:
    texts = {name: " ".join(map(str, findings_of(Evaluation(run)))) for name, run in runs.items()}
    assert "--threshold f1" in texts["plain"]
    for name in ("weights", "threshold"):
        assert runs[name].metrics["test_accuracy_interval"][1] < runs[name].metrics["majority_baseline"]
        assert "worse" not in texts[name]
        assert "Not significantly" not in texts[name]
        assert "--class-weight" not in texts[name]
        assert Evaluation(runs[name]).is_better is True
        verdict = Page(report_page(runs[name])).words
        assert "Significantly better than a constant prediction, judged by ROC AUC 0." in verdict
    assert runs["plain"].metrics["test_balanced_accuracy"] < runs["threshold"].metrics["test_balanced_accuracy"]


def test_a_model_that_knows_nothing_is_not_better_whatever_its_accuracy() -> None:
    rng = np.random.default_rng(0)
    data = Dataset(rng.standard_normal((1500, 3)), (rng.random(1500) < 0.05).astype(int), ("no", "yes"))
    run = run_on(data, epochs=3)
    assert run.metrics["test_accuracy"] > 0.9
    assert Evaluation(run).is_better is None
    advice = " ".join(map(str, findings_of(Evaluation(run))))
    assert "Not significantly better than a constant prediction: ROC AUC 0." in advice


def test_balanced_classes_are_judged_by_accuracy() -> None:
    run = run_on(table(n=400), epochs=8)
    assert Evaluation(run).judged_by == ("accuracy", run.metrics["majority_baseline"])
    assert "Significantly better than the baseline." in Page(report_page(run)).words


def test_several_classes_have_means_and_numbers_have_none() -> None:
    run = run_on(table(("a", "b", "c"), n=300))
    assert [name for name, _, _ in scores_of(run.metrics, "test")][3] == "macro F1"
    assert "threshold" not in run.metrics
    assert scores_of(run_on(numbers()).metrics, "test") == []


def test_importance_is_the_increase_in_log_loss_with_intervals(runs: dict[str, Run]) -> None:
    found = Evaluation(runs["plain"]).importance
    assert found is not None
    loss = float(np.mean(-np.log(runs["plain"].model.predict_proba(runs["plain"].parts["test"].X)[
        np.arange(600), runs["plain"].parts["test"].y])))  # fmt: skip
    assert -found.score == pytest.approx(loss, rel=1e-4)
    assert (found.intervals()[:, 0] < found.mean).all()
    assert (found.mean > 0).any()
    assert "Mean increase in log loss" in Page(report_page(runs["plain"])).words
    assert "Mean decrease in R²" in Page(report_page(run_on(numbers()))).words


def test_a_comparison_of_imbalanced_runs_has_more_than_accuracy(runs: dict[str, Run]) -> None:
    page = Page(comparison_page(runs))
    assert "Accuracy says little about imbalanced classes" in page.words
    for name, run in runs.items():
        values = "".join(f"{value:.4f}" for _, value, _ in scores_of(run.metrics, "test"))
        assert f"{name}{values}" in page.words
    # A threshold changes no probability; class weights do, for the worse.
    assert "threshold00 to 0not significant" in page.words
    loss = [runs[name].metrics["test_log_loss"] for name in ("plain", "weights")]
    assert f"weights{rounded(loss[1] - loss[0])}" in page.words
    assert "Log loss" not in Page(comparison_page({"a": run_on(numbers()), "b": run_on(numbers())})).words
