"""Base class of the table estimators: fit, outputs, and the model file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from numbers import Integral, Real
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from joblib import effective_n_jobs
from sklearn.base import BaseEstimator
from sklearn.utils import check_consistent_length, check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import _check_sample_weight, check_is_fitted

from glassnet.common import user_warnings
from glassnet.common.arrays import AnyArray, Array, IntArray
from glassnet.data.splits import fold_rows
from glassnet.data.tables.decisions import Decision
from glassnet.data.tables.encoder import TableEncoder
from glassnet.data.tables.unseen import CHOICES
from glassnet.estimators.fitted_state import restored_on_error
from glassnet.estimators.table_input import Features, check_rows, read_features, read_rows
from glassnet.model import Model, PerNetwork
from glassnet.tabular.fit import Encoded, TableFit, fit_table
from glassnet.tabular.portfolio import Limits
from glassnet.tabular.qualities import QUALITIES, folds_for
from glassnet.tabular.score import METRICS, check_metric


class TableEstimator(BaseEstimator, ABC):
    """Base class of both estimators, which define the meaning of y."""

    quality: Any
    eval_metric: Any
    time_limit: Any
    folds: Any
    random_state: Any
    unseen: Any
    n_jobs: Any
    verbose: Any

    model_: Model
    held_out_: Array
    contributions_: tuple[dict[str, Any], ...]
    decisions_: tuple[Decision, ...]
    _kept: IntArray

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "quality": [StrOptions(set(QUALITIES))],
        "eval_metric": [StrOptions(set(METRICS)), None],
        "time_limit": [Interval(Real, 0, None, closed="neither"), None],
        "folds": [Interval(Integral, 2, None, closed="left"), None],
        "random_state": ["random_state"],
        "unseen": [StrOptions(set(CHOICES))],
        "n_jobs": [Integral, None],
        "verbose": ["verbose"],
    }

    @abstractmethod
    def _checked_targets(self, y: Any) -> AnyArray:
        """Return y as an array, (n,) or (n, outputs)."""

    @abstractmethod
    def _read_targets(self, y: AnyArray) -> tuple[AnyArray, int]:
        """Return class indices and the number of classes, or numbers and 0. y: of the rows that train."""

    @abstractmethod
    def _class_labels(self) -> AnyArray | None:
        """Return the labels of the classes, (k,), None for regression."""

    def _class_weights(self, y: AnyArray) -> AnyArray | None:
        """Return the weight of the class of each row, (n,), or None."""
        return None

    def _fit(self, X: Any, y: Any, sample_weight: Any) -> Self:
        """Fit to X and y; an error restores the previous state."""
        with restored_on_error(self):
            features = read_features(self, X)
            y = self._checked_targets(y)
            check_consistent_length(features.table, y)
            rows, weights = self._weighted_rows(features, y, sample_weight)
            self._train(features, rows, y[rows], None if weights is None else weights[rows], len(y))
        return self

    def _weighted_rows(self, features: Features, y: AnyArray, sample_weight: Any) -> tuple[IntArray, AnyArray | None]:
        """Return the rows with a weight above 0, which train and are held out, and the sample weights, (n,)."""
        rows, weights = np.arange(len(y)), None
        if sample_weight is not None:
            weights = _check_sample_weight(sample_weight, features.table, dtype=np.float64)
            if weights.min() < 0:
                raise ValueError(f"weights must be at least 0, got {weights.min():g}")
            rows = np.flatnonzero(weights)
            if not len(rows):
                raise ValueError("all sample weights are 0; at least one must be positive")
        check_rows(self, len(rows))
        return rows, weights

    def _train(self, features: Features, rows: IntArray, y: AnyArray, weights: AnyArray | None, total: int) -> None:
        """Train on some of the rows, and set the fitted attributes. y, weights: of these rows. total: of all rows."""
        targets, classes = self._read_targets(y)
        if self.eval_metric is not None:
            check_metric(self.eval_metric, bool(classes))
        of_classes = self._class_weights(y)
        if of_classes is not None:
            weights = of_classes if weights is None else weights * of_classes
        seed = self.random_state
        if not isinstance(seed, Integral):
            seed = check_random_state(seed).randint(2**31 - 1)
        most = folds_for(self.quality, len(rows))
        count = most if self.folds is None else min(self.folds, len(rows))
        table = features.take(rows)
        encoding = QUALITIES[self.quality].category_encoding
        columns = TableEncoder.fit(table, missing=True, categories=True, unseen=self.unseen, **encoding)
        fitted = fit_table(
            Encoded.by(columns, columns.transform(table)),
            targets,
            classes,
            fold_rows(count, len(rows), np.random.default_rng(seed), y=targets if classes else None),
            quality=self.quality,
            eval_metric=self.eval_metric,
            weights=None if weights is None else weights.astype(np.float32),
            seed=int(seed),
            limits=Limits(None, self.time_limit, effective_n_jobs(self.n_jobs), bool(self.verbose)),
        )
        if fitted.stopped == "interrupted":
            user_warnings.warn("Training interrupted by user.")
        self.model_ = self._model(fitted, columns, features, int(seed), count)
        self.contributions_, self.decisions_, self._kept = fitted.contributions, features.decisions, features.kept
        held_out = np.full((total, fitted.output.shape[1]), np.nan, fitted.output.dtype)
        held_out[rows[fitted.rows]] = fitted.output
        self.held_out_ = held_out if classes or targets.ndim == 2 else held_out[:, 0]

    def _model(self, fitted: TableFit, columns: TableEncoder, features: Features, seed: int, folds: int) -> Model:
        """Return the model, with a recipe that reads and trains on a file in the same way."""
        labels = self._class_labels()
        training: dict[str, Any] = {"quality": self.quality, "folds": folds, "eval_metric": self.eval_metric}
        if fitted.stopped is not None:
            training["members"] = fitted.trained
        source = {"source": "memory:table", "split": "100/0", "options": features.options}
        return Model(
            PerNetwork(fitted.preprocessing),
            fitted.ensemble,
            None if labels is None else [str(label) for label in labels],
            classes=labels,
            feature_names=columns.names,
            columns=columns,
            recipe={
                "name": "table",
                "seed": seed,
                "data": source,
                "preprocessing": {"unseen": self.unseen},
                "training": {key: value for key, value in training.items() if value is not None},
            },
            output_range=fitted.output_range,
        )

    def _outputs(self, X: Any) -> Array:
        """Return the output for each row of X, (n, outputs): probabilities, or numbers."""
        check_is_fitted(self, "model_")
        return self.model_.with_unseen(self.unseen).outputs(read_rows(self, X, self._kept))

    def save(self, path: str | Path) -> None:
        """Write a model file, which `glassnet.load_model` and `glassnet predict` read.

        Parameters
        ----------
        path : str or Path
            The file.
        """
        check_is_fitted(self, "model_")
        self.model_.save(path)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags
