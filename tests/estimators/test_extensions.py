"""Extensions that users of scikit-learn have requested: layers, weights, losses, and solvers as parameters."""

from typing import Any

import numpy as np
import pytest
from sklearn.datasets import make_classification, make_regression
from sklearn.metrics import balanced_accuracy_score

import glassnet as gn
from glassnet.network.layers import Activation, Dense, Dropout
from glassnet.network.normalization import BatchNorm, LayerNorm

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


class TestLayers:
    def test_dropout_follows_every_hidden_layer_or_those_it_is_given_for(self) -> None:
        assert kinds(classifier(dropout=0.3).fit(X, y)) == [Dense, Dropout, Dense, Dropout, Dense]
        one = classifier(dropout=(0.0, 0.25)).fit(X, y)
        assert kinds(one) == [Dense, Dense, Dropout, Dense]
        assert one.network_.layers[2].rate == 0.25
        assert not np.array_equal(one.coefs_[0], classifier().fit(X, y).coefs_[0])
        np.testing.assert_array_equal(one.coefs_[0], classifier(dropout=(0.0, 0.25)).fit(X, y).coefs_[0])

    def test_every_partial_fit_draws_new_dropout_masks(self) -> None:
        one = classifier(dropout=0.5, shuffle=False, hidden_layer_sizes=(50,), solver="sgd", momentum=0.0, alpha=0.0)
        moved = []
        for _ in range(2):
            one.partial_fit(X, y, classes=[0, 1, 2])
            one.coefs_[0][:] = 0.1
            one.coefs_[1][:] = 0.1
            one.intercepts_[0][:] = one.intercepts_[1][:] = 0.0
            before = one.coefs_[0].copy()
            one.partial_fit(X, y)
            moved.append(one.coefs_[0] - before)
        assert not np.array_equal(*moved)

    @pytest.mark.parametrize("name", ["leaky_relu", "elu", "selu", "gelu", "silu", "mish", "softplus", "sigmoid"])
    def test_further_activations_are_available_by_name(self, name: str) -> None:
        one = classifier(activation=name).fit(X, y)
        assert [type(layer.activation).__name__.lower() for layer in one.network_.layers[:2]] == [
            name.replace("_", "")
        ] * 2

    def test_activations_may_differ_between_layers(self) -> None:
        one = regressor(activation=["tanh", {"name": "leaky_relu", "slope": 0.2}]).fit(X_NUMBER, NUMBER)
        assert one.network_.layers[0].activation == gn.activations.Tanh()
        assert one.network_.layers[1].activation == gn.activations.LeakyReLU(0.2)

    @pytest.mark.filterwarnings("ignore:the activation Bent of dense1 has no compiled kernel")
    def test_an_activation_may_be_custom(self) -> None:
        one = classifier(activation=Bent(), max_iter=30).fit(X, y)
        assert one.history_.engine == "numpy"
        assert one.score(X, y) > 0.6

    @pytest.mark.parametrize(("name", "layer"), [("batch", BatchNorm), ("layer", LayerNorm)])
    @pytest.mark.parametrize("make", [classifier, regressor])
    def test_normalization_precedes_every_activation(self, make: Any, name: str, layer: type) -> None:
        data = (X, y) if make is classifier else (X_NUMBER, NUMBER)
        one = make(normalization=name, max_iter=40).fit(*data)
        assert kinds(one) == [Dense, layer, Activation] * 2 + [Dense]
        assert one.score(*data) > 0.6


class Bent:
    def forward(self, z: np.ndarray) -> np.ndarray:
        return np.arctan(z)

    def backward(self, da: np.ndarray, z: np.ndarray, a: np.ndarray) -> np.ndarray:
        return da / (1 + z * z)


