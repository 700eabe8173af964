"""`fit`: training with a progress bar, early stopping, and the best weights restored at the end."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt

from glassnet.common.streams import is_terminal
from glassnet.data.preprocessing import PreprocessingLike
from glassnet.data.splits import split_rows, stratified_order
from glassnet.data.tables.level_dropout import LevelDropout
from glassnet.maths import optimizers
from glassnet.maths.optimizers import LBFGS
from glassnet.network.input_checks import Data, split_pair
from glassnet.network.network import Network
from glassnet.training.history import EpochRecord, History
from glassnet.training.loop import until_stopped
from glassnet.training.options import OF_FIT, FitKeywords, TrainingOptions, options_of, takes_options
from glassnet.training.progress import progress_bar
from glassnet.training.stopping import BestWeights, Patience, StoppingRule
from glassnet.training.train import epoch_records


@takes_options(OF_FIT)
def fit(
    network: Network,
    data: Data,
    y: npt.ArrayLike | None = None,
    *,
    valid: Data | None = None,
    sample_weight: npt.ArrayLike | None = None,
    preprocessing: PreprocessingLike = None,
    image_shape: tuple[int, ...] | None = None,
    seed: int | np.random.Generator = 0,
    progress: bool | None = None,
    **options: Unpack[FitKeywords],
) -> History:
    """Train the network in place and return the history of the run.

    Parameters
    ----------
    network, data, y, valid, sample_weight, preprocessing, image_shape, seed
        As in `train`. With `early_stopping` and without `valid`, a share of the training set is held out.
    progress : bool, optional
        Show a progress bar on stderr; by default, only on a terminal.
    **options
        The fields of `TrainingOptions`.

    Returns
    -------
    History
        A record per epoch, `best_epoch`, and `stop_reason`. Ctrl-C ends training with the best weights so far, a
        warning, and `stop_reason` "interrupted".

    Raises
    ------
    ValueError, TypeError
        Immediately, if arguments are invalid or contradict each other.
    FloatingPointError
        If the loss is not finite; the network then has the best weights so far.

    Examples
    --------
    >>> from glassnet.network.layers import Dense
    >>> X = np.linspace(-1, 1, 40)[:, None]
    >>> net = Network(1, [Dense(8, "tanh"), Dense(1)], seed=0)
    >>> history = fit(net, (X, X[:, 0] ** 2), epochs=200, tol=1e-3, progress=False)
    >>> history.stop_reason, len(history) < 200
    ('converged', True)
    """
    checked = options_of("fit", options, OF_FIT)
    with session(
        network,
        data,
        y,
        checked,
        valid=valid,
        sample_weight=sample_weight,
        preprocessing=preprocessing,
        image_shape=image_shape,
        seed=seed,
        progress=progress,
    ) as (records, history):
        for _ in records:
            pass
    return history


@takes_options(OF_FIT)
@contextmanager
def fit_session(
    network: Network,
    data: Data,
    y: npt.ArrayLike | None = None,
    *,
    valid: Data | None = None,
    sample_weight: npt.ArrayLike | None = None,
    preprocessing: PreprocessingLike = None,
    image_shape: tuple[int, ...] | None = None,
    seed: int | np.random.Generator = 0,
    progress: bool | None = None,
    **options: Unpack[FitKeywords],
) -> Iterator[tuple[Iterator[EpochRecord], History]]:
    """Context manager around `fit`: yields an iterator of records, and the history that they are added to.

    When a record is yielded, the network has the weights of that epoch. At the end of the block, it gets the same final
    weights as with `fit`: those of the best epoch after early stopping or Ctrl-C, even if Ctrl-C is pressed inside the
    loop. Leaving the loop early ends the run, with `stop_reason` "stopped".

    Parameters
    ----------
    network, data, y, valid, sample_weight, preprocessing, image_shape, seed, progress
        As in `fit`.
    **options
        The fields of `TrainingOptions`.

    Yields
    ------
    tuple of (iterator of EpochRecord, History)
        The records, and the history.

    Examples
    --------
    >>> from glassnet.network.layers import Dense
    >>> net = Network(2, [Dense(2, "softmax")], seed=0)
    >>> with fit_session(net, (np.eye(2), [0, 1]), epochs=3, progress=False) as (records, history):
    ...     sizes = [float(np.abs(net.parameters).sum()) for record in records]
    >>> len(sizes), history.best_epoch, history.stop_reason
    (3, 3, 'epochs')
    """
    checked = options_of("fit", options, OF_FIT)
    with session(
        network,
        data,
        y,
        checked,
        valid=valid,
        sample_weight=sample_weight,
        preprocessing=preprocessing,
        image_shape=image_shape,
        seed=seed,
        progress=progress,
    ) as run:
        yield run


@contextmanager
def session(
    network: Network,
    data: Data,
    y: npt.ArrayLike | None,
    options: TrainingOptions,
    *,
    valid: Data | None = None,
    sample_weight: npt.ArrayLike | None = None,
    preprocessing: PreprocessingLike = None,
    image_shape: tuple[int, ...] | None = None,
    level_dropout: LevelDropout | None = None,
    seed: int | np.random.Generator = 0,
    progress: bool | None = None,
    valid_weight: npt.ArrayLike | None = None,
    rule: StoppingRule | None = None,
) -> Iterator[tuple[Iterator[EpochRecord], History]]:
    """Like `fit_session`, but with validated options.

    valid_weight: sample weights of the validation rows, (m,). rule: in place of the default stopping rule.
    """
    rng = np.random.default_rng(seed)
    if options.early_stopping:
        if isinstance(optimizers.optimizer(options.optimizer), LBFGS):
            raise ValueError("early stopping needs a record after every epoch, but L-BFGS returns them only at its end")
        if valid is None:
            image_shape = image_shape or getattr(data, "image_shape", None)
            data, valid, sample_weight = _set_aside(
                network, data, y, options, sample_weight, rng, is_scaled=preprocessing is not None
            )
            y = None
    made = epoch_records(
        network,
        data,
        y,
        options,
        valid=valid,
        sample_weight=sample_weight,
        preprocessing=preprocessing,
        image_shape=image_shape,
        level_dropout=level_dropout,
        seed=rng,
        valid_weight=valid_weight,
    )
    history, best = History(stop_reason="stopped"), BestWeights([network])
    is_shown = is_terminal(sys.stderr) if progress is None else progress
    try:
        with progress_bar(options.epochs, is_shown) as bar, closing(made):
            records = until_stopped(made, rule or Patience(options), best, [network], history, bar)
            yield _to_the_end(records, history, options.epochs), history
    except KeyboardInterrupt:
        history.stop_reason = "interrupted"
        kept = (
            f"the parameters of epoch {best.epoch}, the best so far, are kept"
            if best.epoch
            else "no epoch was finished"
        )
        warnings.warn(f"training was interrupted in epoch {len(history) + 1}; {kept}", stacklevel=4)
    except FloatingPointError:
        best.restore([network])
        raise
    history.best_epoch = len(history)
    if options.early_stopping or (history.stop_reason == "interrupted" and best.epoch):
        best.restore([network])
        history.best_epoch = best.epoch


def _to_the_end(records: Iterator[EpochRecord], history: History, epochs: int) -> Iterator[EpochRecord]:
    """Yield all records; set the stop reason if no rule has stopped training."""
    yield from records
    if history.stop_reason == "stopped":  # L-BFGS detects convergence itself
        history.stop_reason = "epochs" if len(history) == epochs else "converged"


def set_aside(rows: int, fraction: float = 0.1) -> int:
    """Return the number of training rows that early stopping holds out if no validation set is given."""
    return max(1, round(fraction * rows))


def _set_aside(
    network: Network,
    data: Data,
    y: npt.ArrayLike | None,
    options: TrainingOptions,
    sample_weight: npt.ArrayLike | None,
    rng: np.random.Generator,
    is_scaled: bool = False,
) -> tuple[Any, Any, Any]:
    """Return the data without a share of rows, that share, and the remaining sample weights.

    The share is random, or by group or time if the data set has them. is_scaled: whether X is preprocessed.
    """
    by = {name: getattr(data, name, None) for name in ("groups", "times")}
    X, y = split_pair(data, y)
    # Checked here, too, since removing rows would hide that X, y, and the weights differ in length.
    X, y = network.checked_rows(X, before_scaling=is_scaled), np.asarray(y)
    network.targets(y, len(X), network.loss(options.loss))
    weights = network.weights(sample_weight, len(X))
    order = rng.permutation(len(X))
    aside = set_aside(len(X), options.validation_fraction)
    if aside >= len(X):
        raise ValueError(
            f"early stopping holds out {options.validation_fraction:g} of {len(X)} rows, which leaves no training rows"
        )
    is_class = y.dtype.kind in "biu" and y.ndim == 1
    if any(values is not None for values in by.values()):
        shares = (1 - options.validation_fraction, options.validation_fraction)
        kept, held = map(np.sort, split_rows(shares, len(X), rng, y=y if is_class else None, **by))
        return (X[kept], y[kept]), (X[held], y[held]), None if weights is None else weights[kept]
    if is_class:
        order = order[stratified_order(y[order], rng)]
    held, kept = np.sort(order[:aside]), np.sort(order[aside:])
    return (X[kept], y[kept]), (X[held], y[held]), None if weights is None else weights[kept]
