"""Rows that a fit is judged by: set aside from the training data as scikit-learn does it, or given by the user."""

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
class Judged:
    """What is known after an epoch: the mean loss on these rows, and the score that early stopping goes by."""

    loss: float
    score: float
    accuracy: float | None


@dataclass(frozen=True)
class Judge:
    """The rows to be judged by. raw, y: as the user gave them, for a scorer of the user's own.

    scorer: called with the estimator, raw rows and y; None for accuracy or R², "loss" for the loss, its sign turned.
    loss: what is measured too, without penalties.
    """

    rows: Rows
    raw: Any
    y: Any
    scorer: Any
    loss: Loss

    def judge(self, estimator: Any) -> Judged:
        """Return how good the estimator is now."""
        output = estimator._raw_outputs(self.rows.X)
        Y, weights = self.rows.Y, self.rows.weights
        with np.errstate(over="ignore", invalid="ignore"):
            loss = mean_loss(self.loss.value(output, Y), weights)
        labels = getattr(estimator, "_labels", None)
        accuracy = None
        if labels is not None:
            accuracy = float(np.average(labels.is_right(output, Y), weights=weights))
        if self.scorer == "loss":
            return Judged(loss, -loss, accuracy)
        if self.scorer is not None:
            return Judged(loss, self._scored(estimator), accuracy)
        score = accuracy if accuracy is not None else _r2(output, Y, weights)
        return Judged(loss, score, accuracy)

    def _scored(self, estimator: Any) -> float:
        try:
            return float(self.scorer(estimator, self.raw, self.y, **self._weighted()))
        except (ValueError, TypeError) as error:
            if isinstance(getattr(estimator, "classes_", None), list):
                raise ValueError(
                    f"scoring={estimator.scoring!r} does not know y of several columns of classes ({error}); leave it "
                    "None for the share of rows that are right in all columns, take 'loss', or a function of "
                    "(estimator, X, y)"
                ) from None
            raise

    def _weighted(self) -> dict[str, Any]:
        """Return the weights of the rows, for a scorer that takes any."""
        if self.rows.weights is None:
            return {}
        scored_by = inspect.signature(getattr(self.scorer, "_score_func", self.scorer)).parameters
        return {"sample_weight": self.rows.weights} if "sample_weight" in scored_by else {}


def _r2(output: Array, Y: AnyArray, weights: Array | None) -> float:
    """Return R², NaN where an output is not finite."""
    return float(r2_score(Y, output, sample_weight=weights)) if np.isfinite(output).all() else float("nan")


def scorer_for(estimator: Any) -> Any:
    """Return what scores the estimator; see Judge."""
    if estimator.scoring is None or estimator.scoring == "loss":
        return estimator.scoring
    return check_scoring(estimator, estimator.scoring)


def set_aside(
    estimator: Any, rows: Rows, raw: Any, y: Any, sample_weight: Any, draw: np.random.RandomState
) -> tuple[AnyArray, Judge]:
    """Return which rows remain to learn from, and those to be judged by, drawn as scikit-learn draws them."""
    # Stratified where there is one yes-or-no per row; scikit-learn does it for no other kind of y.
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
    return kept, Judge(Rows(rows.X[held], rows.Y[held], weights), raw, y, scorer, estimator._loss_function())