class TestClassWeights:
    def test_class_weights_count_as_sample_weights(self) -> None:
        weights = np.array([1.0, 5.0, 0.5])[y]
        one, other = classifier(class_weight={0: 1.0, 1: 5.0, 2: 0.5}), classifier()
        one.fit(X, y)
        other.fit(X, y, sample_weight=weights)
        np.testing.assert_array_equal(one.coefs_[0], other.coefs_[0])
        both = classifier(class_weight={0: 2.0}).fit(X, y, sample_weight=weights)
        expected = classifier().fit(X, y, sample_weight=weights * np.where(y == 0, 2, 1))
        np.testing.assert_array_equal(both.coefs_[0], expected.coefs_[0])

    def test_balanced_classes_lift_a_rare_class(self) -> None:
        rare = np.concatenate([np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:8]])
        plain, balanced = (
            classifier(class_weight=weight, max_iter=60).fit(X[rare], y[rare]) for weight in (None, "balanced")
        )
        found = [balanced_accuracy_score(y[y < 2], one.predict(X[y < 2])) for one in (plain, balanced)]
        assert found[1] > found[0]

    def test_balanced_needs_all_of_y(self) -> None:
        with pytest.raises(
            ValueError, match="class_weight='balanced' is not supported by partial_fit, which sees only a part"
        ):
            classifier(class_weight="balanced").partial_fit(X, y, classes=[0, 1, 2])

    def test_a_weight_of_0_omits_a_row_and_all_0_raises(self) -> None:
        half = np.arange(len(y)) % 2
        whole = {"shuffle": False, "batch_size": 300, "hidden_layer_sizes": (9,)}
        one = classifier(**whole).fit(X, y, sample_weight=half)
        other = classifier(**whole | {"batch_size": 150}).fit(X[1::2], y[1::2])
        np.testing.assert_allclose(one.coefs_[0], other.coefs_[0], rtol=1e-8)
        with pytest.raises(ValueError, match=r"must contain at least one non-zero number|all weights are 0"):
            classifier().fit(X, y, sample_weight=np.zeros(len(y)))
        with pytest.raises(ValueError, match="all sample weights are 0; at least one must be positive"):
            classifier(class_weight={0: 0.0, 1: 0.0, 2: 0.0}).fit(X, y)


class TestLosses:
    @pytest.mark.parametrize(
        ("parameters", "loss"),
        [
            ({"loss": "absolute_error"}, gn.AbsoluteError()),
            ({"loss": "huber", "huber_delta": 0.3}, gn.Huber(0.3)),
            ({"loss": "quantile", "quantile": 0.9}, gn.Quantile(0.9)),
            ({"loss": gn.Huber(2.0)}, gn.Huber(2.0)),
            ({"loss": {"name": "huber", "delta": 3.0}}, gn.Huber(3.0)),
        ],
        ids=str,
    )
    def test_a_regressor_has_further_losses(self, parameters: dict[str, Any], loss: Any) -> None:
        one = regressor(**parameters, alpha=0.0, max_iter=60).fit(X_NUMBER, NUMBER)
        assert one._loss_function() == loss
        assert one.loss_curve_[-1] < one.loss_curve_[0]
        assert one.loss_ == pytest.approx(loss.value(one.predict(X_NUMBER)[:, None], NUMBER[:, None]).mean(), rel=0.1)

    def test_quantile_loss_predicts_the_quantile(self) -> None:
        noise = np.random.default_rng(0).normal(size=2000)
        rows = np.random.default_rng(1).uniform(-1, 1, (2000, 1))
        for q in (0.1, 0.9):
            one = gn.MLPRegressor("quantile", (20,), quantile=q, random_state=0, max_iter=80, learning_rate_init=0.01)
            below = (rows[:, 0] + noise < one.fit(rows, rows[:, 0] + noise).predict(rows)).mean()
            assert below == pytest.approx(q, abs=0.04)

    def test_label_smoothing_lowers_confidence(self) -> None:
        plain, smooth = (classifier(label_smoothing=s, max_iter=150).fit(X, y) for s in (0.0, 0.2))
        assert smooth.predict_proba(X).max() < plain.predict_proba(X).max()

    def test_label_smoothing_of_binary_targets(self) -> None:
        plain, smooth = (classifier(label_smoothing=s, max_iter=150).fit(X, y > 0) for s in (0.0, 0.2))
        assert smooth.predict_proba(X).max() < plain.predict_proba(X).max()
        assert smooth.loss_ > plain.loss_

    def test_poisson_raises_on_negative_targets(self) -> None:
        with pytest.raises(ValueError, match="poisson needs counts, at least 0, got -"):
            regressor(loss="poisson").fit(X_NUMBER, NUMBER)


