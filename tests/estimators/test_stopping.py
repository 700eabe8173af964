"""When the estimators stop, what they predict and expose, and how they are saved."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import make_classification, make_regression
from sklearn.metrics import balanced_accuracy_score, make_scorer

import glassnet as gn

X, y = make_classification(300, 10, n_informative=6, n_classes=3, random_state=0)
X_NUMBER, NUMBER = make_regression(300, 10, noise=5.0, random_state=1)
NUMBER /= NUMBER.std()
LABELS = np.stack([y == 0, X[:, 0] > 0, y == 2], axis=1).astype(int)
SEVERAL = np.stack([np.array(["a", "b", "c"])[y], np.where(X[:, 0] > 0, "plus", "minus")], axis=1)
quick: dict[str, Any] = {"hidden_layer_sizes": (15, 9), "max_iter": 8, "batch_size": 50, "random_state": 0}

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def classifier(**parameters: Any) -> gn.MLPClassifier:
    return gn.MLPClassifier(**{**quick, **parameters})


def regressor(**parameters: Any) -> gn.MLPRegressor:
    return gn.MLPRegressor(**{**quick, **parameters})


def kinds(estimator: Any) -> list[type]:
    return [type(layer) for layer in estimator.network_.layers]


class TestStopping:
    def test_validation_data_may_be_given_and_their_loss_is_recorded(self) -> None:
        one = classifier(max_iter=30).fit(X[:200], y[:200], X_val=X[200:], y_val=y[200:])
        other = classifier(max_iter=30).fit(X[:200], y[:200])
        np.testing.assert_array_equal(one.coefs_[0], other.coefs_[0])  # evaluated only, never trained on
        assert len(one.validation_loss_curve_) == len(one.validation_scores_) == 30
        shares = one.predict_proba(X[200:])
        assert one.validation_loss_curve_[-1] == pytest.approx(-np.log(shares[np.arange(100), y[200:]]).mean())
        assert one.validation_scores_[-1] == one.score(X[200:], y[200:])
        assert one.history_[-1].valid_loss == one.validation_loss_curve_[-1]
        assert other.validation_loss_curve_ is None

    def test_early_stopping_uses_the_given_validation_data_and_holds_out_none(self) -> None:
        one = classifier(max_iter=300, early_stopping=True, n_iter_no_change=5)
        one.fit(X[:200], y[:200], X_val=X[200:], y_val=y[200:])
        assert one.n_iter_ < 300
        assert one.t_ == 200 * one.n_iter_
        assert one.history_.stop_reason == "early stopping"
        assert one.score(X[200:], y[200:]) == one.best_validation_score_ == max(one.validation_scores_)

    @pytest.mark.parametrize(
        "scoring", ["neg_log_loss", "loss", make_scorer(balanced_accuracy_score), lambda one, X, y: one.score(X, y)]
    )
    def test_early_stopping_can_use_any_metric(self, scoring: Any) -> None:
        one = classifier(max_iter=60, early_stopping=True, scoring=scoring, n_iter_no_change=5).fit(X, y)
        assert one.best_validation_score_ == max(one.validation_scores_)
        if scoring in ("neg_log_loss", "loss"):
            np.testing.assert_allclose(one.validation_scores_, -np.array(one.validation_loss_curve_), rtol=1e-9)

    def test_a_metric_gets_the_original_table(self) -> None:
        pandas = pytest.importorskip("pandas")
        seen = []

        def scoring(estimator: Any, table: Any, answers: Any) -> float:
            seen.append((type(table), type(answers), len(table)))
            return float(estimator.score(table, answers))

        table = pandas.DataFrame(X, columns=[f"x{i}" for i in range(10)])
        classifier(max_iter=2, early_stopping=True, scoring=scoring).fit(table, pandas.Series(y))
        assert seen == [(pandas.DataFrame, pandas.Series, 30)] * 2

    def test_weights_of_validation_rows_take_effect(self) -> None:
        weights = (np.arange(100) < 50).astype(float)
        one = regressor(max_iter=3).fit(
            X_NUMBER[:200], NUMBER[:200], X_val=X_NUMBER[200:], y_val=NUMBER[200:], sample_weight_val=weights
        )
        half = regressor(max_iter=3).fit(X_NUMBER[:200], NUMBER[:200], X_val=X_NUMBER[200:250], y_val=NUMBER[200:250])
        np.testing.assert_allclose(one.validation_scores_, half.validation_scores_)
        np.testing.assert_allclose(one.validation_loss_curve_, half.validation_loss_curve_)

    @pytest.mark.parametrize("given", [{"X_val": X}, {"y_val": y}])
    def test_incomplete_validation_data_raise(self, given: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match="X_val and y_val must be passed together"):
            classifier().fit(X, y, **given)

    def test_inconsistent_validation_data_raise(self) -> None:
        with pytest.raises(ValueError, match=r"`y` has classes not in `self.classes_`"):
            classifier().fit(X, y, X_val=X, y_val=y + 1)
        with pytest.raises(ValueError, match="X has 3 features, but MLPClassifier is expecting 10"):
            classifier().fit(X, y, X_val=X[:, :3], y_val=y)
        with pytest.raises(ValueError, match="y must have 1 columns, as in fit, got shape"):
            regressor().fit(X_NUMBER, NUMBER, X_val=X_NUMBER, y_val=np.zeros((300, 2)))

    def test_partial_fit_stops_early_on_given_validation_data(self) -> None:
        one = classifier(early_stopping=True, n_iter_no_change=5)
        calls = 0
        while calls == 0 or not one.should_stop_:
            one.partial_fit(X[:200], y[:200], classes=[0, 1, 2], X_val=X[200:], y_val=y[200:])
            calls += 1
        assert 5 < calls == len(one.validation_scores_) < 300
        assert one.score(X[200:], y[200:]) == one.best_validation_score_ == max(one.validation_scores_)
        with pytest.raises(ValueError, match="partial_fit does not support early_stopping=True without"):
            one.partial_fit(X, y)

    def test_partial_fit_may_follow_a_fit_that_stopped_early(self) -> None:
        one = classifier(early_stopping=True, max_iter=30).fit(X, y)
        one.partial_fit(X, y, X_val=X, y_val=y)
        one.set_params(early_stopping=False).partial_fit(X, y)

    def test_a_time_limit_ends_a_fit_without_a_warning(self, ticking: None) -> None:
        for solver in ("adam", "lbfgs"):
            one = classifier(
                solver=solver, max_iter=10**6, max_fun=10**8, tol=0.0, n_iter_no_change=np.inf, time_limit=20.0
            )
            one.fit(X, y)
            assert one.history_.stop_reason in ("time", "converged")
            assert 1 < one.n_iter_ <= 200

    def test_moments_survive_a_warm_start_on_request(self) -> None:
        steps = []
        for keep in (False, True):
            one = classifier(warm_start=True, keep_moments=keep, max_iter=4)
            one.fit(X, y)
            one.fit(X, y)
            steps.append(one._optimizer.states[0].steps)
        assert steps == [24, 48]  # six batches an epoch

    @pytest.mark.parametrize("solver", ["adam", "lbfgs"])
    def test_ctrl_c_leaves_the_best_so_far_and_warns(self, solver: str, monkeypatch: pytest.MonkeyPatch) -> None:
        one = classifier(solver=solver, max_iter=40, learning_rate_init=0.01)
        interrupt(monkeypatch, after=7)
        with pytest.warns(UserWarning, match="Training interrupted by user"):
            one.fit(X, y)
        monkeypatch.undo()
        assert one.history_.stop_reason == "interrupted"
        assert one.score(X, y) > 0.4
        assert len(one.history_) == one.n_iter_ > 1
        if solver == "adam":
            best = classifier(max_iter=one.history_.best_epoch, learning_rate_init=0.01)
            np.testing.assert_allclose(one.coefs_[0], best.fit(X, y).coefs_[0])
        one.partial_fit(X, y) if solver == "adam" else one.fit(X, y)

    def test_ctrl_c_before_the_first_epoch_leaves_the_first_weights(self, monkeypatch: pytest.MonkeyPatch) -> None:
        interrupt(monkeypatch, after=0)
        with pytest.warns(UserWarning, match="Training interrupted by user"):
            one = classifier().fit(X, y)
        assert (one.n_iter_, one.loss_curve_) == (0, [])
        assert one.predict(X).shape == (300,)

    def test_a_diverging_run_ends_with_the_best_weights_if_early_stopping(self) -> None:
        one = regressor(solver="sgd", learning_rate_init=1.0, early_stopping=True, activation="identity")
        with pytest.warns(UserWarning, match="the best weights so far are kept. Scale the data, lower"):
            one.fit(X_NUMBER * 10, NUMBER)
        assert np.isfinite(one.predict(X_NUMBER)).all()
        assert np.isnan(one.validation_scores_[-1])
        assert one.history_.stop_reason == "diverged"


def interrupt(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Press Ctrl-C during an epoch, or during an evaluation of L-BFGS."""
    from glassnet.engines.compiled import engine

    calls = {"run": 0, "gradient": 0}
    for name in calls:
        own = getattr(engine, name)

        def pressed(*arguments: Any, own: Any = own, name: str = name, **options: Any) -> Any:
            if calls[name] >= after:
                raise KeyboardInterrupt
            calls[name] += 1
            return own(*arguments, **options)

        monkeypatch.setattr(engine, name, pressed)


