"""The quality realmlp: one network by the recipe of RealMLP-TD."""

import dataclasses
import warnings

import numpy as np
import pandas as pd
import pytest

import glassnet as gn
from glassnet.data.splits import fold_rows
from glassnet.maths.activations import SELU, Mish
from glassnet.maths.losses import CrossEntropy
from glassnet.network.columnwise import ParametricActivation, Scale
from glassnet.network.embedding import Embedding
from glassnet.network.layers import Dense, Dropout
from glassnet.network.periodic_embedding import PeriodicEmbedding
from glassnet.runs.run import run_recipe
from glassnet.tabular import portfolio, qualities
from glassnet.tabular.fit import Encoded, fit_table
from glassnet.tabular.member import SmallestError, start_network
from glassnet.tabular.portfolio import Limits
from glassnet.tabular.problem import Problem
from glassnet.tabular.qualities import QUALITIES, REALMLP, settings_for
from glassnet.tabular.settings import batch_size_for
from glassnet.training.history import EpochRecord

RNG = np.random.default_rng(0)
ROWS = 300
CODES = RNG.integers(0, 14, ROWS)
X = np.column_stack([RNG.normal(size=(ROWS, 3)), CODES]).astype(np.float32)
LABELS = ((X[:, 0] > 0) ^ (CODES > 6)).astype(np.int64)
TARGET = (X[:, 0] + CODES).astype(np.float32)
FOLDS = fold_rows(5, ROWS, np.random.default_rng(1), y=LABELS)
TABLE = Encoded(X, 3, (15,))


@pytest.fixture(autouse=True)
def few_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    setting = dataclasses.replace(REALMLP, epochs=12, hidden=(16, 16))
    monkeypatch.setitem(QUALITIES, "realmlp", dataclasses.replace(QUALITIES["realmlp"], settings=(setting,)))


@pytest.mark.parametrize(("classes", "activation"), [(2, SELU()), (0, Mish())])
def test_layers_and_options_are_those_of_realmlp_td(classes, activation):
    task = Problem(X, LABELS if classes else TARGET, classes, 3, (15,), FOLDS)
    network = start_network(REALMLP, task, X, task.y, seed=0)
    assert list(network.layers[:3]) == [Embedding(3, 15, 8), PeriodicEmbedding(3, 16, 4, 0.1), Scale()]
    hidden = [Dense(256, init="normal"), ParametricActivation(activation), Dropout(0.15)]
    assert list(network.layers[3:-1]) == hidden * 3
    options = REALMLP.options(task, network, rows=2_400)
    assert options.loss == (CrossEntropy(label_smoothing=0.1) if classes else options.loss)
    assert options.optimizer == {"name": "adam", "learning_rate": 0.04 if classes else 0.2, "beta2": 0.95}
    assert (options.epochs, options.batch_size, options.weight_decay) == (256, 240, 0.02)
    assert options.schedule == {"name": "cosine_log", "cycles": 4}


def test_all_epochs_are_run_for_any_number_of_rows():
    assert settings_for("realmlp", 200_000)[0].epochs == settings_for("realmlp", 1_000)[0].epochs
    assert [batch_size_for(rows, 256) for rows in (255, 256, 511, 513, 100_000)] == [255, 256, 256, 171, 256]


@pytest.mark.parametrize("classes", [2, 0])
def test_one_network_is_trained_without_the_first_fold_and_without_target_encoding(classes):
    y = LABELS if classes else TARGET
    fitted = fit_table(TABLE, y, classes, FOLDS, quality="realmlp")
    assert (fitted.trained, len(fitted.ensemble.networks)) == (1, 1)
    np.testing.assert_array_equal(fitted.rows, np.sort(FOLDS[0][1]))
    assert fitted.ensemble.networks[0].inputs == X.shape[1]
    history = fitted.histories[0]
    assert len(history) == 12
    column = history.column("valid_accuracy" if classes else "valid_loss")
    best = max(column) if classes else min(column)
    assert history.best_epoch == max(i for i, value in enumerate(column, start=1) if value == best)


def test_more_networks_are_trained_on_request():
    assert fit_table(TABLE, LABELS, 2, FOLDS, quality="realmlp", limits=Limits(members=5)).trained == 5


def test_the_last_epoch_with_the_smallest_error_is_the_best():
    rule = SmallestError()
    accuracies = [0.5, 0.8, 0.7, 0.8, 0.6]
    records = [EpochRecord(i, 1.0, valid_loss=i, valid_accuracy=one) for i, one in enumerate(accuracies, start=1)]
    assert [rule.is_best(record) for record in records] == [True, True, False, True, False]
    assert rule.reason() is None


@pytest.mark.parametrize(("members", "expected"), [(1, 3), (2, 1)])
def test_a_single_network_has_all_threads(monkeypatch, members, expected):
    seen, train = [], portfolio.train_member

    def watched(*arguments):
        seen.append(arguments[-1])
        return train(*arguments)

    monkeypatch.setattr(portfolio, "train_member", watched)
    fit_table(TABLE, LABELS, 2, FOLDS, quality="realmlp", limits=Limits(members=members, threads=3))
    assert set(seen) == {expected}


def test_the_number_of_threads_does_not_change_a_bit():
    one, two = (fit_table(TABLE, LABELS, 2, FOLDS, quality="realmlp", limits=Limits(threads=i)) for i in (1, 2))
    np.testing.assert_array_equal(one.ensemble.networks[0].parameters, two.ensemble.networks[0].parameters)


def test_categories_are_encoded_as_by_realmlp_in_recipes_and_estimators():
    two, nine = np.where(LABELS, "a", "b"), [f"level {code % 9}" for code in CODES]
    frame = pd.DataFrame({"x": X[:, 0], "two": two, "nine": nine, "y": np.where(CODES > 3, "yes", "no")})
    recipe = dataclasses.replace(gn.load_recipe("t.csv"), quality="realmlp", options={"target": "y"})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = run_recipe(recipe, frame).model
    estimator = gn.TableClassifier(quality="realmlp").fit(frame.drop(columns="y"), frame.y)
    for columns in (model.columns, estimator.model_.columns):
        assert columns is not None
        assert (columns.numbers, columns.width, columns.embedded) == (1, 3, [10])
    own = dataclasses.replace(recipe, category_encoding={"max_one_hot": 9})
    columns = run_recipe(own, frame).model.columns
    assert columns is not None
    assert columns.width == 1 + 2 + 9


def test_unknown_qualities_suggest_the_closest_one():
    with pytest.raises(ValueError, match="did you mean 'realmlp'"):
        qualities.check_quality("realmpl")
