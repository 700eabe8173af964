"""TableClassifier and TableRegressor: scikit-learn's contract, the command line's results, tables, and errors."""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils._test_common.instance_generator import _get_check_estimator_ids
from sklearn.utils.estimator_checks import estimator_checks_generator

import glassnet as gn
from glassnet.cli.main import run
from glassnet.data.splits import fold_rows
from glassnet.data.tables.unseen import UnseenError, UnseenWarning
from glassnet.maths.temperature import with_temperature
from glassnet.runs.run import load_parts
from glassnet.tabular import portfolio
from helpers.sklearn_checks import name_of, passes
from helpers.table_estimators import CITIES, FRAME, KIND, PRICE, RNG, TARGETS, N, X, by_name, make, predicted

# Weights are equivalent to repeated rows if the loss of all rows is minimized at once. Here, copies of a row would be
# in several folds and batches.
EXPECTED_FAILURES = ("check_sample_weight_equivalence_on_dense_data",)


@pytest.fixture(scope="module")
def fitted() -> dict[str, Any]:
    return {name: make(name).fit(FRAME, y) for name, y in TARGETS.items()}


CHECKS = [pair for name in TARGETS for pair in estimator_checks_generator(make(name))]


@pytest.mark.parametrize(("estimator", "check"), CHECKS, ids=_get_check_estimator_ids)
def test_the_checks_of_scikit_learn_pass(estimator: Any, check: Callable[[Any], None]) -> None:
    if name_of(check) in EXPECTED_FAILURES:
        with pytest.raises(AssertionError, match="not equivalent to fitting with removed or repeated data points"):
            passes(estimator, check)
    else:
        passes(estimator, check)


