"""The same loop as `train`, with a progress bar, early stopping and the best parameters kept at the end."""

from __future__ import annotations

import inspect
import math
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from glassnet.common import checks, specs
from glassnet.data.dataset import stratified_order
from glassnet.maths import optimizers
from glassnet.maths.optimizers import LBFGS
from glassnet.network.input_checks import split_pair
from glassnet.network.network import Network
from glassnet.training.history import EpochRecord, History
from glassnet.training.progress import Bar, progress_bar
from glassnet.training.train import train

OPTIONS = (
    *list(inspect.signature(train).parameters)[3:],
    "early_stopping",
    "validation_fraction",
    "patience",
    "tol",
    "progress",
)


def fit(
    network: Network,
    data: Any,
    y: Any = None,
    *,
    valid: Any = None,
    early_stopping: bool = False,
    validation_fraction: float = 0.1,
    patience: int = 10,
    tol: float | None = None,
    epochs: int = 100,
    seed: int | np.random.Generator = 0,
    progress: bool | None = None,
    **options: Any,
) -> History:
    """Train the network in place and return the history of the run.

    data, y, valid, epochs, seed and all `options` are those of `train`. early_stopping: stop when the validation loss
    has not fallen for `patience` epochs, and give the network back the parameters of the best one; where `valid` is
    not given, a share of the data, `validation_fraction`, is set aside for it. tol: the convergence criterion; stop
    when the training loss has changed by less than `tol` for `patience` epochs in a row. progress: show a bar; by
    default where a terminal would show it. Ctrl-C ends the run with the best parameters so far, a warning, and
    `stop_reason` "interrupted". After a run that diverged the network has its best parameters from before.

    >>> from glassnet.network.layers import Dense
    >>> X = np.linspace(-1, 1, 40)[:, None]
    >>> net = Network(1, [Dense(8, "tanh"), Dense(1)], seed=0)
    >>> history = fit(net, (X, X[:, 0] ** 2), epochs=200, tol=1e-3, progress=False)
    >>> history.stop_reason, len(history) < 200
    ('converged', True)
    """
    with fit_session(
        network,
        data,
        y,
        valid=valid,
        early_stopping=early_stopping,
        validation_fraction=validation_fraction,
        patience=patience,
        tol=tol,
        epochs=epochs,
        seed=seed,
        progress=progress,
        **options,
    ) as (records, history):
        for _ in records:
            pass
    return history


@contextmanager
def fit_session(
    network: Network,
    data: Any,
    y: Any = None,
    *,
    valid: Any = None,
    early_stopping: bool = False,
    validation_fraction: float = 0.1,
    patience: int = 10,
    tol: float | None = None,
    epochs: int = 100,
    seed: int | np.random.Generator = 0,
    progress: bool | None = None,
    **options: Any,
) -> Iterator[tuple[Iterator[EpochRecord], History]]:
    """Give the records of a `fit` as they come, and the history that they fill; the parameters are those of `fit`.

    While a record is in hand, the network holds that epoch's parameters and may be looked at, and the numbers are the
    same as without looking. At the end of the block it gets back what is kept: the best epoch's parameters after early
    stopping, or after Ctrl-C, also one that comes while you look. Whoever leaves the loop early ends the run, with
    `stop_reason` "stopped".

    >>> from glassnet.network.layers import Dense
    >>> net = Network(2, [Dense(2, "softmax")], seed=0)
    >>> with fit_session(net, (np.eye(2), [0, 1]), epochs=3, progress=False) as (records, history):
    ...     sizes = [float(np.abs(net.parameters).sum()) for record in records]
    >>> len(sizes), history.best_epoch, history.stop_reason
    (3, 3, 'epochs')
    """
    for option in options:
        if option not in OPTIONS:
            raise TypeError(str(specs.unknown("option of fit:", option, OPTIONS)))
    checks.whole_number("patience", patience, at_least=1)
    if tol is not None:
        checks.number("tol", tol, at_least=0)
    rng = np.random.default_rng(seed)
    if early_stopping:
        if isinstance(optimizers.optimizer(options.get("optimizer", "adam")), LBFGS):
            raise ValueError("early stopping needs a record after every epoch; L-BFGS gives them only at its end")
        if valid is None:
            options.setdefault("image_shape", getattr(data, "image_shape", None))
            data, valid, options = _set_aside(network, data, y, options, validation_fraction, rng)
            y = None
    made = train(network, data, y, valid=valid, epochs=epochs, seed=rng, **options)
    history, best = History(stop_reason="stopped"), _Best(network)
    try:
        with progress_bar(epochs, sys.stderr.isatty() if progress is None else progress) as bar:
            yield _until_it_ends(made, history, best, bar, epochs, early_stopping, patience, tol), history
    except KeyboardInterrupt:
        history.stop_reason = "interrupted"
        kept = (
            f"the parameters of epoch {best.epoch}, the best so far, are kept"
            if best.epoch
            else "no epoch was finished"
        )
        warnings.warn(f"training was interrupted in epoch {len(history) + 1}; {kept}", stacklevel=4)
    except FloatingPointError:
        best.restore()
        raise
    history.best_epoch = len(history)
    if early_stopping or (history.stop_reason == "interrupted" and best.epoch):
        best.restore()
        history.best_epoch = best.epoch


