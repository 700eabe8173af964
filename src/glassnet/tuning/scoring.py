"""Validation score of a recipe, reported repeatedly during training.

Classification:  value = (misclassified rows + half the Brier score) / rows
Regression:      value = RMSE

The Brier score of a row, Σ (p − y)² over its classes, lies between 0 and 2. Half of it never outweighs a
misclassified row; it breaks ties in accuracy, which are frequent with few rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from glassnet.common.arrays import Array, IntArray
from glassnet.data.dataset import Dataset
from glassnet.maths import metrics
from glassnet.network.decisions import decide
from glassnet.recipes.recipe import Recipe
from glassnet.runs.cross_validation import epochs, out_of_fold_outputs, set_up_folds, validation_outputs
from glassnet.runs.setup import Setup, set_up

REPORTS = 20
"""Number of reports per trial for pruning; the number of epochs if that is smaller."""


@dataclass(frozen=True)
class TrialScore:
    """The score of a recipe at some point of its training.

    percent: of the training. value: objective to minimize. result: accuracy or RMSE.
    """

    percent: int
    value: float
    result: float


def scores(recipe: Recipe, parts: Mapping[str, Dataset]) -> Iterator[TrialScore]:
    """Train a recipe and yield its scores by cross-validation, or on the part "valid".

    The first repeat yields REPORTS scores, each later repeat one. The last score is over all repeats. Raises
    FloatingPointError if training diverges.
    """
    if not recipe.folds:
        setup, valid = set_up(recipe, parts), parts["valid"]
        kind = setup.networks[0].output_kind
        for percent in _reported(recipe, [setup]):
            yield score(valid, validation_outputs(setup), kind, percent)
        return
    train = parts["train"]
    rows: list[IntArray] = []
    outputs: list[Array] = []
    for repeat in range(recipe.repeats):
        folds = set_up_folds(recipe, train, repeat)
        kind = folds[0].setup.networks[0].output_kind
        for percent in _reported(recipe, [fold.setup for fold in folds]):
            if repeat == 0 and percent < 100:
                held = out_of_fold_outputs(folds)
                yield score(train.take(held.rows), held.output, kind, percent // recipe.repeats)
        held = out_of_fold_outputs(folds)
        rows.append(held.rows)
        outputs.append(held.output)
        measured = train.take(np.concatenate(rows))
        yield score(measured, np.concatenate(outputs), kind, 100 * (repeat + 1) // recipe.repeats)


def _reported(recipe: Recipe, setups: Sequence[Setup]) -> Iterator[int]:
    """Train, and yield the percentage of the epochs at every report."""
    reported = 0
    for epoch, _ in enumerate(epochs(recipe, setups), start=1):
        now = epoch * REPORTS // recipe.epochs
        if now > reported or epoch == recipe.epochs:
            reported = now
            yield 100 * epoch // recipe.epochs


def score(measured: Dataset, output: Array, output_kind: str, percent: int = 100) -> TrialScore:
    """Return the score of an output, (n, outputs), for the rows evaluated.

    >>> pets = Dataset(np.eye(2), ["cat", "dog"])
    >>> score(pets, np.array([[0.9, 0.1], [0.6, 0.4]]), "distribution").result
    0.5
    """
    if not np.isfinite(output).all():
        raise FloatingPointError("the output is not finite")
    if measured.class_names is None:
        rmse = float(metrics.rmse(measured.y, output.reshape(measured.y.shape)))
        return TrialScore(percent, rmse, rmse)
    wrong = float(np.mean(decide(output, output_kind) != measured.y))
    truth = np.eye(measured.n_classes, dtype=output.dtype)[measured.y]
    brier = float(np.mean(np.sum((output - truth) ** 2, axis=1)))
    return TrialScore(percent, wrong + min(brier / 2, math.nextafter(1, 0)) / len(measured), 1 - wrong)
