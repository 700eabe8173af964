"""The portfolio: what is trained, held out, stopped, and averaged."""

import dataclasses

import numpy as np
import pytest

from glassnet.data.splits import fold_rows
from glassnet.network.columnwise import ParametricActivation, Scale
from glassnet.network.embedding import Embedding
from glassnet.network.periodic_embedding import PeriodicEmbedding
from glassnet.network.piecewise_linear import PiecewiseLinearEmbedding
from glassnet.tabular import portfolio as portfolio_module
from glassnet.tabular.fit import Encoded, fit_table
from glassnet.tabular.member import CycleRule, start_network, valley_epochs
from glassnet.tabular.portfolio import REFITS, Limits, gains_from_rows, train_portfolio
from glassnet.tabular.problem import Problem
from glassnet.tabular.qualities import QUALITIES, folds_for, settings_for
from glassnet.tabular.score import score_of
from glassnet.tabular.settings import MOST_EMBEDDED, Setting, batch_size_for
from glassnet.training.history import EpochRecord

RNG = np.random.default_rng(0)
ROWS = 120
NUMBERS = RNG.normal(size=(ROWS, 3)).astype(np.float32)
CODES = RNG.integers(0, 14, ROWS)
X = np.column_stack([NUMBERS, CODES]).astype(np.float32)
LABELS = ((NUMBERS[:, 0] > 0) ^ (CODES > 6)).astype(np.int64)
TARGET = np.abs(NUMBERS[:, 1]) * 1000 + 50 * CODES
FOLDS = fold_rows(3, ROWS, np.random.default_rng(1), y=LABELS)
FEW = [Setting(epochs=4, cycles=2), Setting(epochs=4, cycles=2, numeric="periodic"), Setting(epochs=4, hidden=())]


def problem(classes=2, **changes):
    y = LABELS if classes else ((TARGET - TARGET.mean()) / TARGET.std()).astype(np.float32)
    return dataclasses.replace(Problem(X, y, classes, 3, (15,), FOLDS), **changes)


def portfolio(task, refit=False, **limits):
    score = score_of(task.y, task.classes)
    return train_portfolio(task, FEW, score, seed=0, limits=Limits(**limits), refit=refit)


@pytest.mark.parametrize("classes", [2, 0])
def test_every_row_is_predicted_by_a_network_that_was_not_trained_on_it(classes):
    found = portfolio(problem(classes))
    assert found.rows.tolist() == list(range(ROWS))
    assert found.output.shape == (ROWS, classes or 1)
    assert found.weights.sum() == pytest.approx(1)
    for number, (rows, held) in enumerate(FOLDS):
        assert (found.fold[held] == number).all()
        assert not set(rows) & set(held)
    if classes:
        np.testing.assert_allclose(found.output.sum(axis=1), 1, atol=1e-6)


def test_the_number_of_threads_does_not_change_a_bit():
    one, two = (portfolio(problem(), threads=threads) for threads in (1, 3))
    np.testing.assert_array_equal(one.output, two.output)
    for left, right in zip(one.members, two.members, strict=True):
        for a, b in zip(left, right, strict=True):
            np.testing.assert_array_equal(a.network.parameters, b.network.parameters)


def test_a_part_of_the_plan_has_the_same_networks():
    whole, part = portfolio(problem()), portfolio(problem(), members=7)  # two settings, and one network more
    assert (part.trained, len(part.settings), part.stopped) == (7, 2, None)
    for left, right in zip(part.members, whole.members, strict=False):
        np.testing.assert_array_equal(left[2].network.parameters, right[2].network.parameters)


def test_less_than_one_setting_predicts_the_rows_of_its_folds():
    found = portfolio(problem(), members=2)
    assert found.rows.tolist() == sorted(np.concatenate([held for _, held in FOLDS[:2]]))
    assert len(found.members[0]) == 2


def test_a_time_limit_trains_one_network_at_least():
    found = portfolio(problem(), seconds=1e-9, threads=1)
    assert (found.trained, found.stopped) == (1, "time limit")


