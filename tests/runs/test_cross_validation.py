"""Cross-validation: rows are predicted by networks that never saw them, reproducibly."""

import dataclasses
import itertools
import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.cli.main import run as glassnet
from glassnet.recipes.recipe import Recipe, recipe_from_spec
from glassnet.report.evaluation import Evaluation
from glassnet.report.sections import data_facts
from glassnet.runs.cross_validation import cross_validate, epochs, set_up_folds
from glassnet.runs.run import load_parts, run_recipe
from glassnet.training.ensembles import seed_of
from helpers.interrupts import ctrl_c_heard, press_ctrl_c

LAYERS = ({"name": "dense", "units": 6, "activation": "tanh"},)


def recipe(source: str = "iris", **changes: Any) -> Recipe:
    words = {"epochs": 8, "split": "70/30", "layers": LAYERS, "steps": ("standardize",), "folds": 3, **changes}
    return Recipe("x", source, **words)


def held_rows(data: gn.Dataset, folds: int, seed: int) -> list[Any]:
    return [held for _, held in data.fold_rows(folds, seed)]


def test_every_row_is_in_one_fold_and_every_class_in_all() -> None:
    data = gn.load("iris")
    folds = held_rows(data, 4, seed=1)
    assert np.array_equal(np.sort(np.concatenate(folds)), np.arange(150))
    assert [len(rows) for rows in folds] == [38, 38, 37, 37]
    for rows in folds:
        assert np.abs(np.bincount(data.y[rows]) - len(rows) / 3).max() < 2
    assert all(map(np.array_equal, folds, held_rows(data, 4, seed=1)))
    assert not np.array_equal(folds[0], held_rows(data, 4, seed=2)[0])


@pytest.mark.parametrize("source", ["iris", "diabetes"])
@pytest.mark.parametrize("networks", [1, 2])
def test_it_equals_training_each_fold_by_hand(source: str, networks: int) -> None:
    plan = recipe(source, ensemble_size=networks)
    train = load_parts(plan)["train"]
    expected: list[Any] = [None] * len(train)
    for held in held_rows(train, 3, plan.seed):
        known = train.take(np.delete(np.arange(len(train)), held))
        scale = gn.Standardize().fit(known.X)
        center, spread = (0, 1) if known.class_names else (known.y.mean(), known.y.std())
        y = known.y if known.class_names else (known.y - center) / spread
        output: Any = 0
        for number in range(networks):
            out = gn.Dense(3, "softmax") if known.class_names else gn.Dense(1)
            net = gn.Network(train.features, [*LAYERS, out], seed=seed_of(plan.seed, number))
            gn.fit(net, (scale.transform(known.X), y), epochs=8, seed=seed_of(plan.seed, number), progress=False)
            output = output + (net.predict_proba(scale.transform(train.X[held])) * spread + center) / networks
        for row, own in zip(held, output, strict=True):
            expected[row] = own
    found = cross_validate(plan, train)
    rows, output = found.rows, found.output
    assert np.array_equal(rows, np.arange(len(train)))
    np.testing.assert_allclose(output, expected, rtol=2e-4, atol=1e-5)


def test_folds_add_a_score_and_leave_the_run_unchanged() -> None:
    folded, plain = (run_recipe(recipe(folds=folds)).metrics for folds in (3, 0))
    assert folded["folds"] == 3
    assert folded["valid_rows"] == folded["train_rows"] == 105
    assert 0.3 < folded["valid_accuracy"] < 1
    for name in ("seconds", "folds", "repeats", "valid_rows", "valid_accuracy", "valid_loss", "valid_accuracy_by_fold"):
        folded.pop(name), plain.pop(name, None)
    assert folded == plain
    assert run_recipe(recipe()).metrics["valid_loss"] == run_recipe(recipe()).metrics["valid_loss"]


def test_cross_validation_can_be_repeated() -> None:
    plan = recipe(repeats=2)
    train = load_parts(plan)["train"]
    found = cross_validate(plan, train)
    rows, output = found.rows, found.output
    assert np.array_equal(rows, np.repeat(np.arange(len(train)), 2))
    assert not np.allclose(output[::2], output[1::2])
    held = [set_up_folds(plan, train, repeat)[0].held for repeat in range(2)]
    assert not np.array_equal(held[0], held[1])
    assert np.array_equal(output[::2], cross_validate(recipe(), train).output)
    found = run_recipe(plan)
    assert dict(data_facts(Evaluation(found)))["Validation"] == "3-fold cross-validation, repeated 2 times"
    is_right = output.argmax(axis=1) == train.y[rows]
    right = is_right.mean()
    by_fold = [is_right[[int(np.flatnonzero(rows == row)[repeat]) for row in fold.held]].mean()
               for repeat in range(2) for fold in set_up_folds(plan, train, repeat)]  # fmt: skip
    assert run_recipe(plan).metrics["valid_accuracy_by_fold"] == pytest.approx(by_fold)
    assert found.metrics["valid_accuracy"] == pytest.approx(right)


