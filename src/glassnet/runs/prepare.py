"""Preparation of the splits for a network: tables encoded as numbers, and fitted preprocessing."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from glassnet.data.dataset import Dataset
from glassnet.data.preprocessing import FirstColumns, Pipeline, Preprocessing
from glassnet.data.preprocessing import preprocessing as find_preprocessing
from glassnet.data.tables.disk_backed import as_numbers
from glassnet.data.tables.encoder import TableEncoder
from glassnet.data.tables.table import Table
from glassnet.network.embedding import embeddings_for
from glassnet.network.layer import Layer
from glassnet.recipes.recipe import Recipe


@dataclass(frozen=True)
class Prepared:
    """Data prepared for a network.

    parts: the splits by name, with numeric X, (n, width). scale: the preprocessing, fitted on the training set.
    columns: the encoder of a table, or None for numeric data. first: embedding layers for categorical columns with many
    levels, placed before all other layers.
    """

    parts: Mapping[str, Dataset]
    scale: Preprocessing
    columns: TableEncoder | None = None
    first: Sequence[Layer] = ()


def prepare(recipe: Recipe, parts: Mapping[str, Dataset]) -> Prepared:
    """Return the splits of the data, "train" and others, as numbers, with the fitted transformers."""
    train = parts["train"]
    transformer = find_preprocessing(list(recipe.steps))
    if not isinstance(train.X, Table):
        return Prepared(parts, transformer.fit(train.X))
    # A rare category may occur in the test set only, which must not fail. The existence of a level or a missing value
    # leaks no statistic: its effect is learned from the training set only.
    others = [part.X for name, part in parts.items() if name != "train"]
    columns = TableEncoder.fit(train.X, missing=True, categories=True, others=others)
    X = as_numbers(columns, [part.X for part in parts.values()])
    numbers = {
        name: dataclasses.replace(part, X=own, feature_names=None)
        for (name, part), own in zip(parts.items(), X, strict=True)
    }
    # Indicators are 0 or 1, and categories are codes; neither is scaled.
    scale = FirstColumns(columns.numbers, transformer) if columns.numbers else Pipeline()
    return Prepared(numbers, scale.fit(numbers["train"].X), columns, embeddings_for(columns.width, columns.embedded))
