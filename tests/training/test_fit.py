"""`fit`: when it stops, the resulting parameters, and its output during training."""

import csv
import io
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from glassnet.data.dataset import Dataset
from glassnet.engines.dispatch import ENGINES
from glassnet.maths.optimizers import SGD
from glassnet.maths.optimizers.adam import Adam
from glassnet.network.layers import BatchNorm, Dense, Dropout
from glassnet.network.network import Network
from glassnet.training import fit as fit_module
from glassnet.training.fit import fit, fit_session
from glassnet.training.history import COLUMNS, EpochRecord, History
from glassnet.training.options import TrainingOptions
from glassnet.training.train import train
from helpers.runs import LABELS, LABELS_V, XV, X, by_engine, classifier


def fitted(net: Network, data: Any = (X, LABELS), **options: Any) -> History:
    return fit(net, data, **{"batch_size": 5, "epochs": 3, "progress": False, **options})


def play_losses(monkeypatch: pytest.MonkeyPatch, losses: list[Any], *, valid: bool = False) -> None:
    """Replace `train` by these losses, and set the parameters of the network to the number of the epoch."""

    def script(network: Network, data: Any, y: Any, options: TrainingOptions, **others: Any) -> Iterator[EpochRecord]:
        for epoch, loss in enumerate(losses[: options.epochs], start=1):
            network.parameters[:], network.state[:] = epoch, 10 * epoch
            if isinstance(loss, (BaseException, type)):
                raise loss
            yield EpochRecord(epoch, 1 / epoch, 0.5, loss, 0.5) if valid else EpochRecord(epoch, loss)

    monkeypatch.setattr(fit_module, "epoch_records", script)


def net_with_state() -> Network:
    return Network(4, [BatchNorm(), Dense(3, "softmax")])


# The same as train


@by_engine
def test_fit_equals_train_run_to_the_end(engine: str) -> None:
    net, copy = classifier("float64", BatchNorm(), Dropout(0.2)), classifier("float64", BatchNorm(), Dropout(0.2))
    options = {"optimizer": Adam(0.01), "l2": 0.01, "schedule": "cosine", "valid": (XV, LABELS_V), "engine": engine}
    history = fitted(net, seed=3, **options)
    records = list(train(copy, (X, LABELS), batch_size=5, epochs=3, seed=3, **options))
    np.testing.assert_array_equal(net.parameters, copy.parameters)
    np.testing.assert_array_equal(net.state, copy.state)
    assert [record.loss for record in history] == [record.loss for record in records]
    assert (history.stop_reason, history.best_epoch, len(history)) == ("epochs", 3, 3)


@by_engine
@pytest.mark.parametrize("given", ["pair", "arrays", "dataset"])
def test_data_may_be_a_pair_two_arrays_or_a_dataset(given: str, engine: str) -> None:
    data = {"pair": ((X, LABELS),), "arrays": (X, LABELS), "dataset": (Dataset(X, LABELS),)}[given]
    for early_stopping in (False, True):
        net, copy = classifier(), classifier()
        options = {"early_stopping": early_stopping, "epochs": 3, "progress": False, "engine": engine}
        fit(net, *data, **options)
        fit(copy, (X, LABELS), **options)
        np.testing.assert_array_equal(net.parameters, copy.parameters)


# Early stopping

# Best at epoch 3; the equal loss of epoch 5 is no improvement.
VALID = [5.0, 4.0, 2.0, 3.0, 2.0, 2.5, 9.0, 9.0, 1.0, 9.0]


