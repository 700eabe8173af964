"""Cross-validation: rows are dealt into folds, and each fold is answered by networks that have not seen it.

All folds learn side by side, an epoch each in turn, so that after every epoch it is known how good the recipe is by
then, and a search may give up what is hopeless.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from glassnet.common.arrays import Array, IntArray
from glassnet.common.selection import row_blocks
from glassnet.data.dataset import Dataset, stratified_order
from glassnet.network.ensemble import Ensemble
from glassnet.recipes.learn import seed_of
from glassnet.recipes.recipe import Recipe
from glassnet.recipes.stage import Stage, set_up
from glassnet.training.fit import fitting
from glassnet.training.history import Record


@dataclass(frozen=True)
class Fold:
    """Some rows set aside, and all others to learn from. held: (n,), which rows of the training part these are."""

    stage: Stage
    held: IntArray


def deal(train: Dataset, folds: int, seed: int) -> list[IntArray]:
    """Return the rows of each fold, (n,) each in random order; every class has its share of every fold.

    >>> folds = deal(Dataset(np.eye(6), [0, 0, 0, 1, 1, 1]), folds=3, seed=0)
    >>> sorted(np.concatenate(folds).tolist()), [len(rows) for rows in folds]
    ([0, 1, 2, 3, 4, 5], [2, 2, 2])
    """
    if folds > len(train):
        raise ValueError(f"{len(train)} rows to learn from cannot be dealt into {folds} folds")
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(train))
    if train.class_names is not None:
        order = order[stratified_order(train.y[order], rng)]
    return [rng.permutation(rows) for rows in np.array_split(order, folds)]


def set_up_folds(recipe: Recipe, train: Dataset) -> list[Fold]:
    """Return the recipe's folds of the rows to learn from, each with networks that have not learnt anything yet."""
    found = []
    for held in deal(train, recipe.folds, recipe.seed):
        others = np.delete(np.arange(len(train)), held)
        stage = set_up(recipe, {"train": train.take(others), "valid": train.take(held)})
        found.append(Fold(stage, held))
    return found


def epochs(recipe: Recipe, stages: Sequence[Stage]) -> Iterator[list[Record]]:
    """Train every network of every stage an epoch at a time, and give the records of that epoch, one for each network.

    A network that has stopped early gives its last record again. Early stopping watches rows that are set aside of
    those to learn from, not those that the network is measured on.
    """
    with ExitStack() as open_runs:
        runs = []
        for stage in stages:
            valid = None if recipe.early_stopping else stage.rows["valid"]
            for number, network in enumerate(stage.networks):
                own = {"seed": seed_of(recipe.seed, number), "progress": False, "valid": valid, **stage.options}
                records, _ = open_runs.enter_context(fitting(network, stage.rows["train"], **own))
                runs.append(records)
        last: list[Record] = []
        is_interrupted = False
        try:
            for epoch in zip_longest(*runs):
                last = [record or last[i] for i, record in enumerate(epoch)]
                yield last
        except KeyboardInterrupt:  # a run by itself would say what it keeps; here nothing is kept
            is_interrupted = True
    if is_interrupted:
        raise KeyboardInterrupt


def cross_validate(recipe: Recipe, train: Dataset) -> Array:
    """Return the output, (n, outputs), that networks trained by the recipe give for rows they have not seen."""
    folds = set_up_folds(recipe, train)
    for _ in epochs(recipe, [fold.stage for fold in folds]):
        pass
    return answers_of_folds(folds, train)


def answers_of_folds(folds: Sequence[Fold], train: Dataset) -> Array:
    """Return the networks' output for the whole training part by now, (n, outputs), each row by those that held it."""
    first = folds[0].stage.networks[0]
    output = np.empty((len(train), first.outputs), first.dtype)
    for fold in folds:
        output[fold.held] = answers_of_stage(fold.stage)
    return output


def answers_of_stage(stage: Stage) -> Array:
    """Return the output of a stage's networks by now for the rows set aside, "valid", (n, outputs), in their unit."""
    network = Ensemble(stage.networks) if len(stage.networks) > 1 else stage.networks[0]
    blocks = [
        network.predict_proba(stage.prepared.scale.transform(rows))
        for _, rows in row_blocks(stage.prepared.parts["valid"].X)
    ]
    return stage.in_own_unit(np.concatenate(blocks))
