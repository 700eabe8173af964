"""The estimators keep the contract of scikit-learn: signatures, attributes, checks, and its own tests."""

import copy
import inspect
import io
import os
import pickle
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn
import sklearn.neural_network as theirs
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils._test_common.instance_generator import _get_check_estimator_ids
from sklearn.utils.estimator_checks import estimator_checks_generator

import glassnet as gn
from helpers.sklearn_checks import name_of, passes
from helpers.sklearn_pairs import DATA
from helpers.sklearn_plugin import EXCLUDED

NAMES = ("MLPClassifier", "MLPRegressor")
by_name = pytest.mark.parametrize("name", NAMES)
quick = {"max_iter": 5, "hidden_layer_sizes": (9,), "random_state": 0}

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def data(name: str) -> tuple[np.ndarray, Any]:
    _, X, y = DATA["multiclass" if name == "MLPClassifier" else "number"]
    return X, y


def fitted(name: str, **parameters: Any) -> Any:
    return getattr(gn, name)(**{**quick, **parameters}).fit(*data(name))


CHECKS = [
    pair
    for made in (gn.MLPClassifier(max_iter=100), gn.MLPRegressor(max_iter=100))
    for pair in estimator_checks_generator(made)
]


@pytest.mark.parametrize(("estimator", "check"), CHECKS, ids=_get_check_estimator_ids)
def test_every_check_of_scikit_learn_passes(estimator: Any, check: Callable[[Any], None]) -> None:
    if name_of(check).endswith("output_format_decision_function"):
        assert not hasattr(estimator, "decision_function")  # as in scikit-learn
        return
    passes(estimator, check)


def test_the_tests_of_scikit_learn_pass_except_those_of_private_functions(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "helpers.sklearn_plugin", "-p", "no:cacheprovider"]
    command += ["--pyargs", "sklearn.neural_network.tests.test_mlp", f"--junitxml={report}"]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-3000:]
    suite = ET.parse(report).getroot()[0].attrib
    assert (suite["failures"], suite["errors"], suite["skipped"]) == ("0", "0", "0"), done.stdout[-3000:]
    assert int(suite["tests"]) >= 50
    assert f"{len(EXCLUDED)} deselected" in done.stdout


@by_name
def test_parameters_match_scikit_learn_and_extensions_follow(name: str) -> None:
    own, others = (inspect.signature(getattr(module, name)).parameters for module in (gn, theirs))
    kept = list(own.values())[: len(others)]
    assert [(p.name, p.default, p.kind) for p in kept] == [(p.name, p.default, p.kind) for p in others.values()]
    assert all(p.kind is inspect.Parameter.KEYWORD_ONLY for p in list(own.values())[len(others) :])


@by_name
def test_methods_and_their_arguments_match_scikit_learn(name: str) -> None:
    own, other = getattr(gn, name), getattr(theirs, name)
    for method in dir(other):
        if method.startswith("_") or not callable(getattr(other, method, None)):
            continue
        assert hasattr(own, method), method
        ours, expected = (list(inspect.signature(getattr(cls, method)).parameters) for cls in (own, other))
        if not method.endswith("_request"):
            assert ours[: len(expected)] == expected, method


@by_name
@pytest.mark.parametrize("parameters", [{}, {"solver": "sgd", "early_stopping": True}, {"solver": "lbfgs"}], ids=str)
def test_fitted_attributes_match_scikit_learn_in_name_and_type(name: str, parameters: dict[str, Any]) -> None:
    X, y = data(name)
    one, other = (getattr(module, name)(**quick, **parameters).fit(X, y) for module in (theirs, gn))
    public = [attribute for attribute in vars(one) if attribute.endswith("_") and not attribute.startswith("_")]
    assert len(public) >= 9
    for attribute in [*public, "loss"]:
        a, b = getattr(one, attribute), getattr(other, attribute)
        assert isinstance(b, type(a)) or isinstance(a, type(b)), attribute
        if isinstance(a, (int, str)):
            assert a == b, attribute


