"""Training of the recipe `table`: a portfolio of networks on folds of the training set."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.common.selection import is_on_disk
from glassnet.data.dataset import Dataset
from glassnet.data.sources import Source
from glassnet.data.tables.encoder import TableEncoder
from glassnet.model import Model
from glassnet.model.per_network import PerNetwork
from glassnet.recipes.recipe import Recipe
from glassnet.runs.cross_validation import HeldOut
from glassnet.runs.prepare import prepare
from glassnet.runs.setup import class_weight_of, naming_split_column
from glassnet.runs.threshold import positive_class
from glassnet.runs.training import Trained, image_transform
from glassnet.tabular.fit import Encoded, fit_table
from glassnet.tabular.portfolio import Limits
from glassnet.tabular.qualities import folds_for
from glassnet.training.sample_weights import weights_by_class

MOST_BYTES = 4 << 30
"""Largest training set on disk that is copied into memory, as float32 or its own larger type."""


def train_table(recipe: Recipe, source: Source, parts: Mapping[str, Dataset], progress: bool | None) -> Trained:
    """Train a portfolio of networks of the recipe's quality, and average them.

    Every training row also validates the networks that were trained without it, so there is no validation set.
    """
    prepared = prepare(recipe, parts)
    prepared.unseen.warn()
    train = prepared.parts["train"]
    classes = 0 if train.class_names is None else train.n_classes
    quality = recipe.quality or "good"
    with naming_split_column(recipe):
        folds = train.fold_rows(recipe.folds or _fold_count(quality, train), recipe.seed)
    weights = None
    if recipe.class_weight is not None:
        weights = weights_by_class(class_weight_of(recipe, train), train.y, train.n_classes)[train.y].astype(np.float32)
    began = time.perf_counter()
    fitted = fit_table(
        _encoded(train.X, prepared.columns),
        train.y,
        classes,
        folds,
        quality=quality,
        eval_metric=recipe.eval_metric,
        weights=weights,
        seed=recipe.seed,
        engine=recipe.engine,
        limits=Limits(recipe.members, recipe.time_limit, recipe.threads, progress),
    )
    if recipe.time_limit is not None:  # a slower machine must not train fewer networks when the run is repeated
        members = fitted.trained if fitted.stopped == "time limit" else recipe.members
        recipe = dataclasses.replace(recipe, time_limit=None, members=members)
    seconds = time.perf_counter() - began
    model = Model(
        PerNetwork(fitted.preprocessing),
        fitted.ensemble,
        train.class_names,
        classes=train.classes,
        feature_names=parts["train"].feature_names,
        image_transform=image_transform(source, train),
        columns=prepared.columns,
        recipe=recipe.to_spec(),
        positive_class=positive_class(train),
        output_range=fitted.output_range,
    )
    held_out = HeldOut(fitted.rows, fitted.output, fitted.fold)
    return Trained(
        recipe,
        prepared,
        model,
        fitted.histories,
        held_out,
        seconds,
        about_portfolio={
            "settings": list(fitted.contributions),
            "eval_metric": fitted.metric,
            "held_out_error": fitted.error,
            "planned_folds": len(folds),
        },
        stopped=fitted.stopped,
    )


def _fold_count(quality: str, train: Dataset) -> int:
    """Return the number of folds of a quality, fewer if there are few rows, groups, or times."""
    try:
        return folds_for(quality, len(train), train.groups, train.times)
    except ValueError as error:
        raise ValueError(f"{error}; train a single network, such as with --hidden 64") from None


def _encoded(X: AnyArray, columns: TableEncoder | None) -> Encoded:
    """Return encoded rows, (n, width), in memory; raise ValueError if they are on disk and too large for that.

    Numbers keep their type until they are scaled, which may be what brings them into the range of float32.
    """
    size = X.shape[0] * X.shape[1] * max(X.dtype.itemsize, np.dtype(np.float32).itemsize)
    if is_on_disk(X) and size > MOST_BYTES:
        raise ValueError(
            f"the training set has {size / 1e9:.1f} GB of numbers, but a portfolio of networks keeps them in memory, "
            f"up to {MOST_BYTES / 1e9:.1f} GB; train a single network from disk, such as with --hidden 64"
        )
    rows = np.asarray(X[:])
    return Encoded(rows, rows.shape[1]) if columns is None else Encoded.by(columns, rows)