def test_an_interrupt_ends_all_folds() -> None:
    plan = recipe(epochs=200_000_000)  # which would take hours
    timer = threading.Timer(0.5, press_ctrl_c)
    timer.start()
    with ctrl_c_heard(), pytest.raises(KeyboardInterrupt):
        cross_validate(plan, load_parts(plan)["train"])


def test_the_report_does_not_count_fold_rows_as_a_validation_set() -> None:
    words = dict(data_facts(Evaluation(run_recipe(recipe()))))
    assert words["Rows"] == "105 train, 45 test"
    assert words["Validation"] == "3-fold cross-validation"


def test_each_network_yields_a_record_per_epoch() -> None:
    plan = recipe(ensemble_size=2)
    folds = set_up_folds(plan, load_parts(plan)["train"])
    records = list(epochs(plan, [fold.setup for fold in folds]))
    assert [[record.epoch for record in epoch] for epoch in records] == [[i] * 6 for i in range(1, 9)]


def test_held_out_rows_do_not_affect_training_of_their_fold() -> None:
    restless = {"name": "adam", "learning_rate": 0.03}
    plan = recipe("diabetes", schedule={"name": "plateau", "patience": 1}, optimizer=restless, epochs=40)
    train = load_parts(plan)["train"]
    held = held_rows(train, 3, plan.seed)[0]
    y = train.y.copy()
    y[held] = -y[held]
    learned = []
    for answers in (train.y, y):
        setup = set_up_folds(plan, dataclasses.replace(train, y=answers))[0].setup
        rates = {record.learning_rate for (record,) in epochs(plan, [setup])}
        assert len(rates) > 1  # the schedule has looked at the progress
        learned.append(setup.networks[0].parameters.copy())
    np.testing.assert_array_equal(*learned)


def test_a_network_that_stops_early_waits_for_the_others() -> None:
    plan = recipe(early_stopping=True, patience=2, epochs=200, optimizer={"name": "adam", "learning_rate": 0.05})
    folds = set_up_folds(plan, load_parts(plan)["train"])
    last = list(epochs(plan, [fold.setup for fold in folds]))[-1]
    assert len(last) == 3
    assert len({record.epoch for record in last}) > 1


def test_leaving_the_loop_stops_all_folds_and_interrupts_propagate() -> None:
    plan = recipe(epochs=50)
    folds = set_up_folds(plan, load_parts(plan)["train"])
    for number, _ in enumerate(epochs(plan, [fold.setup for fold in folds])):
        if number == 3:
            break
    made = epochs(plan, [fold.setup for fold in set_up_folds(plan, load_parts(plan)["train"])])
    next(made)
    with pytest.raises(KeyboardInterrupt):
        made.throw(KeyboardInterrupt)


def test_tables_and_images_can_be_cross_validated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    kinds = itertools.cycle(["a", "b", "", "c"])
    rows = [f"{i % 7},{next(kinds)},{'yes' if i % 7 > 3 else 'no'}" for i in range(80)]
    Path("t.csv").write_text("\n".join(["x,kind,y", *rows, "1,once,no"]))
    rng = np.random.default_rng(0)
    np.savez("p.npz", X=rng.integers(0, 256, (60, 5, 6)).astype(np.uint8), y=np.arange(60) % 2)
    for source, more in (("t.csv", ["--target", "y"]), ("p.npz", ["--augment", "shift=1"])):
        out = f"of-{source[0]}"
        command = ["train", source, *more, "--split", "80/20", "--folds", "4", "--epochs", "3", "--out", out, "--quiet"]
        assert glassnet(command) == 0
        metrics = json.loads(Path(out, "metrics.json").read_text())
        assert metrics["folds"] == 4
        assert metrics["valid_rows"] == metrics["train_rows"]
        assert 0 <= metrics["valid_accuracy"] <= 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"folds": 1}, "folds must be 0, for no cross-validation, or at least 2, got 1"),
        ({"folds": -1}, "folds must be at least 0"),
        ({"split": "60/20/20"}, "folds replace the validation set, so split '60/20/20' must be train/test"),
    ],
)
def test_invalid_folds_raise(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        recipe(**changes)


def test_more_folds_than_rows_raise_and_the_spec_keeps_folds() -> None:
    with pytest.raises(ValueError, match="105 training rows are not enough for 106 folds"):
        run_recipe(recipe(folds=106))
    assert recipe_from_spec(recipe().to_spec()) == recipe()
    assert dataclasses.replace(recipe(), folds=0).to_spec()["training"]["folds"] == 0
