"""Embedding layer: a learned vector for every level of a categorical column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import AnyArray, Array, IntArray
from glassnet.common.selection import row_blocks
from glassnet.maths import initializers
from glassnet.network.layer import Cache, Defaults, Layer, Shapes, Views


@dataclass(frozen=True)
class Embedding(Layer):
    """Embedding layer: replaces integer codes in some columns by learned vectors; other columns pass through.

        x (n, inputs)  →  (n, inputs − columns + columns · units): the other columns, then W[x_c] for each column

    W is (total number of levels, units), one block of rows per column. The layer must come before all layers of other
    types.

    Parameters
    ----------
    columns : int or sequence of int
        Positions of the categorical columns in x.
    levels : int or sequence of int
        Number of levels of each column; its codes are 0 … levels − 1.
    units : int
        Length of each vector.

    References
    ----------
    Guo & Berkhahn, "Entity embeddings of categorical variables", arXiv:1604.06737.

    Examples
    --------
    >>> W = np.array([[0.1, 0.2], [0.3, 0.4]])
    >>> Embedding(columns=0, levels=2, units=2).forward({"W": W}, {}, np.array([[1.0, 7.0]]), train=False, rng=None)[0]
    array([[7. , 0.3, 0.4]])
    """

    columns: Any
    levels: Any
    units: int
    kind: ClassVar[str] = "embedding"
    parameter_kinds: ClassVar[Mapping[str, str]] = {"W": "embeddings"}

    def __post_init__(self) -> None:
        columns = (self.columns,) if isinstance(self.columns, (int, np.integer)) else tuple(self.columns)
        levels = (self.levels,) * len(columns) if isinstance(self.levels, (int, np.integer)) else tuple(self.levels)
        columns = tuple(checks.whole_number("a column of an Embedding layer", column, at_least=0) for column in columns)
        levels = tuple(checks.whole_number("levels of an Embedding layer", count, at_least=1) for count in levels)
        checks.whole_number("units of an Embedding layer", self.units, at_least=1)
        if not columns or len(set(columns)) < len(columns) or len(levels) != len(columns):
            raise ValueError(
                f"an Embedding layer needs distinct columns with one number of levels each, "
                f"got columns {list(columns)} and levels {list(levels)}"
            )
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "levels", levels)

    def formula(self) -> str:
        """Return the columns that are replaced by rows of W."""
        return f"columns {', '.join(map(str, self.columns))} → W[level]"

    def check_position(self, name: str, inputs: int, before: Sequence[tuple[str, Layer]]) -> None:
        """Raise ValueError for missing columns, and for a position after a layer of another type."""
        other = next((below for below, layer in before if not isinstance(layer, Embedding)), None)
        if other:
            raise ValueError(f"{name} must come before {other}, because its columns are integer codes of the table")
        if max(self.columns) >= inputs:
            raise ValueError(f"{name} uses column {max(self.columns)}, but its input has columns 0 to {inputs - 1}")
        passing = inputs - sum(len(below.columns) * below.units for _, below in before if isinstance(below, Embedding))
        if max(self.columns) >= passing:
            raise ValueError(
                f"{name} uses column {max(self.columns)}, but only columns 0 to {passing - 1} of its input come from "
                f"the table; the others are vectors of {before[-1][0]}"
            )

    def output_width(self, inputs: int) -> int:
        """Return the number of other columns plus `units` per embedded column."""
        return inputs + len(self.columns) * (self.units - 1)

    def parameter_shapes(self, inputs: int) -> Shapes:
        """Return the shape of W, with the levels of all columns in consecutive blocks."""
        return {"W": (sum(self.levels), self.units)}

    def start(self, p: Views, state: Views, rng: np.random.Generator, defaults: Defaults) -> None:
        """Draw W from a normal distribution with standard deviation 1 / √units, or with the network's initializer."""
        init = defaults.init or initializers.Normal(1 / np.sqrt(self.units))
        p["W"][:] = init.draw(rng, p["W"].shape, p["W"].dtype)

    def check_rows(self, x: AnyArray) -> None:
        """Raise ValueError for a code that is not a level."""
        for first, block in row_blocks(x):
            self.rows_of(block, first)

    def rows_of(self, x: AnyArray, first_row: int = 0) -> IntArray:
        """Return the row of W for each embedded entry of x, (n, columns); raise ValueError for invalid codes.

        first_row: the number of the first row of x in messages.
        """
        codes = x[:, self.columns]  # (n, columns)
        wrong = np.argwhere((codes < 0) | (codes >= np.array(self.levels)) | (codes != np.floor(codes)))
        if len(wrong):
            row, which = wrong[0]
            raise ValueError(
                f"column {self.columns[which]} contains {codes[row, which]:g} in row {first_row + row}; "
                f"its embedding accepts integers from 0 to {self.levels[which] - 1}"
            )
        first = np.cumsum((0, *self.levels[:-1]))  # first row of each column's block of W
        return codes.astype(np.int64) + first

    def forward(
        self, p: Views, state: Views, x: Array, train: bool, rng: np.random.Generator | None
    ) -> tuple[Array, Cache]:
        """Return the other columns followed by the vectors, (n, outputs), and the rows of W that were looked up."""
        rows = self.rows_of(x)  # (n, columns)
        passing = np.delete(x, self.columns, axis=1)
        return np.hstack([passing, p["W"][rows].reshape(len(x), -1)]), rows

    def backward(self, p: Views, cache: Cache, dy: Array, g: Views, want_dx: bool) -> Array | None:
        """Add gradients to the vectors that were looked up: dW[r] = Σ dy over all lookups of row r.

        dx, (n, inputs), is dy in the other columns and 0 in the embedded ones, which are codes.
        """
        rows = cache  # (n, columns)
        passing = dy.shape[1] - rows.shape[1] * self.units
        g["W"][:] = 0
        np.add.at(g["W"], rows, dy[:, passing:].reshape(*rows.shape, self.units))
        if not want_dx:
            return None
        dx = np.zeros((len(dy), passing + rows.shape[1]), dy.dtype)
        dx[:, np.delete(np.arange(dx.shape[1]), self.columns)] = dy[:, :passing]
        return dx