@by_name
def test_repr_clone_and_set_params_work(name: str) -> None:
    cls = getattr(gn, name)
    assert repr(cls(alpha=0.1)) == f"{name}(alpha=0.1)"
    assert "<label" in cls()._repr_html_() or "sk-" in cls()._repr_html_()
    other = clone(cls(alpha=0.1, dropout=0.2)).set_params(alpha=0.3)
    assert (other.alpha, other.dropout) == (0.3, 0.2)
    assert set(other.get_params()) == set(inspect.signature(cls).parameters)
    with pytest.raises(NotFittedError, match=f"This {name} instance is not fitted yet"):
        cls().predict([[1.0, 2.0]])


COPIES: dict[str, Callable[[Any], Any]] = {
    "pickle": lambda one: pickle.loads(pickle.dumps(one)),
    "deepcopy": copy.deepcopy,
    "joblib": lambda one: _by_joblib(one),
}


def _by_joblib(one: Any) -> Any:
    file = io.BytesIO()
    joblib.dump(one, file)
    file.seek(0)
    return joblib.load(file)


@by_name
@pytest.mark.parametrize("way", COPIES)
@pytest.mark.parametrize("parameters", [{}, {"ensemble_size": 2}, {"ema": 0.9, "early_stopping": True}], ids=str)
def test_a_copy_predicts_and_trains_the_same_and_owns_its_views(
    name: str, way: str, parameters: dict[str, Any]
) -> None:
    X, y = data(name)
    one = fitted(name, **parameters)
    other = COPIES[way](one)
    np.testing.assert_array_equal(other.predict(X), one.predict(X))
    first = other._networks()[0]
    assert np.shares_memory(other.coefs_[0], first.parameters)
    assert not np.shares_memory(first.parameters, one._networks()[0].parameters)
    if not one.early_stopping:
        for estimator in (one, other):
            estimator.partial_fit(X, y)
        np.testing.assert_array_equal(other.coefs_[0], one.coefs_[0])
    other.coefs_[0][:] = 0
    assert (first.named_parameters()["dense1.W"] == 0).all()


def test_a_pickle_has_the_weights_once() -> None:
    one = gn.MLPClassifier(hidden_layer_sizes=(2000,), max_iter=1, solver="sgd", momentum=0).fit(*data("MLPClassifier"))
    assert len(pickle.dumps(one)) < 3.2 * one.network_.parameters.nbytes  # θ, g and room for another


@by_name
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "container", [np.asarray, np.asfortranarray, sparse.csr_array, sparse.csc_array, sparse.csr_matrix, pd.DataFrame]
)
def test_the_same_rows_in_any_container_give_the_same_network_in_their_format(
    name: str, dtype: type, container: Callable[[Any], Any]
) -> None:
    X, y = data(name)
    X = X.astype(dtype)
    given = container(X)
    if isinstance(given, pd.DataFrame):
        given.columns = [f"x{i}" for i in range(X.shape[1])]
    one, other = (getattr(gn, name)(**quick).fit(rows, y) for rows in (X, given))
    assert other.network_.dtype == other.coefs_[0].dtype == dtype
    np.testing.assert_allclose(other.coefs_[0], one.coefs_[0], rtol=1e-5 if dtype is np.float32 else 1e-12)
    answers = other.predict_proba if name == "MLPClassifier" else other.predict
    assert answers(given).dtype == dtype
    np.testing.assert_allclose(answers(given[:7] if hasattr(given, "iloc") else given)[:7], answers(given)[:7])


@by_name
@pytest.mark.parametrize("library", [pd, pl])
def test_column_names_are_stored_and_checked(name: str, library: Any) -> None:
    X, y = data(name)
    names = [f"x{i}" for i in range(X.shape[1])]
    table = library.DataFrame({column: X[:, i] for i, column in enumerate(names)})
    estimator = getattr(gn, name)(**quick).fit(table, y)
    assert list(estimator.feature_names_in_) == names
    assert len(estimator.predict(table)) == len(X)
    with pytest.warns(UserWarning, match=f"X does not have valid feature names, but {name} was fitted with"):
        estimator.predict(X)
    with pytest.raises(ValueError, match="feature names should match"):
        estimator.predict(table[names[::-1]])
    with pytest.raises(ValueError, match=r"X has 3 features, but .* is expecting 12 features"):
        getattr(gn, name)(**quick).fit(X, y).predict(X[:, :3])


