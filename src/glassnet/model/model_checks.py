"""Checks that the parts of a model fit together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import Array
from glassnet.data.preprocessing import Preprocessing, added_columns, check_width
from glassnet.data.preprocessing import preprocessing as find_preprocessing
from glassnet.data.tables.encoder import TableEncoder
from glassnet.data.target_scale import TargetScale
from glassnet.model.per_network import PerNetwork, distinct_pieces, pieces_of
from glassnet.network.embedding import embedded_levels
from glassnet.network.network import Network

OutputRange = tuple[Array, Array]
"""Lowest and highest prediction, (outputs,) each."""


def width_before(preprocessing: Preprocessing | PerNetwork, networks: Sequence[Network]) -> int:
    """Return the number of columns that a model's preprocessing takes: the networks' inputs less those it adds."""
    added = {added_columns(piece) for piece in distinct_pieces(preprocessing)}
    if len(added) > 1:
        raise ValueError(f"the preprocessing of the networks must add as many columns, but adds {sorted(added)}")
    return networks[0].inputs - added.pop()


def check_columns(
    columns: TableEncoder, networks: Sequence[Network], width: int, feature_names: Sequence[str] | None
) -> None:
    """Raise ValueError for an encoder that does not match the feature names or the networks.

    width: number of columns that the preprocessing takes.
    """
    if columns.width != width:
        inputs = f"network has {width} inputs" if width == networks[0].inputs else f"preprocessing takes {width}"
        raise ValueError(f"the encoded table has {columns.width} columns, but the {inputs}")
    if feature_names is not None and columns.names not in (None, list(feature_names)):
        raise ValueError(f"feature_names are {list(feature_names)}, but the table's columns are {columns.names}")
    first = networks[0].inputs - len(columns.embedded)
    wanted = {first + i: levels for i, levels in enumerate(columns.embedded)}
    for network in networks:
        if (found := embedded_levels(network.inputs, network.layers)) != wanted:
            raise ValueError(f"the table has levels by column {wanted}, but the network's embeddings have {found}")


def checked_preprocessing(choice: Any, networks: Sequence[Network]) -> Preprocessing | PerNetwork:
    """Return the preprocessing of a model; raise ValueError if it is not fitted, or to other columns."""
    if isinstance(choice, PerNetwork):
        _check_count("preprocessing", choice, networks)
        choice = choice.map(find_preprocessing)
        for piece in choice.distinct:
            check_width(piece, width_before(choice, networks))
        return choice
    transformer = find_preprocessing(choice)
    transformer.arrays()  # raises if the preprocessing is not fitted
    return transformer


def checked_target_scale(choice: Any, networks: Sequence[Network]) -> TargetScale | PerNetwork | None:
    """Return the target scale of a model; raise if it is not fitted, or does not match the outputs."""
    if isinstance(choice, PerNetwork):
        _check_count("target_scale", choice, networks)
    pieces = pieces_of(choice, len(networks))
    for piece, network in zip(pieces, networks, strict=True):
        if piece is None:
            continue
        if not isinstance(piece, TargetScale):
            raise TypeError(f"target_scale must be a TargetScale, or a PerNetwork of them, got {piece!r}")
        if network.output_kind != "real":
            raise ValueError("target_scale requires a network whose output is any number, without a softmax or sigmoid")
        for name, array in piece.arrays().items():
            if array.shape[-1] != network.outputs:
                raise ValueError(
                    f"{name} of target_scale has shape {array.shape}, but the network has {network.outputs} outputs"
                )
    is_empty = all(piece is None for piece in pieces)
    return None if is_empty else choice


def _check_count(name: str, choice: PerNetwork, networks: Sequence[Network]) -> None:
    if len(choice) != len(networks):
        raise ValueError(f"{name} has components for {len(choice)} networks, but the model has {len(networks)}")


def checked_output_range(choice: Any, network: Network) -> OutputRange | None:
    """Return the lowest and highest prediction of each output; raise for invalid numbers, and for classification."""
    if choice is None:
        return None
    if network.output_kind in ("distribution", "probability"):
        raise ValueError("output_range is for regression, but the network predicts probabilities")
    if not isinstance(choice, (list, tuple, np.ndarray)) or len(choice) != 2:
        raise ValueError(f"output_range must be the lowest and the highest prediction, got {choice!r}")
    ends = []
    for name, end in zip(("low", "high"), choice, strict=True):
        numbers = list(end) if isinstance(end, (np.ndarray, list, tuple)) else [end]
        found = [checks.number(f"{name} of output_range", number) for number in numbers]
        if len(found) not in (1, network.outputs):
            raise ValueError(f"output_range has {len(found)} columns, but the network has {network.outputs} outputs")
        ends.append(np.broadcast_to(np.array(found), (network.outputs,)))
    low, high = ends
    if (low > high).any():
        raise ValueError(f"low of output_range must be at most high, got {low.tolist()} and {high.tolist()}")
    return low, high
