"""Training of the recipe `table`: a portfolio of networks on folds of the training set."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping

import numpy as np

from glassnet.data.dataset import Dataset
from glassnet.data.sources import Source
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


def train_table(recipe: Recipe, source: Source, parts: Mapping[str, Dataset], progress: bool | None) -> Trained:
    """Train a portfolio of networks of the recipe's quality, and average them.

    Every row of the folds validates the networks that were trained without it, so there is no validation set.
    """
    prepared = prepare(recipe, parts)
    prepared.unseen.warn()
    train, columns = prepared.parts["train"], prepared.columns
    if train.y.ndim > 1:
        raise ValueError(f"quality needs a single target, but {recipe.source} has {train.y.shape[1]}; remove quality")
    classes = 0 if train.class_names is None else train.n_classes
    quality = recipe.quality or "good"
    count = recipe.folds or folds_for(quality, len(train), train.groups, train.times)
    with naming_split_column(recipe):
        folds = train.fold_rows(count, recipe.seed)
    X = np.asarray(train.X[:], np.float32)
    encoded = (
        Encoded(X, X.shape[1])
        if columns is None
        else Encoded(X, columns.numbers, tuple(columns.embedded), columns.level_dropout)
    )
    weights = None
    if recipe.class_weight is not None:
        weights = weights_by_class(class_weight_of(recipe, train), train.y, train.n_classes)[train.y].astype(np.float32)
    began = time.perf_counter()
    fitted = fit_table(
        encoded,
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
    if fitted.stopped == "time limit":
        recipe = dataclasses.replace(recipe, time_limit=None, members=fitted.trained)
    seconds = time.perf_counter() - began
    model = Model(
        PerNetwork(fitted.preprocessing),
        fitted.ensemble,
        train.class_names,
        classes=train.classes,
        feature_names=parts["train"].feature_names,
        image_transform=image_transform(source, train),
        columns=columns,
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
        settings=fitted.contributions,
        is_interrupted=fitted.stopped == "interrupted",
    )