class TestMultioutput:
    def test_multiclass_multioutput(self) -> None:
        one = classifier(max_iter=150).fit(X, SEVERAL)
        assert [list(column) for column in one.classes_] == [["a", "b", "c"], ["minus", "plus"]]
        found, shares = one.predict(X), one.predict_proba(X)
        assert found.shape == (300, 2)
        assert [part.shape for part in shares] == [(300, 3), (300, 2)]
        for part in shares:
            np.testing.assert_allclose(part.sum(axis=1), 1)
        assert (found[:, 0] == SEVERAL[:, 0]).mean() > 0.8
        assert (found[:, 1] == SEVERAL[:, 1]).mean() > 0.8
        assert one.score(X, SEVERAL) == (found == SEVERAL).all(axis=1).mean()
        assert [column.shape for column in one.predict_log_proba(X)] == [(300, 3), (300, 2)]
        assert one.n_outputs_ == 5

    def test_multioutput_works_with_early_stopping_weights_partial_fit_and_warm_start(self) -> None:
        one = classifier(early_stopping=True, class_weight="balanced", warm_start=True).fit(X, SEVERAL)
        assert one.validation_scores_[-1] <= 1
        one.fit(X, SEVERAL)
        parts = classifier()
        for first in (0, 100, 200):
            rows = slice(first, first + 100)
            parts.partial_fit(X[rows], SEVERAL[rows], classes=[["a", "b", "c"], ["minus", "plus"]])
        assert parts.predict(X).shape == (300, 2)
        with pytest.raises(ValueError, match=r"column 1 of y has classes not in `self.classes_\[1\]`: \['zero'\]"):
            parts.partial_fit(X[:2], np.array([["a", "zero"], ["b", "plus"]]))
        with pytest.raises(ValueError, match="classes must be passed on the first call to partial_fit"):
            classifier().partial_fit(X, SEVERAL)

    def test_multilabel_targets_work_with_fit_partial_fit_and_sparse_matrices(self) -> None:
        one = classifier(max_iter=200).fit(X, LABELS)
        sparsely = classifier(max_iter=200).fit(X, sparse.csr_matrix(LABELS))
        assert sparse.issparse(sparsely.predict(X))
        np.testing.assert_array_equal(sparsely.predict(X).toarray(), one.predict(X))
        assert one.score(X, LABELS) > 0.7
        parts = classifier(learning_rate_init=0.01)
        for _ in range(30):
            parts.partial_fit(X[:150], LABELS[:150], classes=[0, 1, 2])
            parts.partial_fit(X[150:], LABELS[150:])
        assert parts.predict_proba(X).shape == (300, 3)
        assert (parts.predict(X) == LABELS).mean() > 0.8


