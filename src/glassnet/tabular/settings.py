"""Settings: everything that distinguishes the networks of a portfolio, and how a setting becomes layers and options."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from glassnet.data.preprocessing import FirstColumns, Pipeline, Preprocessing, preprocessing
from glassnet.maths.losses import CrossEntropy, Loss, SquaredError
from glassnet.network.columnwise import ParametricActivation, Scale
from glassnet.network.embedding import Embedding
from glassnet.network.layer import Layer
from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.periodic_embedding import PeriodicEmbedding
from glassnet.network.piecewise_linear import PiecewiseLinearEmbedding
from glassnet.tabular.problem import Problem
from glassnet.training.options import TrainingOptions

EMBEDDING_UNITS = 8
"""Length of the vector of a category."""

MOST_EMBEDDED = 256
"""Up to this number of numeric columns, they are embedded; more of them would make networks too large."""

BATCH_SIZES = ((64, 8), (256, 16), (768, 32), (1_024, 64), (30_000, 256), (90_000, 512))
"""Up to a number of rows, the largest batch size."""

LARGEST_BATCH = 1_024


@dataclass(frozen=True)
class Setting:
    """One way to train a network on a table.

    Parameters
    ----------
    scaling : {"robust_scale", "quantile"}
        Preprocessing of numbers.
    numeric : {"periodic", "piecewise", "none"}
        Embedding of numbers.
    bins : {"quantiles", "tree"}
        Edges of the piecewise linear embedding: quantiles, or splits of a small tree by the targets.
    hidden : tuple of int
        Units of the hidden layers.
    activation : str
        Activation of the hidden layers, with a learned mix with the identity.
    dropout : float
        Share of the hidden units that are dropped at the start; it falls to 0.
    learning_rate : float
        Largest learning rate of classification, for weights with the "neural tangent" scale; divided by √inputs.
    regression_rate : float
        Largest learning rate of regression.
    weight_decay : float
        Decoupled weight decay at the start; it falls to 0.
    label_smoothing : float
        Label smoothing of classification.
    sigma : float
        Spread of the frequencies of the periodic embedding.
    epochs : int
        Number of epochs.
    cycles : int
        Number of valleys of the learning rate.
    regression_activation : str, optional
        Activation of the hidden layers for regression, if it is another one.
    batch_size : int, optional
        Largest number of rows per step; by default, it depends on the number of training rows.
    selects_by : {"loss", "error"}
        What the best epoch is chosen by: the loss of held-out rows, or the share of wrong classes, where the last of
        several best epochs is kept. For regression, both are the same.
    all_epochs : bool
        Always train all epochs: no cycle is left out, and many rows do not reduce their number.

    References
    ----------
    Holzmüller, Grinsztajn & Steinwart, "Better by default: strong pre-tuned MLPs and boosted trees on tabular data",
    NeurIPS 2024: most of the recipe is that of RealMLP-TD. Piecewise linear embeddings: Gorishniy, Rubachev & Babenko,
    arXiv:2203.05556.
    """

    scaling: str = "robust_scale"
    numeric: str = "piecewise"
    bins: str = "quantiles"
    hidden: tuple[int, ...] = (128, 128)
    activation: str = "mish"
    dropout: float = 0.35
    learning_rate: float = 0.04
    regression_rate: float = 0.2
    weight_decay: float = 0.02
    label_smoothing: float = 0.0
    sigma: float = 0.1
    epochs: int = 96
    cycles: int = 4
    regression_activation: str | None = None
    batch_size: int | None = None
    selects_by: str = "loss"
    all_epochs: bool = False

    def preprocessing(self, problem: Problem) -> Preprocessing:
        """Return the transformer of encoded rows, not fitted; codes pass unchanged."""
        scaled = problem.X.shape[1] - len(problem.levels)
        return FirstColumns(scaled, preprocessing(self.scaling)) if scaled else Pipeline()

    def layers(self, problem: Problem) -> list[Layer]:
        """Return the layers of a network."""
        inputs = problem.X.shape[1]
        found: list[Layer] = []
        # Embedded columns move behind the others, so the next code has the position of this one.
        found += [Embedding(inputs - len(problem.levels), count, EMBEDDING_UNITS) for count in problem.levels]
        if 0 < problem.numbers <= MOST_EMBEDDED:
            if self.numeric == "periodic":
                found.append(PeriodicEmbedding(problem.numbers, sigma=self.sigma))
            if self.numeric == "piecewise":
                found.append(PiecewiseLinearEmbedding(problem.numbers, bins=48, units=8))
        found.append(Scale())
        activation = self.activation if problem.classes else self.regression_activation or self.activation
        for units in self.hidden:
            found += [Dense(units, init="normal"), ParametricActivation(activation)]
            found += [Dropout(self.dropout)] * (self.dropout > 0)
        found.append(Dense(problem.outputs, "softmax" if problem.classes else "identity", init="normal"))
        return found

    def loss(self, problem: Problem) -> Loss:
        """Return the loss."""
        return CrossEntropy(label_smoothing=self.label_smoothing) if problem.classes else SquaredError()

    def options(self, problem: Problem, network: Network, rows: int) -> TrainingOptions:
        """Return the training options of a network for a number of training rows.

        RealMLP's weights are N(0, 1) and divided by √inputs in the forward pass. Here, W holds the quotient, so its
        learning rate is divided by √inputs, and its decay per step stays the same.
        """
        rate = self.learning_rate if problem.classes else self.regression_rate
        groups: dict[str, dict[str, float]] = {
            "biases": {"learning_rate": 0.1, "weight_decay": 0},
            "scales": {"learning_rate": 6, "weight_decay": 1},
            "activations": {"learning_rate": 0.1, "weight_decay": 1},
            "embeddings": {"weight_decay": 1},
        }
        for name, layer, inputs in zip(network.names, network.layers, network.widths, strict=False):
            if isinstance(layer, Dense):
                groups[f"{name}.W"] = {"learning_rate": 1 / math.sqrt(inputs), "weight_decay": math.sqrt(inputs)}
            if isinstance(layer, (PeriodicEmbedding, PiecewiseLinearEmbedding)):
                groups[name] = {"learning_rate": 0.1, "weight_decay": 1}
        flat_cosine: dict[str, Any] = {"name": "flat_cosine"}
        return TrainingOptions(
            loss=self.loss(problem),
            optimizer={"name": "adam", "learning_rate": rate, "beta2": 0.95},
            schedule={"name": "cosine_log", "cycles": self.cycles},
            weight_decay=self.weight_decay,
            weight_decay_schedule=flat_cosine,
            dropout_schedule=flat_cosine,
            parameter_groups=groups,
            batch_size=batch_size_for(rows, self.batch_size),
            epochs=self.epochs,
            early_stopping=True,
            patience=self.epochs,
        )


def batch_size_for(rows: int, most: int | None = None) -> int:
    """Return the batch size for a number of training rows: more rows, larger batches, all of about the same size.

    Few rows have small batches, since an epoch of one or two steps learns too little. most: the largest
    batch size, if it does not depend on the number of rows.

    >>> [batch_size_for(rows) for rows in (50, 500, 3_000, 20_000, 100_000)]
    [8, 32, 250, 254, 1021]
    >>> [batch_size_for(rows, most=256) for rows in (100, 500, 600)]
    [100, 250, 200]
    """
    if most is None:
        most = next((size for limit, size in BATCH_SIZES if rows <= limit), LARGEST_BATCH)
    return math.ceil(rows / math.ceil(rows / most))
