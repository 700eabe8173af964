"""Order of rows and learning rates: seeds, shuffling, blocks, batches, and schedules."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.maths.optimizers import SGD
from glassnet.maths.schedules import Step
from glassnet.network.layers import BatchNorm, Dense, Dropout
from glassnet.network.network import Network
from glassnet.training import epoch as epoch_module
from glassnet.training.history import COLUMNS
from helpers.examples import example_count
from helpers.runs import LABELS, LABELS_V, XV, N, X, by_dtype, by_engine, by_hand, classifier, run


@by_engine
@by_dtype
def test_the_same_seed_gives_the_same_bits(dtype: str, engine: str) -> None:
    nets = [classifier(dtype, BatchNorm(), Dropout(0.3)) for _ in range(3)]
    losses = [
        [record.loss for record in run(net, seed=seed, engine=engine)]
        for net, seed in zip(nets, (3, 3, 4), strict=True)
    ]
    np.testing.assert_array_equal(nets[0].parameters, nets[1].parameters)
    np.testing.assert_array_equal(nets[0].state, nets[1].state)
    assert losses[0] == losses[1] != losses[2]


@by_engine
def test_a_given_generator_is_used_and_the_global_one_is_not(engine: str) -> None:
    first, second = classifier(), classifier()
    before = repr(np.random.get_state())  # noqa: NPY002
    run(first, seed=np.random.default_rng(3), engine=engine)
    run(second, seed=3, engine=engine)
    np.testing.assert_array_equal(first.parameters, second.parameters)
    assert repr(np.random.get_state()) == before  # noqa: NPY002


@by_engine
def test_without_shuffling_rows_keep_their_order(engine: str) -> None:
    net, copy = classifier(), classifier()
    run(net, optimizer=SGD(0.1), epochs=2, shuffle=False, engine=engine)
    for _ in range(2):
        for first in range(0, N, 5):
            _, g = copy.gradient(X[first : first + 5], LABELS[first : first + 5])
            copy.parameters -= 0.1 * g
    np.testing.assert_allclose(net.parameters, copy.parameters, rtol=1e-10)


@by_engine
@pytest.mark.parametrize("block_bytes", [1, 5 * 4 * 8, 300, 10**9])
def test_the_block_size_changes_no_bit(block_bytes: int, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def trained() -> tuple[Network, list[Any]]:
        net = classifier("float64", BatchNorm(), Dropout(0.3))
        records = run(net, valid=(XV, LABELS_V), schedule="cosine", sample_weight=np.arange(N), engine=engine)
        return net, [dataclasses.replace(record, seconds=0) for record in records]

    expected, expected_records = trained()
    monkeypatch.setattr(epoch_module, "BLOCK_BYTES", block_bytes)
    net, records = trained()
    np.testing.assert_array_equal(net.parameters, expected.parameters)
    for record, other in zip(records, expected_records, strict=True):
        a, b = ([getattr(one, name) for name in COLUMNS] for one in (record, other))
        assert a == pytest.approx(b, rel=1e-12)


@given(batch_size=st.integers(1, 30), epochs=st.integers(1, 3), shuffle=st.booleans())
@example_count(30)
def test_every_row_is_used_once_per_epoch(batch_size: int, epochs: int, shuffle: bool) -> None:
    """With one weight per row, gradient descent with a gradient of 1 counts the uses of each row."""
    net = Network(N, [Dense(1)], init="zeros", dtype="float64")

    class Counting:
        canonical = needs = None

        def targets(self, y: Any, outputs: int) -> Any:
            return y[:, None]

        def value(self, a: Any, Y: Any) -> Any:
            return a[:, 0]

        def gradient(self, a: Any, Y: Any) -> Any:
            # A batch divides by its rows; this multiplies by them again.
            return np.full_like(a, len(a))

    run(net, (np.eye(N), np.zeros(N)), loss=Counting(), optimizer=SGD(1.0), batch_size=batch_size, epochs=epochs,
        shuffle=shuffle, engine="numpy")  # fmt: skip
    np.testing.assert_allclose(-net.named_parameters()["dense1.W"][:, 0], epochs, rtol=1e-12)


@by_engine
def test_a_schedule_sets_the_learning_rate_of_every_step(engine: str) -> None:
    class Halving:
        def factors(self, epoch: int, epochs: int, steps: int, history: Any) -> Any:
            assert (epochs, steps, len(history)) == (2, 5, epoch - 1)
            return 0.5 ** np.arange((epoch - 1) * steps, epoch * steps)

    net, copy = classifier(), classifier()
    records = run(net, optimizer=SGD(0.4), schedule=Halving(), epochs=2, seed=7, engine=engine)
    list(
        by_hand(copy, LABELS, epochs=2, batch_size=5, seed=7, rule=SGD(0.4),
                rates=lambda epoch, step: 0.5 ** (5 * (epoch - 1) + step))
    )  # fmt: skip
    np.testing.assert_allclose(net.parameters, copy.parameters, rtol=1e-10)
    assert [record.learning_rate for record in records] == [0.4 * 0.5**4, 0.4 * 0.5**9]


@by_engine
def test_schedules_get_the_validation_loss_or_else_the_training_loss(engine: str) -> None:
    heard: list[list[float]] = []

    class Listening:
        def factors(self, epoch: int, epochs: int, steps: int, history: Any) -> Any:
            heard.append(list(history))
            return np.ones(steps)

    records = run(classifier(), schedule=Listening(), valid=(XV, LABELS_V), engine=engine)
    assert heard[-1] == [record.valid_loss for record in records[:2]]
    records = run(classifier(), schedule=Listening(), engine=engine)
    assert heard[-1] == [record.loss for record in records[:2]]


def test_a_schedule_may_be_given_by_name() -> None:
    records = run(classifier(), optimizer=SGD(0.1), schedule={"name": "step", "every": 1, "factor": 0.5}, epochs=3)
    assert [record.learning_rate for record in records] == [0.1, 0.05, 0.025]
    assert records == [
        dataclasses.replace(other, seconds=record.seconds)
        for record, other in zip(
            records, run(classifier(), optimizer=SGD(0.1), schedule=Step(1, 0.5), epochs=3), strict=True
        )
    ]