class TestEnsembles:
    @pytest.mark.parametrize("make", [classifier, regressor])
    def test_members_are_trained_together_and_predict_their_mean(self, make: Any) -> None:
        data = (X, y) if make is classifier else (X_NUMBER, NUMBER)
        one, alone = make(ensemble_size=3).fit(*data), make().fit(*data)
        assert isinstance(one.network_, gn.Ensemble)
        networks = one.network_.networks
        outputs = [network.predict_proba(data[0]) for network in networks]
        ask = one.predict_proba if make is classifier else lambda rows: one.predict(rows)[:, None]
        np.testing.assert_allclose(ask(data[0]), np.mean(outputs, axis=0))
        assert len({network.parameters.tobytes() for network in networks}) == 3
        np.testing.assert_array_equal(one.coefs_[0], networks[0].named_parameters()["dense1.W"])
        assert one.n_iter_ == alone.n_iter_
        one.partial_fit(*data)
        with pytest.raises(ValueError, match="ensemble_size must stay 3 when a fit is continued, got 2"):
            one.set_params(ensemble_size=2).partial_fit(*data)

    def test_a_seed_gives_the_same_ensemble_and_early_stopping_evaluates_the_ensemble(self) -> None:
        one, other = (classifier(ensemble_size=2, early_stopping=True, max_iter=30).fit(X, y) for _ in range(2))
        for a, b in zip(one.network_.networks, other.network_.networks, strict=True):
            np.testing.assert_array_equal(a.parameters, b.parameters)
        assert one.best_validation_score_ == max(one.validation_scores_)

    def test_lbfgs_minimizes_every_member(self) -> None:
        one = classifier(ensemble_size=2, solver="lbfgs", max_iter=40).fit(X, y)
        assert one.score(X, y) > 0.8


