"""Decision thresholds: chosen on held-out rows, kept in the model, and used wherever classes are predicted."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, f1_score

import glassnet as gn
from glassnet.data.dataset import Dataset
from glassnet.model import Model, load_model
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.recipes.recipe import Recipe, read_recipe
from glassnet.runs.evaluate import compute_metrics
from glassnet.runs.run import Run
from helpers.reports import run_on, table

SCORES = {"f1": f1_score, "balanced": balanced_accuracy_score}


def imbalanced(n: int = 1500, names: tuple[str, str] = ("no", "yes"), rare: int = 1) -> Dataset:
    """Rows of which a tenth is of one class, which three columns tell apart badly."""
    rng = np.random.default_rng(0)
    is_rare = rng.random(n) < 0.1
    X = rng.standard_normal((n, 3)) + 0.6 * is_rare[:, None]
    return Dataset(X, np.where(is_rare, rare, 1 - rare), names)


def trained(data: Dataset | None = None, **recipe: Any) -> Run:
    return run_on(imbalanced() if data is None else data, epochs=6, **recipe)


@pytest.mark.parametrize("rule", ["f1", "balanced", "cost=5"])
def test_a_threshold_is_the_best_on_the_validation_set(rule: str) -> None:
    run = trained(threshold=rule)
    valid = run.parts["valid"]
    p = run.model.predict_proba(valid.X)[:, 1].astype(float)

    def value(y_hat: np.ndarray) -> float:
        if rule in SCORES:
            return float(SCORES[rule](valid.y, y_hat))
        return -float(5 * ((valid.y == 1) & ~y_hat).sum() + ((valid.y == 0) & y_hat).sum())

    assert run.metrics["threshold"] == run.model.threshold != 0.5
    assert run.metrics["positive_class"] == "yes"
    assert value(p >= run.model.threshold) == pytest.approx(max(value(p >= t) for t in p))
    plain = trained()
    assert plain.metrics["threshold"] == 0.5
    assert run.metrics["test_balanced_accuracy"] > plain.metrics["test_balanced_accuracy"]
    for same in ("test_roc_auc", "test_pr_auc", "test_log_loss", "test_brier"):
        assert run.metrics[same] == plain.metrics[same]


def test_predictions_and_metrics_use_the_threshold_and_so_does_the_file(tmp_path: Path) -> None:
    run = trained(threshold="cost=10")
    run.model.save(tmp_path / "model.safetensors")
    test = run.parts["test"]
    predicted = np.where(run.model.predict_proba(test.X)[:, 1].astype(float) >= run.model.threshold, "yes", "no")
    counts = [[int(((test.y == t) & (predicted == name)).sum()) for name in ("no", "yes")] for t in (0, 1)]
    for model in (run.model, load_model(tmp_path / "model.safetensors")):
        assert (model.threshold, model.positive_class) == (run.metrics["threshold"], 1)
        assert model.predict(test.X).tolist() == predicted.tolist()
        found = compute_metrics(model, {"all": test})
        assert found["confusion_matrix"] == run.metrics["confusion_matrix"] == counts
        assert found["all_accuracy"] == run.metrics["test_accuracy"] == np.trace(counts) / len(test)
    assert predicted.tolist() != np.array(["no", "yes"])[run.model.predict_proba(test.X).argmax(axis=1)].tolist()


def test_the_positive_class_is_the_rarer_one() -> None:
    rare_first, rare_second = trained(imbalanced(rare=0), threshold=0.3), trained(imbalanced(rare=1), threshold=0.3)
    assert (rare_first.model.positive_class, rare_first.metrics["positive_class"]) == (0, "no")
    assert rare_second.model.positive_class == 1
    p = rare_first.model.predict_proba(rare_first.parts["test"].X)[:, 0]
    assert (rare_first.model.predict(rare_first.parts["test"].X) == "no").tolist() == (p >= 0.3).tolist()
    assert trained(table(), threshold=0.3).model.positive_class == 1  # as many rows of either class


def test_folds_are_held_out_rows_too() -> None:
    run = trained(split="70/30", folds=3, threshold="f1")
    assert run.model.threshold != 0.5
    assert len(run.metrics["valid_accuracy_by_fold"]) == 3
    assert np.mean(run.metrics["valid_accuracy_by_fold"]) == pytest.approx(run.metrics["valid_accuracy"], abs=1e-3)


def test_a_threshold_of_half_changes_nothing() -> None:
    with_half, without = trained(threshold=0.5), trained()
    assert (
        with_half.model.predict(with_half.parts["test"].X).tolist()
        == without.model.predict(without.parts["test"].X).tolist()
    )
    assert with_half.metrics["confusion_matrix"] == without.metrics["confusion_matrix"]


def test_a_threshold_without_two_classes_or_held_out_rows_is_refused() -> None:
    with pytest.raises(ValueError, match=r"threshold f1 needs two classes, but iris has 3 classes"):
        trained(table(("a", "b", "c")), threshold="f1")
    with pytest.raises(ValueError, match=r"threshold 0\.3 needs two classes, but iris has a numeric target"):
        trained(Dataset(np.eye(20), np.arange(20.0)), threshold=0.3)
    with pytest.raises(ValueError, match=r"chosen on held-out rows: use a validation set, such as --split 60/20/20"):
        trained(split="60/40", threshold="f1")
    assert trained(split="60/40", threshold="0.3").model.threshold == 0.3
    with pytest.raises(ValueError, match="threshold must be f1, balanced, cost=NUMBER"):
        Recipe("mine", "iris", threshold="recall")


def test_a_threshold_goes_through_a_recipe_file(tmp_path: Path) -> None:
    for threshold in ("cost=5", 0.25, None):
        recipe = dataclasses.replace(gn.load_recipe("breast_cancer"), threshold=threshold)
        (tmp_path / "recipe.toml").write_text(recipe.toml())
        assert read_recipe(tmp_path / "recipe.toml") == recipe
        assert ("threshold" in recipe.toml()) == (threshold is not None)


def test_a_model_of_other_outputs_has_no_threshold() -> None:
    two = Network(2, [Dense(1, "sigmoid")], init="zeros")
    model = Model(None, two, ("a", "b"), threshold=0.6, positive_class=0)
    assert model.predict([[1.0, 2.0]]).tolist() == ["b"]  # ½ is below 0.6
    assert Model(None, two, ("a", "b"), threshold=0.4, positive_class=0).predict([[1.0, 2.0]]).tolist() == ["a"]
    for network, names in ((Network(2, [Dense(3, "softmax")]), "abc"), (Network(2, [Dense(1)]), None)):
        with pytest.raises(ValueError, match="are for models with two classes"):
            Model(None, network, names, threshold=0.3)
    for threshold in (0, 1, 2):
        with pytest.raises(ValueError, match="threshold must be"):
            Model(None, two, ("a", "b"), threshold=threshold)
    with pytest.raises(ValueError, match="positive_class, 0 or 1"):
        Model(None, two, ("a", "b"), positive_class=2)


def test_the_command_line_has_the_option(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from glassnet.cli.main import run as run_command

    data = imbalanced()
    file = tmp_path / "rare.csv"
    np.savetxt(file, np.column_stack([data.X, data.y]), delimiter=",", header="a,b,c,sick", comments="")
    options = ["--target", "sick", "--out", str(tmp_path / "run"), "--no-report", "--epochs", "5"]
    assert (
        run_command(["train", str(file), *options, "--task", "classification", "--threshold", "cost=8", "--json"]) == 0
    )
    trained_metrics = json.loads(capsys.readouterr().out)
    assert 0 < trained_metrics["threshold"] < 0.5
    assert run_command(["evaluate", str(tmp_path / "run"), str(file), "--json"]) == 0
    evaluated = json.loads(capsys.readouterr().out)
    assert {key: trained_metrics[key] for key in evaluated if key in trained_metrics} == {
        key: value for key, value in evaluated.items() if key in trained_metrics
    }
    assert evaluated["threshold"] == trained_metrics["threshold"]
    assert run_command(["predict", str(tmp_path / "run"), str(file)]) == 0
    printed = capsys.readouterr().out
    assert f"1 is predicted from a probability of {trained_metrics['threshold']:.1%} on" in printed
