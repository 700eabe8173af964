"""TableClassifier and TableRegressor: scikit-learn's contract, the command line's results, tables, and errors."""

import pickle
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils._test_common.instance_generator import _get_check_estimator_ids
from sklearn.utils.estimator_checks import estimator_checks_generator

import glassnet as gn
from glassnet.cli.main import run
from glassnet.data.splits import fold_rows
from glassnet.data.tables.unseen import UnseenError, UnseenWarning
from glassnet.estimators import table_base
from glassnet.maths.temperature import with_temperature
from glassnet.runs.run import load_parts
from glassnet.tabular import portfolio
from helpers.sklearn_checks import name_of, passes

RNG = np.random.default_rng(0)
N = 60
CITIES = np.array(["Bern", "Oslo", "Rome"])[RNG.integers(3, size=N)]
FRAME = pd.DataFrame(
    {
        "area": np.where(RNG.random(N) < 0.2, np.nan, RNG.normal(80, 20, N)),
        "city": pd.Series(CITIES, dtype=object).where(RNG.random(N) > 0.1, None),
        "sold": pd.Timestamp("2024-01-01") + pd.to_timedelta(RNG.integers(700, size=N), unit="D"),
        "floor": RNG.integers(5, size=N),
    }
)
PRICE = RNG.normal(0, 10, N) + 100 * (CITIES == "Rome") + np.nan_to_num(FRAME["area"].to_numpy(), nan=80.0)
KIND = np.where(np.median(PRICE) < PRICE, "high", "low")
X = np.stack([FRAME["area"].fillna(80), FRAME["floor"], CITIES == "Rome"], axis=1).astype(float)

small: dict[str, Any] = {"quality": "quick", "folds": 2}
TARGETS = {"TableClassifier": KIND, "TableRegressor": PRICE}
by_name = pytest.mark.parametrize("name", TARGETS)

# Weights are equivalent to repeated rows if the loss of all rows is minimized at once. Here, copies of a row would be
# in several folds and batches.
EXPECTED_FAILURES = ("check_sample_weight_equivalence_on_dense_data",)


def make(name: str, **parameters: Any) -> Any:
    return getattr(gn, name)(**{**small, **parameters})


def predicted(estimator: Any, rows: Any) -> np.ndarray:
    return getattr(estimator, "predict_proba", estimator.predict)(rows)


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


# Parameters


@by_name
def test_parameters_are_keywords_and_are_cloned(name: str) -> None:
    estimator = clone(make(name, eval_metric="r2", n_jobs=2))
    assert repr(estimator) == f"{name}(eval_metric='r2', folds=2, n_jobs=2, quality='quick')"
    with pytest.raises(TypeError, match="positional"):
        getattr(gn, name)("quick")
    with pytest.raises(NotFittedError, match=f"This {name} instance is not fitted yet"):
        estimator.predict(FRAME)