class TestSolvers:
    @pytest.mark.parametrize("name", [n for n in gn.optimizers.OPTIMIZERS if n != "lbfgs"])
    def test_every_optimizer_is_available_by_name(self, name: str) -> None:
        one = classifier(solver=name, learning_rate_init=0.002 if name != "adadelta" else 1.0, max_iter=30).fit(X, y)
        assert one.loss_curve_[-1] < one.loss_curve_[0]
        assert one.solver == name

    def test_an_optimizer_may_be_an_object(self) -> None:
        one = classifier(solver=gn.RMSProp(0.003, momentum=0.5)).fit(X, y)
        assert one._optimizer.optimizer == gn.RMSProp(0.003, momentum=0.5)
        assert not hasattr(classifier(solver=gn.LBFGS()), "partial_fit")
        assert classifier(solver=gn.LBFGS(history=20), max_iter=30).fit(X, y).score(X, y) > 0.7

    def test_adamw_has_the_default_decay_of_pytorch(self) -> None:
        assert classifier(solver="adamw").fit(X, y)._optimizer.optimizer.weight_decay == 0.01
        assert classifier(solver="adamw", weight_decay=0.5).fit(X, y)._optimizer.optimizer.weight_decay == 0.5
        plain, decayed = (classifier(weight_decay=decay, max_iter=50).fit(X, y) for decay in (None, 5.0))
        assert np.abs(decayed.coefs_[0]).sum() < np.abs(plain.coefs_[0]).sum()

    @pytest.mark.parametrize("solver", ["adam", "sgd", "lion"])
    @pytest.mark.parametrize(
        "schedule", [*gn.schedules.SCHEDULES, {"name": "cosine", "warmup": 0.2}, gn.schedules.Step(2)], ids=str
    )
    def test_schedules_work_with_every_solver(self, solver: str, schedule: Any) -> None:
        one = classifier(solver=solver, schedule=schedule, learning_rate_init=0.01).fit(X, y)
        rates = [record.learning_rate for record in one.history_]
        wanted = gn.schedules.schedule(schedule)
        losses: list[float] = []
        for record in one.history_:
            factors = wanted.factors(record.epoch, 8, 6, losses)
            assert rates[record.epoch - 1] == pytest.approx(0.01 * factors[-1])
            losses.append(record.monitored)

    def test_the_gradient_can_be_clipped(self) -> None:
        wild = {"solver": "sgd", "learning_rate_init": 3.0, "momentum": 0.0, "activation": "identity"}
        with pytest.raises(ValueError, match=r"Solver produced non-finite parameter weights.*the loss is"):
            regressor(**wild).fit(100 * X_NUMBER, NUMBER)
        for limit in ({"clip_norm": 0.01}, {"clip_value": 0.001}):
            assert np.isfinite(regressor(**wild, **limit).fit(100 * X_NUMBER, NUMBER).loss_)

    def test_averaged_weights_predict_while_training_continues_from_the_raw_weights(self) -> None:
        plain, averaged = classifier(), classifier(ema=0.9)
        for _ in range(4):
            plain.partial_fit(X, y, classes=[0, 1, 2])
            averaged.partial_fit(X, y, classes=[0, 1, 2])
        np.testing.assert_array_equal(averaged._optimizer.before_average[0], plain.network_.parameters)
        assert not np.array_equal(averaged.coefs_[0], plain.coefs_[0])
        np.testing.assert_array_equal(averaged._optimizer.averages[0], averaged.network_.parameters)

    def test_assigned_weights_replace_the_average(self) -> None:
        one = classifier(ema=0.9, solver="sgd", learning_rate_init=1e-9).fit(X, y)
        one.coefs_[0] = np.full((10, 15), 0.5)
        one.partial_fit(X, y)
        np.testing.assert_allclose(one._optimizer.before_average[0][:150], 0.5, atol=1e-6)

    def test_validation_uses_the_averaged_weights(self) -> None:
        one = classifier(ema=0.95, max_iter=12, early_stopping=True).fit(X, y)
        best = int(np.argmax(one.validation_scores_))
        assert one.history_.best_epoch == best + 1