@by_name
def test_it_works_after_a_scaler_with_dataframe_output(name: str) -> None:
    X, y = data(name)
    with sklearn.config_context(transform_output="pandas"):
        pipeline = make_pipeline(StandardScaler(), getattr(gn, name)(**quick)).fit(X, y)
        assert len(pipeline.predict(X)) == len(X)


@by_name
def test_sample_weights_and_validation_data_are_routed(name: str) -> None:
    X, y = data(name)
    weights = np.arange(len(y), dtype=float)
    direct = getattr(gn, name)(**quick).fit(X, y, sample_weight=weights)
    with sklearn.config_context(enable_metadata_routing=True):
        estimator = getattr(gn, name)(**quick).set_fit_request(sample_weight=True, X_val=True, y_val=True)
        pipeline = make_pipeline(estimator).fit(X, y, sample_weight=weights, X_val=X[:20], y_val=y[:20])
    np.testing.assert_allclose(pipeline[-1].coefs_[0], direct.coefs_[0])
    assert len(pipeline[-1].validation_loss_curve_) == 5


WRONG: list[tuple[str, Any, str]] = [
    ("hidden_layer_sizes", "wide", "an array-like or an int in the range [1, inf)"),
    ("activation", "rleu", "a str among {"),
    ("solver", "adamax", "a str among {"),
    ("alpha", -1, "a float in the range [0.0, inf). Got -1 instead"),
    ("batch_size", 0, "a str among {'auto'} or an int in the range [1, inf). Got 0 instead"),
    ("learning_rate", "cosine", "a str among {"),
    ("n_iter_no_change", 0.5, "an int in the range [1, inf) or a float among {np.float64(inf)}"),
    ("dropout", 1.0, "a float in the range [0.0, 1.0) or an array-like"),
    ("normalization", "group", "a str among {"),
    ("schedule", "cosinus", "a str among {"),
    ("clip_norm", 0, "a float in the range (0.0, inf) or None. Got 0 instead"),
    ("ema", 1.0, "a float in the range (0.0, 1.0) or None"),
    ("ensemble_size", 0, "an int in the range [1, inf). Got 0 instead"),
    ("time_limit", -1, "a float in the range (0.0, inf) or None"),
    ("missing", "median", "a str among {"),
    ("categories", "yes", "a str among {"),
    ("engine", "gpu", "a str among {"),
    ("n_threads", 0, "an int in the range [1, inf) or None"),
]


@by_name
@pytest.mark.parametrize(("parameter", "value", "allowed"), WRONG, ids=[row[0] for row in WRONG])
def test_an_invalid_parameter_raises_with_its_range_and_value(
    name: str, parameter: str, value: Any, allowed: str
) -> None:
    with pytest.raises(ValueError, match=f"The '{parameter}' parameter of {name} must be ") as caught:
        getattr(gn, name)(**{parameter: value}).fit(*data(name))
    assert type(caught.value).__name__ == "InvalidParameterError"
    pattern = re.escape(allowed.replace("np.float64(inf)", "inf"))
    assert re.search(pattern, str(caught.value).replace("np.float64(inf)", "inf"))


