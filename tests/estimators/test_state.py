"""State of an estimator: kept after failed calls, in any memory, with names and classes in a file."""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.metrics import make_scorer, max_error

import glassnet as gn

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 4))
y = (X[:, 0] > 0).astype(int)
THREE = np.digitize(X[:, 1], [-0.5, 0.5])
NUMBER = X @ [1.0, 2.0, 3.0, 4.0]
quick: dict[str, Any] = {"hidden_layer_sizes": (8,), "max_iter": 20, "batch_size": 20, "random_state": 0}

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def classifier(**parameters: Any) -> gn.MLPClassifier:
    return gn.MLPClassifier(**{**quick, **parameters})


def regressor(**parameters: Any) -> gn.MLPRegressor:
    return gn.MLPRegressor(**{**quick, **parameters})


class TestFailedCalls:
    """A failed call leaves the estimator unchanged."""

    @pytest.mark.parametrize(
        ("call", "message"),
        [
            (lambda one: one.fit(X, y, sample_weight=-np.ones(60)), "weights must be at least 0"),
            (lambda one: one.fit(X, y, X_val=X[:, :2], y_val=y), "expecting 4 features"),
            (lambda one: one.fit(X[:, :2], y, X_val=X, y_val=y), "expecting 2 features"),
            (lambda one: one.fit(X, y, sample_weight_val=np.ones(60)), "sample_weight_val requires X_val"),
            (
                lambda one: one.fit(X, y, X_val=X, y_val=y, sample_weight_val=-np.ones(60)),
                "weights must be at least",
            ),
            (
                lambda one: one.set_params(early_stopping=True, validation_fraction=0.01).fit(X, y),
                "is too small|should be",
            ),
            (lambda one: one.partial_fit(X, y + 7), "has classes not in"),
            (lambda one: one.partial_fit(X[:, :2], THREE), "expecting 4 features"),
        ],
        ids=lambda value: value if isinstance(value, str) else "call",
    )
    @pytest.mark.parametrize("ema", [None, 0.9])
    def test_a_failed_call_keeps_the_fitted_state(
        self, call: Callable[[Any], Any], message: str, ema: float | None
    ) -> None:
        one = classifier(ema=ema).fit(X, THREE)
        shares, weights, iterations = one.predict_proba(X), one.coefs_[0].copy(), one.n_iter_
        with pytest.raises(ValueError, match=message):
            call(one)
        np.testing.assert_array_equal(one.predict_proba(X), shares)
        np.testing.assert_array_equal(one.coefs_[0], weights)
        assert (one.n_features_in_, one.n_iter_, list(one.classes_)) == (4, iterations, [0, 1, 2])

    def test_a_failed_first_partial_fit_leaves_no_state(self) -> None:
        one = classifier()
        with pytest.raises(ValueError, match="inconsistent numbers of samples"):
            one.partial_fit(X[:5], THREE, classes=[0, 1, 2])
        with pytest.raises(NotFittedError):
            one.predict(X)
        assert not hasattr(one, "classes_")

    def test_a_failed_fit_forgets_the_width_of_y(self) -> None:
        one = regressor().fit(X, NUMBER)
        with pytest.raises(ValueError, match="y has 2 outputs, but the fit that is continued had 1"):
            one.partial_fit(X, np.stack([NUMBER, NUMBER], axis=1))
        assert "dense2" in str(one.trace(X[:1], NUMBER[:1]))

    def test_a_loss_that_does_not_match_the_output_raises(self) -> None:
        with pytest.raises(
            ValueError, match="binary_cross_entropy does not accept the output of dense2, which ends in"
        ):
            regressor(loss=gn.BinaryCrossEntropy()).fit(X, y)


class TestMemory:
    @pytest.mark.parametrize("ema", [None, 0.9])
    def test_an_estimator_loaded_from_a_memory_map_can_train_on(self, ema: float | None, tmp_path: Path) -> None:
        one = classifier(ema=ema).fit(X, THREE)
        joblib.dump(one, tmp_path / "one")
        mapped = joblib.load(tmp_path / "one", mmap_mode="r")
        np.testing.assert_array_equal(mapped.predict_proba(X), one.predict_proba(X))
        for estimator in (one, mapped):
            estimator.partial_fit(X, THREE)
        np.testing.assert_array_equal(mapped.coefs_[0], one.coefs_[0])

    def test_the_compiled_engine_raises_on_read_only_memory(self) -> None:
        one = classifier(engine="compiled").partial_fit(X, THREE, classes=[0, 1, 2])
        copied = pickle.loads(pickle.dumps(one))
        copied._optimizer.states[0].vectors.flags.writeable = False
        with pytest.raises(ValueError, match="output array is read-only"):
            copied.partial_fit(X, THREE)

    def test_partial_fit_continues_from_weights_changed_in_place(self) -> None:
        one = classifier(ema=0.99, solver="sgd", learning_rate_init=1e-9)
        one.partial_fit(X, y, classes=[0, 1])
        for array in one.coefs_ + one.intercepts_:
            array[:] = 0.25
        one.partial_fit(X, y)
        np.testing.assert_allclose(one.coefs_[0], 0.25, atol=1e-6)

    def test_assigning_weights_before_fit_raises(self) -> None:
        one = regressor()
        one.coefs_, one.intercepts_, one.n_features_in_ = [np.ones((4, 1))], [np.zeros(1)], 4
        with pytest.raises(NotFittedError, match="has coefs_ but is not fitted"):
            one.predict(X)

    def test_numbers_beyond_float32_raise_for_a_float32_network(self) -> None:
        one = classifier().fit(X.astype(np.float32), y)
        with pytest.raises(ValueError, match=r"X contains numbers beyond the range of float32, 3\.4e\+38"):
            one.predict(np.full((2, 4), 1e40))


