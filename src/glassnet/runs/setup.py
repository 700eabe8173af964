"""Setup of the training: prepared data, networks with initial weights, and training options."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common import specs
from glassnet.common.arrays import AnyArray, Array
from glassnet.common.selection import row_blocks
from glassnet.data.dataset import Dataset
from glassnet.data.preprocessing import Preprocessing
from glassnet.data.splits import SETS
from glassnet.data.tables.columns import row_number
from glassnet.data.target_scale import TargetScale
from glassnet.maths import losses
from glassnet.maths.activations import Softmax
from glassnet.model.input_range import naming_column
from glassnet.network.data_init import initialize_from_data, some_rows
from glassnet.network.embedding import average_last_level
from glassnet.network.input_checks import check_range
from glassnet.network.layer import Layer
from glassnet.network.layers import Activation, Dense, layer
from glassnet.network.network import Network
from glassnet.network.piecewise_linear import PiecewiseLinearEmbedding, fit_bins, rows_for_bins
from glassnet.network.rescaling import rescale_output
from glassnet.recipes.recipe import Recipe
from glassnet.runs.prepare import Prepared, prepare
from glassnet.training.ensembles import seed_of
from glassnet.training.options import OPTIONS, TrainingOptions

DATA_INIT = 1
"""Number of the stream of random numbers for data-dependent initial values; the seed alone draws the weights."""

TARGET_MARGIN = 1e-8
"""Largest target, as a share of the largest float of the network: weights are multiplied by it."""


@dataclass(frozen=True)
class Setup:
    """Everything that training needs.

    prepared: the data as numbers. networks: with initial weights. rows: the training set and the validation set, with
    targets as the networks use them. options: training options, with class weights by index. target_scale: the scale of
    numeric targets, fitted on the training set; None for classes and bounded outputs. output_range: lowest and highest
    prediction, (outputs,) each, or None.
    """

    prepared: Prepared
    networks: list[Network]
    rows: Mapping[str, Dataset]
    options: TrainingOptions
    target_scale: TargetScale | None
    output_range: tuple[AnyArray, AnyArray] | None

    def inverse_transform(self, output: Array) -> Array:
        """Return the output, (n, outputs), of a network in training in the units of the target."""
        return output if self.target_scale is None else self.target_scale.inverse_transform(output)

    def clipped(self, predictions: Array) -> Array:
        """Return predictions, (n, outputs), within the output range, if there is one."""
        return predictions if self.output_range is None else np.clip(predictions, *self.output_range)

    def restore_target_scale(self, networks: Sequence[Network]) -> TargetScale | None:
        """Make trained networks predict in the units of the target: W ← W · spread, b ← b · spread + center.

        Returns the scale that the model has to invert itself, or None.
        """
        if self.target_scale is None or self.target_scale.method != "standardize":
            return self.target_scale
        center, spread = self.target_scale.arrays().values()
        for network in networks:
            rescale_output(network, center, spread)
        return None


@contextmanager
def naming_split_column(recipe: Recipe) -> Iterator[None]:
    """Add the column of the recipe's option `group` or `time` to the message of a ValueError."""
    try:
        yield
    except ValueError as error:
        option = next((name for name in ("group", "time") if name in recipe.options), None)
        if option is None:
            raise
        raise ValueError(f"--{option} {recipe.options[option]}: {error}") from None


def set_up(recipe: Recipe, parts: Mapping[str, Dataset]) -> Setup:
    """Return the setup of a recipe for the splits of its data, "train" and others, as loaded."""
    if recipe.augment is not None and parts["train"].image_shape is None:
        raise ValueError(f"augment needs images, but {recipe.source} has none; remove it")
    prepared = prepare(recipe, parts)
    _check_ranges(recipe, prepared, parts)
    train = prepared.parts["train"]
    networks = [build_network(recipe, train, number, prepared.first) for number in range(recipe.ensemble_size)]
    for network in networks if prepared.level_dropout is not None else ():
        average_last_level(network)
    if prepared.columns is None:
        for network in networks:
            _ignore_constant_zeros(network, prepared.scale, train.X)
    if any(isinstance(step.layer, PiecewiseLinearEmbedding) for step in networks[0].operations):
        some = prepared.scale.transform(rows_for_bins(train.X))
        for network in networks:
            fit_bins(network, some)
    if recipe.data_init:
        _initialize_from_rows(networks, recipe, prepared.scale, train.X)
    # Only an unbounded output can be rescaled after training.
    is_numeric = train.class_names is None
    scale = TargetScale(recipe.target_scale).fit(train.y) if is_numeric and networks[0].output_kind == "real" else None
    rows = {
        name: part if scale is None else dataclasses.replace(part, y=scale.transform(part.y))
        for name, part in prepared.parts.items()
        if name != "test"
    }
    options = {name: getattr(recipe, name) for name in OPTIONS} | {"class_weight": class_weight_of(recipe, train)}
    ends = (train.y.min(axis=0), train.y.max(axis=0)) if is_numeric and recipe.clip_predictions else None
    return Setup(prepared, networks, rows, TrainingOptions(**options), scale, ends)