def parameters(networks):
    return [network.parameters.tobytes() for own in networks for network in own]


@pytest.mark.parametrize("classes", [2, 0])
def test_settings_that_gain_from_rows_have_further_networks_on_all_rows(classes, monkeypatch):
    by_folds = portfolio(problem(classes))
    monkeypatch.setattr(portfolio_module, "LARGE_GAP", 0.0)
    again, limited, cut = (
        portfolio(problem(classes), refit=True, **one) for one in ({}, {"threads": 1}, {"members": 9})
    )
    used = [k for k, weight in enumerate(again.weights) if weight]
    assert again.trained == 9 + REFITS * len(used)
    assert [len(own) for own in again.on_all_rows] == [REFITS * (k in used) for k in range(3)]
    assert parameters(again.on_all_rows) == parameters(limited.on_all_rows)
    assert not any(cut.on_all_rows)  # a part of the plan, which repeats a run that was cut short
    for name in ("weights", "output", "temperature"):  # all that is measured is that of the folds
        np.testing.assert_array_equal(getattr(again, name), getattr(by_folds, name))


def test_networks_on_all_rows_are_used_if_those_of_their_setting_are_complete(monkeypatch):
    monkeypatch.setattr(portfolio_module, "LARGE_GAP", 0.0)
    part = portfolio(problem(), refit=True, members=9 + REFITS + 2)
    assert (part.trained, list(map(len, part.on_all_rows))) == (9 + REFITS + 2, [REFITS, 0, 0])


def test_half_of_a_settings_weight_is_that_of_its_networks_on_all_rows(monkeypatch):
    monkeypatch.setattr(portfolio_module, "LARGE_GAP", 0.0)
    monkeypatch.setitem(QUALITIES, "good", dataclasses.replace(QUALITIES["good"], settings=tuple(FEW), folds=3))
    fitted = fit_table(Encoded(X, 3, (15,)), LABELS, 2, FOLDS, quality="good")
    used = [one for one in fitted.contributions if one["weight"]]
    assert [one["on_all_rows"] for one in used] == [REFITS] * len(used)
    assert len(fitted.ensemble.networks) == len(fitted.preprocessing) == (3 + REFITS) * len(used)
    shares = np.array(fitted.ensemble.weights).reshape(len(used), 3 + REFITS)
    for side in (shares[:, :3], shares[:, 3:]):
        np.testing.assert_allclose(side.sum(axis=1), [one["weight"] / 2 for one in used])


@pytest.mark.parametrize(("loss", "held_out", "gains"), [(0.1, 0.3, True), (0.2, 0.3, False), (0.3, 0.2, False)])
def test_networks_gain_from_rows_if_their_held_out_loss_is_twice_as_large(loss, held_out, gains):
    members = portfolio(problem()).members[0]
    records = [dataclasses.replace(record(1, held_out), loss=loss)]
    histories = [dataclasses.replace(one.history, records=records, best_epoch=1) for one in members]
    assert gains_from_rows([dataclasses.replace(members[0], history=one) for one in histories]) is gains


def test_networks_with_the_same_scaling_share_their_preprocessing():
    limits = Limits(members=9)  # three settings, the first and the third with the same scaling
    fitted = fit_table(Encoded(X, 3, (15,)), LABELS, 2, FOLDS, quality="good", limits=limits)
    scalings = [one["setting"]["scaling"] for one in fitted.contributions if one["weight"]]
    assert len({id(one) for one in fitted.preprocessing}) == len(set(scalings))


def test_predictions_of_numbers_are_in_their_units_and_range():
    fitted = fit_table(Encoded(X, 3, (15,)), TARGET, 0, FOLDS, quality="quick")
    assert np.corrcoef(fitted.output[:, 0], TARGET)[0, 1] > 0.5
    assert fitted.output.min() >= TARGET.min()
    assert fitted.output.max() <= TARGET.max()
    pairs = zip(fitted.ensemble.networks, fitted.preprocessing, strict=True)
    raw = np.mean([network.predict_proba(scale.transform(X)) for network, scale in pairs], axis=0)
    assert np.corrcoef(raw[:, 0], TARGET)[0, 1] > 0.8