@by_name
def test_the_command_line_trains_the_same_bits(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    y = PRICE if name == "TableRegressor" else np.where(np.quantile(PRICE, 0.7) < PRICE, "high", "low")
    frame = FRAME.assign(street=[f"street {i}" for i in RNG.integers(20, size=N)])  # embedded, and target-encoded
    frame.assign(target=y).to_parquet("homes.parquet")
    command = ["train", "homes.parquet", "--target", "target", "--quality", "quick", "--folds", "3", "--seed", "5"]
    weighted: dict[str, Any] = {"class_weight": "balanced"} if name == "TableClassifier" else {}
    command += ["--class-weight", "balanced"] if weighted else []
    assert run([*command, "--quiet", "--out", "run"]) == 0
    theirs = gn.load_model("run")
    rows = load_parts(gn.load_recipe("run"))["train"].X.rows
    assert 40 < len(rows) < N
    ours = make(name, folds=3, random_state=5, **weighted).fit(frame.iloc[rows], y[rows])
    assert ours.model_.columns.embedded
    assert len(ours.model_.networks) == len(theirs.networks)
    for one, other in zip(ours.model_.networks, theirs.networks, strict=True):
        np.testing.assert_array_equal(one.parameters, other.parameters)
    found, expected = predicted(ours, frame.iloc[rows]), theirs.outputs(frame.iloc[rows])
    np.testing.assert_array_equal(found.reshape(expected.shape), expected)


@pytest.mark.parametrize(
    "labels",
    [
        np.array([3, 7]),
        np.array([False, True]),
        np.array([-1.0, 2.0]),
        np.array(["no", "yes"]),
        np.array(["no", "yes"], object),
    ],
    ids=lambda labels: str(labels.dtype),
)
def test_labels_keep_their_type(labels: np.ndarray) -> None:
    y = labels[(KIND == "low").astype(int)]
    classifier = make("TableClassifier").fit(X, y)
    np.testing.assert_array_equal(classifier.classes_, labels)
    assert classifier.classes_.dtype == classifier.predict(X).dtype == labels.dtype
    assert classifier.score(X, y) > 0.8


@pytest.mark.parametrize(("dtype", "kind"), [("Int64", "i"), ("boolean", "b"), ("Int8", "i")])
def test_labels_of_nullable_types_of_pandas_keep_their_kind(dtype: str, kind: str) -> None:
    classifier = make("TableClassifier").fit(X, pd.Series(KIND == "low").astype(dtype))
    assert classifier.predict(X).dtype.kind == kind
    with pytest.raises(ValueError, match="y has no value in row 1; remove rows without a class"):
        classifier.fit(X, [KIND[0], None, *KIND[2:]])


def test_several_numeric_targets_are_predicted_together() -> None:
    y = np.stack([PRICE, -2 * X[:, 0]], axis=1)
    regressor = make("TableRegressor").fit(FRAME, y)
    assert regressor.predict(FRAME).shape == regressor.held_out_.shape == (N, 2)
    assert regressor.score(FRAME, y) > 0.5


@by_name
def test_held_out_predictions_come_from_networks_that_were_trained_without_the_row(
    name: str, fitted: dict[str, Any]
) -> None:
    estimator, y = fitted[name], TARGETS[name]
    model = estimator.model_
    classes = None if name == "TableRegressor" else np.unique(y, return_inverse=True)[1]
    expected = np.full((N, model.network.outputs), np.nan)
    for number, (_, held) in enumerate(fold_rows(2, N, np.random.default_rng(0), y=classes)):
        own = model.networks[number].predict_proba(model.inputs(FRAME, number))[held]
        if classes is None:
            expected[held] = np.clip(own, *model.output_range)
        else:
            expected[held] = with_temperature(own, model.network.temperature)
    held_out = estimator.held_out_
    assert held_out.shape == ((N,) if classes is None else (N, 2))
    np.testing.assert_allclose(held_out.reshape(N, -1), expected, rtol=1e-4)


@by_name
def test_contributions_describe_every_setting(name: str, fitted: dict[str, Any]) -> None:
    (only,) = fitted[name].contributions_
    assert only["weight"] == 1
    assert only["networks"] == len(only["best_epochs"]) == 2
    assert only["error"] > 0


@by_name
@pytest.mark.parametrize("library", ["polars", "pyarrow", "table"])
def test_tables_of_other_libraries_are_equivalent(name: str, library: str, fitted: dict[str, Any]) -> None:
    converted = {
        "polars": pl.from_pandas,
        "pyarrow": lambda frame: pa.Table.from_pandas(frame, preserve_index=False),
        "table": gn.read_table,
    }[library](FRAME)
    other = make(name).fit(converted, pl.Series(TARGETS[name]) if library == "polars" else TARGETS[name])
    np.testing.assert_array_equal(predicted(other, converted), predicted(fitted[name], FRAME))
    assert other.n_features_in_ == 4
    if library != "table":
        assert other.feature_names_in_.tolist() == list(FRAME)


@by_name
def test_a_list_of_rows_may_hold_texts_and_numbers(name: str) -> None:
    rows = [[float(area), city] for area, city in zip(X[:, 0], CITIES, strict=True)]
    estimator = make(name).fit(rows, TARGETS[name].tolist())
    same = make(name).fit(pd.DataFrame(rows, columns=["area", "city"]), TARGETS[name])
    np.testing.assert_array_equal(predicted(estimator, rows[:5]), predicted(same, same_table(rows[:5])))


def same_table(rows: list[Any]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["area", "city"])


@by_name
def test_nan_in_an_array_is_a_missing_value(name: str) -> None:
    raw = np.stack([FRAME["area"], FRAME["floor"]], axis=1).astype(float)
    estimator = make(name).fit(raw, TARGETS[name])
    assert estimator.model_.columns.width == 3  # two numbers and an indicator
    assert np.isfinite(predicted(estimator, raw)).all()
    with pytest.warns(UnseenWarning, match="column 1"):
        estimator.predict([[80.0, np.nan]])
    with pytest.raises(UnseenError, match="column 1 has no value in row 0"):
        estimator.set_params(unseen="error").predict([[80.0, np.nan]])


@by_name
@pytest.mark.parametrize("rows", [X, pd.DataFrame(X, columns=["a", "b", "c"])], ids=["array", "DataFrame"])
def test_infinities_raise_in_fit_and_in_predict(name: str, rows: Any) -> None:
    bad = rows.copy()
    if isinstance(bad, pd.DataFrame):
        bad.loc[3, "a"] = np.inf
    else:
        bad[3, 0] = np.inf
    with pytest.raises(ValueError, match=r"inf.* row 3|row 3.*inf"):
        make(name).fit(bad, TARGETS[name])
    with pytest.raises(ValueError, match="inf"):
        make(name).fit(rows, TARGETS[name]).predict(bad)


def test_columns_that_say_nothing_are_left_out_and_listed() -> None:
    frame, y = pd.concat([FRAME, FRAME], ignore_index=True), np.tile(KIND, 2)
    table = frame.assign(country="CH", id=[f"home {i}" for i in range(2 * N)])
    estimator = make("TableClassifier").fit(table, y)
    listed = [str(one.column) for one in estimator.decisions_ if "left out" in one.text]
    assert listed == ["country", "id"]
    assert estimator.n_features_in_ == 6
    same = make("TableClassifier").fit(frame, y)
    np.testing.assert_array_equal(estimator.predict_proba(table), same.predict_proba(frame))
    with pytest.raises(ValueError, match="X has no column to learn from: 'country' is 'CH' in every row"):
        estimator.fit(table[["country"]], KIND)


def test_an_array_is_predicted_like_the_table_of_training() -> None:
    table = pd.DataFrame(X, columns=["a", "b", "c"]).assign(d=5.0)[["d", "a", "b", "c"]]
    estimator = make("TableRegressor").fit(table, PRICE)
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        found = estimator.predict(table.to_numpy())
    np.testing.assert_array_equal(found, estimator.predict(table))


@by_name
def test_a_failed_fit_changes_nothing(name: str, fitted: dict[str, Any]) -> None:
    estimator = pickle.loads(pickle.dumps(fitted[name]))
    before = predicted(estimator, FRAME)
    bad = pd.DataFrame({"other": [np.inf] * N})
    with pytest.raises(ValueError, match="inf"):
        estimator.fit(bad, TARGETS[name])
    np.testing.assert_array_equal(predicted(estimator, FRAME), before)


@by_name
def test_ctrl_c_keeps_the_networks_so_far(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    train, calls = portfolio.train_member, []

    def interrupted(*arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return train(*arguments)

    monkeypatch.setattr(portfolio, "train_member", interrupted)
    with pytest.warns(UserWarning, match="Training interrupted by user"):
        estimator = make(name, folds=4).fit(FRAME, TARGETS[name])
    assert len(estimator.model_.networks) == 2
    assert np.isfinite(predicted(estimator, FRAME)).all()


@by_name
def test_a_saved_model_predicts_the_same_without_scikit_learn(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    table = FRAME.assign(country="CH")  # left out
    estimator = make(name).fit(table, TARGETS[name])
    estimator.save("homes.safetensors")
    model = gn.load_model("homes.safetensors")
    np.testing.assert_array_equal(model.predict(table).ravel(), estimator.predict(table))
    table.to_csv("new.csv", index=False)
    assert run(["predict", "homes.safetensors", "new.csv", "--out", "found.csv"]) == 0
    assert len(pd.read_csv("found.csv")) == N
    assert run(["inspect", "homes.safetensors"]) == 0
    assert "quick" in capsys.readouterr().out


@by_name
def test_model_selection_of_scikit_learn_works(name: str) -> None:
    y = TARGETS[name]
    assert np.isfinite(cross_val_score(make(name), FRAME, y, cv=2)).all()
    metrics = ["log_loss", "accuracy"] if name == "TableClassifier" else ["rmse", "mae"]
    search = GridSearchCV(make(name), {"eval_metric": metrics}, cv=2).fit(FRAME, y)
    assert search.best_params_["eval_metric"] in metrics
    pipeline = make_pipeline(StandardScaler(), make(name)).fit(X, y)
    assert pipeline.score(X, y) > 0.5
