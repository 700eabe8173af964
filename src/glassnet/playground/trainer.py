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
from glassnet.playground.scene import Scene
from glassnet.playground.state import State
from glassnet.training.options import TrainingOptions
from glassnet.training.train import job_for

HORIZON = 200
"""Number of epochs that a schedule of the learning rate lasts."""


class Trainer:
    """Trains a network on the training rows of a scene, one range of batches after another.

    network: the network, whose θ moves. epoch: number of complete epochs. step: number of steps so far. history: rows
    (epoch, train loss, test loss, train accuracy, test accuracy), one per finished epoch, NaN for what is missing.
    """

    def __init__(self, state: State, scene: Scene) -> None:
        self.scene = scene
        self.network = network_for(state, scene)
        self.engine = engine("compiled")
        self.rng = np.random.default_rng(state.seed)
        loss = self.network.loss(state.options().loss)
        self.X, self.X_test = scene.inputs(scene.train.X), scene.inputs(scene.test.X)  # (n, features) each
        self.Y = self.network.targets(scene.train.y, len(self.X), loss)
        self.Y_test = self.network.targets(scene.test.y, len(self.X_test), loss)
        self.epoch = self.step = self.position = 0
        self.order: IntArray = self.rng.permutation(len(self.X))
        self.history: list[tuple[float, ...]] = []
        self.diverged: str | None = None
        self.options, self.job = self._job(state.options(), None)

    def _job(self, options: TrainingOptions, old: Job | None) -> tuple[TrainingOptions, Job]:
        """Return the job of some options; the optimizer's state is kept if the optimizer is of the same kind."""
        optimizer = optimizers.optimizer(options.optimizer)
        if isinstance(optimizer, LBFGS):
            raise ValueError("L-BFGS has no single steps to look at; choose another optimizer")
        state = optimizer.start(self.network.parameters, self.network.layout.weights)
        if old is not None and type(old.optimizer) is type(optimizer) and old.state is not None:
            state = old.state
        return options, job_for(self.network, self.network.loss(options.loss), optimizer, state, options)

    def change(self, options: TrainingOptions) -> None:
        """Continue with other training options."""
        self.options, self.job = self._job(options, self.job)

    @property
    def batches(self) -> int:
        """Number of batches of an epoch."""
        return -(-len(self.X) // self.options.batch_size)

    @property
    def learning_rate(self) -> float:
        """Learning rate of the next step."""
        return float(self._rates()[min(self.position // self.options.batch_size, self.batches - 1)])

    def _rates(self) -> Array:
        """Return the learning rate of each step of this epoch, (steps,)."""
        schedule = schedules.schedule(self.options.schedule)
        monitored = [row[2] if np.isfinite(row[2]) else row[1] for row in self.history]
        epoch = min(self.epoch + 1, HORIZON)
        factors = schedule.factors(epoch, HORIZON, self.batches, monitored)
        rate: float = self.job.optimizer.learning_rate  # type: ignore[union-attr]
        return np.asarray(rate * factors)

    def advance(self, batches: int) -> None:
        """Make at most this many steps, but none beyond the end of the epoch.

        At the end of an epoch, the network is evaluated, and the rows are shuffled. If the loss is not finite, training
        ends, and `diverged` says so.
        """
        if self.diverged is not None:
            return
        size, n = self.options.batch_size, len(self.X)
        first = self.position
        last = min(n, first + batches * size)
        rates = self._rates()[first // size :][: -(-(last - first) // size)]
        rows = self.order[first:last]
        try:
            with np.errstate(over="ignore", invalid="ignore"):
                self.engine.run(self.job, self.X, self.Y[rows], None, size, rates, self.rng, rows)
        except DivergenceError as error:
            self.diverged = f"{error}; lower the learning rate (now {error.rate:g})"
            return
        self.step += len(rates)
        self.position = last
        if last == n:
            self._finish_epoch()

    def _finish_epoch(self) -> None:
        self.epoch, self.position = self.epoch + 1, 0
        self.history.append((float(self.epoch), *self.evaluate()))
        if self.options.shuffle:
            self.order = self.rng.permutation(len(self.X))

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