class TestInspection:
    @pytest.mark.parametrize("parameters", [{}, {"normalization": "batch"}, {"dropout": 0.2}], ids=str)
    def test_hidden_activations_are_features(self, parameters: dict[str, Any]) -> None:
        one = classifier(**parameters).fit(X, y)
        first, last = one.transform_hidden(X, layer=0), one.transform_hidden(X)
        assert (first.shape, last.shape) == ((300, 15), (300, 9))
        np.testing.assert_array_equal(one.transform_hidden(X, layer=-2), first)
        z = last @ one.coefs_[-1] + one.intercepts_[-1]
        e = np.exp(z - z.max(axis=1, keepdims=True))
        np.testing.assert_allclose(one.predict_proba(X), e / e.sum(axis=1, keepdims=True), rtol=1e-9)
        np.testing.assert_allclose(one.transform_hidden(sparse.csr_array(X)), last)
        with pytest.raises(ValueError, match="-2 to 1, got 2"):
            one.transform_hidden(X, layer=2)

    def test_hidden_activations_of_an_ensemble_are_concatenated(self) -> None:
        assert classifier(ensemble_size=3).fit(X, y).transform_hidden(X).shape == (300, 27)

    def test_network_history_and_trace_are_accessible(self) -> None:
        one = classifier().fit(X, np.array(["x", "y", "z"])[y])
        assert isinstance(one.network_, gn.Network)
        assert [record.loss for record in one.history_] == one.loss_curve_
        assert "dense1" in str(one.trace(X[:2], ["x", "z"]))
        trace = one.trace(X[:1])
        np.testing.assert_allclose(trace["dense3"].a, one.predict_proba(X[:1]))
        assert "dz = (a − y)" in str(regressor().fit(X_NUMBER, NUMBER).trace(X_NUMBER[:1], NUMBER[:1]))

    def test_progress_is_shown_on_stderr(self, capsys: pytest.CaptureFixture[str]) -> None:
        classifier(progress=True).fit(X, y)
        classifier(progress=True, solver="lbfgs").fit(X, y)
        shown = capsys.readouterr()
        assert shown.out == ""
        assert "8/8" in shown.err

    def test_verbose_prints_the_messages_of_scikit_learn(self, capsys: pytest.CaptureFixture[str]) -> None:
        one = classifier(verbose=True, max_iter=300, early_stopping=True, n_iter_no_change=2).fit(X, y)
        shown, first, score = capsys.readouterr().out, one.loss_curve_[0], one.validation_scores_[0]
        assert shown.startswith(f"Iteration 1, loss = {first:.8f}\nValidation score: {score:f}\nIteration 2, loss = ")
        assert shown.endswith("did not improve more than tol=0.000100 for 2 consecutive epochs. Stopping.\n")


class TestSaving:
    def test_a_classifier_becomes_a_model_file(self, tmp_path: Path) -> None:
        names = np.array(["x", "y", "z"])[y]
        one = classifier(dropout=0.1, normalization="batch", ensemble_size=2).fit(X, names)
        one.save(tmp_path / "model.safetensors")
        model = gn.load_model(tmp_path / "model.safetensors")
        np.testing.assert_array_equal(model.predict(X), one.predict(X))
        np.testing.assert_array_equal(model.predict_proba(X), one.predict_proba(X))

    def test_binary_multilabel_and_regression_models_can_be_saved(self, tmp_path: Path) -> None:
        path = tmp_path / "model.safetensors"
        one = classifier().fit(X, y > 0)
        one.save(path)
        np.testing.assert_array_equal(gn.load_model(path).predict(X), one.predict(X), strict=True)
        several = classifier().fit(X, LABELS)
        several.save(path)
        np.testing.assert_array_equal(gn.load_model(path).predict(X), several.predict(X))
        number = regressor(loss="poisson").fit(X, y)
        number.save(path)
        np.testing.assert_array_equal(gn.load_model(path).predict(X), number.predict(X))
        columns = classifier().fit(X, SEVERAL)
        columns.save(path)
        np.testing.assert_array_equal(gn.load_model(path).predict_proba(X), np.hstack(columns.predict_proba(X)))

    @pytest.mark.parametrize(
        "act", [lambda one: one.save("x"), lambda one: one.trace(X), lambda one: one.transform_hidden(X)]
    )
    def test_saving_an_unfitted_estimator_raises(self, act: Callable[[Any], Any]) -> None:
        with pytest.raises(ValueError, match="This MLPClassifier instance is not fitted yet"):
            act(classifier())


