"""A network that trains step by step, with settings that change while it runs."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.common.arrays import Array, IntArray
from glassnet.engines.dispatch import engine
from glassnet.engines.job import DivergenceError, Job
from glassnet.maths import optimizers, schedules
from glassnet.maths.optimizers import LBFGS
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.network.rescaling import rescale_output
from glassnet.playground.history import LossHistory
from glassnet.playground.own import Own, Start
from glassnet.playground.scene import Scene
from glassnet.playground.state import State
from glassnet.training.options import TrainingOptions
from glassnet.training.train import job_for

HORIZON = 200
"""Number of epochs that a schedule of the learning rate lasts; from then on, the rate stays as it is."""


class Trainer:
    """Trains a network on the training rows of a scene, one range of batches after another.

    network: the network, whose θ moves. epoch: number of complete epochs. step: number of steps so far. history: a row
    for each finished epoch. is_changed: whether training options were changed on the way. own: data of one's own, whose
    weights may be the start.
    """

    def __init__(self, state: State, scene: Scene, own: Own | None = None) -> None:
        self.scene = scene
        self.network = network_for(state, scene)
        if own is not None and own.start is not None:
            begin_with(self.network, own.start, state, scene)
        self.engine = engine("compiled")
        self.rng = np.random.default_rng(state.seed)
        self.X, self.X_test = scene.inputs(scene.train.X), scene.inputs(scene.test.X)  # (n, features) each
        self.epoch = self.step = self.position = 0
        self.history = LossHistory()
        self.diverged: str | None = None
        self.is_changed = False
        self._monitored: list[float] = []
        self._use(state.options(), None)
        self.order = self._next_order()

    def change(self, options: TrainingOptions) -> None:
        """Continue with other training options; the optimizer's state is kept if the optimizer is of the same kind."""
        self._use(options, self.job)
        self.is_changed = self.is_changed or self.step > 0

    def _use(self, options: TrainingOptions, old: Job | None) -> None:
        """Set options, job, and targets, or none of them if the options do not fit."""
        optimizer = optimizers.optimizer(options.optimizer)
        if isinstance(optimizer, LBFGS):
            raise ValueError("L-BFGS has no single steps to look at; choose another optimizer")
        loss = self.network.loss(options.loss)
        Y, Y_test = (
            self.network.targets(self.scene.targets(part.y), len(part), loss)
            for part in (self.scene.train, self.scene.test)
        )
        schedules.schedule(options.schedule)
        state = optimizer.start(self.network.parameters, self.network.layout.weights)
        if old is not None and old.state is not None and type(old.optimizer) is type(optimizer):
            # With momentum, an optimizer may have vectors that it does not have without.
            state = old.state if old.state.names == state.names else state
        self.job = job_for(self.network, loss, optimizer, state, options)
        self.options, self.Y, self.Y_test = options, Y, Y_test
        self._rates_of_epoch: Array | None = None

    def _next_order(self) -> IntArray:
        """Return the rows of the next epoch in order, (n,)."""
        return self.rng.permutation(len(self.X)) if self.options.shuffle else np.arange(len(self.X))

    @property
    def batch_size(self) -> int:
        """Number of rows of a step, all of them at most."""
        return min(self.options.batch_size, len(self.X))

    @property
    def batches(self) -> int:
        """Number of batches of an epoch."""
        return -(-len(self.X) // self.batch_size)

    @property
    def learning_rate(self) -> float:
        """Learning rate of the next step."""
        return float(self._rates()[min(self.position // self.batch_size, self.batches - 1)])

    def _rates(self) -> Array:
        """Return the learning rate of each step of this epoch, (steps,)."""
        if self._rates_of_epoch is None:
            epoch = min(self.epoch + 1, HORIZON)
            schedule = schedules.schedule(self.options.schedule)
            factors = schedule.factors(epoch, HORIZON, self.batches, self._monitored)
            assert not isinstance(self.job.optimizer, LBFGS)
            rate = self.job.optimizer.learning_rate
            self._rates_of_epoch = np.asarray(rate * factors)
        return self._rates_of_epoch

    def advance(self, batches: int) -> None:
        """Make at most this many steps, but none beyond the end of the epoch.

        At the end of an epoch, the network is evaluated, and the rows are shuffled. If the loss is not finite, training
        ends, and `diverged` says so.
        """
        if self.diverged is not None:
            return
        size, n = self.batch_size, len(self.X)
        first = self.position
        last = min(n, first + batches * size)
        rates = self._rates()[first // size :][: -(-(last - first) // size)]
        rows = self.order[first:last]
        try:
            with np.errstate(over="ignore", invalid="ignore"):
                self.engine.run(self.job, self.X, self.Y[rows], None, size, rates, self.rng, rows)
        except DivergenceError as error:
            self.diverged = (
                f"the loss is {error.loss} in epoch {self.epoch + 1}; lower the learning rate (now {rates[0]:g})"
            )
            return
        self.step += len(rates)
        self.position = last
        if last == n:
            self._finish_epoch()

    def _finish_epoch(self) -> None:
        self.epoch, self.position = self.epoch + 1, 0
        train, test, *accuracies = self.evaluate()
        self.history.add((float(self.epoch), train, test, accuracies[0], accuracies[1]))
        if len(self._monitored) < HORIZON:
            self._monitored.append(test if np.isfinite(test) else train)
        self._rates_of_epoch = None
        self.order = self._next_order()

    def evaluate(self) -> tuple[float, float, float, float]:
        """Return train loss, test loss, train accuracy, and test accuracy; NaN for what is missing."""
        loss, accuracy = [], []
        for X, Y in ((self.X, self.Y), (self.X_test, self.Y_test)):
            done = self.engine.evaluate(self.network, X, Y, self.job.loss) if len(X) else None
            loss.append(np.nan if done is None else float(done.mean_loss))
            accuracy.append(np.nan if done is None or done.accuracy is None else float(done.accuracy))
        return loss[0], loss[1], accuracy[0], accuracy[1]


def network_for(state: State, scene: Scene) -> Network:
    """Return the network of a state, with initial weights."""
    output: Any = Dense(scene.train.n_classes, "softmax") if scene.is_classification else Dense(1)
    return Network(scene.train.features, [*state.layers, output], dtype="float32", seed=state.seed)


def begin_with(network: Network, start: Start, state: State, scene: Scene) -> None:
    """Give a network the weights of a start, if the state is still the one that they are for."""
    plain = state.to_json()
    if any(plain[name] != value for name, value in start.state.items()):
        return
    network.parameters[:] = start.parameters
    network.state[:] = start.running
    if scene.target_scale is not None:
        center, spread = scene.target_scale.arrays().values()
        rescale_output(network, -center / spread, 1 / spread)
