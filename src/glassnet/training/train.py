"""`train`: train a network epoch by epoch, and yield a record after each.

`train` is a generator: code that runs once per epoch is the body of an ordinary `for` loop.
"""

from __future__ import annotations

import warnings
import weakref
from collections.abc import Generator, Iterator
from dataclasses import dataclass, fields
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt

from glassnet.common.arrays import AnyArray, Array
from glassnet.data.preprocessing import Preprocessing, PreprocessingLike
from glassnet.data.preprocessing import preprocessing as find_preprocessing
from glassnet.data.tables.level_dropout import LevelDropout
from glassnet.engines.dispatch import choose
from glassnet.engines.job import DivergenceError, Job, StepFactors
from glassnet.engines.protocol import Engine
from glassnet.maths import augmentation, optimizers, schedules
from glassnet.maths.losses import Loss
from glassnet.maths.optimizers import LBFGS
from glassnet.maths.optimizers.adam import AdamW
from glassnet.maths.optimizers.base import State
from glassnet.network.input_checks import Data, split_pair
from glassnet.network.layers import Dropout
from glassnet.network.network import Network
from glassnet.network.normalization import BatchNorm
from glassnet.network.parameter_groups import factors_of
from glassnet.training.batching import Rows, dense_rows
from glassnet.training.epoch import evaluate, weighted_loss
from glassnet.training.history import EpochRecord
from glassnet.training.lbfgs import Objective, minimize_lbfgs
from glassnet.training.loop import Loop, averages_of, member, run_epochs
from glassnet.training.member_batches import with_member_batches
from glassnet.training.options import (
    CLIPPING,
    OF_TRAIN,
    STEP_OPTIONS,
    TrainingOptions,
    TrainKeywords,
    options_of,
    step_factors,
    takes_options,
)
from glassnet.training.sample_weights import row_weights

Records = Generator[EpochRecord, None, None]


@takes_options(OF_TRAIN)
def train(
    network: Network,
    data: Data,
    y: npt.ArrayLike | None = None,
    *,
    valid: Data | None = None,
    sample_weight: npt.ArrayLike | None = None,
    preprocessing: PreprocessingLike = None,
    image_shape: tuple[int, ...] | None = None,
    seed: int | np.random.Generator = 0,
    **options: Unpack[TrainKeywords],
) -> Iterator[EpochRecord]:
    """Train the network in place and yield a record after every epoch.

    Parameters
    ----------
    network : Network
        Trained in place.
    data, y : Dataset, or pair (X, y)
        Training set: X (n, inputs), y (n,) class indices or numbers, or (n, outputs).
    valid : Dataset or pair, optional
        Validation set, for the records only.
    sample_weight : (n,), optional
        Weight of each row. A batch's loss is Σwℓ/Σw, so weights compare the rows of a batch.
    preprocessing : optional
        A fitted transformer that is applied to the rows, block by block if X is large.
    image_shape : tuple, optional
        (height, width) or (height, width, channels) of a row, for `augment`; default: the Dataset's own.
    seed : int or numpy.random.Generator
        For shuffling, dropout, and augmentation.
    **options
        The fields of `TrainingOptions` other than those about stopping.

    Yields
    ------
    EpochRecord
        When it is yielded, `network.parameters` and `network.named_gradients()` have the values of the last step; with
        `ema`, `network.parameters` is the average. With L-BFGS, all records are yielded at the end.

    Raises
    ------
    ValueError, TypeError
        Immediately, if arguments are invalid or contradict each other.
    FloatingPointError
        In the first epoch in which the loss is not finite.

    Warns
    -----
    RuntimeWarning
        If the iterator is discarded without being iterated: nothing was trained.

    Examples
    --------
    >>> from glassnet.network.layers import Dense
    >>> X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> net = Network(2, [Dense(8, "tanh"), Dense(2, "softmax")], seed=1)
    >>> for record in train(net, (X, [0, 1, 1, 0]), optimizer={"name": "adam", "learning_rate": 0.1}, epochs=50):
    ...     pass
    >>> record.epoch, record.accuracy
    (50, 1.0)
    """
    if not isinstance(network, Network):
        raise TypeError(f"network must be a Network, got {type(network).__name__}; data are the second argument")
    return _warn_unless_iterated(
        epoch_records(
            network,
            data,
            y,
            options_of("train", options, OF_TRAIN),
            valid=valid,
            sample_weight=sample_weight,
            preprocessing=preprocessing,
            image_shape=image_shape,
            seed=seed,
        )
    )


def _warn_unless_iterated(records: Records) -> Records:
    """Return a generator of the same records that warns when it is deleted without having been started."""
    started: list[bool] = []

    def generator() -> Records:
        started.append(True)
        yield from records

    made = generator()
    weakref.finalize(made, _warn_if_empty, started)
    return made