def embeddings_for(inputs: int, levels: Sequence[int], units: int | None = None) -> list[Embedding]:
    """Return embedding layers for rows whose last columns are codes, one layer per column.

    Parameters
    ----------
    inputs : int
        Number of columns.
    levels : sequence of int
        Number of levels of each of the last columns.
    units : int, optional
        Length of the vectors; by default ⌈k / 2⌉, at most 50, for a column with k levels.

    Returns
    -------
    list of Embedding
        The layers, in order.

    References
    ----------
    The rule of thumb of fast.ai's course of 2018.

    Examples
    --------
    >>> embeddings_for(5, [20, 300])
    [Embedding(columns=(3,), levels=(20,), units=10), Embedding(columns=(3,), levels=(300,), units=50)]
    """
    # Embedded columns move behind the others, so the next codes have the position of these.
    return [Embedding(inputs - len(levels), count, units or min(50, (count + 1) // 2)) for count in levels]


def average_last_level(network: Any) -> None:
    """Set the vector of the last level of every embedding layer to the mean of the others.

    So the code of unseen levels starts as an average level, not as a random one.

    Parameters
    ----------
    network : Network
        Network whose embedding layers have one column each; it is changed in place.
    """
    views = network.named_parameters()
    for name, layer in zip(network.names, network.layers, strict=True):
        if isinstance(layer, Embedding):
            W = views[f"{name}.W"]
            W[-1] = W[:-1].mean(axis=0)


def embedded_levels(inputs: int, layers: Sequence[Layer]) -> dict[int, int]:
    """Return the number of levels of each embedded column of the table.

    Parameters
    ----------
    inputs : int
        Number of columns of the table.
    layers : sequence of Layer
        Layers of a network.

    Returns
    -------
    dict of int to int
        Number of levels by column.

    Examples
    --------
    >>> embedded_levels(4, [Embedding(2, 5, 3), Embedding(2, 7, 3)])  # the second one's column 2 is the table's 3
    {2: 5, 3: 7}
    """
    passing = list(range(inputs))
    found: dict[int, int] = {}
    for layer in layers:
        if isinstance(layer, Embedding):
            found |= {passing[column]: levels for column, levels in zip(layer.columns, layer.levels, strict=True)}
            passing = [column for i, column in enumerate(passing) if i not in layer.columns]
    return found
