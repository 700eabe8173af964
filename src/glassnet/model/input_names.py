"""Names of the inputs of a model's network: the columns of its table, encoded and preprocessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from glassnet.data.preprocessing import Pipeline
from glassnet.data.tables.encoded_names import encoded_names
from glassnet.data.tables.encoder import TableEncoder
from glassnet.data.target_encoding import TargetEncoding
from glassnet.network.column_names import ColumnNames


def input_names(
    columns: TableEncoder | None, feature_names: Sequence[str] | None, preprocessing: Any, inputs: int
) -> ColumnNames | None:
    """Return the names of a network's inputs, None if the columns have none, or if a custom step changes their number.

    preprocessing: that of the network. inputs: number of its inputs.
    """
    levels: Mapping[str, Sequence[str]] = {}
    if columns is not None:
        names, levels = encoded_names(columns)
    elif feature_names is not None:
        names = list(feature_names)
    else:
        return None
    for step in preprocessing.steps if isinstance(preprocessing, Pipeline) else [preprocessing]:
        if isinstance(step, TargetEncoding):
            names = step.names_after(names)
    return ColumnNames(names, levels) if len(names) == inputs else None
