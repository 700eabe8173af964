"""The epoch loop and its parameters: row order, learning rates, validation, and the stopping rule."""

from typing import Any

import numpy as np
import pytest

from glassnet.engines.dispatch import ENGINES
from glassnet.engines.job import DivergenceError
from glassnet.maths.optimizers import SGD
from glassnet.training.batching import Rows
from glassnet.training.history import EpochRecord, History
from glassnet.training.loop import Loop, member, run_epochs, until_stopped
from glassnet.training.options import TrainingOptions
from glassnet.training.progress import progress_bar
from glassnet.training.stopping import BestWeights, Patience
from glassnet.training.train import job_for, train
from helpers.runs import LABELS, X, by_engine, classifier

BATCH = 5


def loop_of(networks: list[Any], engine: str, orders: list[Any], rate: float = 0.1, **others: Any) -> Loop:
    rows = Rows(X, LABELS)
    members = []
    for network, order in zip(networks, orders, strict=True):
        state = SGD(0.1).start(network.parameters, network.layout.weights)
        job = job_for(network, network.loss(), SGD(0.1), state, TrainingOptions())
        members.append(member(job, rows, len(X), BATCH, order))
    rates = others.pop("rates", lambda epoch, steps, monitored: np.full(steps, rate))
    return Loop(members, rows, BATCH, rates, np.random.default_rng(0), ENGINES[engine], **others)


@by_engine
def test_the_caller_sets_row_order_and_learning_rates(engine: str) -> None:
    net, copy, seen = classifier("float64"), classifier("float64"), []

    def rates(epoch: int, steps: int, monitored: Any) -> Any:
        seen.append((epoch, steps, list(monitored)))
        return np.full(steps, 0.1)

    order = np.arange(len(X))[::-1]
    records = list(run_epochs(loop_of([net], engine, [lambda: order], rates=rates), [4, 7]))
    expected = list(train(copy, (X[::-1], LABELS[::-1]), optimizer=SGD(0.1), batch_size=BATCH, epochs=2, shuffle=False,
                          engine=engine))  # fmt: skip
    np.testing.assert_array_equal(net.parameters, copy.parameters)
    assert [record.epoch for record in records] == [4, 7]
    assert [record.loss for record in records] == [record.loss for record in expected]
    steps = -(-len(X) // BATCH)
    assert seen == [(4, steps, []), (7, steps, [records[0].loss])]


@by_engine
def test_members_train_in_lockstep_and_their_records_are_averaged(engine: str) -> None:
    def order() -> Any:
        return np.arange(len(X))

    alone = [list(run_epochs(loop_of([net], engine, [order]), range(1, 4))) for net in networks()]
    together = list(run_epochs(loop_of(networks(), engine, [order, order]), range(1, 4)))
    for record, *own in zip(together, *alone, strict=True):
        assert record.loss == np.mean([one.loss for one in own])
        assert record.accuracy == np.mean([one.accuracy for one in own])


def networks() -> list[Any]:
    first, second = classifier("float64"), classifier("float64")
    second.parameters *= 0.5
    return [first, second]


class Third:
    """A stopping rule: the second epoch is the best, and the third is the last."""

    def __init__(self) -> None:
        self.epoch = 0

    def is_best(self, record: EpochRecord) -> bool:
        self.epoch = record.epoch
        return self.epoch == 2

    def reason(self) -> str | None:
        return "enough" if self.epoch == 3 else None


@by_engine
def test_a_stopping_rule_decides_the_best_and_the_last_epoch(engine: str) -> None:
    net, history, seen = classifier("float64"), History(stop_reason="stopped"), []
    best = BestWeights([net])
    loop = loop_of([net], engine, [lambda: np.arange(len(X))])
    with progress_bar(9, False) as bar:
        for record in until_stopped(run_epochs(loop, range(1, 10)), Third(), best, [net], history, bar):
            assert record is history[-1]
            seen.append(net.parameters.copy())
    assert (len(history), history.stop_reason, best.epoch) == (3, "enough", 2)
    best.restore([net])
    np.testing.assert_array_equal(net.parameters, seen[1])


@by_engine
def test_divergence_reports_its_epoch_and_learning_rate(engine: str) -> None:
    with pytest.raises(DivergenceError, match="the loss is") as caught:
        list(run_epochs(loop_of([classifier("float64")], engine, [lambda: np.arange(len(X))], np.inf), range(5, 9)))
    assert caught.value.epoch == 5
    assert caught.value.rate == np.inf


def test_patience_counts_epochs_without_a_lower_loss_and_losses_that_hardly_change() -> None:
    stopping = Patience(TrainingOptions(early_stopping=True, patience=2))
    reasons = []
    for epoch, loss in enumerate([3.0, 2.0, 2.5, 1.0, 1.5, 1.0], start=1):
        stopping.is_best(EpochRecord(epoch, loss=9.0, valid_loss=loss))
        reasons.append(stopping.reason())
    assert reasons == [None, None, None, None, None, "early stopping"]
    converging = Patience(TrainingOptions(tol=0.1, patience=2))
    reasons = []
    for epoch, loss in enumerate([3.0, 2.0, 1.95, 1.0, 0.95, 0.9], start=1):
        converging.is_best(EpochRecord(epoch, loss))
        reasons.append(converging.reason())
    assert reasons == [None, None, None, None, None, "converged"]
