"""Training of a run's model: a recipe's networks on the training set, with or without folds."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from glassnet.data.dataset import Dataset
from glassnet.data.images.transforms import DrawingTransform, ImageTransform, PhotoTransform
from glassnet.data.sources import Source
from glassnet.maths.optimizers import LBFGS, optimizer
from glassnet.model import Model
from glassnet.network.ensemble import Ensemble
from glassnet.recipes.recipe import Recipe
from glassnet.runs.cross_validation import HeldOut, cross_validate
from glassnet.runs.prepare import Prepared
from glassnet.runs.setup import set_up
from glassnet.runs.threshold import positive_class
from glassnet.training.activation_stats import MOST_ROWS, ActivationHistory, ActivationRecorder
from glassnet.training.ensembles import train_ensemble
from glassnet.training.history import History


@dataclass(frozen=True)
class Trained:
    """A trained model, and what is known about its training.

    recipe: with the part of the plan that a time limit left. prepared: the data as numbers. histories: one per network.
    by_folds: predictions for held-out rows, or None. seconds: of the training. activation_history: of the first
    network, or None. about_portfolio: entries of metrics.json about a portfolio. stopped: why the training of a
    portfolio was cut short, "interrupted" or "time limit", or None.
    """

    recipe: Recipe
    prepared: Prepared
    model: Model
    histories: tuple[History, ...]
    by_folds: HeldOut | None
    seconds: float
    activation_history: ActivationHistory | None = None
    about_portfolio: Mapping[str, Any] = field(default_factory=dict)
    stopped: str | None = None


def train_networks(recipe: Recipe, source: Source, parts: Mapping[str, Dataset], progress: bool | None) -> Trained:
    """Train the recipe's own networks."""
    setup = set_up(recipe, parts)
    prepared, networks, rows = setup.prepared, setup.networks, setup.rows
    prepared.unseen.warn()
    train = prepared.parts["train"]
    # L-BFGS yields its records after it has converged, so there is no progress to show.
    watched_epochs = 0 if isinstance(optimizer(recipe.optimizer), LBFGS) else recipe.epochs
    few = prepared.scale.transform(train.X[:MOST_ROWS])
    recorder = ActivationRecorder(networks[0], few, rows["train"].y, loss=recipe.loss, epochs=watched_epochs)
    began = time.perf_counter()
    by_folds = cross_validate(recipe, parts["train"]) if recipe.folds else None
    histories = train_ensemble(
        networks,
        rows["train"],
        setup.options,
        valid=rows.get("valid"),
        preprocessing=prepared.scale,
        level_dropout=prepared.level_dropout,
        progress=progress,
        seed=recipe.seed,
        recorder=recorder,
    )
    seconds = time.perf_counter() - began
    # Networks that had not started when training was interrupted are untrained.
    trained = [network for network, history in zip(networks, histories, strict=True) if len(history)] or networks[:1]
    target_scale = setup.restore_target_scale(trained)
    model = Model(
        prepared.scale,
        Ensemble(trained) if len(trained) > 1 else trained[0],
        train.class_names,
        classes=train.classes,
        feature_names=parts["train"].feature_names,
        image_transform=image_transform(source, train),
        columns=prepared.columns,
        recipe=recipe.to_spec(),
        positive_class=positive_class(train),
        target_scale=target_scale,
        output_range=setup.output_range,
    )
    return Trained(
        recipe, prepared, model, tuple(histories), by_folds, seconds, recorder.history(histories[0].best_epoch)
    )


def image_transform(source: Source, train: Dataset) -> ImageTransform | None:
    """Return the image transform of the training images: photos are resized, drawings are centered and scaled.

    None if rows are not images, or all images are blank.
    """
    shape = train.image_shape
    if shape is not None and source.kind == "folder":
        return PhotoTransform(shape)
    try:
        return DrawingTransform.fit(train) if shape is not None and len(shape) == 2 else None
    except ValueError:
        return None
