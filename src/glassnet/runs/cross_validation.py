"""Cross-validation: rows are split into folds, and each fold is predicted by networks trained on the others.

Folds by time are predicted by networks trained on earlier rows only; see `Dataset.fold_rows`.

With `repeats`, the split is repeated with other seeds, since the result for a small data set depends on the split.
All folds can train in lockstep, one epoch each in turn, so that the score is known after every epoch and a search can
prune the trial.
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
from glassnet.data.splits import held_out_order
from glassnet.data.tables.unseen import Unseen
from glassnet.network.ensemble import Ensemble
from glassnet.recipes.recipe import Recipe
from glassnet.runs.setup import Setup, naming_split_column, set_up
from glassnet.training.ensembles import seed_of, side_by_side
from glassnet.training.fit import session
from glassnet.training.history import EpochRecord


@dataclass(frozen=True)
class Fold:
    """One fold: its setup, and the indices of its held-out rows in the training set, `held`, (n,)."""

    setup: Setup
    held: IntArray


def set_up_folds(recipe: Recipe, train: Dataset, repeat: int = 0) -> list[Fold]:
    """Return the recipe's folds of the training rows, each with untrained networks.

    repeat: index of the repetition, which determines the seed of the split.
    """
    own, found = dataclasses.replace(recipe, seed=seed_of(recipe.seed, repeat)), []
    with naming_split_column(recipe):
        rows = train.fold_rows(recipe.folds, own.seed)
    for number, (others, held) in enumerate(rows, start=1):
        try:
            setup = set_up(own, {"train": train.take(others), "valid": train.take(held)})
        except ValueError as error:
            count = f"{len(others):,} training row{'s' * (len(others) != 1)}"
            raise ValueError(f"fold {number} of {len(rows)}, with {count}: {error}") from None
        # Held-out rows are not used for validation: a schedule that depends on it would use them for training.
        found.append(Fold(dataclasses.replace(setup, rows={"train": setup.rows["train"]}), held))
    return found


def epochs(recipe: Recipe, setups: Sequence[Setup], threads: int | None = None) -> Iterator[list[EpochRecord]]:
    """Train all networks of all setups one epoch at a time, and yield the records of each epoch, one per network.

    The last record of a network that has stopped early is repeated. Validation uses the setup's rows "valid"; without
    them, early stopping holds out some of the training rows. threads: number of threads per network.
    """
    with ExitStack() as open_runs:
        runs = []
        for setup in setups:
            options = setup.options if threads is None else dataclasses.replace(setup.options, threads=threads)
            for number, network in enumerate(setup.networks):
                own: dict[str, Any] = {"seed": seed_of(recipe.seed, number), "progress": False}
                own |= {"valid": setup.rows.get("valid"), "preprocessing": setup.prepared.scale}
                own |= {"level_dropout": setup.prepared.level_dropout}
                records, _ = open_runs.enter_context(session(network, setup.rows["train"], None, options, **own))
                runs.append(records)
        last: list[EpochRecord] = []
        is_interrupted = False
        try:
            for epoch in zip_longest(*runs):
                last = [record or last[i] for i, record in enumerate(epoch)]
                yield last
        except KeyboardInterrupt:  # a single run keeps its result; here it is discarded
            is_interrupted = True
    if is_interrupted:
        raise KeyboardInterrupt


@dataclass(frozen=True)
class HeldOut:
    """The output for held-out rows of the training set by the networks that were trained without them.

    rows: (m,), in increasing order, once per repeat. output: (m, outputs). fold: (m,), the number of the fold of each
    row, from 0, counted on from repeat to repeat.
    """

    rows: IntArray
    output: Array
    fold: IntArray


def cross_validate(recipe: Recipe, train: Dataset) -> HeldOut:
    """Return the predictions of the recipe's networks for rows that were held out; see `out_of_fold_outputs`.

    Folds train in parallel, one per thread; the results do not depend on the number of threads.
    """
    folds = [fold for repeat in range(recipe.repeats) for fold in set_up_folds(recipe, train, repeat)]
    unseen = Unseen()
    for fold in folds:
        unseen.merge(fold.setup.prepared.unseen)
    unseen.warn("cross-validation: ")

    def train_fold(number: int, stop: threading.Event) -> None:
        for _ in epochs(recipe, [folds[number].setup], threads=1):
            if stop.is_set():
                return

    side_by_side(len(folds), train_fold, recipe.threads)
    return out_of_fold_outputs(folds)


def out_of_fold_outputs(folds: Sequence[Fold]) -> HeldOut:
    """Return the current output of the folds' networks for their held-out rows.

    Every row occurs once per repeat, except that the earliest rows of folds by time are never held out.
    """
    order, rows, numbers = held_out_order([fold.held for fold in folds])
    return HeldOut(rows, np.concatenate([validation_outputs(fold.setup) for fold in folds])[order], numbers)


def validation_outputs(setup: Setup) -> Array:
    """Return the current output of a setup's networks for its split "valid", (n, outputs), in the units of the
    target."""
    ensemble, blocks = Ensemble(setup.networks), []
    for _, rows in row_blocks(setup.prepared.parts["valid"].X):
        ready = setup.prepared.scale.transform(rows)
        each = [setup.inverse_transform(network.predict_proba(ready)) for network in setup.networks]
        blocks.append(setup.clipped(ensemble.average(each) if len(each) > 1 else each[0]))
    return np.concatenate(blocks)
