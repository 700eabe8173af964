"""The portfolio of networks on unusual data: few rows, groups, or classes, several targets, large numbers, limits."""

import dataclasses
import signal
import threading
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.common.selection import Selection
from glassnet.runs.run import Run, run_recipe
from glassnet.runs.save import write_run
from glassnet.tabular import member, qualities
from glassnet.tabular.settings import Setting

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 3))
Y = X[:, 0] + 0.1 * RNG.normal(size=40)
CLASSES = np.where(X[:, 0] > 0, "a", "b")
TWO = np.column_stack([Y, 1000 * X[:, 1]])
SMALL = (
    Setting(numeric="piecewise", hidden=(8,), epochs=3, cycles=2),
    Setting(numeric="periodic", scaling="quantile", hidden=(8, 8), epochs=3, cycles=2),
)


@pytest.fixture(autouse=True)
def small_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(qualities.QUALITIES, "quick", qualities.Quality(SMALL, folds=3))


def recipe(**changes: Any) -> gn.Recipe:
    return dataclasses.replace(gn.load_recipe("t.csv"), **{"quality": "quick"} | changes)


def trained(X: Any, y: Any, **changes: Any) -> Run:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return run_recipe(recipe(**changes), (X, y))


DATA = {
    "numbers": gn.Dataset(X, Y),
    "classes": gn.Dataset(X, CLASSES),
    "several targets": gn.Dataset(X, TWO),
    "a constant target": gn.Dataset(X, np.full(40, 3.5)),
    "one class": gn.Dataset(X, np.zeros(40, int), class_names=["a"]),
    "a class without rows": gn.Dataset(X, (X[:, 0] > 0).astype(int), class_names=["a", "b", "c"]),
    "a class with a single row": gn.Dataset(X, np.where(np.arange(40) == 7, "c", CLASSES)),
    "two rows": gn.Dataset(X[:2], Y[:2]),
    "two rows of classes": gn.Dataset(X[:2], CLASSES[:2]),
    "fewer rows than folds": gn.Dataset(X[:3], Y[:3]),
    "constant columns": gn.Dataset(np.ones((40, 2)), Y),
    "whole numbers": gn.Dataset((1000 * X).astype(np.int64) + 10**12, Y),
    "bytes": gn.Dataset((10 * X + 100).astype(np.uint8), Y),
    "truth values": gn.Dataset(X > 0, Y),
    "the largest numbers": gn.Dataset(np.where(X > 0, 1.7e308, -1.7e308), Y),
    "a table": gn.Dataset(gn.Table({"kind": ["u", "v"] * 20, "size": X[:, 0]}), Y),
    "codes only": gn.Dataset(gn.Table({"kind": [f"u{i % 10}" for i in range(40)]}), CLASSES),
    "codes and several targets": gn.Dataset(gn.Table({"kind": [f"u{i % 10}" for i in range(40)]}), TWO),
    "few groups": gn.Dataset(X, Y, groups=np.arange(40) % 3),
    "times": gn.Dataset(X, Y, times=np.arange(40)),
}