@by_name
@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"hidden_layer_sizes": (5, 0)}, r"hidden_layer_sizes must be > 0, got \[5, 0\]"),
        ({"hidden_layer_sizes": (5, 4), "activation": ["relu"]}, "'activation' parameter of .* one for each of the 2"),
        ({"hidden_layer_sizes": (5,), "activation": ["rleu"]}, "unknown activation 'rleu'; did you mean 'relu'?"),
        ({"hidden_layer_sizes": (5, 4), "dropout": [0.1] * 3}, "'dropout' parameter of .* one for each of the 2"),
        ({"solver": "lbfgs", "dropout": 0.1}, "solver='lbfgs' needs a deterministic loss, but dropout is random"),
        ({"early_stopping": True, "scoring": "acuracy"}, "acuracy"),
        ({"solver": gn.SGD}, "must be an object or a name, got the class SGD"),
    ],
    ids=str,
)
def test_incompatible_parameters_raise(name: str, parameters: dict[str, Any], message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        getattr(gn, name)(**parameters).fit(*data(name))


@by_name
def test_a_batch_larger_than_the_data_is_clipped_with_the_warning_of_scikit_learn(name: str) -> None:
    with pytest.warns(UserWarning, match="Got `batch_size` less than 1 or larger than sample size") as caught:
        fitted(name, batch_size=10_000)
    assert caught[0].filename == __file__


@by_name
def test_missing_convergence_gives_a_convergence_warning_at_the_line_of_the_user(name: str) -> None:
    with pytest.warns(ConvergenceWarning, match=r"Maximum iterations \(5\) reached") as caught:
        getattr(gn, name)(**quick).fit(*data(name))
    assert caught[0].filename == __file__


@by_name
def test_weights_can_be_assigned_as_a_whole_or_by_item_with_immediate_effect(name: str) -> None:
    X, y = data(name)
    ours, other = (getattr(module, name)(**quick).fit(X, y) for module in (gn, theirs))
    for estimator in (ours, other):
        estimator.coefs_[0] = np.full_like(estimator.coefs_[0], 0.01)
        estimator.intercepts_ = [b + 1 for b in estimator.intercepts_]
    np.testing.assert_allclose(ours.predict(X), other.predict(X))
    for estimator in (ours, other):
        estimator.partial_fit(X, y)
    np.testing.assert_allclose(ours.coefs_[0], other.coefs_[0])
    assert np.shares_memory(ours.coefs_[0], ours.network_.parameters)
    ours.coefs_[0] = np.zeros((3, 3))
    with pytest.raises(ValueError, match=r"coefs_\[0\] has shape \(3, 3\), but the layer needs \(12, 9\)"):
        ours.predict(X)
    ours.coefs_ = []
    with pytest.raises(ValueError, match="coefs_ has 0 arrays, but the network has 2 layers"):
        ours.predict(X)


@by_name
def test_invalid_rows_raise_the_errors_of_scikit_learn_also_on_the_fast_path(name: str) -> None:
    X, y = data(name)
    estimator = fitted(name)
    for row in (np.full((1, 12), np.nan), np.full((5, 12), np.nan)):
        with pytest.raises(ValueError, match=f"Input X contains NaN.\n{name} does not accept missing values"):
            estimator.predict(row)
    with pytest.raises(ValueError, match="Input X contains infinity"):
        estimator.predict(np.full((1, 12), np.inf))
    with pytest.raises(ValueError, match="Found array with 0 sample"):
        estimator.predict(X[:0])
    with pytest.raises(ValueError, match="Expected 2D array, got 1D array instead"):
        estimator.predict(X[0])
    with pytest.raises(ValueError, match=r"contains NaN.(.|\n)*\(missing='indicator'\) fills missing values"):
        getattr(gn, name)().fit(np.where(X > 2, np.nan, X), y)


@pytest.mark.parametrize("goes_on", [{"warm_start": True}, {}], ids=["warm start", "partial fit"])
def test_y_of_another_width_raises_when_a_fit_continues(goes_on: dict[str, Any]) -> None:
    X, y = data("MLPRegressor")
    one = fitted("MLPRegressor", **goes_on)
    before = one.predict(X)
    with pytest.raises(ValueError, match="y has 3 outputs, but the fit that is continued had 1"):
        (one.fit if goes_on else one.partial_fit)(X, np.stack([y, y, y], axis=1))
    np.testing.assert_array_equal(one.predict(X), before)


def test_the_solver_can_change_between_fits() -> None:
    X, y = data("MLPClassifier")
    one = fitted("MLPClassifier", solver="lbfgs", warm_start=True)
    one.set_params(solver="adam").partial_fit(X, y)
    one.set_params(solver="sgd").fit(X, y)
    assert one.n_iter_ == 5
    assert len(one.loss_curve_) == 6


def test_multiclass_and_multilabel_targets_cannot_follow_each_other() -> None:
    X, y = data("MLPClassifier")
    many = np.eye(4, dtype=int)[y]
    with pytest.raises(ValueError, match="y must have one label per row, as in the previous fit, got shape"):
        fitted("MLPClassifier", warm_start=True).fit(X, many)
    with pytest.raises(ValueError, match="y must have 4 columns, as in the previous fit, got shape"):
        gn.MLPClassifier(**quick).fit(X, many).partial_fit(X, y)


@by_name
def test_negative_sample_weights_raise(name: str) -> None:
    X, y = data(name)
    with pytest.raises(ValueError, match="weights must be at least 0, got -1"):
        getattr(gn, name)(**quick).fit(X, y, sample_weight=np.arange(len(y)) - 1.0)
