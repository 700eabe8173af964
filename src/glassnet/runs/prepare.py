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
    # A rare category may fall into the test part alone, which must not end the run. That a level exists, or a gap, is
    # no statistic that a network could peek at: what it learns of them it learns from the training rows.
    others = [part.X for name, part in parts.items() if name != "train"]
    columns = TableEncoder.fit(train.X, gaps=True, categories=True, others=others)
    X = as_numbers(columns, [part.X for part in parts.values()])
    numbers = {
        name: dataclasses.replace(part, X=own, feature_names=None)
        for (name, part), own in zip(parts.items(), X, strict=True)
    }
    # Marks of gaps and categories are 0 or 1, or codes, and stay so.
    scale = FirstColumns(columns.numbers, transformer) if columns.numbers else Pipeline()
    return Prepared(numbers, scale.fit(numbers["train"].X), columns, embeddings_for(columns.width, columns.embedded))
