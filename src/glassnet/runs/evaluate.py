"""Metrics of a model on its splits, as in metrics.json: values, baselines, and 95% intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from glassnet.common.arrays import Array
from glassnet.data.dataset import Dataset
from glassnet.maths import intervals, losses, metrics
from glassnet.model import Model
from glassnet.recipes.recipe import Recipe
from glassnet.runs.cross_validation import HeldOut

MOST_CLASSES = 100
"""With more classes, the areas under the curves of each are not computed."""

SCORES = ("roc_auc", "pr_auc", "balanced_accuracy", "f1", "log_loss", "brier")
"""Metrics of classes beside loss and accuracy, each with a baseline in metrics.json."""


def compute_metrics(
    model: Model,
    parts: Mapping[str, Dataset | None],
    loss: losses.LossLike | None = None,
    outputs: Mapping[str, Array] | None = None,
) -> dict[str, Any]:
    """Return the metrics of a model on every split, and baselines, intervals, and confusions of the last one.

    The baseline is the best constant prediction on the training set: its most common class, or its mean. The baselines
    of SCORES are those of the best constant on the split itself.

    Parameters
    ----------
    model : Model
        The model.
    parts : dict of str to Dataset or None
        Splits by name; None if a split is missing.
    loss : str, dict, or Loss, optional
        By default, the canonical loss.
    outputs : dict of str to Array, (n, outputs), optional
        Outputs of the model for each split, if known.

    Returns
    -------
    dict
        The metrics, as in metrics.json.
    """
    there = {
        name: (part, model.outputs(part.X) if outputs is None else outputs[name])
        for name, part in parts.items()
        if part is not None
    }
    keys = ("loss", "r2", "rmse") if model.class_names is None else ("loss", "accuracy")
    measured: dict[str, Any] = {f"{name}_{key}": None for name in parts for key in keys}
    measured |= {f"{name}_rows": 0 if part is None else len(part) for name, part in parts.items()}
    for name, (part, output) in there.items():
        measured |= {f"{name}_{key}": value for key, value in measure(model, part, output, loss).items()}
    name, (last, output) = list(there.items())[-1]
    if name != "train":  # how well it knows what it has learned says nothing of new rows
        measured |= {f"{name}_{key}_interval": ends for key, ends in _intervals(model, last, output).items()}
    known = parts.get("train") or last
    if model.class_names is None:
        mean = np.broadcast_to(known.y.mean(axis=0), last.y.shape)
        baselines = {"majority_baseline": None, "baseline_rmse": float(metrics.rmse(last.y, mean))}
        return measured | baselines | {"confusion_matrix": None, "classes": None}
    scores = class_scores(model, last, output)
    measured |= {f"{name}_{key}": _number(score) for key, score in scores.items()}
    measured |= {f"baseline_{key}": None if score is None else _number(score.baseline) for key, score in scores.items()}
    if model.has_two_classes:
        measured |= {"threshold": model.threshold, "positive_class": str(model.class_names[model.positive_class])}
    return measured | {
        "majority_baseline": float(np.mean(last.y == metrics.majority_class(known.y))),
        "confusion_matrix": metrics.confusion_matrix(last.y, model.decide(output), model.class_names).counts.tolist(),
        "classes": list(model.class_names),
    }


def measure(model: Model, part: Dataset, output: Array, loss: losses.LossLike | None) -> dict[str, float]:
    """Return the metrics of a model on one split: loss and accuracy, or loss, r2, and rmse.

    Parameters
    ----------
    model : Model
        The model.
    part : Dataset
        The split.
    output : Array, (n, outputs)
        Outputs of the model for its rows.
    loss : str, dict, Loss, or None
        None for the canonical loss.

    Returns
    -------
    dict of str to float
        The metrics.
    """
    network = model.networks[0]
    chosen = network.loss(loss)
    mean = losses.mean_loss(chosen.value(output, network.targets(part.y, len(part), chosen)), None)
    if model.class_names is not None:
        return {"loss": mean, "accuracy": float(metrics.accuracy(part.y, model.decide(output)))}
    predicted = output.reshape(part.y.shape)
    return {"loss": mean, "r2": float(metrics.r2(part.y, predicted)), "rmse": float(metrics.rmse(part.y, predicted))}


def fold_metrics(recipe: Recipe, model: Model, train: Dataset, held_out: HeldOut) -> dict[str, Any]:
    """Return the metrics of cross-validation, as those of the validation set, and the main one of every fold."""
    part = train.take(held_out.rows)
    key = "rmse" if model.class_names is None else "accuracy"
    by_fold = []
    for number in range(held_out.fold.max() + 1):
        own = np.flatnonzero(held_out.fold == number)
        by_fold.append(measure(model, part.take(own), held_out.output[own], recipe.loss)[key])
    measured = {f"valid_{name}": value for name, value in measure(model, part, held_out.output, recipe.loss).items()}
    return measured | {
        f"valid_{key}_by_fold": by_fold,
        "valid_rows": len(np.unique(held_out.rows)),
        "folds": len(by_fold) // recipe.repeats,
        "repeats": recipe.repeats,
    }


def class_scores(model: Model, part: Dataset, output: Array) -> dict[str, metrics.Score | None]:
    """Return SCORES of a classifier on one split, None where a score does not exist.

    Of two classes, average precision and F1 are those of the model's positive class; of more, means over the classes.
    """
    p, predicted = model.probabilities_of(output), model.decide(output)
    classes = len(model.class_names or ())
    if not np.isfinite(p).all():
        return dict.fromkeys(SCORES)
    positive = model.positive_class
    ranking = metrics.ranking_scores(part.y, p, positive=positive) if classes <= MOST_CLASSES else (None, None)
    return {
        "roc_auc": ranking[0],
        "pr_auc": ranking[1],
        "balanced_accuracy": metrics.balanced_accuracy(part.y, predicted),
        "f1": metrics.f1(part.y, predicted, positive=positive if model.has_two_classes else None),
        "log_loss": metrics.log_loss(part.y, p),
        "brier": metrics.brier_score(part.y, p),
    }


def _number(score: float | None) -> float | None:
    return None if score is None or math.isnan(score) else float(score)


def _intervals(model: Model, part: Dataset, output: Array) -> dict[str, list[float] | None]:
    """Return the 95% confidence interval of each metric of a part, or None if it has too few rows."""
    if model.class_names is not None:
        predicted, k = model.decide(output), len(model.class_names)
        is_right = predicted == part.y
        both = {"accuracy": intervals.wilson(int(np.count_nonzero(is_right)), len(part))}
        rows, right = np.bincount(part.y, minlength=k), np.bincount(part.y[is_right], minlength=k)
        both["balanced_accuracy"] = intervals.mean_of_proportions(right[rows > 0].tolist(), rows[rows > 0].tolist())
        if model.has_two_classes and np.isfinite(output).all():
            p = model.probabilities_of(output)[:, model.positive_class]
            both["roc_auc"] = intervals.roc_auc(part.y == model.positive_class, p)
    elif len(part) < 2:
        return {"r2": None, "rmse": None}
    else:
        predicted = output.reshape(part.y.shape)
        both = {"r2": intervals.r2(part.y, predicted), "rmse": intervals.rmse(part.y, predicted)}
    return {key: list(ends) if math.isfinite(ends.width) else None for key, ends in both.items()}