class TestEngines:
    @pytest.mark.parametrize("engine", ["numpy", "compiled"])
    def test_the_engine_can_be_chosen(self, engine: str) -> None:
        assert classifier(engine=engine).fit(X, y).history_.engine == engine

    def test_threads_change_nothing(self) -> None:
        one, other = (classifier(n_threads=n, engine="compiled").fit(X, y) for n in (1, 2))
        np.testing.assert_array_equal(one.coefs_[0], other.coefs_[0])

    def test_sparse_rows_are_made_dense_a_block_at_a_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made: list[int] = []

        class Watched(sparse.csr_array):
            def toarray(self, *arguments: Any, **options: Any) -> np.ndarray:
                made.append(self.shape[0])
                return super().toarray(*arguments, **options)

        rows = sparse.csr_array(X)
        expected = classifier(max_iter=3, solver="lbfgs").fit(X, y), classifier(max_iter=3, batch_size=10).fit(X, y)
        monkeypatch.setattr("glassnet.training.epoch.BLOCK_BYTES", 50 * 15 * 8)
        monkeypatch.setattr(
            "glassnet.estimators.input_validation.validate_data", lambda *given, **more: (Watched(rows), y)
        )
        found = classifier(max_iter=3, solver="lbfgs").fit(rows, y), classifier(max_iter=3, batch_size=10).fit(rows, y)
        assert 0 < max(made) <= 75
        for one, other in zip(found, expected, strict=True):
            np.testing.assert_allclose(one.coefs_[0], other.coefs_[0], rtol=1e-9, atol=1e-12)


class TestWarmStart:
    @pytest.mark.parametrize(
        "change", [{"activation": "tanh"}, {"dropout": 0.4}, {"activation": ["gelu", "tanh"]}], ids=str
    )
    @pytest.mark.parametrize("ensemble_size", [1, 2])
    def test_activations_and_dropout_may_change_between_fits(self, change: dict[str, Any], ensemble_size: int) -> None:
        one, same = (classifier(warm_start=True, ensemble_size=ensemble_size).fit(X, y) for _ in range(2))
        one.set_params(**change).fit(X, y)
        same.fit(X, y)
        assert one.loss_ != same.loss_
        assert np.shares_memory(one.coefs_[0], one._networks()[0].parameters)
        assert one.predict(X).shape == (300,)

    @pytest.mark.parametrize("change", [{"hidden_layer_sizes": (30, 9)}, {"normalization": "batch"}], ids=str)
    def test_changing_the_layer_sizes_between_fits_raises(self, change: dict[str, Any]) -> None:
        one = classifier(warm_start=True).fit(X, y)
        with pytest.warns(
            UserWarning,
            match="the fitted layers are kept, because the changed parameters would give their weights other shapes",
        ):
            one.set_params(**change).fit(X, y)
        assert one.coefs_[0].shape == (10, 15)

    def test_missing_values_cannot_first_appear_in_a_continued_fit(self) -> None:
        one = classifier(warm_start=True).fit(X, y).set_params(missing="indicator").fit(X, y)
        with pytest.raises(ValueError, match="Input X contains NaN"):
            one.fit(np.where(X > 1, np.nan, X), y)

    def test_columns_of_two_classes_other_than_0_and_1_are_columns_of_classes(self) -> None:
        Y = np.stack([1 + (y > 0), 1 + (X[:, 0] > 0)], axis=1)
        one = classifier(max_iter=100).fit(X, Y)
        assert [list(known) for known in one.classes_] == [[1, 2], [1, 2]]
        assert (one.predict(X) == Y).mean() > 0.8

    def test_without_a_hidden_layer_there_are_no_hidden_activations(self) -> None:
        with pytest.raises(ValueError, match="this network has no hidden layer"):
            classifier(hidden_layer_sizes=()).fit(X, y).transform_hidden(X)
