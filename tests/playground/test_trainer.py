"""The step-wise trainer: the same bits as `gn.train`, and settings that change while it runs."""

from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.playground.history import MOST, LossHistory
from glassnet.playground.scene import scene_of
from glassnet.playground.state import State
from glassnet.playground.trainer import HORIZON, Trainer, network_for

DENSE = {"name": "dense", "units": 6, "activation": "tanh"}


def trainer_of(**changes: Any) -> Trainer:
    state = State().changed({"data": {"rows": 60}, "layers": [DENSE], **changes})
    return Trainer(state, scene_of(state.data))


def parameters(trainer: Trainer) -> np.ndarray:
    return trainer.network.parameters.copy()


@pytest.mark.parametrize(
    ("changes", "slices"),
    [
        ({}, [1]),
        ({"training": {"optimizer": {"name": "sgd", "momentum": 0.9}, "batch_size": 7, "l2": 0.01}}, [2]),
        ({"training": {"batch_size": 7, "shuffle": False}}, [1, 3]),
        ({"training": {"optimizer": "adamw", "batch_size": 10**9}}, [1]),
        ({"training": {"optimizer": "rmsprop", "clip_norm": 0.5, "weight_decay": 0.01}, "seed": 5}, [4]),
        ({"data": {"kind": "surface", "formula": "x * y", "rows": 40}}, [1]),
        ({"layers": [DENSE, "batchnorm", DENSE]}, [1]),
    ],
)
def test_its_steps_are_those_of_train_to_the_last_bit(changes: dict[str, Any], slices: list[int]) -> None:
    trainer = trainer_of(**changes)
    state = State().changed({"data": {"rows": 60}, "layers": [DENSE], **changes})
    network = network_for(state, trainer.scene)
    data = trainer.scene.inputs(trainer.scene.train.X), trainer.scene.train.y
    for record in gn.train(network, data, epochs=3, engine="compiled", seed=state.seed, **state.training):
        while trainer.epoch < record.epoch:
            trainer.advance(slices[trainer.step % len(slices)])
        np.testing.assert_array_equal(trainer.network.parameters, network.parameters)


def test_the_same_seed_gives_the_same_bits_and_another_one_others() -> None:
    first, second, other = trainer_of(), trainer_of(), trainer_of(seed=1)
    for one in (first, second, other):
        for _ in range(9):
            one.advance(2)
    np.testing.assert_array_equal(parameters(first), parameters(second))
    assert not np.array_equal(parameters(first), parameters(other))


def test_advance_stops_at_the_end_of_an_epoch_and_evaluates_it() -> None:
    trainer = trainer_of(training={"batch_size": 10})
    assert trainer.batches == 5
    trainer.advance(3)
    assert (trainer.epoch, trainer.step, trainer.position) == (0, 3, 30)
    trainer.advance(100)
    assert (trainer.epoch, trainer.step, trainer.position) == (1, 5, 0)
    ((epoch, *values),) = trainer.history.rows
    assert epoch == 1
    np.testing.assert_allclose(values, trainer.evaluate())


def test_without_test_rows_their_loss_is_missing() -> None:
    trainer = trainer_of(data={"test_share": 0, "rows": 20})
    trainer.advance(trainer.batches)
    train, test, accuracy, test_accuracy = trainer.history.rows[0][1:]
    assert np.isfinite([train, accuracy]).all()
    assert np.isnan([test, test_accuracy]).all()


def changed_training(trainer: Trainer, **training: Any) -> None:
    trainer.change(State().changed({"training": training}).options())


def test_another_learning_rate_keeps_weights_and_the_state_of_the_optimizer() -> None:
    trainer = trainer_of()
    trainer.advance(4)
    before, state = parameters(trainer), trainer.job.state
    assert state is not None
    changed_training(trainer, optimizer={"name": "adam", "learning_rate": 0.123})
    np.testing.assert_array_equal(parameters(trainer), before)
    assert trainer.job.state is state
    assert state.steps == trainer.step
    assert trainer.learning_rate == 0.123


@pytest.mark.parametrize(
    "training",
    [
        {"optimizer": {"name": "sgd", "momentum": 0.9}},
        {"optimizer": "lion"},
        {"batch_size": 3},
        {"batch_size": 10**12},
        {"schedule": "cosine"},
        {"loss": {"name": "cross_entropy", "label_smoothing": 0.1}},
        {"l1": 0.1, "clip_value": 0.1, "shuffle": False},
    ],
)
def test_any_option_can_change_in_the_middle_of_an_epoch(training: dict[str, Any]) -> None:
    trainer = trainer_of(training={"optimizer": "sgd", "batch_size": 8})
    trainer.advance(3)
    before = parameters(trainer)
    changed_training(trainer, **training)
    np.testing.assert_array_equal(parameters(trainer), before)
    while trainer.epoch < 2:
        trainer.advance(2)
    assert trainer.diverged is None
    assert not np.array_equal(parameters(trainer), before)


@pytest.mark.parametrize(
    ("training", "words"),
    [
        ({"optimizer": "lbfgs"}, "L-BFGS has no single steps"),
        ({"loss": "poisson"}, "poisson"),
        ({"loss": "binary_cross_entropy"}, "needs y of shape"),
    ],
)
def test_an_option_that_does_not_fit_changes_nothing(training: dict[str, Any], words: str) -> None:
    trainer = trainer_of()
    options, job, Y = trainer.options, trainer.job, trainer.Y
    with pytest.raises(ValueError, match=words):
        changed_training(trainer, **training)
    assert (trainer.options, trainer.job, trainer.Y) == (options, job, Y) or trainer.Y is Y
    assert trainer.job is job


def test_divergence_is_a_message_and_ends_the_training() -> None:
    trainer = trainer_of(
        data={"kind": "surface", "formula": "x", "rows": 40}, layers=[{**DENSE, "activation": "relu"}] * 2
    )
    changed_training(trainer, optimizer={"name": "sgd", "learning_rate": 1e6})
    for _ in range(500):
        trainer.advance(5)
    assert trainer.diverged is not None
    assert "lower the learning rate (now 1e+06)" in trainer.diverged
    step = trainer.step
    trainer.advance(5)
    assert trainer.step == step


def test_a_schedule_lasts_a_fixed_number_of_epochs_and_stays_at_its_end() -> None:
    trainer = trainer_of(training={"schedule": "exponential", "batch_size": 100})
    first = trainer.learning_rate
    for _ in range(HORIZON - 1):
        trainer.advance(1)
    last = trainer.learning_rate
    assert last < first
    for _ in range(20):
        trainer.advance(1)
    assert trainer.learning_rate == last


def test_the_history_of_a_long_training_stays_short_and_keeps_its_ends() -> None:
    history, seen, copy = LossHistory(), 0.0, list[tuple[float, ...]]()
    for epoch in range(1, 5 * MOST + 4):
        history.add((float(epoch), 1 / epoch, 0.0, 0.0, 0.0))
        if epoch % 37 == 0:  # a page takes what is new now and then
            first, rows = history.since(seen)
            copy[first:] = map(tuple, rows.tolist())
            seen = history.last_epoch
            assert [row[0] for row in copy] == [row[0] for row in history.rows]
    assert len(history.rows) <= MOST + 1
    epochs = np.array([row[0] for row in history.rows])
    assert epochs[-1] == 5 * MOST + 3
    np.testing.assert_array_equal(np.diff(epochs[:-1]), history.stride)
