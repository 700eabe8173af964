"""Runs whose targets are mapped to normal quantiles, and whose predictions are clipped to the range of training."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import glassnet as gn
from glassnet.cli.main import run as glassnet
from glassnet.recipes.load import single_network
from glassnet.runs.cross_validation import set_up_folds, validation_outputs
from glassnet.runs.run import run_recipe
from glassnet.runs.save import write_run

RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 3))
SKEWED = np.exp(3 * X[:, 0] + 0.1 * RNG.normal(size=300))


def recipe(**changes: Any) -> Any:
    words = {"epochs": 40, "split": "70/30", "early_stopping": False, "batch_size": 32} | changes
    return dataclasses.replace(single_network(gn.load_recipe("t.csv")), **words)


def rank_correlation(a: Any, b: Any) -> float:
    return float(np.corrcoef(np.argsort(np.argsort(a)), np.argsort(np.argsort(b)))[0, 1])


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_quantiles_of_a_skewed_target_are_learned_where_its_standardized_numbers_are_not(engine: str) -> None:
    found = {}
    for method in ("standardize", "quantile"):
        run = run_recipe(recipe(target_scale=method, engine=engine, ensemble_size=2), (X, SKEWED))
        y = run.parts["train"].y
        output = run.model.predict(X)
        found[method] = rank_correlation(output, SKEWED)
        assert (run.model.target_scale is None) == (method == "standardize")
        assert method == "standardize" or (output.min() >= y.min() * (1 - 1e-6) and output.max() <= y.max() * 1.001)
        assert abs(run.history[-1].loss) < 1.5  # of scaled targets
    assert found["quantile"] > 0.97 > found["standardize"]


def test_an_ensemble_averages_in_the_units_of_the_target() -> None:
    run = run_recipe(recipe(target_scale="quantile", ensemble_size=2), (X, SKEWED))
    model = run.model
    ready = model.preprocessing.transform(X)
    each = [model.target_scale.inverse_transform(one.predict_proba(ready)) for one in model.networks]
    np.testing.assert_allclose(model.predict(X), np.mean(each, axis=0)[:, 0], rtol=1e-5)


def test_out_of_fold_outputs_are_those_of_a_model() -> None:
    plan = recipe(target_scale="quantile", clip_predictions=True, ensemble_size=2, folds=3)
    for fold in set_up_folds(plan, gn.Dataset(X, SKEWED)):
        setup = fold.setup
        words: dict[str, Any] = {"target_scale": setup.target_scale, "output_range": setup.output_range}
        model = gn.Model(setup.prepared.scale, gn.Ensemble(setup.networks), **words)
        np.testing.assert_allclose(validation_outputs(setup), model.outputs(X[fold.held]), rtol=1e-5)


@pytest.mark.parametrize("y", [X[:, 0] * 5, np.column_stack([X[:, 0], SKEWED])], ids=["one", "two"])
def test_predictions_are_clipped_to_the_range_of_training(y: Any) -> None:
    run = run_recipe(recipe(clip_predictions=True), (X, y))
    train = run.parts["train"].y
    found = run.model.predict(X * 100)
    np.testing.assert_allclose(found.min(axis=0), train.min(axis=0), rtol=1e-6)
    np.testing.assert_allclose(found.max(axis=0), train.max(axis=0), rtol=1e-6)


def test_classes_have_no_target_scale() -> None:
    run = run_recipe(recipe(target_scale="auto", clip_predictions=True), (X, X[:, 0] > 0))
    assert run.model.target_scale is None
    assert run.model.output_range is None


def test_every_command_reads_such_a_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [f"{a:.4f},{b:.4f},{c:.4f},{y:.6g}" for (a, b, c), y in zip(X, SKEWED, strict=True)]
    Path("t.csv").write_text("\n".join(["a,b,c,y", *rows]) + "\n")
    plan = recipe(options={"target": "y"}, target_scale="auto", clip_predictions=True, steps=["quantile"])
    run = run_recipe(plan)
    write_run(run, Path("runs/t"))
    for command in ("report runs/t", "evaluate runs/t t.csv", "predict runs/t t.csv", "inspect runs/t --sample 3"):
        assert glassnet(command.split()) == 0
    assert glassnet(["inspect", "runs/t"]) == 0
    out = capsys.readouterr().out
    assert "target scale of network 0: quantile" in out
    assert "clipped to " in out
    assert glassnet(["inspect", "runs/t", "--json"]) == 0
    contents = json.loads(capsys.readouterr().out)
    assert contents["target_scale"] == {"name": "target_scale", "method": "quantile"}
    np.testing.assert_array_equal(contents["output_range"], run.model.output_range)
    assert glassnet(["inspect", "runs/t", "--sample", "3", "--json"]) == 0
    traced = json.loads(capsys.readouterr().out)
    y = run.model.scaled_targets(np.array([traced["true"]]))
    z = run.model.networks[0].predict(run.model.inputs(gn.read_table("t.csv", drop="y").take([2])))
    np.testing.assert_allclose(traced["loss"], (z - y) ** 2, rtol=1e-4)


@pytest.mark.parametrize("target", ["y", "kind"])
def test_every_command_reads_an_ensemble_with_components_per_network(
    target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    kinds = np.array(["low", "high"])[(SKEWED > 1).astype(int)]
    columns = {"a": X[:, 0], "b": X[:, 1], "city": np.array(["Rome", "Oslo"])[(X[:, 2] > 0).astype(int)]}
    pd.DataFrame(columns | {target: SKEWED if target == "y" else kinds}).to_csv("t.csv", index=False)
    steps, scales = (["standardize"], ["quantile"]), ("standardize", "quantile")
    runs = [
        run_recipe(recipe(options={"target": target}, steps=own, target_scale=scale, ensemble_size=2))
        for own, scale in zip(steps, scales, strict=True)
    ]
    models = [run.model for run in runs]
    model = gn.Model(
        gn.PerNetwork([one.preprocessing for one in models for _ in range(2)]),
        gn.Ensemble([network for one in models for network in one.networks], weights=[0.1, 0.2, 0.3, 0.4]),
        models[0].class_names,
        feature_names=models[0].feature_names,
        columns=models[0].columns,
        recipe=models[0].recipe,
        target_scale=gn.PerNetwork([one.target_scale for one in models for _ in range(2)]),
        metrics=models[0].metrics,
    )
    run = dataclasses.replace(runs[0], model=model, histories=(*runs[0].histories, *runs[1].histories))
    write_run(run, Path("runs/t"))
    capsys.readouterr()
    for command in ("report runs/t", "evaluate runs/t t.csv", "predict runs/t t.csv", "inspect runs/t --sample 3"):
        assert glassnet(command.split()) == 0
        assert "damaged" not in capsys.readouterr().err
    assert glassnet(["inspect", "runs/t"]) == 0
    out = capsys.readouterr().out
    assert "weights of the networks: 0.1, 0.2, 0.3, 0.4" in out
    assert "preprocessing of networks 0, 1: first_columns(count=2, piece=standardize)" in out
    assert "preprocessing of networks 2, 3: first_columns(count=2, piece=quantile(output=normal" in out
    assert ("target scale of networks 2, 3: quantile" in out) == (target == "y")
    assert out.count("networks 0, 1, 2, 3\n") == out.count("layer ") == 1
    assert glassnet(["predict", "runs/t", "t.csv", "--out", "p.csv"]) == 0
    table = pd.read_csv("t.csv")
    found = pd.read_csv("p.csv")[target]
    expected = model.predict(table)
    assert (found.tolist() == expected.tolist()) if target == "kind" else np.allclose(found, expected, rtol=1e-4)