@pytest.mark.parametrize(("patience", "made", "kept"), [(1, 4, 3), (3, 6, 3), (5, 8, 3), (6, 10, 9), (20, 10, 9)])
def test_early_stopping_stops_after_patience_epochs_and_restores_the_best(
    patience: int, made: int, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    play_losses(monkeypatch, VALID, valid=True)
    net = net_with_state()
    history = fitted(net, valid=(XV, LABELS_V), early_stopping=True, patience=patience, epochs=10)
    assert len(history) == made
    assert history.best_epoch == kept
    assert history.stop_reason == ("early stopping" if made < 10 else "epochs")
    np.testing.assert_array_equal(net.parameters, kept)
    np.testing.assert_array_equal(net.state, 10 * kept)


def test_without_early_stopping_the_last_parameters_remain(monkeypatch: pytest.MonkeyPatch) -> None:
    play_losses(monkeypatch, VALID, valid=True)
    net = net_with_state()
    history = fitted(net, valid=(XV, LABELS_V), epochs=10, patience=1)
    assert (len(history), history.best_epoch, history.stop_reason) == (10, 10, "epochs")
    np.testing.assert_array_equal(net.parameters, 10)


@by_engine
def test_restored_parameters_reproduce_the_best_validation_loss(engine: str) -> None:
    noise = np.random.default_rng(5).integers(0, 3, len(X))
    net = classifier("float64", BatchNorm())
    options = {"optimizer": Adam(0.05), "epochs": 60, "engine": engine, "valid": (XV, LABELS_V)}
    history = fitted(net, (X, noise), early_stopping=True, patience=4, **options)
    assert history.stop_reason == "early stopping"
    assert len(history) == history.best_epoch + 4
    best = history[history.best_epoch - 1]
    assert best.valid_loss == min(history.column("valid_loss"))
    assert net.gradient(XV, LABELS_V)[0] == pytest.approx(best.valid_loss, rel=1e-12)
    # Including running statistics: they equal those of a run that ended there.
    shorter = classifier("float64", BatchNorm())
    fitted(shorter, (X, noise), **{**options, "epochs": history.best_epoch})
    np.testing.assert_array_equal(net.state, shorter.state)
    np.testing.assert_array_equal(net.parameters, shorter.parameters)


@pytest.mark.parametrize(("labels", "fraction"), [(np.repeat([0, 1, 2], [60, 30, 10]), 0.2), (np.arange(100) % 3, 0.1)])
def test_held_out_rows_are_disjoint_stratified_and_determined_by_the_seed(
    labels: np.ndarray, fraction: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts: list[Any] = []

    def script(
        network: Network, data: Any, y: Any, options: Any, *, valid: Any, sample_weight: Any, **others: Any
    ) -> Iterator[EpochRecord]:
        parts.append((data, valid, sample_weight))
        return (record for record in ())

    monkeypatch.setattr(fit_module, "epoch_records", script)
    rows = np.arange(100.0)[:, None]
    for seed in (0, 0, 1):
        fitted(Network(1, [Dense(3, "softmax")]), (rows, labels), early_stopping=True, seed=seed,
               validation_fraction=fraction, sample_weight=np.arange(100))  # fmt: skip
    (learned, _), (held, held_y), weights = parts[0]
    assert sorted(np.concatenate([learned, held])[:, 0]) == list(range(100))
    assert len(held) == round(100 * fraction)
    shares = fraction * np.bincount(labels)
    assert np.all(np.abs(np.bincount(held_y, minlength=3) - shares) <= 1)
    np.testing.assert_array_equal(held_y, labels[held[:, 0].astype(int)])
    np.testing.assert_array_equal(weights, learned[:, 0])
    # The remaining rows keep their order, for training without shuffling.
    assert np.all(np.diff(learned[:, 0]) > 0)
    np.testing.assert_array_equal(held, parts[1][1][0])
    assert not np.array_equal(held, parts[2][1][0])


def test_integer_regression_targets_are_held_out_without_stratification() -> None:
    """A stratified split would never hold out values that occur once."""
    y = np.r_[np.zeros(50, int), np.arange(1, 51)]
    rare = 0
    for seed in range(40):
        _, (_, held), _ = fit_module._set_aside(
            Network(1, [Dense(1)]),
            (np.arange(100.0)[:, None], y),
            None,
            TrainingOptions(),
            None,
            np.random.default_rng(seed),
        )
        rare += np.count_nonzero(held)
    # Half of 40 · 10 rows, give or take six standard deviations of a fair choice.
    assert abs(rare - 200) < 6 * np.sqrt(40 * 10 / 4)


@by_engine
def test_held_out_rows_are_never_trained_on(engine: str) -> None:
    net, copy = classifier(), classifier()
    options = {"epochs": 4, "engine": engine, "optimizer": Adam(0.01)}
    fitted(net, early_stopping=True, validation_fraction=0.3, patience=9, **options)
    rng = np.random.default_rng(0)
    learned, held, _ = fit_module._set_aside(
        copy, (X, LABELS), None, TrainingOptions(validation_fraction=0.3), None, rng
    )
    history = fitted(copy, learned, valid=held, early_stopping=True, patience=9, seed=rng, **options)
    np.testing.assert_array_equal(net.parameters, copy.parameters)
    assert len(held[0]) == 7
    assert None not in history.column("valid_accuracy")


# The convergence criterion


@pytest.mark.parametrize(
    ("losses", "tol", "patience", "made"),
    [
        ([9, 8, 7, 7.05, 7.0, 6.0], 0.1, 2, 5),  # two changes below tol in a row
        ([9, 8, 8.05, 7, 7.05, 7.0], 0.1, 2, 6),  # a larger change in between resets the count
        ([9, 9.05, 8, 8.05, 7, 7.05], 0.1, 2, None),
        ([9, 8.9, 8.8, 8.7], 0.1 - 1e-9, 1, None),  # exactly tol is not below it
        ([9, 9, 9, 9], 1e-9, 1, 2),
        ([9, 9, 9, 9], 1e-9, 3, 4),
        ([9, 9, 9, 9], 0.0, 1, None),  # no change is below 0
        ([9, 9, 9, 9], None, 1, None),
        ([5, 6, 6.01, 6.02], 0.1, 2, 4),  # the way up counts like the way down
    ],
)
def test_training_converges_when_the_loss_changes_less_than_tol_for_patience_epochs(
    losses: list[float], tol: float | None, patience: int, made: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    play_losses(monkeypatch, losses)
    net = net_with_state()
    history = fitted(net, tol=tol, patience=patience, epochs=len(losses))
    assert len(history) == (made or len(losses))
    assert history.stop_reason == ("converged" if made else "epochs")
    assert history.best_epoch == len(history)
    np.testing.assert_array_equal(net.parameters, len(history))


def test_the_constant_loss_of_the_notebook_stops_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    play_losses(monkeypatch, [2486.433448] * 100)
    assert len(fitted(net_with_state(), tol=1e-4, epochs=100)) == 11


@by_engine
def test_lbfgs_stops_when_it_has_converged(engine: str) -> None:
    net = Network(4, [Dense(1)], dtype="float64", seed=1)
    history = fitted(net, (X, X[:, 0]), optimizer="lbfgs", epochs=100, engine=engine)
    assert history.stop_reason == "converged"
    assert history.best_epoch == len(history) < 100
    assert history[-1].loss < 1e-6
    assert fitted(classifier(), optimizer="lbfgs", epochs=2, engine=engine).stop_reason == "epochs"


# Interrupted and diverging runs


@pytest.mark.parametrize(
    ("losses", "valid", "kept", "text"),
    [
        ([3.0, 1.0, 2.0], True, 2, r"interrupted in epoch 4; the parameters of epoch 2, the best so far, are kept"),
        ([3.0, 1.0, 2.0], False, 2, r"interrupted in epoch 4; the parameters of epoch 2, the best so far, are kept"),
        ([3.0, 2.0, 1.0], False, 3, r"interrupted in epoch 4; the parameters of epoch 3, the best so far, are kept"),
        ([], False, 0, r"interrupted in epoch 1; no epoch was finished"),
    ],
    ids=["validation loss", "training loss", "the last is the best", "at once"],
)
@pytest.mark.parametrize("early_stopping", [False, True])
def test_an_interrupted_run_keeps_the_best_so_far_and_warns(
    losses: list[float], valid: bool, kept: int, text: str, early_stopping: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    play_losses(monkeypatch, [*losses, KeyboardInterrupt], valid=valid)
    net = net_with_state()
    with pytest.warns(UserWarning, match=text):
        history = fitted(net, valid=(XV, LABELS_V), early_stopping=early_stopping, epochs=10)
    assert (history.stop_reason, history.best_epoch, len(history)) == ("interrupted", kept, len(losses))
    if kept:
        np.testing.assert_array_equal(net.parameters, kept)
        np.testing.assert_array_equal(net.state, 10 * kept)


@by_engine
def test_ctrl_c_in_the_middle_of_a_run_leaves_the_best_epochs_parameters(engine: str) -> None:
    class Interrupting:
        def factors(self, epoch: int, epochs: int, steps: int, history: Any) -> Any:
            if epoch == 4:
                raise KeyboardInterrupt
            return np.full(steps, 1.0 if epoch < 3 else 200.0)  # the third epoch makes it worse

    net, copy = classifier("float64", BatchNorm()), classifier("float64", BatchNorm())
    options = {"optimizer": SGD(0.1), "valid": (XV, LABELS_V), "engine": engine}
    with pytest.warns(UserWarning, match="epoch 4; the parameters of epoch 2, the best so far, are kept"):
        history = fitted(net, schedule=Interrupting(), epochs=9, **options)
    assert len(history) == 3
    fitted(copy, epochs=2, **options)
    np.testing.assert_array_equal(net.parameters, copy.parameters)
    np.testing.assert_array_equal(net.state, copy.state)


def test_the_warning_points_to_the_line_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    play_losses(monkeypatch, [KeyboardInterrupt])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit(net_with_state(), (X, LABELS), progress=False)
    assert caught[0].filename == __file__


def test_a_diverging_run_restores_the_best_parameters_and_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    play_losses(monkeypatch, [3.0, 1.0, 2.0, FloatingPointError("training diverged in epoch 4")])
    net = net_with_state()
    with pytest.raises(FloatingPointError, match="training diverged in epoch 4"):
        fitted(net, epochs=10)
    np.testing.assert_array_equal(net.parameters, 2)
    np.testing.assert_array_equal(net.state, 20)


@by_engine
def test_a_run_that_diverges_in_the_first_epoch_leaves_the_network_unchanged(engine: str) -> None:
    net = Network(4, [Dense(5), BatchNorm(), Dense(5), Dense(1)])
    parameters, state = net.parameters.copy(), net.state.copy()
    with pytest.raises(FloatingPointError, match="training diverged in epoch 1"):
        fitted(net, (X, X[:, 0]), optimizer=SGD(1e20), engine=engine)
    np.testing.assert_array_equal(net.parameters, parameters)
    np.testing.assert_array_equal(net.state, state)


# Inspection during training


@by_engine
@pytest.mark.parametrize("early_stopping", [False, True])
def test_inspecting_the_network_between_epochs_changes_no_bit(early_stopping: bool, engine: str) -> None:
    net, copy = classifier("float32", BatchNorm(), Dropout(0.2)), classifier("float32", BatchNorm(), Dropout(0.2))
    options = {"valid": (XV, LABELS_V), "optimizer": Adam(0.1), "epochs": 12, "batch_size": 5, "patience": 2,
               "early_stopping": early_stopping, "seed": 3, "engine": engine, "progress": False}  # fmt: skip
    seen = []
    with fit_session(net, (X, LABELS), **options) as (records, history):
        for record in records:
            net.gradient(XV, LABELS_V)
            net.trace(XV[:2], LABELS_V[:2])
            seen.append(net.parameters.copy())
            assert record is history[-1]
    alone = fit(copy, (X, LABELS), **options)
    np.testing.assert_array_equal(net.parameters, copy.parameters)
    np.testing.assert_array_equal(net.state, copy.state)
    assert history.column("loss") == alone.column("loss")
    assert (history.best_epoch, history.stop_reason) == (alone.best_epoch, alone.stop_reason)
    # The loop saw the parameters of each epoch; afterwards the network has those of the best epoch.
    np.testing.assert_array_equal(net.parameters, seen[history.best_epoch - 1])
    assert len({parameters.tobytes() for parameters in seen}) == len(history)


@pytest.mark.parametrize(("early_stopping", "kept"), [(False, 4), (True, 3)])
def test_leaving_the_loop_ends_the_run(early_stopping: bool, kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    play_losses(monkeypatch, VALID, valid=True)
    net = net_with_state()
    options = {"valid": (XV, LABELS_V), "early_stopping": early_stopping, "epochs": 10, "progress": False}
    with fit_session(net, (X, LABELS), **options) as (records, history):
        for record in records:
            if record.epoch == 4:
                break
    assert (len(history), history.best_epoch, history.stop_reason) == (4, kept, "stopped")
    np.testing.assert_array_equal(net.parameters, kept)


def test_ctrl_c_inside_the_loop_keeps_the_best_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    play_losses(monkeypatch, [3.0, 1.0, 2.0, 0.5])
    net = net_with_state()

    def looked_at() -> History:
        with fit_session(net, (X, LABELS), epochs=4, progress=False) as (records, history):
            for record in records:
                if record.epoch == 3:
                    raise KeyboardInterrupt
        return history

    with pytest.warns(UserWarning, match="the parameters of epoch 2, the best so far, are kept"):
        history = looked_at()
    assert (len(history), history.best_epoch, history.stop_reason) == (3, 2, "interrupted")
    np.testing.assert_array_equal(net.parameters, 2)


# Errors

REFUSED: dict[str, tuple[dict[str, Any], type, str]] = {
    "patience": ({"patience": 0}, ValueError, "patience must be at least 1, got 0"),
    "tol": ({"tol": -1}, ValueError, "tol must be at least 0, got -1"),
    "all aside": (
        {"early_stopping": True, "validation_fraction": 0.99},
        ValueError,
        "early stopping holds out 0.99 of 23 rows, which leaves no training rows",
    ),
    "more than all aside": (
        {"early_stopping": True, "validation_fraction": 1},
        ValueError,
        "validation_fraction must be above 0 and below 1, got 1",
    ),
    "L-BFGS": (
        {"early_stopping": True, "optimizer": "lbfgs", "valid": (XV, LABELS_V)},
        ValueError,
        "early stopping needs a record after every epoch, but L-BFGS returns them only at its end",
    ),
    "unknown option": ({"batchsize": 3}, TypeError, "batchsize"),
    "too many y": ({"data": (X, np.r_[LABELS, 0]), "early_stopping": True}, ValueError, "X has 23 rows but y has 24"),
    "too few y": ({"data": (X, LABELS[1:]), "early_stopping": True}, ValueError, "X has 23 rows but y has 22"),
    "too many weights": (
        {"sample_weight": np.ones(24), "early_stopping": True},
        ValueError,
        "sample_weight must be one number per row, (23,), got shape (24,)",
    ),
    "NaN": (
        {"data": (np.where(X[3, 1] == X, np.nan, X), LABELS), "early_stopping": True},
        ValueError,
        "X contains NaN in row 3, column 1",
    ),
}


@pytest.mark.parametrize(("options", "error", "text"), REFUSED.values(), ids=REFUSED)
def test_invalid_options_raise_before_training(options: dict[str, Any], error: type, text: str) -> None:
    net = classifier()
    before = net.parameters.copy()
    with pytest.raises(error) as caught:
        fitted(net, **options)
    assert text in str(caught.value)
    np.testing.assert_array_equal(net.parameters, before)


# Output


@pytest.mark.parametrize("progress", [True, False, None])
def test_the_progress_bar_is_drawn_on_stderr_only_if_enabled(
    progress: bool | None, capsys: pytest.CaptureFixture[str]
) -> None:
    fit(classifier(), (X, LABELS), epochs=3, progress=progress, engine=next(iter(ENGINES)))
    out, err = capsys.readouterr()
    assert out == ""
    # By default it looks for a terminal, which a test does not have.
    assert ("training" in err and "3/3" in err and "accuracy" in err) == bool(progress)
    if not progress:
        assert err == ""


# The history


def history() -> History:
    records = [
        EpochRecord(1, 2.0, 0.5, 2.5, 0.25, 0.1, 0.5),
        EpochRecord(2, 1.0, None, None, None, None, 0.25),
        EpochRecord(3, 0.1, 1.0, 0.25, 1.0, 0.05, 0.25),
    ]
    return History(records, 3, "early stopping")


def test_a_history_is_a_sequence_of_records() -> None:
    made = history()
    assert len(made) == 3
    assert made[-1].epoch == 3
    assert [record.epoch for record in made[:2]] == [1, 2]
    assert made.column("loss") == [2.0, 1.0, 0.1]
    assert made.column("valid_accuracy") == [0.25, None, 1.0]
    assert made.seconds == 1.0
    with pytest.raises(ValueError, match="a record has no 'acc'; it has epoch, loss, accuracy, valid_loss"):
        made.column("acc")


def test_a_history_in_csv_keeps_every_digit_and_leaves_missing_values_empty() -> None:
    text = history().csv()
    assert text.splitlines()[0] == ",".join(COLUMNS)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [float(row["loss"]) for row in rows] == history().column("loss")
    assert rows[1] == {"epoch": "2", "loss": "1.0", "accuracy": "", "valid_loss": "", "valid_accuracy": "",
                       "learning_rate": "", "seconds": "0.25"}  # fmt: skip
    third = History([EpochRecord(1, 1 / 3)]).csv()
    assert float(third.splitlines()[1].split(",")[1]) == 1 / 3
    assert "\r" not in text


def test_an_unknown_option_raises_with_the_closest_match() -> None:
    with pytest.raises(TypeError, match="unknown option of fit: 'epoch'; did you mean 'epochs'"):
        fit(classifier(), (X, LABELS), epoch=3)