@pytest.mark.parametrize("data", DATA.values(), ids=DATA)
def test_a_portfolio_is_trained_and_saved(data: gn.Dataset, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = run_recipe(recipe(), data)
    predicted = run.model.predict(data.X)
    assert predicted.shape == data.y.shape
    assert data.class_names is not None or np.isfinite(predicted).all()
    assert run.metrics["ensemble_size"] == len(run.histories) == len(run.model.networks)
    assert len(run.metrics["settings"]) == 2
    write_run(run, tmp_path / "run")
    np.testing.assert_array_equal(gn.load_model(tmp_path / "run").predict(data.X), predicted)


OPTIONS = {
    "three parts": {"split": "60/20/20"},
    "folds": {"folds": 5},
    "class weights": {"class_weight": "balanced"},
    "threshold": {"threshold": "f1"},
    **{metric: {"eval_metric": metric} for metric in ("roc_auc", "accuracy", "balanced_accuracy", "brier_score")},
}


@pytest.mark.parametrize("changes", OPTIONS.values(), ids=OPTIONS)
def test_options_of_a_portfolio(changes: dict[str, Any]) -> None:
    run = trained(X, CLASSES, **changes)
    assert run.metrics["folds"] == changes.get("folds", 3)
    assert set(run.parts) == {"train", "test"}
    assert len(run.parts["train"]) == run.metrics["valid_rows"] == 32
    assert (run.model.threshold != 0.5) == ("threshold" in changes)


FAULTS = {
    "one row": ((X[:1], Y[:1]), {}, r"at least two rows, got 1; train a single network, such as with --hidden 64"),
    "one group": (gn.Dataset(X, Y, groups=np.arange(40) % 2), {}, "at least two groups, got 1; train a single network"),
    "two times": (gn.Dataset(X, Y, times=np.arange(40) // 20), {}, "at least two distinct times, got 1; train a"),
    "too many folds": ((X, Y), {"folds": 99}, "32 training rows are not enough for 99 folds"),
    "more folds than groups": (
        gn.Dataset(X, Y, groups=np.arange(40) // 10),
        {"folds": 7},
        "3 groups are not enough for 7 folds",
    ),
    "a metric of numbers": ((X, CLASSES), {"eval_metric": "rmse"}, "'rmse' is for regression; for classification: log"),
    "a threshold of numbers": ((X, Y), {"threshold": "f1"}, "needs two classes, but memory:data has a numeric target"),
    "class weights of numbers": ((X, Y), {"class_weight": "balanced"}, "its target is numeric"),
    "a target too large": ((X, Y * 1e39), {}, r"in row \d+, too large for float32; scale it$"),
    "unseen": (
        gn.Dataset(gn.Table({"kind": list(map(str, range(40)))}), Y),
        {"unseen": "error"},
        "column 'kind' contains '31' in row 32, which did not occur in training",
    ),
}


@pytest.mark.parametrize(("data", "changes", "message"), FAULTS.values(), ids=FAULTS)
def test_faults_are_one_line(data: Any, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        run_recipe(recipe(**changes), data)
    assert "\n" not in str(caught.value)


def test_the_error_of_several_targets_is_that_of_all_of_them() -> None:
    run = trained(X, TWO)
    held_out = run.metrics["valid_rmse_by_fold"]
    assert len(held_out) == 3
    assert run.model.predict(X).shape == (40, 2)
    low, high = run.model.output_range
    np.testing.assert_allclose([low, high], [end(run.parts["train"].y, axis=0) for end in (np.min, np.max)])


def test_columns_that_are_0_in_all_training_rows_have_no_effect() -> None:
    rows = np.column_stack([X, np.zeros(40)])
    model = trained(rows, Y).model
    new = rows.copy()
    new[:, 3] = np.linspace(-1e6, 1e6, 40)
    np.testing.assert_array_equal(model.predict(new), model.predict(rows))


def test_numbers_far_from_those_of_training_are_predicted_like_its_largest() -> None:
    model = trained(X, Y).model
    new = X[:2].copy()
    new[0, 1], new[1, 1] = 1e300, -1.7e308
    assert np.isfinite(model.predict(new)).all()


def test_numbers_that_differ_less_than_single_precision_are_told_apart() -> None:
    run = trained(X[:, :1] / 1e6 + 1e6, np.sign(X[:, 0]))
    sure = np.abs(X[:, 0]) > 0.5
    assert np.corrcoef(run.model.predict(X[:, :1] / 1e6 + 1e6)[sure], np.sign(X[sure, 0]))[0, 1] > 0.5


def test_results_do_not_depend_on_the_number_of_threads() -> None:
    one, two = (trained(X, CLASSES, threads=threads) for threads in (1, 2))
    np.testing.assert_array_equal(one.model.predict_proba(X), two.model.predict_proba(X))
    same = [{k: v for k, v in run.metrics.items() if k not in ("seconds", "run_id")} for run in (one, two)]
    assert same[0] == same[1]


@pytest.mark.parametrize("seconds", [1e-9, 0.05, 1e9])
def test_a_run_with_a_time_limit_is_repeated_by_its_recipe(seconds: float) -> None:
    run = trained(X, Y, time_limit=seconds)
    assert run.recipe.time_limit is None
    again = run_recipe(run.recipe, (X, Y))
    np.testing.assert_array_equal(again.model.predict(X), run.model.predict(X))


def test_members_limits_the_networks_to_whole_settings() -> None:
    assert [len(trained(X, Y, members=count).metrics["settings"]) for count in (1, 2, 3, 5, 6)] == [1, 1, 1, 1, 2]


def test_an_interrupt_keeps_complete_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    train_member, started = member.train_member, list[int]()

    def interrupted(*given: Any) -> Any:
        stop: threading.Event = given[5]
        started.append(len(started))
        if len(started) == 5:
            signal.raise_signal(signal.SIGINT)
            assert stop.wait(60)
        return train_member(*given)

    monkeypatch.setattr("glassnet.tabular.portfolio.train_member", interrupted)
    run = run_recipe(recipe(threads=1), (X, Y))
    assert run.is_interrupted
    assert run.metrics["stop_reason"] == "interrupted"
    assert len(run.metrics["settings"]) == 1  # the second one has a single network
    assert len(run.model.networks) == 3
    np.testing.assert_array_equal(run.model.predict(X), trained(X, Y, members=3).model.predict(X))


def test_data_on_disk_are_copied_up_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.save(tmp_path / "X.npy", X)
    np.save(tmp_path / "y.npy", Y)
    source = str(tmp_path / "X.npy")
    plan = dataclasses.replace(gn.load_recipe(source), quality="quick")
    on_disk = run_recipe(plan)
    assert isinstance(on_disk.parts["train"].X, Selection)
    np.testing.assert_array_equal(on_disk.model.predict(X), trained(X, Y).model.predict(X))
    monkeypatch.setattr("glassnet.runs.table.MOST_BYTES", 32 * 3 * 8 - 1)
    with pytest.raises(ValueError, match=r"has 0\.0 GB of numbers, but .* memory, up to .*, such as with --hidden 64"):
        run_recipe(plan)
    assert np.isfinite(trained(X, Y).metrics["test_rmse"])  # it is in memory already
    single = dataclasses.replace(gn.single_network(plan), epochs=2)
    assert np.isfinite(run_recipe(single).metrics["test_rmse"])
