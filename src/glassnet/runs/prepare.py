"""The parts of the data as a network takes them: a table's columns as numbers, and preprocessing that suits them."""

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
    """Data ready for a network.

    parts: by name, their X numbers, (n, width). scale: the preprocessing, fitted on the training part. columns: how a
    table became numbers, None where the data were numbers all along. first: the layers that its categories of many
    levels ask for in front of all others.
    """

    parts: Mapping[str, Dataset]
    scale: Preprocessing
    columns: TableEncoder | None = None
    first: Sequence[Layer] = ()


def prepare(recipe: Recipe, parts: Mapping[str, Dataset]) -> Prepared:
    """Return the parts of the data, "train" and others, as numbers, with all that was learned on the way."""
    train = parts["train"]
    transformer = find_preprocessing(list(recipe.steps))
    if not isinstance(train.X, Table):
        return Prepared(parts, transformer.fit(train.X))
    # A rare category may be in the test set only, which must not end the run. The existence of a level or a missing
    # value leaks no statistic: their effect is learned from the training rows alone.
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