def _until_it_ends(
    records: Iterator[EpochRecord],
    history: History,
    best: _Best,
    bar: Bar,
    epochs: int,
    early_stopping: bool,
    patience: int,
    tol: float | None,
) -> Iterator[EpochRecord]:
    """Put every record into the history and hand it out, until one of them is the last; say why in `stop_reason`."""
    quiet_epochs = 0
    for record in records:
        before = history[-1].loss if len(history) else math.inf
        history.records.append(record)
        best.look(record)
        bar.show(record)
        yield record
        if early_stopping and record.epoch - best.epoch >= patience:
            history.stop_reason = "early stopping"
            return
        quiet_epochs = quiet_epochs + 1 if abs(before - record.loss) < (tol or 0) else 0
        if tol is not None and quiet_epochs >= patience:
            history.stop_reason = "converged"
            return
    # L-BFGS knows by itself when it has arrived.
    history.stop_reason = "epochs" if len(history) == epochs else "converged"


class _Best:
    """The parameters of the epoch with the lowest loss so far; before the first, those of the start."""

    def __init__(self, network: Network) -> None:
        self.network, self.epoch, self.loss = network, 0, math.inf
        self.parameters, self.state = network.parameters.copy(), network.state.copy()

    def look(self, record: EpochRecord) -> None:
        if record.monitored < self.loss:
            self.epoch, self.loss = record.epoch, record.monitored
            self.parameters[:], self.state[:] = self.network.parameters, self.network.state

    def restore(self) -> None:
        self.network.parameters[:], self.network.state[:] = self.parameters, self.state


def set_aside(rows: int, fraction: float = 0.1) -> int:
    """Return how many of the rows to learn from are only watched, where early stopping has no part of its own."""
    return max(1, round(fraction * rows))


def _set_aside(
    network: Network, data: Any, y: Any, options: dict[str, Any], fraction: float, rng: np.random.Generator
) -> tuple[Any, Any, dict[str, Any]]:
    """Return data without a random share of rows, that share, and the options with the sample weights that remain."""
    checks.number("validation_fraction", fraction, above=0, below=1)
    X, y = split_pair(data, y)
    # Checked here too, since taking rows out would hide that X, y and the weights are not equally long.
    X, y = network.checked_rows(X), np.asarray(y)
    network.targets(y, len(X), network.loss(options.get("loss")))
    weights = network.weights(options.get("sample_weight"), len(X))
    order = rng.permutation(len(X))
    aside = set_aside(len(X), fraction)
    if aside >= len(X):
        raise ValueError(
            f"early stopping sets {fraction:g} of {len(X)} rows aside to watch, which leaves none to learn from"
        )
    if y.dtype.kind in "biu" and y.ndim == 1:
        order = order[stratified_order(y[order], rng)]
    held, kept = np.sort(order[:aside]), np.sort(order[aside:])
    if weights is not None:
        options = {**options, "sample_weight": weights[kept]}
    return (X[kept], y[kept]), (X[held], y[held]), options