def _check_ranges(recipe: Recipe, prepared: Prepared, parts: Mapping[str, Dataset]) -> None:
    """Raise ValueError for scaled numbers outside the training set that overflow: before the training, not after it."""
    for name, part in prepared.parts.items():
        if name == "train" or not recipe.steps or part.X.dtype.kind != "f":
            continue
        raw = parts[name]
        try:
            for first, rows in row_blocks(part.X):
                with naming_column(raw.X, rows, first, prepared.columns, raw.feature_names):
                    check_range("X", prepared.scale.transform(rows), np.dtype(recipe.dtype))
        except ValueError as error:
            has_numbers = hasattr(raw.X, "number_of")  # those of the file; otherwise, positions in the split
            raise ValueError(str(error) if has_numbers else f"{SETS.get(name, name)}: {error}") from None


def build_network(recipe: Recipe, train: Dataset, number: int = 0, first: Sequence[Layer] = ()) -> Network:
    """Return one of the recipe's networks, with a softmax output for classification or a numeric one for regression.

    first: layers before all others, such as the embeddings of a table.
    """
    if train.class_names is not None:
        output = Dense(train.n_classes, "softmax")
        last = layer(recipe.layers[-1]) if recipe.layers else None
        if isinstance(last, (Dense, Activation)) and isinstance(last.activation, Softmax):
            raise ValueError(
                f"the last hidden layer of the recipe ends in softmax, but the output layer, "
                f"{train.n_classes} units with softmax, is added automatically; remove the last layer"
            )
    else:
        output = Dense(1 if train.y.ndim == 1 else train.y.shape[1], _output_activation(recipe))
    return Network(
        train.features,
        [*first, *recipe.layers, output],
        init=recipe.init,
        bias_init=recipe.bias_init,
        dtype=recipe.dtype,
        seed=seed_of(recipe.seed, number),
    )


def _output_activation(recipe: Recipe) -> str:
    """Return the output activation for regression: the canonical one of the loss, or the identity."""
    chosen = None if recipe.loss is None else losses.loss(recipe.loss)
    return "identity" if chosen is None or chosen.needs is None else chosen.canonical or "identity"


def class_weight_of(recipe: Recipe, train: Dataset) -> Any:
    """Return the recipe's class weights by class index instead of class name."""
    if not isinstance(recipe.class_weight, dict):
        return recipe.class_weight
    known = train.class_names or ()
    for name in recipe.class_weight:
        if name not in known:
            raise specs.unknown("class in class_weight", name, known)
    return {known.index(name): weight for name, weight in recipe.class_weight.items()}


def _ignore_constant_zeros(network: Network, scale: Preprocessing, X: AnyArray) -> None:
    """Set the first weights of inputs that are 0 in all training rows, such as the edge of images, to 0.

    They get no gradient, so random weights would decide on new rows where these inputs are not 0.
    """
    names = [one.name for one in network.placed if one.source is None and isinstance(one.layer, Dense)]
    if names:
        is_zero = np.logical_and.reduce([(scale.transform(rows) == 0).all(axis=0) for _, rows in row_blocks(X)])
        for name in names:
            network.named_parameters()[f"{name}.W"][is_zero] = 0


def _initialize_from_rows(networks: Sequence[Network], recipe: Recipe, scale: Preprocessing, X: AnyArray) -> None:
    """Fit the initial values of each network to training rows of its own; see `initialize_from_data`."""
    for number, network in enumerate(networks):
        rng = np.random.default_rng([seed_of(recipe.seed, number), DATA_INIT])
        initialize_from_data(network, scale.transform(some_rows(X, rng)), rng)


def check_targets(recipe: Recipe, data: Dataset) -> None:
    """Raise ValueError for a numeric target that a network of the recipe's dtype cannot predict in its unit."""
    largest = float(np.finfo(recipe.dtype).max) * TARGET_MARGIN
    for row in np.flatnonzero((np.abs(data.y.astype(np.float64)) > largest).reshape(len(data), -1).any(axis=1))[:1]:
        target, number = recipe.options.get("target", "y"), row_number(data.X, int(row))
        is_single = recipe.dtype == "float32" and recipe.quality is None
        larger = ', or set dtype = "float64" in the recipe' if is_single else ""
        raise ValueError(
            f"{target} contains {data.y[row]} in row {number}, too large for {recipe.dtype}; scale it{larger}"
        )
