"""Preparation of the splits for a network: tables encoded as numbers, and fitted preprocessing."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from glassnet.data.dataset import Dataset
from glassnet.data.preprocessing import FirstColumns, Pipeline, Preprocessing
from glassnet.data.preprocessing import preprocessing as find_preprocessing
from glassnet.data.tables.decisions import check_strict
from glassnet.data.tables.disk_backed import as_numbers
from glassnet.data.tables.encoder import TableEncoder
from glassnet.data.tables.level_dropout import LevelDropout
from glassnet.data.tables.table import Table
from glassnet.data.tables.unseen import Unseen
from glassnet.network.embedding import embeddings_for
from glassnet.network.layer import Layer
from glassnet.recipes.recipe import Recipe
from glassnet.tabular.qualities import QUALITIES


@dataclass(frozen=True)
class Prepared:
    """Data prepared for a network.

    parts: the splits by name, with numeric X, (n, width). scale: the preprocessing, fitted on the training set.
    columns: the encoder of a table, or None for numeric data. first: embedding layers for categorical columns with many
    levels, placed before all other layers. level_dropout: random replacement of categories, which trains the code of
    unseen ones, or None. unseen: categories and missing values of the other splits that the training set does not have.
    """

    parts: Mapping[str, Dataset]
    scale: Preprocessing
    columns: TableEncoder | None = None
    first: Sequence[Layer] = ()
    level_dropout: LevelDropout | None = None
    unseen: Unseen = field(default_factory=Unseen)


def prepare(recipe: Recipe, parts: Mapping[str, Dataset]) -> Prepared:
    """Return the splits of the data, "train" and others, as numbers, with the fitted transformers."""
    train = parts["train"]
    transformer = find_preprocessing(list(recipe.steps))
    if not isinstance(train.X, Table):
        return Prepared(parts, transformer.fit(train.X))
    # The other splits are encoded like new data: levels and statistics come from the training set only.
    encoding = recipe.category_encoding or (QUALITIES[recipe.quality].category_encoding if recipe.quality else {})
    columns = TableEncoder.fit(train.X, missing=True, categories=True, unseen=recipe.unseen, **encoding)
    check_strict(recipe.source, columns.decisions, recipe.options.get("strict") is True)
    X, unseen = as_numbers(columns, [part.X for part in parts.values()])
    unseen.total -= len(train)
    numbers = {
        name: dataclasses.replace(part, X=own, feature_names=None)
        for (name, part), own in zip(parts.items(), X, strict=True)
    }
    # Indicators are 0 or 1, and categories are codes; neither is scaled.
    scale = FirstColumns(columns.numbers, transformer) if columns.numbers else Pipeline()
    return Prepared(
        numbers,
        scale.fit(numbers["train"].X),
        columns,
        embeddings_for(columns.width, columns.embedded, columns.embedding_units),
        columns.level_dropout,
        unseen,
    )
