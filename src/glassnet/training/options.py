"""Training options: one frozen dataclass behind `gn.train`, `gn.fit`, recipes, the command line, and the estimators.

A field defines the type, the default, and the check of an option. Every interface creates a `TrainingOptions`, so that
an option has the same meaning, and is checked once, everywhere.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypedDict, TypeVar

import numpy as np

from glassnet.common import checks, specs
from glassnet.engines import dispatch
from glassnet.engines.job import StepFactors
from glassnet.maths import augmentation, losses, optimizers, schedules
from glassnet.maths.augmentation import AugmentationLike
from glassnet.network.parameter_groups import ParameterGroups, check_groups
from glassnet.training.sample_weights import ClassWeight

Function = TypeVar("Function", bound=Callable[..., Any])


def _checked(check: Callable[[str, Any], object]) -> dict[str, Any]:
    """Return the metadata of a field: `check(name, value)` raises an error for an invalid value.

    None is not checked if it is the default.
    """
    return {"check": check}


def _spec(find: Callable[[Any], object]) -> Callable[[str, Any], object]:
    """Return a check that passes if `find` resolves the choice: a name, a dict of name and options, or an object."""
    return lambda name, choice: find(choice)


_COUNT = partial(checks.whole_number, at_least=1)
_AT_LEAST_0 = partial(checks.number, at_least=0)
_ABOVE_0 = partial(checks.number, above=0)
_SHARE = partial(checks.number, above=0, below=1)


@dataclass(frozen=True, kw_only=True)
class TrainingOptions:
    """How a network is trained.

    Parameters
    ----------
    loss : str, dict, or Loss, optional
        By default, the canonical loss of the output activation.
    optimizer, schedule : str, dict, or object
        A name, a name with options, or an object.
    batch_size, epochs : int
        Rows per step, and passes through the training set. The last batch of an epoch may be smaller.
    shuffle : bool
        Whether rows are shuffled before every epoch.
    member_batches : bool
        Each member of a network of members (see `Members`) has its own order of the rows, and so its own batches.
    early_stopping : bool
        Stop when the validation loss has not fallen for `patience` epochs; restore the best epoch.
    validation_fraction : float
        Share of the training set that early stopping holds out if no validation set is given.
    patience : int
        Number of epochs without improvement before training stops.
    tol : float, optional
        Stop when the training loss has changed by less than `tol` for `patience` epochs in a row.
    class_weight : "balanced", dict, or sequence, optional
        Weight of each class. A batch's loss is Σwℓ/Σw over its rows.
    l1, l2 : float
        Strength of the penalties added to the loss. Biases are not penalized.
    weight_decay : float
        Decoupled weight decay per step, times the learning rate. Biases do not decay.
    parameter_groups : dict, optional
        Factors of the learning rate and of the weight decay by group: `{"biases": {"learning_rate": 0.1,
        "weight_decay": 0}}`. A group is a parameter ("dense1.W"), a layer ("dense1"), or a kind ("weights", "biases",
        "scales", "embeddings", "activations"); the most specific one applies. Only weights decay by default; a factor
        for other parameters lets them decay, too. A learning rate of 0 keeps parameters as they are.
    weight_decay_schedule, dropout_schedule : str, dict, or object
        Schedules of the weight decay and of the rates of all dropout layers, such as "flat_cosine". The factors of
        dropout rates must be between 0 and 1.
    clip_norm, clip_value : float, optional
        Upper limits of the gradient's norm and of the size of its entries.
    ema : float, optional
        Decay of an exponential moving average of the weights, such as 0.999, which becomes the final weights.
    augment : dict or object, optional
        Random changes to images in each epoch: `{"name": "distort", ...}`, or an object with `apply(images, rng)`.
    ensemble_size : int
        Number of networks that are trained and averaged.
    engine : {"auto", "compiled", "numpy"}
        "auto" is the compiled engine, unless kernels must be compiled first and NumPy finishes sooner.
    threads : int, optional
        Maximum number of threads (default: automatic). Results do not depend on it.

    Raises
    ------
    ValueError, TypeError
        If a value is invalid; the message names the option.

    Examples
    --------
    >>> TrainingOptions(epochs=5).batch_size
    32
    >>> TrainingOptions(l2=-1)
    Traceback (most recent call last):
        ...
    ValueError: l2 must be at least 0, got -1
    """

    loss: losses.LossLike | None = field(default=None, metadata=_checked(_spec(losses.loss)))
    optimizer: optimizers.OptimizerLike = field(default="adam", metadata=_checked(_spec(optimizers.optimizer)))
    schedule: schedules.ScheduleLike = field(default="constant", metadata=_checked(_spec(schedules.schedule)))
    batch_size: int = field(default=32, metadata=_checked(_COUNT))
    epochs: int = field(default=100, metadata=_checked(_COUNT))
    shuffle: bool = True
    member_batches: bool = False
    early_stopping: bool = False
    validation_fraction: float = field(default=0.1, metadata=_checked(_SHARE))
    patience: int = field(default=10, metadata=_checked(_COUNT))
    tol: float | None = field(default=None, metadata=_checked(_AT_LEAST_0))
    class_weight: ClassWeight = None  # checked later, when the classes are known
    l1: float = field(default=0.0, metadata=_checked(_AT_LEAST_0))
    l2: float = field(default=0.0, metadata=_checked(_AT_LEAST_0))
    weight_decay: float = field(default=0.0, metadata=_checked(_AT_LEAST_0))
    parameter_groups: ParameterGroups | None = field(default=None, metadata=_checked(check_groups))
    weight_decay_schedule: schedules.ScheduleLike = field(
        default="constant", metadata=_checked(_spec(schedules.schedule))
    )
    dropout_schedule: schedules.ScheduleLike = field(default="constant", metadata=_checked(_spec(schedules.schedule)))
    clip_norm: float | None = field(default=None, metadata=_checked(_ABOVE_0))
    clip_value: float | None = field(default=None, metadata=_checked(_ABOVE_0))
    ema: float | None = field(default=None, metadata=_checked(_SHARE))
    augment: augmentation.AugmentationLike | None = field(
        default=None, metadata=_checked(_spec(augmentation.augmentation))
    )
    ensemble_size: int = field(default=1, metadata=_checked(_COUNT))
    engine: str = field(default="auto", metadata=_checked(_spec(dispatch.check)))
    threads: int | None = field(default=None, metadata=_checked(_COUNT))

    def __post_init__(self) -> None:
        for known in dataclasses.fields(TrainingOptions):
            value, check = getattr(self, known.name), known.metadata.get("check")
            if check is not None and not (value is None and known.default is None):
                check(known.name, value)


OPTIONS = tuple(known.name for known in dataclasses.fields(TrainingOptions))
"""The names of all options, in order."""

STOPPING = ("early_stopping", "validation_fraction", "patience", "tol")
"""Options about stopping: options of `fit`, not of `train`."""

OF_TRAIN = tuple(name for name in OPTIONS if name not in (*STOPPING, "ensemble_size"))
OF_FIT = tuple(name for name in OPTIONS if name != "ensemble_size")
"""Options of `gn.train` and `gn.fit`, which train a given network."""


class TrainKeywords(TypedDict, total=False):
    """The options of `gn.train` as keyword arguments, so that editors and type checkers know them."""

    loss: losses.LossLike | None
    optimizer: optimizers.OptimizerLike
    schedule: schedules.ScheduleLike
    batch_size: int
    epochs: int
    shuffle: bool
    member_batches: bool
    class_weight: ClassWeight
    l1: float
    l2: float
    weight_decay: float
    parameter_groups: ParameterGroups | None
    weight_decay_schedule: schedules.ScheduleLike
    dropout_schedule: schedules.ScheduleLike
    clip_norm: float | None
    clip_value: float | None
    ema: float | None
    augment: AugmentationLike | None
    engine: str
    threads: int | None


class FitKeywords(TrainKeywords, total=False):
    """The options of `gn.fit` as keyword arguments."""

    early_stopping: bool
    validation_fraction: float
    patience: int
    tol: float | None


CLIPPING = "clip the gradient with clip_norm=1"
"""Advice after a loss that is not finite, next to a lower learning rate."""

STEP_OPTIONS = (
    "schedule",
    "member_batches",
    "weight_decay",
    "parameter_groups",
    "weight_decay_schedule",
    "dropout_schedule",
    "clip_norm",
    "clip_value",
    "ema",
)
"""Options that modify an optimizer's steps, and do not apply to L-BFGS."""


