"""Base class of both estimators: fit and partial_fit."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state, column_or_1d
from sklearn.utils.validation import _check_sample_weight

from glassnet.common import user_warnings
from glassnet.engines.dispatch import choose
from glassnet.engines.job import Job
from glassnet.estimators.architecture import build, hidden_sizes, layers_for
from glassnet.estimators.callbacks import CallbackNotifier, CallbackSupport
from glassnet.estimators.coefs import take_over, windows
from glassnet.estimators.fitted_state import restored_on_error
from glassnet.estimators.fitting import NOT_FINITE, FittingMixin, Iterations
from glassnet.estimators.held_out import ValidationSet, scorer_for, split_validation
from glassnet.estimators.input_validation import read_pair
from glassnet.estimators.learning import Epochs, epochs_of
from glassnet.estimators.prediction_mixin import PredictionMixin
from glassnet.estimators.solver import options_of, solver_for
from glassnet.maths.optimizers import LBFGS
from glassnet.maths.optimizers.base import State
from glassnet.network.embedding import Embedding, average_last_level, embeddings_for
from glassnet.network.ensemble import Ensemble
from glassnet.network.layer import Layer
from glassnet.network.layers import Dropout
from glassnet.network.network import Network
from glassnet.training.batching import Rows
from glassnet.training.history import History
from glassnet.training.lbfgs import Objective
from glassnet.training.loop import averages_of
from glassnet.training.train import job_for

Valid = tuple[Any, Any, Any]
"""X, y, and sample weights of a validation set, each of them or None."""


def makes_steps(estimator: Any) -> bool:
    """Return whether the solver is stochastic, which partial_fit requires."""
    if not estimator._is_stochastic:
        raise AttributeError(
            f"partial_fit is only available for stochastic optimizers. {estimator.solver} is not stochastic."
        )
    return True


class Perceptron(FittingMixin, PredictionMixin, CallbackSupport, BaseEstimator, ABC):
    """Base class of both estimators, which define the meaning of y, the output layer, and the loss."""

    @abstractmethod
    def _read_targets(self, y: Any, incremental: bool) -> None:
        """Read the kind of targets from y, or check that it is the kind of the previous fit."""

    @abstractmethod
    def _ending(self) -> tuple[int, Any]:
        """Return the number of outputs and their activation."""

    def _row_weights(self, y: Any, sample_weight: Any, incremental: bool) -> Any:
        """Return the weight of each row, (n,), or None if all are equal."""
        return sample_weight

    @property
    def _is_stochastic(self) -> bool:
        """Whether the solver trains in batches; L-BFGS uses all rows at once."""
        return not (isinstance(self.solver, LBFGS) or (isinstance(self.solver, str) and self.solver == "lbfgs"))

    def _fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        valid: Valid,
        incremental: bool,
        first: Callable[[], None] = lambda: None,
    ) -> Self:
        """Fit to X and y; an error restores the previous state. first: a function that is called first."""
        with restored_on_error(self):
            first()
            ready = self._prepare(X, y, sample_weight, valid, incremental)
        if ready is not None:
            self._train(ready)
        if not all(np.isfinite(network.parameters).all() for network in self._networks()):
            raise ValueError(NOT_FINITE)
        return self

    def _prepare(
        self, raw: Any, raw_y: Any, sample_weight: Any, valid: Valid, incremental: bool
    ) -> Epochs | Iterations | None:
        """Check all input and prepare the fit; return None if all weights are 0 in partial_fit."""
        hidden_sizes(self)
        first_pass = not hasattr(self, "coefs_") or (not self.warm_start and not incremental)
        X, y = self._checked(raw, raw_y, reset=first_pass)
        self._read_targets(y, incremental)
        dtype = X.dtype if first_pass or not hasattr(self, "network_") else self._networks()[0].dtype
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X, dtype=dtype)
        weights = self._row_weights(y, sample_weight, incremental)
        is_empty = weights is not None and not weights.any()
        if weights is not None and weights.min() < 0:
            raise ValueError(f"weights must be at least 0, got {weights.min():g}")
        if is_empty and not incremental:
            raise ValueError("all sample weights are 0; at least one must be positive")
        dropout = None if (columns := getattr(self, "columns_", None)) is None else columns.level_dropout
        weights = None if weights is None else np.ascontiguousarray(weights, dtype)
        rows = Rows(X, self._encode(y, dtype), weights, None, dropout)
        self._random_state = check_random_state(self.random_state)
        draws = [self._random_state]
        draws += [np.random.RandomState(draws[0].randint(2**31 - 1)) for _ in range(self.ensemble_size - 1)]
        self._make_networks(X.shape[1], dtype, draws, first_pass)
        self._networks()[0].loss(self._loss_function())  # raises if the loss does not fit the output activation
        self._make_records(first_pass)
        if is_empty:  # class_weight may be 0 for all classes in this part of the data
            return None
        notifier = CallbackNotifier(self, raw, raw_y, sample_weight, is_told=not incremental)
        if self._is_stochastic:
            return self._ready_for_batches(
                rows, (raw, raw_y, sample_weight), valid, draws, notifier, incremental, first_pass
            )
        if any(one is not None for one in valid):
            raise ValueError(
                "solver='lbfgs' does not use a validation set; remove X_val and y_val, or use another solver"
            )
        jobs = [self._job(network, None) for network in self._networks()]
        if dropout is not None:  # drawn once, because the loss must be the same function of θ in every iteration
            rng = np.random.default_rng(draws[0].randint(2**31 - 1))
            rows = Rows(dropout.apply(X.copy(), rng, at_least=1), rows.Y, weights)
        engine = choose(self.engine, jobs[0], rows.Y, len(rows.Y), self.max_iter)
        return Iterations([Objective(job, rows, engine) for job in jobs], notifier)

    def _ready_for_batches(
        self,
        rows: Rows,
        raw: Valid,
        valid: Valid,
        draws: Sequence[np.random.RandomState],
        notifier: CallbackNotifier,
        incremental: bool,
        first_pass: bool,
    ) -> Epochs:
        """Return the epochs of a fit, or the single one of partial_fit, ready to run."""
        if self.early_stopping and incremental and valid[0] is None:
            raise ValueError(
                "partial_fit does not support early_stopping=True without a validation set; pass X_val and y_val"
            )
        networks = self._networks()
        has_dropout = rows.level_dropout is not None or any(isinstance(one, Dropout) for one in networks[0].layers)
        # The seed contains the number of rows seen so far; otherwise every partial_fit would drop the same units.
        rng = np.random.default_rng([draws[0].randint(2**31 - 1), self.t_] if has_dropout else 0)
        order, validation = np.arange(len(rows.Y)), self._given_validation(valid, networks[0].dtype)
        if self.early_stopping and validation is None:
            order, validation = split_validation(self, rows, *raw, draws[0])
        self._start_validation(validation)
        batch_size = self._batch_size(len(order))
        self._start_solver(incremental, first_pass)
        averages: Sequence[Any] = self._optimizer.averages or [None] * len(networks)
        jobs = [self._job(*parts) for parts in zip(networks, self._optimizer.states, averages, strict=True)]
        if incremental:
            jobs = [_same_as_before(job, batch_size) for job in jobs]
        engine = choose(self.engine, jobs[0], rows.Y, batch_size, 1 if incremental else self.max_iter)
        return epochs_of(self, jobs, rows, order, draws, batch_size, rng, engine, validation, notifier, incremental)

    def _start_validation(self, validation: ValidationSet | None) -> None:
        """Prepare the validation curves; if `scoring` has changed, no epoch is the best one yet."""
        if validation is None:
            return
        if self.validation_scores_ is None or getattr(self, "_scored_by", self.scoring) != self.scoring:
            self.validation_scores_ = [*(self.validation_scores_ or [])]
            self.best_validation_score_, self._no_improvement_count = -np.inf, 0
            self.__dict__.pop("_best", None)
        if self.validation_loss_curve_ is None:
            self.validation_loss_curve_ = []
        self._scored_by = self.scoring

    def _checked(self, X: Any, y: Any, reset: bool) -> tuple[Any, Any]:
        """Return X, (n, features), as floats, dense or CSR, and y, (n,) or (n, outputs), as an array."""
        X, y = read_pair(self, X, y, reset)
        return X, column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 else y

    def _networks(self) -> Sequence[Network]:
        """Return the networks, one unless they are an ensemble."""
        return self.network_.networks if isinstance(self.network_, Ensemble) else (self.network_,)

    def _make_networks(self, inputs: int, dtype: Any, draws: Sequence[np.random.RandomState], first_pass: bool) -> None:
        """Create the networks, or let existing ones take over assigned coefs_ and intercepts_."""
        self.n_outputs_, ending = self._ending()
        if first_pass or not hasattr(self, "network_"):
            layers = [*self._embeddings(), *layers_for(self, self.n_outputs_, ending)]
            if first_pass:
                networks = [build(self, inputs, layers, dtype, draw) for draw in draws]
                for network in networks if self._predicts_unseen() else ():
                    average_last_level(network)
            else:  # all weights were assigned by the user
                networks = [Network(inputs, layers, init="zeros", dtype=dtype) for _ in draws]
                for network in networks:
                    take_over(network, self.coefs_, self.intercepts_)
            self.network_ = networks[0] if len(networks) == 1 else Ensemble(networks)
            self.coefs_, self.intercepts_ = windows(networks[0])
            self.n_layers_ = len(self.coefs_) + 1
            self.out_activation_ = self._their_name_of(ending)
        elif len(self._networks()) != len(draws):
            raise ValueError(
                f"ensemble_size must stay {len(self._networks())} when a fit is continued, got {len(draws)}"
            )
        elif self.n_outputs_ != (known := self._networks()[0].outputs):
            self.n_outputs_, wanted = known, self.n_outputs_
            raise ValueError(f"y has {wanted} outputs, but the fit that is continued had {known}")
        else:
            self._change_layers([*self._embeddings(), *layers_for(self, self.n_outputs_, ending)])
        self._take_over()

    def _change_layers(self, layers: Sequence[Layer]) -> None:
        """Change activations or dropout in a continued fit; if weights would change shape, keep the layers."""
        before = self._take_over()
        old = self._networks()
        if list(old[0].layers) == list(layers):
            return
        blank = Network(old[0].inputs, layers, init="zeros", dtype=old[0].dtype)
        if blank.layout != old[0].layout or blank.state_layout != old[0].state_layout:
            user_warnings.warn(
                "the fitted layers are kept, because the changed parameters would give their weights other shapes; set "
                "warm_start=False to start over"
            )
            return
        made = [Network.from_vectors(n.inputs, layers, n.parameters, n.state, n.dtype) for n in old]
        self.network_ = Ensemble(made) if isinstance(before, Ensemble) else made[0]
        self.coefs_, self.intercepts_ = windows(made[0])

    def _embeddings(self) -> list[Embedding]:
        """Return the embedding layers of columns with many levels, which are the last columns of the table."""
        columns = getattr(self, "columns_", None)
        return [] if columns is None else embeddings_for(columns.width, columns.embedded, columns.embedding_units)

    def _predicts_unseen(self) -> bool:
        """Return whether categories have a code for unseen levels."""
        columns = getattr(self, "columns_", None)
        return columns is not None and columns.level_dropout is not None

    def _make_records(self, first_pass: bool) -> None:
        """Initialize the fitted attributes; in a continued fit, only the missing ones."""
        beginning: dict[str, Any] = {"n_iter_": 0, "t_": 0, "history_": History(), "loss_": np.inf}
        if self._is_stochastic:
            beginning |= {"loss_curve_": [], "_no_improvement_count": 0, "validation_loss_curve_": None}
            beginning |= {"validation_scores_": None, "best_validation_score_": None, "best_loss_": None}
        for name, value in beginning.items():
            if first_pass or not hasattr(self, name):
                setattr(self, name, value)
        if self._is_stochastic:
            if first_pass and hasattr(self, "_best"):
                del self._best
            if self.early_stopping and self.validation_scores_ is None:
                self.validation_scores_, self.best_validation_score_ = [], -np.inf
            elif not self.early_stopping and self.best_loss_ is None:
                self.best_loss_ = np.inf

    def _start_solver(self, incremental: bool, first_pass: bool) -> None:
        """Create a solver with an empty state, unless the previous one continues."""
        before: Any = getattr(self, "_optimizer", None)
        networks = self._networks()
        if incremental and before is not None:
            pairs = zip(networks, before.averages or [], strict=False)
            if any(not np.array_equal(network.parameters, average) for network, average in pairs):
                before.before_average = None  # the weights were changed in place, so training continues from them
            if before.before_average is not None:
                for network, theta in zip(networks, before.before_average, strict=True):
                    network.parameters[:] = theta
            if self.ema is None or before.before_average is None:  # no average, or not one of these weights
                self._start_averages()
            return
        self._optimizer = solver_for(self)
        keeps = self.keep_moments and before is not None and not first_pass
        if keeps and type(before.optimizer) is type(self._optimizer.optimizer):
            self._optimizer.states = before.states
        else:
            self._optimizer.start(networks)
        self._start_averages()

    def _start_averages(self) -> None:
        """Start the average of every network's weights at their current values, or remove it."""
        self._optimizer.averages = self._optimizer.before_average = None
        if self.ema is not None:
            self._optimizer.averages = averages_of(self._networks())

    def _job(self, network: Network, state: State | None, average: Any = None) -> Job:
        """Return the engine's job for one network."""
        optimizer: Any = LBFGS() if state is None else self._optimizer.optimizer
        options = options_of(self, optimizer)
        return job_for(network, self._loss_function(), optimizer, state, options, l2_per_row=True, average=average)

    def _batch_size(self, rows: int) -> int:
        """Return the number of rows per batch."""
        if isinstance(self.batch_size, str):
            return min(200, rows)
        if self.batch_size > rows:
            user_warnings.warn("Got `batch_size` less than 1 or larger than sample size. It is going to be clipped")
        return int(np.clip(self.batch_size, 1, rows))

    def _given_validation(self, valid: Valid, dtype: Any) -> ValidationSet | None:
        """Return the validation set that the user has passed, or None."""
        raw, y, sample_weight = valid
        if (raw is None) != (y is None):
            raise ValueError("X_val and y_val must be passed together")
        if raw is None:
            if sample_weight is not None:
                raise ValueError("sample_weight_val requires X_val and y_val")
            return None
        X, y = self._checked(raw, y, reset=False)
        self._check_targets(y)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X, dtype=dtype)
            if sample_weight.min() < 0:
                raise ValueError(f"weights must be at least 0, got {sample_weight.min():g}")
        return ValidationSet(
            Rows(X, self._encode(y, dtype), sample_weight), raw, valid[1], scorer_for(self), self._loss_function()
        )

    @abstractmethod
    def _their_name_of(self, ending: Any) -> str:
        """Return scikit-learn's name for the output activation."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def _same_as_before(job: Job, batch_size: int) -> Job:
    """Return the job of the previous partial fit if it is the same, since engines cache it.

    A job of `fit` is not kept, because it would hold threads and memory as long as the estimator exists.
    """
    before = job.network.memo.get("partial fit")
    if before is None or before[1] != batch_size or not _is_same(before[0], job):
        before = job.network.memo["partial fit"] = (job, batch_size)
    kept: Job = before[0]
    return kept


def _is_same(one: Job, other: Job) -> bool:
    replaced = ("network", "state", "average")
    rest = [field.name for field in fields(Job) if field.compare and field.name not in replaced]
    return all(getattr(one, name) is getattr(other, name) for name in replaced) and all(
        getattr(one, name) == getattr(other, name) for name in rest
    )
