"""Cross-validation: rows are split into folds, and each fold is predicted by networks trained on the others.

Folds by time are predicted by networks trained on earlier rows only; see `Dataset.fold_rows`.

With `repeats`, the split is repeated with other seeds, since the result for a small data set depends on the split.
All folds can train in lockstep, one epoch each in turn. So the score is known after every epoch, and a search can prune
the trial.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np

from glassnet.common.arrays import Array, IntArray
from glassnet.common.selection import row_blocks
from glassnet.data.dataset import Dataset
from glassnet.network.ensemble import Ensemble
from glassnet.recipes.recipe import Recipe
from glassnet.runs.setup import Setup, naming_split_column, set_up
from glassnet.training.ensembles import seed_of, side_by_side
from glassnet.training.fit import session
from glassnet.training.history import EpochRecord


@dataclass(frozen=True)
class Fold:
    """One fold: held-out rows, and training rows. held: (n,), indices of the held-out rows in the training set."""

    setup: Setup
    held: IntArray


def set_up_folds(recipe: Recipe, train: Dataset, repeat: int = 0) -> list[Fold]:
    """Return the recipe's folds of the training rows, each with untrained networks.

    repeat: how often the rows were dealt before.
    """
    own, found = dataclasses.replace(recipe, seed=seed_of(recipe.seed, repeat)), []
    with naming_split_column(recipe):
        rows = train.fold_rows(recipe.folds, own.seed)
    for others, held in rows:
        setup = set_up(own, {"train": train.take(others), "valid": train.take(held)})
        # Held-out rows are not used for validation: a schedule that depends on it would use them for training.
        found.append(Fold(dataclasses.replace(setup, rows={"train": setup.rows["train"]}), held))
    return found


def epochs(recipe: Recipe, setups: Sequence[Setup], threads: int | None = None) -> Iterator[list[EpochRecord]]:
    """Train every network of every stage an epoch at a time, and give the records of that epoch, one for each network.

    A network that has stopped early gives its last record again. What it watches is the stage's part "valid"; without
    one, early stopping sets some of the rows to learn from aside. threads: how many a network may use.
    """
    with ExitStack() as open_runs:
        runs = []
        for setup in setups:
            options = setup.options if threads is None else dataclasses.replace(setup.options, threads=threads)
            for number, network in enumerate(setup.networks):
                own: dict[str, Any] = {"seed": seed_of(recipe.seed, number), "progress": False}
                own |= {"valid": setup.rows.get("valid"), "preprocessing": setup.prepared.scale}
                records, _ = open_runs.enter_context(session(network, setup.rows["train"], None, options, **own))
                runs.append(records)
        last: list[EpochRecord] = []
        is_interrupted = False
        try:
            for epoch in zip_longest(*runs):
                last = [record or last[i] for i, record in enumerate(epoch)]
                yield last
        except KeyboardInterrupt:  # a run by itself would say what it keeps; here nothing is kept
            is_interrupted = True
    if is_interrupted:
        raise KeyboardInterrupt


def cross_validate(recipe: Recipe, train: Dataset) -> tuple[IntArray, Array]:
    """Return the predictions of the recipe's networks for rows that were held out; see `out_of_fold_outputs`.

    Folds learn at once, one per thread; the numbers do not depend on how many that are.
    """
    folds = [fold for repeat in range(recipe.repeats) for fold in set_up_folds(recipe, train, repeat)]

    def train_fold(number: int, stop: threading.Event) -> None:
        for _ in epochs(recipe, [folds[number].setup], threads=1):
            if stop.is_set():
                return

    side_by_side(len(folds), train_fold, recipe.threads)
    return out_of_fold_outputs(folds, train)


def out_of_fold_outputs(folds: Sequence[Fold], train: Dataset) -> tuple[IntArray, Array]:
    """Return rows of the training part, (m,), and by now the output for each, (m, outputs), by those that held it.

    Every row occurs once per repeat, except that the earliest rows of folds by time are never held out.
    """
    rows = np.concatenate([fold.held for fold in folds])
    order = np.argsort(rows, kind="stable")
    return rows[order], np.concatenate([validation_outputs(fold.setup) for fold in folds])[order]


def validation_outputs(setup: Setup) -> Array:
    """Return the output of a stage's networks by now for the rows set aside, "valid", (n, outputs), in their unit."""
    network = Ensemble(setup.networks) if len(setup.networks) > 1 else setup.networks[0]
    blocks = [
        network.predict_proba(setup.prepared.scale.transform(rows))
        for _, rows in row_blocks(setup.prepared.parts["valid"].X)
    ]
    return setup.inverse_transform(np.concatenate(blocks))