def _warn_if_empty(started: list[bool]) -> None:
    if not started:
        message = "train(...) was never iterated, so nothing was trained; write `for record in train(...)`, or call fit"
        warnings.warn(message, RuntimeWarning, stacklevel=3)


def epoch_records(
    network: Network,
    data: Data,
    y: npt.ArrayLike | None,
    options: TrainingOptions,
    *,
    valid: Data | None = None,
    sample_weight: npt.ArrayLike | None = None,
    preprocessing: PreprocessingLike = None,
    image_shape: tuple[int, ...] | None = None,
    seed: int | np.random.Generator = 0,
    level_dropout: LevelDropout | None = None,
    valid_weight: npt.ArrayLike | None = None,
) -> Records:
    """Return the records of `train` from validated options; the other arguments are those of `train`.

    level_dropout: random replacement of categories in every epoch; L-BFGS draws it once. valid_weight: weights of the
    validation rows in their loss, (m,).
    """
    loss = network.loss(options.loss)
    treat = None if preprocessing is None else find_preprocessing(preprocessing)
    if treat is not None:
        treat.arrays()  # raises if a step is not fitted
    shape = image_shape or getattr(data, "image_shape", None)
    distort, image = _augmentation(options.augment, shape, network)
    X, Y = _checked(network, data, y, loss, treat)
    rows = Rows(X, Y, row_weights(network, Y, sample_weight, options.class_weight), treat, level_dropout)
    rows = rows if distort is not None else rows.preprocessed(network.dtype)
    if not len(X):
        raise ValueError("X has no rows to train on")
    validation = None
    if valid is not None:
        X_valid, Y_valid = _checked(network, valid, None, loss, treat)
        own = network.weights(valid_weight, len(X_valid))
        validation = Rows(X_valid, Y_valid, own, treat).preprocessed(network.dtype)
    if validation is not None and not len(validation.X):
        raise ValueError("the validation set has no rows; omit `valid` to train without one")
    optimizer = optimizers.optimizer(options.optimizer)
    is_lbfgs = isinstance(optimizer, LBFGS)
    state = None if isinstance(optimizer, LBFGS) else optimizer.start(network.parameters, network.layout.weights)
    average = None if options.ema is None else averages_of([network])[0]
    job = job_for(network, loss, optimizer, state, options, augment=distort, image=image, average=average)
    _check_together(job, options, rows.weights)
    trained, members = with_member_batches(job, rows.weights is not None) if options.member_batches else (job, 1)
    engine = choose(options.engine, trained, Y, options.batch_size, options.epochs)
    run = _Run(trained, rows, validation, options, engine, job, members)
    rng = np.random.default_rng(seed)
    return run.lbfgs(rng) if is_lbfgs else run.epochs(rng)


def job_for(
    network: Network,
    loss: Loss,
    optimizer: Any,
    state: State | None,
    options: TrainingOptions,
    **others: Any,
) -> Job:
    """Return the job for an engine from the options with the same names, and `others`."""
    factors_of(network.layout, options.parameter_groups)  # raises if a group is not part of the network
    shared = {name: getattr(options, name) for name in SHARED if name not in others}
    return Job(network, loss, optimizer, state, **shared, **others)


SHARED = tuple(
    one.name
    for one in fields(Job)
    if one.name in TrainingOptions.__dataclass_fields__ and one.name not in ("loss", "optimizer")
)
"""Options used by engines: the common fields of jobs and options."""


