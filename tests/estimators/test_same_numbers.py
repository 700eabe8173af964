"""The estimators match scikit-learn: curves, weights, and predictions agree up to rounding."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sklearn.neural_network as theirs
from scipy import sparse

import glassnet as gn
from helpers.sklearn_pairs import (
    AXES,
    COUNTS,
    DATA,
    EPOCHS,
    Configuration,
    apart,
    configurations,
    differences,
    pairwise,
)

PAIRWISE, EVERY = dict(configurations()), dict(configurations(every=True))

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize(
    "name", [name if name in PAIRWISE else pytest.param(name, marks=pytest.mark.proof) for name in EVERY]
)
def test_all_numbers_match_scikit_learn_after_twenty_epochs(name: str) -> None:
    for what, difference in differences(EVERY[name]).items():
        assert difference < 1e-6, what


def test_configurations_cover_all_pairs_of_values() -> None:
    chosen = pairwise(AXES)
    assert len(chosen) < 50
    for one, other in itertools.combinations(range(len(AXES)), 2):
        met = {(combination[one], combination[other]) for combination in chosen}
        assert met == set(itertools.product(AXES[one], AXES[other]))


@pytest.mark.parametrize("name", [name for name in PAIRWISE if "relu, early" in name or "weights" in name])
def test_the_numpy_engine_matches_scikit_learn(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one = PAIRWISE[name]
    found = differences(Configuration(one.data, one.parameters, one.weights, engine="numpy"))
    for what, difference in found.items():
        assert difference < 1e-6, what


@pytest.mark.parametrize("data", DATA)
def test_float32_matches_up_to_rounding(data: str) -> None:
    for what, difference in differences(Configuration(data, {"batch_size": 32}, dtype=np.float32)).items():
        assert difference < 1e-3, what


def fit_again(estimator: Any, X: Any, y: Any) -> None:
    for _ in range(3):
        estimator.fit(X, y)


def fit_in_parts(estimator: Any, X: Any, y: Any) -> None:
    first = {"classes": np.unique(y)} if hasattr(estimator, "predict_proba") else {}
    for start in (0, 50, 100, 0, 50):
        estimator.partial_fit(X[start : start + 50], y[start : start + 50], **first)


def fit_and_go_on(estimator: Any, X: Any, y: Any) -> None:
    estimator.fit(X, y)
    fit_in_parts(estimator, X, y)


def fit_sparse(estimator: Any, X: Any, y: Any) -> None:
    X = sparse.random_array(X.shape, density=0.3, rng=np.random.default_rng(0), format="csr")
    estimator.fit(X, y)


def fit_in_uneven_parts(estimator: Any, X: Any, y: Any) -> None:
    first = {"classes": np.unique(y)} if hasattr(estimator, "predict_proba") else {}
    for start, stop, alpha in ((0, 70, 1e-4), (70, 80, 1e-4), (80, 150, 1e-4), (0, 70, 0.5), (0, 7, 0.5), (0, 70, 0.5)):
        estimator.set_params(alpha=alpha).partial_fit(X[start:stop], y[start:stop], **first)
        if start == 80:
            estimator.coefs_[0] = estimator.coefs_[0] * 0.5


WAYS: list[tuple[Callable[[Any, Any, Any], None], dict[str, Any]]] = [
    (fit_again, {"warm_start": True, "max_iter": 6}),
    (fit_again, {"warm_start": True, "max_iter": 6, "solver": "sgd", "learning_rate": "invscaling"}),
    (fit_again, {"max_iter": 6, "random_state": np.random.RandomState}),
    (fit_in_parts, {}),
    (fit_in_parts, {"solver": "sgd", "learning_rate": "invscaling", "batch_size": 20}),
    (fit_in_uneven_parts, {}),
    (fit_in_uneven_parts, {"batch_size": 7}),
    (fit_and_go_on, {"max_iter": 4}),
    (fit_and_go_on, {"max_iter": 4, "solver": "sgd", "nesterovs_momentum": False}),
    (fit_sparse, {"max_iter": 6, "batch_size": 32}),
    (fit_sparse, {"max_iter": 6, "early_stopping": True}),
]


@pytest.mark.parametrize("data", ["binary", "multiclass", "number"])
@pytest.mark.parametrize(("way", "parameters"), WAYS, ids=[f"{way.__name__} {options}" for way, options in WAYS])
def test_consecutive_fits_match_scikit_learn(
    way: Callable[[Any, Any, Any], None], parameters: dict[str, Any], data: str
) -> None:
    name, X, y = DATA[data]
    made = []
    for module in (theirs, gn):
        options = {"random_state": 3, "hidden_layer_sizes": (15,), **parameters}
        if not isinstance(options["random_state"], int):
            options["random_state"] = options["random_state"](5)
        made.append(getattr(module, name)(**options))
        way(made[-1], X, y)
    one, other = made
    assert (other.n_iter_, other.t_, len(other.loss_curve_)) == (one.n_iter_, one.t_, len(one.loss_curve_))
    assert apart(one.loss_curve_, other.loss_curve_) < 1e-6
    assert max(map(apart, one.coefs_ + one.intercepts_, other.coefs_ + other.intercepts_)) < 1e-6


@pytest.mark.parametrize(
    ("data", "parameters"),
    [
        ("binary", {}),
        ("multiclass", {"activation": "tanh"}),
        ("multilabel", {}),
        ("number", {"activation": "logistic"}),
        ("number", {"loss": "poisson"}),
    ],
    ids=str,
)
@pytest.mark.parametrize("weighted", [False, True])
def test_lbfgs_matches_scikit_learn(data: str, parameters: dict[str, Any], weighted: bool) -> None:
    y = COUNTS if "loss" in parameters else None
    weights = np.random.RandomState(0).randint(0, 3, 150).astype(float) if weighted else None
    options = {"solver": "lbfgs", "max_iter": EPOCHS, **parameters}
    one, other = Configuration(data, options, weights, y=y).pair()
    assert other.n_iter_ == one.n_iter_
    assert other.loss_ == pytest.approx(one.loss_, rel=1e-6)
    assert max(map(apart, one.coefs_, other.coefs_)) < 1e-5


def test_lbfgs_uses_the_gradient_of_the_reported_loss_for_several_outputs() -> None:
    """In scikit-learn the gradient is too large by the number of outputs (#8349)."""
    _, X, Y = DATA["numbers"]
    options = {"solver": "lbfgs", "max_iter": 30, "alpha": 0.0, "hidden_layer_sizes": (9,), "activation": "tanh"}
    own = gn.MLPRegressor(**options, random_state=0).fit(X, Y)
    assert own.loss_ == pytest.approx(0.5 * np.mean((own.predict(X) - Y) ** 2), rel=1e-9)
    assert gn.check_gradient(own.network_, X, Y, loss=own._loss_function())
    stepping = gn.MLPRegressor(hidden_layer_sizes=(9,), max_iter=1, random_state=0).fit(X, Y)
    assert stepping._loss_function() == gn.SquaredError(half=True, mean=True, gradient_of_sum=True)


def test_warm_start_keeps_the_best_weights_unlike_scikit_learn() -> None:
    """In scikit-learn the best weights and the trained weights share memory in the second fit."""
    _, X, y = DATA["multiclass"]
    options = {"warm_start": True, "max_iter": 7, "early_stopping": True, "random_state": 3}
    own = gn.MLPClassifier(**options)
    scores = []
    for _ in range(3):
        own.fit(X, y)
        scores.append(own.best_validation_score_)
    assert scores == sorted(scores)
    assert own.history_[own.history_.best_epoch - 1].valid_accuracy == own.best_validation_score_
