"""Training: go through the data again and again, and after every pass hand out a record of how it went.

`train` is a generator, so whoever wants something done per epoch writes an ordinary `for` loop over it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import AnyArray, Array
from glassnet.data.preprocessing import preprocessing as find_preprocessing
from glassnet.engines.dispatch import choose, name_of
from glassnet.engines.job import Job
from glassnet.engines.protocol import Engine
from glassnet.maths import augmentation, optimizers, schedules
from glassnet.maths.optimizers import LBFGS
from glassnet.maths.optimizers.adam import AdamW
from glassnet.network.input_checks import split_pair
from glassnet.network.layers import Dropout
from glassnet.network.network import Network
from glassnet.network.normalization import BatchNorm
from glassnet.training.batching import Rows, Source, dense_rows
from glassnet.training.epoch import block_rows, evaluate, run_epoch
from glassnet.training.history import EpochRecord
from glassnet.training.lbfgs import minimize_lbfgs
from glassnet.training.sample_weights import row_weights


def train(
    network: Network,
    data: Any,
    y: Any = None,
    *,
    valid: Any = None,
    loss: Any = None,
    optimizer: Any = "adam",
    schedule: Any = "constant",
    batch_size: int = 32,
    epochs: int = 100,
    seed: int | np.random.Generator = 0,
    engine: str = "auto",
    threads: int | None = None,
    shuffle: bool = True,
    sample_weight: Any = None,
    class_weight: Any = None,
    l1: float = 0.0,
    l2: float = 0.0,
    weight_decay: float = 0.0,
    clip_norm: float | None = None,
    clip_value: float | None = None,
    preprocessing: Any = None,
    augment: Any = None,
    image_shape: tuple[int, ...] | None = None,
) -> Iterator[EpochRecord]:
    """Train the network in place and yield a record after every epoch.

    data: a Dataset or a pair (X, y), X (n, inputs), y (n,) class indices or numbers or (n, outputs). valid: the same,
    to be judged by, never learned from. loss, optimizer, schedule: a name, a dict of name and options, or an object;
    without a loss, the one made for the output activation. batch_size: rows per step; the last batch of an epoch may
    have fewer. seed: a number or a Generator, for shuffling and dropout. engine: who computes, "compiled" or "numpy";
    "auto" is the compiled engine unless it would first have to be compiled and the job is done sooner without. threads:
    how many the compiled engine may use, as many as help if None; the numbers do not depend on it. sample_weight: (n,).
    class_weight: "balanced", a dict or a number per class; a batch's loss is Σwℓ/Σw over its own rows, so weights count
    against the rows of the same batch. l1, l2: penalties added to the loss; weight_decay: decoupled decay per step,
    times the learning rate; all three spare biases. clip_norm, clip_value: limits of the gradient.
    preprocessing: a fitted piece that rows go through on their way to the network, a block at a time where X is large.
    augment: what is done to images before that, anew in each epoch: {"name": "distort", ...} or an object with a
    method apply(images, rng), images (n, height, width, channels). image_shape: how a row is laid out, a Dataset's
    own if not given.

    When a record is handed out, `network.parameters` and `network.named_gradients()` hold the last step's. With L-BFGS
    all records come when it returns. Raises ValueError or TypeError at once for what does not fit, and
    FloatingPointError in the epoch in which the loss is no longer a finite number.

    >>> from glassnet.network.layers import Dense
    >>> X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> net = Network(2, [Dense(8, "tanh"), Dense(2, "softmax")], seed=1)
    >>> for record in train(net, (X, [0, 1, 1, 0]), optimizer={"name": "adam", "learning_rate": 0.1}, epochs=50):
    ...     pass
    >>> record.epoch, record.accuracy
    (50, 1.0)
    """
    if not isinstance(network, Network):
        raise TypeError(f"what is trained is a Network, got {type(network).__name__}; data come second")
    checks.whole_number("batch_size", batch_size, at_least=1)
    checks.whole_number("epochs", epochs, at_least=1)
    kind = network.loss(loss)
    treat = None if preprocessing is None else find_preprocessing(preprocessing)
    if treat is not None:
        treat.arrays()  # a piece that was never fitted says so here
    distort, image = _augmentation(augment, image_shape or getattr(data, "image_shape", None), network)
    X, Y = _door(network, data, y, kind)
    rows = Rows(X, Y, row_weights(network, Y, sample_weight, class_weight), treat)
    rows = rows if distort is not None else rows.preprocessed(network.dtype)
    if not len(X):
        raise ValueError("there is nothing to learn from: X has no rows")
    judged = None
    if valid is not None:
        judged = Rows(*_door(network, valid, None, kind), None, treat).preprocessed(network.dtype)
    if judged is not None and not len(judged.X):
        raise ValueError("the validation data have no rows; leave `valid` out to train without")
    chosen = optimizers.optimizer(optimizer)
    job = Job(
        network,
        kind,
        chosen,
        None if isinstance(chosen, LBFGS) else chosen.start(network.parameters, network.layout.weights),
        l1=checks.number("l1", l1, at_least=0),
        l2=checks.number("l2", l2, at_least=0),
        weight_decay=checks.number("weight_decay", weight_decay, at_least=0),
        clip_norm=None if clip_norm is None else checks.number("clip_norm", clip_norm, above=0),
        clip_value=None if clip_value is None else checks.number("clip_value", clip_value, above=0),
        augment=distort,
        image=image,
        threads=None if threads is None else checks.whole_number("threads", threads, at_least=1),
    )
    _refuse_contradictions(job, batch_size, rows.weights)
    rng = np.random.default_rng(seed)
    rates = schedules.schedule(schedule)
    runner = choose(engine, job, Y, batch_size, epochs)
    if isinstance(chosen, LBFGS):
        return _lbfgs_records(job, chosen, rows, judged, epochs, runner)
    return _records(job, rows, judged, rates, batch_size, epochs, rng, runner, shuffle)


def _records(
    job: Job,
    rows: Rows,
    judged: Rows | None,
    schedule: schedules.Schedule,
    batch_size: int,
    epochs: int,
    rng: np.random.Generator,
    engine: Engine,
    shuffle: bool,
) -> Iterator[EpochRecord]:
    n = len(rows.X)
    steps = -(-n // batch_size)
    monitored: list[float] = []
    source = Source(rows, min(n, block_rows(job.network, batch_size)), job)
    for epoch in range(1, epochs + 1):
        start = time.perf_counter()
        order = rng.permutation(n) if shuffle else np.arange(n)
        rates = _base_rate(job) * schedule.factors(epoch, epochs, steps, monitored)
        try:
            totals = run_epoch(job, rows, source, order, batch_size, rates, rng, engine)
        except FloatingPointError as error:
            raise FloatingPointError(
                f"training diverged in epoch {epoch}: {error}; "
                f"lower the learning rate (now {rates[0]:g}), or clip the gradient with clip_norm=1"
            ) from None
        valid = None if judged is None else evaluate(job, judged, engine)
        record = EpochRecord(
            epoch,
            totals.mean_loss,
            totals.accuracy,
            None if valid is None else valid.mean_loss,
            None if valid is None else valid.accuracy,
            float(rates[-1]),
            time.perf_counter() - start,
            name_of(engine),
        )
        monitored.append(record.monitored)
        yield record


def _lbfgs_records(
    job: Job, optimizer: LBFGS, rows: Rows, judged: Rows | None, epochs: int, engine: Engine
) -> Iterator[EpochRecord]:
    X = dense_rows(rows.X, slice(None), job.network.dtype, rows.preprocessing)
    yield from minimize_lbfgs(
        job,
        optimizer,
        lambda: engine.gradient(job, X, rows.Y, rows.weights, None),
        None if judged is None else lambda: evaluate(job, judged, engine),
        rows.Y,
        epochs,
        name_of(engine),
    )


def _door(network: Network, data: Any, y: Any, loss: Any) -> tuple[AnyArray, AnyArray]:
    X, y = split_pair(data, y)
    X = network.checked_rows(X)
    return X, network.targets(y, len(X), loss)


def _augmentation(
    choice: Any, image_shape: tuple[int, ...] | None, network: Network
) -> tuple[Any, tuple[int, int, int]]:
    """Return the augmentation, and the image that a row is, (height, width, channels)."""
    if choice is None:
        return None, (0, 0, 0)
    piece = augmentation.augmentation(choice)
    if image_shape is None:
        raise ValueError(
            "augment changes images, and these rows are none; a Dataset with an image_shape, or image_shape=(28, 28) "
            "beside augment, says how a row is laid out"
        )
    height, width, channels = (*image_shape, 1)[:3] if len(image_shape) in (2, 3) else (0, 0, 0)
    if height * width * channels != network.inputs:
        raise ValueError(
            f"image_shape must be (height, width) or (height, width, channels) of {network.inputs} numbers together, "
            f"got {image_shape}"
        )
    return piece, (height, width, channels)


def _base_rate(job: Job) -> float:
    assert not isinstance(job.optimizer, LBFGS)
    return job.optimizer.learning_rate


def _refuse_contradictions(job: Job, batch_size: int, weights: Array | None) -> None:
    """Refuse what is legal by itself but makes no sense together."""
    if job.weight_decay and isinstance(job.optimizer, AdamW):
        raise ValueError("AdamW has a weight_decay of its own among its options; give it there, not beside it")
    is_single = batch_size == 1 and not isinstance(job.optimizer, LBFGS)
    if is_single and weights is not None and len(np.unique(weights[weights > 0])) > 1:
        raise ValueError("weights compare the rows of one batch with each other, and batch_size is 1; take more rows")
    for name, layer in zip(job.network.names, job.network.layers, strict=True):
        if isinstance(layer, BatchNorm) and is_single:
            raise ValueError(f"{name} needs at least two rows per batch to compute a spread; batch_size is 1")
        if isinstance(layer, Dropout) and layer.rate and isinstance(job.optimizer, LBFGS):
            raise ValueError(f"L-BFGS needs the same loss each time, but {name} is random; use another optimizer")
    if isinstance(job.optimizer, LBFGS) and job.augment is not None:
        raise ValueError("L-BFGS needs the same rows each time, and augment changes them; use another optimizer")
    if isinstance(job.optimizer, LBFGS):
        given = {"weight_decay": job.weight_decay, "clip_norm": job.clip_norm, "clip_value": job.clip_value}
        for option, value in given.items():
            if value:
                raise ValueError(f"L-BFGS makes no steps of its own that {option} could change; use l2, or no {option}")