@by_name
@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"time_limit": 0}, r"'time_limit' parameter of \w+ must be a float in the range \(0.0, inf\) or None. Got 0"),
        ({"quality": "better"}, r"'quality' parameter of \w+ must be a str among \{.*'quick'.*\}. Got 'better'"),
        ({"eval_metric": "f1"}, r"'eval_metric' parameter of \w+ must be a str among"),
        ({"folds": 1}, r"'folds' parameter of \w+ must be an int in the range \[2, inf\) or None. Got 1"),
        ({"random_state": -1}, r"'random_state' parameter of \w+ must be an int in the range \[0, 4294967295\]"),
    ],
    ids=str,
)
def test_invalid_parameters_raise(name: str, parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make(name, **parameters).fit(FRAME, TARGETS[name])


def test_a_metric_of_the_other_task_raises() -> None:
    with pytest.raises(ValueError, match=r"^eval_metric 'rmse' is for regression; for classification: log_loss, "):
        make("TableClassifier", eval_metric="rmse").fit(X, KIND)
    with pytest.raises(
        ValueError, match=r"^eval_metric 'roc_auc' is for classification; for regression: rmse, mae, r2$"
    ):
        make("TableRegressor", eval_metric="roc_auc").fit(X, PRICE)


def test_the_metric_chooses_the_weights() -> None:
    estimator = make("TableRegressor", eval_metric="mae").fit(X, PRICE)
    # The error is that of predictions that are not clipped.
    assert estimator.contributions_[0]["error"] == pytest.approx(np.abs(estimator.held_out_ - PRICE).mean(), rel=0.05)


@by_name
def test_a_time_limit_keeps_at_least_one_network(name: str) -> None:
    estimator = make(name, time_limit=1e-9, n_jobs=1).fit(FRAME, TARGETS[name])
    assert len(estimator.model_.networks) == 1
    assert np.isnan(estimator.held_out_).any(axis=-1 if name == "TableClassifier" else None).sum() in (1, N // 2)
    assert estimator.model_.recipe["training"]["members"] == 1


@by_name
def test_the_seed_determines_the_result_and_the_number_of_threads_does_not(name: str, fitted: dict[str, Any]) -> None:
    found = predicted(fitted[name], FRAME)
    np.testing.assert_array_equal(predicted(make(name, n_jobs=2).fit(FRAME, TARGETS[name]), FRAME), found)
    others = [make(name, random_state=s).fit(FRAME, TARGETS[name]) for s in (1, np.random.RandomState(0))]
    assert not any(np.array_equal(predicted(one, FRAME), found) for one in others)


def test_threads_are_those_of_joblib(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, train = [], table_base.fit_table

    def watched(*data: Any, **options: Any) -> Any:
        seen.append(options["limits"].threads)
        return train(*data, **options)

    monkeypatch.setattr(table_base, "fit_table", watched)
    make("TableRegressor").fit(X, PRICE)
    make("TableRegressor", n_jobs=3).fit(X, PRICE)
    make("TableRegressor", n_jobs=-1).fit(X, PRICE)
    with joblib.parallel_config(n_jobs=2):
        make("TableRegressor").fit(X, PRICE)
    assert seen == [1, 3, joblib.cpu_count(), 2]
    with pytest.raises(ValueError, match="n_jobs == 0"):
        make("TableRegressor", n_jobs=0).fit(X, PRICE)


def test_verbose_shows_a_bar(capsys: pytest.CaptureFixture[str]) -> None:
    make("TableRegressor").fit(X, PRICE)
    assert capsys.readouterr().err == ""
    make("TableRegressor", verbose=1).fit(X, PRICE)
    assert "96/96" in capsys.readouterr().err


# Targets and weights


def test_one_class_raises() -> None:
    with pytest.raises(ValueError, match=r"^y has a single class, 1; a classifier needs at least two$"):
        make("TableClassifier").fit(X, np.ones(N, int))


def test_classes_with_one_row_warn() -> None:
    y = KIND.astype(object)
    y[0] = "odd"
    with pytest.warns(UserWarning, match="^class odd of y has a single row, so no network"):
        estimator = make("TableClassifier").fit(X, y)
    assert estimator.predict_proba(X).shape == (N, 3)


@by_name
def test_fewer_rows_than_folds_make_fewer_folds(name: str) -> None:
    rows = [int(np.argmax(KIND == "high")), *np.flatnonzero(KIND == "low")[:1]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        estimator = make(name, folds=7).fit(X[rows], TARGETS[name][rows])
    assert len(estimator.model_.networks) == 2
    with pytest.raises(ValueError, match=f"Found 1 sample, but a minimum of 2 is required by {name}"):
        make(name).fit(FRAME[:1], TARGETS[name][:1])


def test_classes_as_a_numeric_target_raise() -> None:
    for y in (KIND, KIND.astype(object), pd.Series(KIND), pl.Series(KIND)):
        with pytest.raises(
            ValueError, match=r"^y contains (high|low), which is not a number; TableClassifier predicts"
        ):
            make("TableRegressor").fit(X, y)


def test_numbers_beyond_float32_raise() -> None:
    with pytest.raises(ValueError, match=r"^y contains 1e\+300 in row 4, too large for float32; scale y$"):
        make("TableRegressor").fit(X, np.where(np.arange(N) == 4, 1e300, PRICE))


def test_class_weights_shift_the_predictions() -> None:
    noise = np.random.default_rng(1).normal(size=(200, 2))
    y = np.repeat(["many", "few"], [180, 20])
    shares = {}
    for weights in (None, "balanced", {"few": 9.0}):
        estimator = make("TableClassifier", class_weight=weights).fit(noise, y)
        shares[str(weights)] = estimator.predict_proba(noise)[:, 0].mean()
    assert shares["None"] < 0.2
    assert 0.35 < shares["balanced"] < 0.65
    assert 0.35 < shares["{'few': 9.0}"] < 0.65
    with pytest.raises(ValueError, match="class_weight has 'none', which is not a class"):
        make("TableClassifier", class_weight={"none": 1}).fit(noise, y)


@by_name
def test_rows_with_weight_0_are_left_out(name: str) -> None:
    weights = (np.arange(N) % 4 > 0).astype(float)
    kept = weights > 0
    weighted = make(name).fit(FRAME, TARGETS[name], sample_weight=weights)
    without = make(name).fit(FRAME[kept], TARGETS[name][kept], sample_weight=weights[kept])
    np.testing.assert_array_equal(predicted(weighted, FRAME), predicted(without, FRAME))
    np.testing.assert_array_equal(weighted.held_out_[kept], without.held_out_)
    assert np.isnan(weighted.held_out_[~kept]).all()
    for bad, message in (
        (np.zeros(N), "all sample weights are 0|at least one non-zero"),
        (-np.ones(N), "weights must be at least 0, got -1"),
    ):
        with pytest.raises(ValueError, match=message):
            make(name).fit(FRAME, TARGETS[name], sample_weight=bad)


# State


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