def options_of(function: str, given: Mapping[str, object], known: Iterable[str]) -> TrainingOptions:
    """Return the options given to a function as keyword arguments.

    Raises TypeError for a keyword that the function does not take, and suggests the closest match.

    >>> options_of("fit", {"epoch": 3}, OF_FIT)
    Traceback (most recent call last):
        ...
    TypeError: unknown option of fit: 'epoch'; did you mean 'epochs'? known: epochs, ...
    """
    for name in given:
        if name not in known:
            raise TypeError(str(specs.unknown(f"option of {function}:", name, known)))
    options: dict[str, Any] = dict(given)
    return TrainingOptions(**options)


def step_factors(
    options: TrainingOptions, epoch: int, epochs: int, steps: int, history: Sequence[float]
) -> StepFactors:
    """Return the factors of the weight decay and of dropout rates for each step of an epoch.

    Raises ValueError for a factor of dropout rates outside 0 … 1.
    """
    chosen = [schedules.schedule(choice) for choice in (options.weight_decay_schedule, options.dropout_schedule)]
    decay, dropout = (
        None if type(one) is schedules.Constant else np.asarray(one.factors(epoch, epochs, steps, history), np.float64)
        for one in chosen
    )
    if dropout is not None:
        if not ((dropout >= 0) & (dropout <= 1 + 1e-9)).all():
            raise ValueError(f"factors of dropout_schedule must be between 0 and 1, got {dropout} in epoch {epoch}")
        dropout = np.minimum(dropout, 1)  # a cosine may be rounded to a number above 1
    return StepFactors(decay, dropout)


def takes_options(known: Iterable[str]) -> Callable[[Function], Function]:
    """Return a decorator that lists these options in a function's signature, in place of its `**options`.

    >>> @takes_options(["epochs"])
    ... def train(data, **options): ...
    >>> str(inspect.signature(train))
    "(data, *, epochs: 'int' = 100)"
    """

    def decorate(function: Function) -> Function:
        own = inspect.signature(function)
        parameters = [one for one in own.parameters.values() if one.kind is not inspect.Parameter.VAR_KEYWORD]
        parameters += [
            inspect.Parameter(one.name, inspect.Parameter.KEYWORD_ONLY, default=one.default, annotation=one.type)
            for one in dataclasses.fields(TrainingOptions)
            if one.name in known
        ]
        function.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
        return function

    return decorate