@dataclass(frozen=True)
class _Run:
    """One training run with validated arguments.

    validation: the validation set, or None. evaluated: the job whose network and loss are evaluated on it. members:
    number of members with an order of the rows of their own.
    """

    job: Job
    rows: Rows
    validation: Rows | None
    options: TrainingOptions
    engine: Engine
    evaluated: Job
    members: int

    def validate(self) -> tuple[float | None, float | None]:
        """Return validation loss and accuracy."""
        if self.validation is None:
            return None, None
        totals = evaluate(self.evaluated, self.validation, self.engine)
        if self.validation.weights is None:
            return totals.mean_loss, totals.accuracy
        return weighted_loss(self.evaluated, self.validation, self.engine), totals.accuracy

    def epochs(self, rng: np.random.Generator) -> Records:
        """Yield the records of a stochastic optimizer."""
        options, n = self.options, len(self.rows.X)
        base, schedule = self.job.optimizer, schedules.schedule(options.schedule)
        assert not isinstance(base, LBFGS)

        def order() -> AnyArray:
            if self.members > 1:
                return np.stack([rng.permutation(n) for _ in range(self.members)], axis=1)
            return rng.permutation(n) if options.shuffle else np.arange(n)

        def rates(epoch: int, steps: int, monitored: Any) -> Array:
            factors: Array = schedule.factors(epoch, options.epochs, steps, monitored)
            return base.learning_rate * factors

        def factors(epoch: int, steps: int, monitored: Any) -> StepFactors:
            return step_factors(options, epoch, options.epochs, steps, monitored)

        one = member(self.job, self.rows, n, options.batch_size, order)
        loop = Loop([one], self.rows, options.batch_size, rates, rng, self.engine, self.validate, factors=factors)
        try:
            yield from run_epochs(loop, range(1, options.epochs + 1))
        except DivergenceError as error:
            raise FloatingPointError(
                f"training diverged in epoch {error.epoch}: {error}; lower the learning rate (now {error.rate:g}), or "
                f"{CLIPPING}"
            ) from None

    def lbfgs(self, rng: np.random.Generator) -> Records:
        """Yield the records of L-BFGS after it has finished."""
        job, engine, optimizer = self.job, self.engine, self.job.optimizer
        assert isinstance(optimizer, LBFGS)
        X = dense_rows(self.rows.X, slice(None), job.network.dtype, self.rows.preprocessing)
        if self.rows.level_dropout is not None:
            X = self.rows.level_dropout.apply(X.copy(), rng, at_least=1)
        objective = Objective(job, Rows(X, self.rows.Y, self.rows.weights), engine)
        start = objective(job.network.parameters.astype(np.float64)).loss
        if not np.isfinite(start):
            raise FloatingPointError(f"the initial loss is {start}, so L-BFGS cannot start")
        found = minimize_lbfgs(
            objective,
            iterations=self.options.epochs,
            evaluations=20 * self.options.epochs + 100,
            memory=optimizer.history,
            tolerance=optimizer.tolerance,
            validate=self.validate,
        )
        engine.gradient(job, X, self.rows.Y, self.rows.weights, None)  # g must belong to the yielded θ
        yield from found.records
        if found.result is None:
            raise KeyboardInterrupt


def _checked(
    network: Network, data: Data, y: npt.ArrayLike | None, loss: Loss, preprocessing: Preprocessing | None
) -> tuple[AnyArray, AnyArray]:
    """Return X, (n, inputs), and y in the form the loss computes with."""
    X, y = split_pair(data, y)
    X = network.checked_rows(X, before_scaling=preprocessing is not None)
    return X, network.targets(y, len(X), loss)


def _augmentation(
    choice: Any, image_shape: tuple[int, ...] | None, network: Network
) -> tuple[Any, tuple[int, int, int]]:
    """Return the augmentation, and the image shape of a row, (height, width, channels)."""
    if choice is None:
        return None, (0, 0, 0)
    chosen = augmentation.augmentation(choice)
    if image_shape is None:
        raise ValueError(
            "augment needs images, but these rows have no image shape; pass a Dataset with an image_shape, or "
            "image_shape=(28, 28) together with augment"
        )
    height, width, channels = (*image_shape, 1)[:3] if len(image_shape) in (2, 3) else (0, 0, 0)
    if height * width * channels != network.inputs:
        raise ValueError(
            f"image_shape must be (height, width) or (height, width, channels) with {network.inputs} numbers in total, "
            f"got {image_shape}"
        )
    return chosen, (height, width, channels)


def _check_together(job: Job, options: TrainingOptions, weights: Array | None) -> None:
    """Raise ValueError for options that cannot be combined."""
    is_lbfgs = isinstance(job.optimizer, LBFGS)
    if options.member_batches and not options.shuffle:
        raise ValueError("member_batches shuffles the rows for each member, but shuffle is False; omit one of them")
    if job.weight_decay and isinstance(job.optimizer, AdamW):
        raise ValueError("weight_decay is an option of AdamW itself; pass it as AdamW(weight_decay=...)")
    is_single = options.batch_size == 1 and not is_lbfgs
    if is_single and weights is not None and len(np.unique(weights[weights > 0])) > 1:
        raise ValueError("weights are relative to the other rows of a batch, so they need a batch_size of at least 2")
    for name, layer in ((one.name, one.layer) for one in job.network.placed):
        if isinstance(layer, BatchNorm) and is_single:
            raise ValueError(f"{name} needs at least two rows per batch to compute a variance, but batch_size is 1")
        if isinstance(layer, Dropout) and layer.rate and is_lbfgs:
            raise ValueError(f"L-BFGS needs a deterministic loss, but {name} is random; use another optimizer")
    if is_lbfgs and job.augment is not None:
        raise ValueError("L-BFGS needs the same rows each time, but augment changes them; use another optimizer")
    for option in STEP_OPTIONS if is_lbfgs else ():
        if not option.endswith("schedule") and getattr(options, option):
            instead = "use l2 instead" if option == "weight_decay" else "remove it, or use another optimizer"
            raise ValueError(f"L-BFGS does not support {option}; {instead}")
