"""Very large numbers are scaled without overflow or named with their place; inputs that are always 0 have no effect."""

import dataclasses
import re
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.recipes.load import single_network
from glassnet.runs.run import run_recipe

X = np.random.default_rng(0).normal(size=(80, 2))
NAMES = ("standardize", "robust_scale", "quantile", "minmax")


def recipe(**changes: Any) -> Any:
    training = {"epochs": 30, "split": "80/20", "early_stopping": False} | changes
    return dataclasses.replace(single_network(gn.load_recipe("t.csv")), options={"target": "price"}, **training)


@pytest.mark.parametrize("size", [1.7e308, 1e39])
@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_inputs_of_any_size_are_trained_on(size: float, engine: str) -> None:
    table = gn.Table({"a": np.where(X[:, 0] > 0, size, -size), "b": X[:, 1]})
    run = run_recipe(recipe(engine=engine), gn.Dataset(table, np.where(X[:, 0] > 0, 5.0, 1.0)))
    assert run.metrics["train_r2"] > 0.9
    assert np.isfinite(run.model.predict(table)).all()


def test_one_cell_may_be_beyond_single_precision_if_inputs_are_scaled() -> None:
    rows = X.copy()
    rows[::10, 1] = 1e39
    assert np.isfinite(run_recipe(recipe(), (rows, X[:, 0])).model.predict(rows)).all()
    with pytest.raises(ValueError, match=r"X contains 1e\+39 in row \d+, column 1, too large for float32"):
        run_recipe(recipe(steps=[]), (rows, X[:, 0]))


def test_a_target_beyond_the_range_is_named_with_its_row() -> None:
    y = X[:, 0].copy()
    y[3] = -1e39
    with pytest.raises(
        ValueError, match=r"(price|y) contains -1e\+39 in row 3, too large for float32; scale it, or set dtype"
    ):
        run_recipe(recipe(), (X, y))
    table = gn.Table({"a": X[:, 0], "b": X[:, 1]})
    with pytest.raises(
        ValueError, match=r"(price|y) contains -1e\+39 in row 4, too large"
    ):  # rows of a table count from 1
        run_recipe(recipe(), gn.Dataset(table, y))
    assert np.isfinite(run_recipe(recipe(dtype="float64"), (X, y)).metrics["train_loss"])


def test_single_precision_targets_can_be_predicted_in_double_precision() -> None:
    y = X[:, 0].astype(np.float32)
    assert np.isfinite(run_recipe(recipe(dtype="float64"), (X, y)).metrics["train_loss"])


def test_an_estimator_names_a_target_beyond_the_range_of_its_inputs() -> None:
    with pytest.raises(ValueError, match=r"y contains -?\d.*e\+3\d in row \d+, too large for float32; scale y"):
        gn.MLPRegressor().fit(X.astype(np.float32), X[:, 0] * 1e39)


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
@pytest.mark.parametrize("steps", [*NAMES, {"name": "divide", "by": 2.0}, None], ids=str)
def test_an_input_that_is_0_in_all_training_rows_has_no_effect(steps: Any, engine: str) -> None:
    rows = np.column_stack([X, np.zeros(len(X))])
    model = run_recipe(recipe(engine=engine, steps=[steps] if steps else [], ensemble_size=2), (rows, X[:, 0])).model
    new = rows.copy()
    new[:, 2] = np.linspace(-1e6, 1e6, len(X))
    np.testing.assert_array_equal(model.predict(new), model.predict(rows))


def test_the_range_is_checked_after_preprocessing() -> None:
    rows = np.where(X > 0, 1e39, -1e39)
    net = gn.Network(2, [gn.Dense(1)], seed=0)
    gn.fit(
        net, (rows, X[:, 0]), preprocessing=gn.Standardize().fit(rows), epochs=1, progress=False, early_stopping=True
    )
    with pytest.raises(ValueError, match=r"X after preprocessing contains -?5e\+38 in row 0, column 0, too large for"):
        gn.fit(net, (rows, X[:, 0]), preprocessing=gn.Divide(2), epochs=1, progress=False)


@pytest.mark.parametrize("number", [1e300, 1.7e308])
def test_a_new_number_that_is_too_large_is_named_with_its_column_and_row(number: float) -> None:
    table = gn.Table({"kind": ["u", "v"] * 40, "a": X[:, 0] / 1e3, "b": X[:, 1]})
    model = run_recipe(recipe(), gn.Dataset(table, X[:, 0])).model
    new = gn.Table({"kind": ["u", "v"], "b": [0.0, 0.0], "a": [0.0, number]})
    message = "{}: {:g} is too far from the values of training for this model"
    with pytest.raises(ValueError, match=re.escape(message.format("column 'a', row 2", number))):
        model.predict(new)
    model = run_recipe(recipe(), gn.Dataset(X / 1e3, X[:, 0], feature_names=["a", "b"])).model
    with pytest.raises(ValueError, match=re.escape(message.format("column 'b', row 0", number))):
        model.predict([[0.0, number]])


@pytest.mark.parametrize("split", ["valid", "test"])
def test_a_number_that_is_too_large_in_another_split_is_named_before_the_training(
    split: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trained(*anything: Any, **options: Any) -> None:
        raise AssertionError("the training has begun")

    monkeypatch.setattr("glassnet.runs.training.train_ensemble", trained)
    kinds = ["u", "v"] * 40
    parts = gn.Dataset(gn.Table({"kind": kinds, "a": X[:, 0]}), X[:, 1]).split(0.6, 0.2, 0.2, seed=0)
    row = int(dict(zip(("train", "valid", "test"), parts, strict=True))[split].X.rows[3])
    a = X[:, 0].copy()
    a[row] = 1e300
    message = f"column 'a', row {row + 1}: 1e+300 is too far from the values of training for this model"
    with pytest.raises(ValueError, match=re.escape(message)):
        run_recipe(recipe(split="60/20/20"), gn.Dataset(gn.Table({"kind": kinds, "a": a}), X[:, 1]))
    with pytest.raises(ValueError, match=rf"{split}\w* set: column 'a', row \d+: 1e\+300 is too far from"):
        run_recipe(recipe(split="60/20/20"), gn.Dataset(np.stack([a, a], 1), X[:, 1], feature_names=["a", "b"]))
