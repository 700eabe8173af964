"""Validation sets: split from the training data as in scikit-learn, or passed by the user."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import check_scoring, r2_score
from sklearn.model_selection import train_test_split
from sklearn.utils import _safe_indexing

from glassnet.common.arrays import AnyArray, Array
from glassnet.maths.losses import Loss, mean_loss
from glassnet.training.batching import Rows


@dataclass(frozen=True)
class Evaluation:
    """Result of a validation: mean loss, score for early stopping, and accuracy of a classifier."""

    loss: float
    score: float
    accuracy: float | None


@dataclass(frozen=True)
class ValidationSet:
    """Validation rows and their metric. raw, y: as passed by the user, for a scorer.

    scorer: called with the estimator, raw rows, and y; None for accuracy or R², "loss" for the negative loss.
    loss: evaluated as well, without penalties.
    """

    rows: Rows
    raw: Any
    y: Any
    scorer: Any
    loss: Loss

    def evaluate(self, estimator: Any) -> Evaluation:
        """Evaluate the estimator with its current weights."""
        output = estimator._raw_outputs(self.rows.X)
        Y, weights = self.rows.Y, self.rows.weights
        with np.errstate(over="ignore", invalid="ignore"):
            loss = mean_loss(self.loss.value(output, Y), weights)
        labels = getattr(estimator, "_labels", None)
        accuracy = None
        if labels is not None:
            accuracy = float(np.average(labels.is_right(output, Y), weights=weights))
        if self.scorer == "loss":
            return Evaluation(loss, -loss, accuracy)
        if self.scorer is not None:
            return Evaluation(loss, self._scored(estimator), accuracy)
        score = accuracy if accuracy is not None else _r2(output, Y, weights)
        return Evaluation(loss, score, accuracy)

    def _scored(self, estimator: Any) -> float:
        try:
            return float(self.scorer(estimator, self.raw, self.y, **self._weighted()))
        except (ValueError, TypeError) as error:
            if isinstance(getattr(estimator, "classes_", None), list):
                raise ValueError(
                    f"scoring={estimator.scoring!r} does not support y with several columns of classes ({error}); "
                    "use None (share of rows that are correct in all columns), 'loss', or a callable(estimator, X, y)"
                ) from None
            raise

    def _weighted(self) -> dict[str, Any]:
        """Return the row weights as keyword arguments, if the scorer has that parameter."""
        if self.rows.weights is None:
            return {}
        scored_by = inspect.signature(getattr(self.scorer, "_score_func", self.scorer)).parameters
        return {"sample_weight": self.rows.weights} if "sample_weight" in scored_by else {}


def _r2(output: Array, Y: AnyArray, weights: Array | None) -> float:
    """Return R², or NaN if an output is not finite."""
    return float(r2_score(Y, output, sample_weight=weights)) if np.isfinite(output).all() else float("nan")


def scorer_for(estimator: Any) -> Any:
    """Return the scorer of the estimator; see ValidationSet."""
    if estimator.scoring is None or estimator.scoring == "loss":
        return estimator.scoring
    return check_scoring(estimator, estimator.scoring)


def split_validation(
    estimator: Any, rows: Rows, raw: Any, y: Any, sample_weight: Any, draw: np.random.RandomState
) -> tuple[AnyArray, ValidationSet]:
    """Return the indices of the training rows and the validation set, drawn as in scikit-learn."""
    # Like scikit-learn, stratify only if there is one binary label per row.
    labels = getattr(estimator, "_labels", None)
    stratify = rows.Y.astype(bool) if labels is not None and labels.outputs == 1 else None
    kept, held = train_test_split(
        np.arange(rows.X.shape[0]), random_state=draw, test_size=estimator.validation_fraction, stratify=stratify
    )
    if len(held) < 2:
        raise ValueError("The validation set is too small. Increase 'validation_fraction' or the size of your dataset.")
    scorer = scorer_for(estimator)
    if scorer in (None, "loss"):
        raw = y = None
    else:
        raw, y = _safe_indexing(raw, held), _safe_indexing(y, held)
    weights = None if sample_weight is None else sample_weight[held]
    return kept, ValidationSet(Rows(rows.X[held], rows.Y[held], weights), raw, y, scorer, estimator._loss_function())