class TestFiles:
    @pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame])
    def test_a_model_matches_columns_by_name(self, library: Any, tmp_path: Path) -> None:
        table = library({name: X[:, i] for i, name in enumerate("abcd")})
        one = classifier(max_iter=60).fit(table, y)
        one.save(tmp_path / "model.safetensors")
        model = gn.load_model(tmp_path / "model.safetensors")
        np.testing.assert_array_equal(model.predict_proba(table[list("dbca")]), one.predict_proba(table))
        np.testing.assert_array_equal(model.predict_proba(X), one.predict_proba(table))
        with pytest.raises(ValueError, match="no column 'd', which the model needs; its columns are a, b, c"):
            model.predict(table[list("abc")])
        renamed = library({name: X[:, i] for i, name in enumerate("abcx")})
        with pytest.raises(ValueError, match="the table has no column 'd'"):
            model.predict(renamed)

    def test_several_columns_of_classes_keep_their_names(self, tmp_path: Path) -> None:
        Y = np.stack([np.array(["a", "b", "c"])[THREE], np.where(y > 0, "plus", "minus")], axis=1)
        one = classifier(ensemble_size=2).fit(X, Y)
        one.save(tmp_path / "model.safetensors")
        model = gn.load_model(tmp_path / "model.safetensors")
        np.testing.assert_array_equal(model.predict(X), one.predict(X))
        assert model.class_names == (("a", "b", "c"), ("minus", "plus"))
        assert repr(model) == "<Model: 4 features → 2 columns of classes, Ensemble>"
        for names, message in (
            (("a", "b", "c", "d", "e"), "class_names must be one list of names for each of 2 columns"),
            ((("a", "b"), ("c", "d")), "class_names has 2 names, but the network has 3 classes"),
            ((("a", "b", "b"), ("c", "d")), "class_names must be unique"),
        ):
            with pytest.raises(ValueError, match=message):
                gn.Model(None, one.network_, names)

    def test_saving_a_model_with_one_class_raises(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="y has only one class, 0"):
            classifier().fit(X, np.zeros(60, int)).save(tmp_path / "model.safetensors")


class TestPartialFit:
    def test_batches_of_several_columns_may_have_only_zeros_and_ones(self) -> None:
        Y = np.stack([THREE, y], axis=1)
        few = (Y < 2).all(axis=1)
        classes = [np.arange(3), np.arange(2)]
        one = classifier().partial_fit(X[few], Y[few], classes=classes)
        one.partial_fit(X, Y, classes=classes).partial_fit(X[few], Y[few], classes=[[0, 1, 2], [0, 1]])
        assert one.predict(X).shape == (60, 2)
        with pytest.raises(ValueError, match=r"classes must be .*, as in the first call of partial_fit, got"):
            one.partial_fit(X, Y, classes=[np.arange(4), np.arange(2)])

    def test_class_weight_may_name_a_class_absent_from_a_batch(self) -> None:
        one = classifier(class_weight={1: 5.0})
        one.partial_fit(X[y == 0], y[y == 0], classes=[0, 1]).partial_fit(X[y == 1], y[y == 1])
        with pytest.raises(ValueError, match="class_weight has 7, which is not a class; the classes are 0, 1"):
            classifier(class_weight={7: 5.0}).fit(X, y)
        with pytest.raises(ValueError, match="class_weight must be a list of 2 dicts, one for each column of y"):
            classifier(class_weight={1: 5.0}).fit(X, np.stack([THREE, y + 1], axis=1))

    def test_target_columns_may_mix_strings_and_numbers(self) -> None:
        table = pd.DataFrame({"word": np.where(y > 0, "yes", "no"), "number": THREE})
        one = classifier(max_iter=100).fit(X, table)
        assert [list(column) for column in one.classes_] == [["no", "yes"], [0, 1, 2]]
        assert (one.predict(X) == table.to_numpy()).mean() > 0.8

    @pytest.mark.parametrize("schedule", [{"name": "step", "every": 2, "factor": 0.1}, "cosine"], ids=str)
    def test_a_schedule_continues_over_calls_of_partial_fit(self, schedule: Any) -> None:
        whole = regressor(schedule=schedule, max_iter=6, learning_rate_init=0.1).fit(X, NUMBER)
        parts, rates = regressor(schedule=schedule, max_iter=6, learning_rate_init=0.1), []
        for _ in range(6):
            parts.partial_fit(X, NUMBER)
            rates.append(parts.history_[-1].learning_rate)
        assert rates == pytest.approx([record.learning_rate for record in whole.history_])
        parts.partial_fit(X, NUMBER)
        if schedule == "cosine":
            assert parts.history_[-1].learning_rate == pytest.approx(rates[-1])


class TestScoring:
    @pytest.mark.parametrize(
        "scoring", ["neg_max_error", make_scorer(max_error, greater_is_better=False), "own"], ids=str
    )
    def test_scorers_without_sample_weights_work_with_weighted_fits(self, scoring: Any) -> None:
        def own(estimator: Any, X: Any, y: Any) -> float:
            return float(-np.abs(estimator.predict(X) - y).max())

        one = regressor(early_stopping=True, scoring=own if scoring == "own" else scoring)
        one.fit(X, NUMBER, sample_weight=np.ones(60))
        assert len(one.validation_scores_) == one.n_iter_

    @pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning")
    def test_nan_scores_keep_the_last_weights_and_warn(self) -> None:
        one, plain = regressor(early_stopping=True), regressor(tol=0.0)
        with pytest.warns(
            UserWarning, match="The validation score is nan in every epoch, so the last weights are kept"
        ):
            one.fit(X, NUMBER, X_val=X[:1], y_val=NUMBER[:1])
        np.testing.assert_array_equal(one.coefs_[0], plain.fit(X, NUMBER).coefs_[0])

    def test_another_scoring_resets_the_best_score(self) -> None:
        one = classifier(early_stopping=True, scoring="accuracy", warm_start=True).fit(X, y)
        one.set_params(scoring="neg_log_loss", max_iter=60).fit(X, y)
        assert one.best_validation_score_ == max(one.validation_scores_[-one.n_iter_ :]) <= 0
        assert one.n_iter_ > 20

    def test_members_of_an_ensemble_share_the_time_of_lbfgs(self, ticking: None) -> None:
        one = regressor(solver="lbfgs", max_iter=10_000, tol=0.0, time_limit=40.0, ensemble_size=4)
        one.fit(X, np.sin(3 * NUMBER))
        losses = [((network.predict(X) - np.sin(3 * NUMBER)) ** 2).mean() for network in one.network_.networks]
        assert max(losses) < 0.9 * np.sin(3 * NUMBER).var()  # each has learned something

    def test_members_not_trained_before_an_interruption_do_not_predict(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from glassnet.engines.compiled import engine

        own, calls = engine.gradient, []

        def pressed(*arguments: Any) -> Any:
            calls.append(arguments[0].network)
            if len(set(map(id, calls))) == 2:
                raise KeyboardInterrupt
            return own(*arguments)

        monkeypatch.setattr(engine, "gradient", pressed)
        one = regressor(solver="lbfgs", ensemble_size=4, max_iter=30, engine="compiled")
        with pytest.warns(UserWarning, match="Training interrupted by user"):
            one.fit(X, NUMBER)
        assert len(one.network_.networks) == 2


def test_activations_may_be_an_array() -> None:
    one = classifier(hidden_layer_sizes=(5, 4), activation=np.array(["relu", "tanh"])).fit(X, y)
    assert one.network_.layers[1].activation == gn.activations.Tanh()


def test_a_numeric_column_without_values_is_all_missing() -> None:
    table = pd.DataFrame({"age": [20.0, None, 40.0, 30.0] * 15, "b": X[:, 0]})
    one = classifier(missing="indicator").fit(table, y)
    nothing = pd.DataFrame([{"age": None, "b": 1.0}])
    np.testing.assert_array_equal(
        one.predict_proba(nothing), one.predict_proba(pd.DataFrame({"age": [np.nan], "b": 1.0}))
    )
    np.testing.assert_array_equal(one.model().predict_proba(nothing), one.predict_proba(nothing))
    late = classifier().partial_fit(X, y, classes=[0, 1]).set_params(missing="indicator")
    with pytest.raises(ValueError, match="missing='indicator' takes effect when the fit starts over"):
        late.partial_fit(np.where(X > 1, np.nan, X), y)