@pytest.mark.parametrize(
    ("numeric", "kind"), [("periodic", PeriodicEmbedding), ("piecewise", PiecewiseLinearEmbedding), ("none", Scale)]
)
def test_a_setting_becomes_layers(numeric, kind):
    layers = Setting(numeric=numeric, hidden=(8, 4)).layers(problem())
    assert isinstance(layers[0], Embedding)
    assert isinstance(layers[1], kind)
    assert sum(isinstance(layer, ParametricActivation) for layer in layers) == 2
    assert layers[-1].units == 2


def test_many_numeric_columns_are_not_embedded():
    wide = problem(numbers=MOST_EMBEDDED + 1)
    assert not any(isinstance(layer, PiecewiseLinearEmbedding) for layer in Setting().layers(wide))


def test_bins_of_a_tree_depend_on_the_targets():
    task = problem()
    edges = [
        start_network(Setting(bins=bins), task, X, y, seed=0).named_state()["piecewise_linear_embedding1.edges"]
        for bins, y in (("quantiles", task.y), ("tree", task.y), ("tree", 1 - task.y), ("tree", task.y[::-1]))
    ]
    assert not np.array_equal(edges[0], edges[1])
    np.testing.assert_array_equal(edges[1], edges[2])
    assert not np.array_equal(edges[1], edges[3])


def test_weights_keep_the_rates_and_decays_of_the_neural_tangent_scale():
    task = problem()
    network = start_network(Setting(), task, X, task.y, seed=0)
    groups = Setting().options(task, network, 32).parameter_groups
    for name in ("dense1.W", "dense2.W"):
        factors = groups[name]
        assert factors["learning_rate"] * factors["weight_decay"] == pytest.approx(1)
        assert factors["learning_rate"] == pytest.approx(network.named_parameters()[name].shape[0] ** -0.5)


def record(epoch, loss):
    return EpochRecord(epoch, loss, None, loss, None, 0.1, 0.0, "numpy")


def stopped_at(losses, ends):
    rule = CycleRule(ends)
    return next((i for i, loss in enumerate(losses, start=1) if rule.is_over(record(i, loss))), None)


def test_training_ends_with_the_first_cycle_without_improvement():
    assert stopped_at([3, 2, 2.5, 2.4, 1, 1], [2, 4, 6]) == 4
    assert stopped_at([3, 2, 2.5, 1.9, 2, 1], [2, 4, 6]) is None
    assert stopped_at([3, 2, 2.5, float("nan"), 2, 1], [2, 4, 6]) == 4


@pytest.mark.parametrize("epochs", [1, 2, 5, 48, 96])
@pytest.mark.parametrize("cycles", [1, 2, 4])
def test_cycles_end_with_the_last_epoch(epochs, cycles):
    ends = valley_epochs(epochs, cycles)
    assert ends == sorted(ends)
    assert ends[-1] == epochs


def test_batches_have_about_the_same_size():
    for rows in (1, 63, 1_000, 1_025, 2_305, 30_001, 200_000):
        size = batch_size_for(rows)
        last = rows % size or size
        assert last > size // 2 or rows < 64


@pytest.mark.parametrize("quality", ["quick", "good", "best"])
def test_more_rows_are_trained_for_fewer_epochs_by_fewer_settings(quality):
    few, many = settings_for(quality, 1_000), settings_for(quality, 200_000)
    assert few == list(QUALITIES[quality].settings)
    assert len(many) <= len(few)
    assert many[0].epochs < few[0].epochs


def test_few_rows_groups_and_times_make_fewer_folds():
    assert folds_for("good", 3) == 3
    assert folds_for("good", 100, groups=np.array(list("abab"))) == 2
    assert folds_for("good", 4, times=np.array([1, 2, 3, 4])) == 3
    with pytest.raises(ValueError, match="need at least two rows, got 1"):
        folds_for("good", 1)
    with pytest.raises(ValueError, match="need at least two groups, got 1"):
        folds_for("good", 2, groups=np.array(["a", "a"]))
