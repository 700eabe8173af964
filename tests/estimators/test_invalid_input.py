"""Invalid input to the estimators: the errors, and the state after a failed fit."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import make_classification

import glassnet as gn

X, y = make_classification(200, 6, n_informative=5, n_redundant=0, n_classes=3, random_state=0)
NUMBERS = X @ np.random.default_rng(0).normal(size=(6, 2))
SEVERAL = np.stack([y, (X[:, 0] > 0) + 1], axis=1)
quick: dict[str, Any] = {"hidden_layer_sizes": (8,), "max_iter": 4, "batch_size": 50, "random_state": 0}

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def classifier(**parameters: Any) -> gn.MLPClassifier:
    return gn.MLPClassifier(**{**quick, **parameters})


def regressor(**parameters: Any) -> gn.MLPRegressor:
    return gn.MLPRegressor(**{**quick, **parameters})


@pytest.mark.parametrize("sizes", [[10.5], [10.0], ["a"], [[3]], [True], [None], (5, "x")], ids=str)
@pytest.mark.parametrize("make", [classifier, regressor])
def test_layer_sizes_that_are_not_integers_raise(make: Callable[..., Any], sizes: Any) -> None:
    message = (
        r"The 'hidden_layer_sizes' parameter of MLP(Classifier|Regressor) must be an int, or ints in an array-like"
    )
    with pytest.raises(ValueError, match=message):
        make(hidden_layer_sizes=sizes).fit(X, y)


def test_layer_sizes_may_be_an_array() -> None:
    assert [W.shape for W in classifier(hidden_layer_sizes=np.array([5, 4])).fit(X, y).coefs_] == [
        (6, 5),
        (5, 4),
        (4, 3),
    ]


@pytest.mark.parametrize(
    "option",
    [
        {"ema": 0.9},
        {"schedule": "cosine"},
        {"clip_norm": 1.0},
        {"clip_value": 1.0},
        {"weight_decay": 0.1},
        {"parameter_groups": {"biases": {"weight_decay": 1}}},
        {"weight_decay_schedule": "cosine"},
        {"dropout_schedule": "cosine"},
    ],
    ids=str,
)
def test_step_options_raise_with_lbfgs(option: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"solver='lbfgs' does not support {next(iter(option))}"):
        regressor(solver="lbfgs", **option).fit(X, y)


def test_validation_data_raise_with_lbfgs() -> None:
    with pytest.raises(ValueError, match="solver='lbfgs' does not use a validation set; remove X_val and y_val"):
        regressor(solver="lbfgs").fit(X, y, X_val=X, y_val=y)


@pytest.mark.parametrize("width", [1, 2])
def test_a_sparse_regression_target_raises_the_error_of_scikit_learn(width: int) -> None:
    with pytest.raises(TypeError, match="Sparse data was passed for y, but dense data is required"):
        regressor().fit(X, sparse.csr_array(NUMBERS[:, :width]))


@pytest.mark.parametrize("classes", [[0, 1, 2], [[0, 1, 2]], [[0, 1, 2], []], [[0, 1], [1, 2], [3]]], ids=str)
def test_classes_of_multioutput_are_one_list_per_column(classes: Any) -> None:
    with pytest.raises(
        ValueError, match="y has 2 columns of classes, so classes must be a list of 2 arrays, one for each"
    ):
        classifier().partial_fit(X, SEVERAL, classes=classes)


@pytest.mark.parametrize("scoring", ["accuracy", "neg_log_loss"])
def test_a_scorer_without_multioutput_support_raises_by_name(scoring: str) -> None:
    with pytest.raises(ValueError, match=f"scoring='{scoring}' does not support y with several columns of classes"):
        classifier(early_stopping=True, scoring=scoring).fit(X, SEVERAL)


def test_a_callable_can_score_multioutput() -> None:
    def first(estimator: Any, X: Any, Y: Any) -> float:
        return float((estimator.predict(X)[:, 0] == Y[:, 0]).mean())

    one = classifier(early_stopping=True, scoring=first).fit(X, SEVERAL)
    assert len(one.validation_scores_) == one.n_iter_


@pytest.mark.parametrize("weight", [np.nan, np.inf, -1, "a", None], ids=str)
def test_an_invalid_class_weight_raises_by_name(weight: Any) -> None:
    with pytest.raises(ValueError, match=f"class_weight of 1 must be a finite number, at least 0, got {weight!r}"):
        classifier(class_weight={0: 1.0, 1: weight}).fit(X, y)
    with pytest.raises(ValueError, match="class_weight of 2 must be a finite number, at least 0"):
        classifier(class_weight=[{0: 1.0}, {2: weight}]).fit(X, SEVERAL)


def test_partial_fit_on_rows_of_weight_0_changes_nothing() -> None:
    one, other = classifier(class_weight={0: 0.0, 1: 1.0, 2: 1.0}, shuffle=False), classifier(shuffle=False)
    one.partial_fit(X[y == 0], y[y == 0], classes=[0, 1, 2])
    assert one.t_ == 0
    assert one.predict(X).shape == y.shape
    for estimator in (one, other):
        estimator.partial_fit(X[y > 0], y[y > 0], classes=[0, 1, 2])
    before = one.network_.parameters.copy()
    one.partial_fit(X[y == 0], y[y == 0])
    np.testing.assert_array_equal(one.network_.parameters, before)
    np.testing.assert_allclose(before, other.network_.parameters, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
@pytest.mark.parametrize(("dtype", "scale"), [(np.float64, 1e200), (np.float32, 1e25)])
@pytest.mark.parametrize("early_stopping", [False, True])
def test_y_too_large_to_be_squared_raises(engine: str, dtype: Any, scale: float, early_stopping: bool) -> None:
    one = regressor(engine=engine, early_stopping=early_stopping)
    with pytest.raises(
        ValueError, match=r"In epoch 1, the loss is inf at step 1: y contains .*, whose square overflows"
    ):
        one.fit(X.astype(dtype), (NUMBERS * scale).astype(dtype))
    assert one.loss_curve_ == [np.inf]


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_an_epoch_that_diverges_is_counted_with_the_loss_it_had(engine: str) -> None:
    one = regressor(
        engine=engine, solver="sgd", learning_rate_init=1.0, early_stopping=True, activation="identity", max_iter=50
    )
    with pytest.warns(UserWarning, match=r"Stochastic Optimizer: the loss is (inf|nan) at step \d+ in epoch"):
        one.fit(X * 100, NUMBERS)
    assert not np.isfinite(one.loss_)
    assert one.loss_curve_[-1] == pytest.approx(one.loss_, nan_ok=True)
    assert one.t_ == 180 * one.n_iter_
    assert len(one.loss_curve_) == len(one.validation_scores_) == len(one.validation_loss_curve_) == one.n_iter_


def test_accuracy_of_an_ensemble_in_training_is_its_members_mean() -> None:
    one = classifier(ensemble_size=3, shuffle=False, batch_size=200, max_iter=1).fit(X, y)
    begun = classifier(ensemble_size=3, shuffle=False, batch_size=200, max_iter=1, learning_rate_init=1e-12).fit(X, y)
    shares = [(network.predict(X) == y).mean() for network in begun.network_.networks]
    assert one.history_[0].accuracy == pytest.approx(np.mean(shares))
    assert len(set(shares)) > 1


class TestAverages:
    def test_averaging_can_start_between_partial_fits(self) -> None:
        one, plain = classifier(), classifier()
        for estimator in (one, plain):
            estimator.partial_fit(X, y, classes=[0, 1, 2])
        one.set_params(ema=0.9).partial_fit(X, y)
        plain.partial_fit(X, y)
        np.testing.assert_array_equal(one._optimizer.before_average[0], plain.network_.parameters)
        assert not np.array_equal(one.network_.parameters, plain.network_.parameters)

    def test_averaging_can_end_between_partial_fits(self) -> None:
        one, plain = classifier(ema=0.9), classifier()
        for estimator in (one, plain):
            estimator.partial_fit(X, y, classes=[0, 1, 2])
        one.set_params(ema=None).partial_fit(X, y)
        plain.partial_fit(X, y)
        np.testing.assert_array_equal(one.network_.parameters, plain.network_.parameters)

    def test_averaging_restarts_at_assigned_weights(self) -> None:
        one = classifier(ema=0.999, solver="sgd", learning_rate_init=1e-9)
        for _ in range(200):
            one.partial_fit(X, y, classes=[0, 1, 2])
        one.coefs_[0] = np.full((6, 8), 0.5)
        one.partial_fit(X, y)
        np.testing.assert_allclose(one.coefs_[0], 0.5, atol=1e-6)
