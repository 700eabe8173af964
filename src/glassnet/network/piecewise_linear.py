"""Piecewise-linear embedding layer: a vector for every number, linear between the quantiles of its column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import Array, IntArray
from glassnet.common.selection import is_on_disk
from glassnet.maths import initializers
from glassnet.network.layer import Cache, Defaults, Layer, Shapes, Views
from glassnet.network.tree_bins import centered_targets, edges_by

MOST_ROWS = 100_000
"""Maximum number of rows that quantiles are computed from."""

NARROW = 0.01
"""Minimum width of an outer bin as a share of the interquartile range; its square of the whole range if that is 0.

The outer bins also cover new numbers outside the training rows, where a narrow one would give huge vectors.
"""

EDGE = 3.0
"""Before `fit_bins`, the bins divide the range from −3 to 3, which contains most standardized numbers."""


@dataclass(frozen=True)
class PiecewiseLinearEmbedding(Layer):
    """Piecewise-linear embedding: replaces each of the first columns by a vector; other columns follow unchanged.

        e_t(x) = (x − edge_t) / (edge_t+1 − edge_t), limited to [0, 1]          vector = b + Σ_t e_t(x) W_t

    So a vector moves along W_t while x crosses bin t, and is a continuous function of x with a bend at each edge. The
    first bin also covers smaller numbers, and the last one larger ones. `fit_bins` sets the edges, (columns, bins + 1),
    to quantiles of training rows, or where a small tree splits them. They are running values, which no optimizer
    changes. W is (columns · bins, units), b is (columns, units).

    Parameters
    ----------
    columns : int
        Number of columns that are embedded: the first ones.
    bins : int, default 48
        Number of bins per column. Columns with fewer distinct values use fewer.
    units : int, default 16
        Length of each vector.
    linear : bool, default False
        Add x V to each vector, with V of (columns, units), and start with W = 0. This is version B of the reference.

    References
    ----------
    Gorishniy, Rubachev & Babenko, "On embeddings for numerical features in tabular deep learning", NeurIPS 2022.
    Version B: Gorishniy, Kotelnikov & Babenko, "TabM", ICLR 2025.

    Examples
    --------
    >>> layer = PiecewiseLinearEmbedding(columns=1, bins=2, units=1)
    >>> p = {"W": np.array([[10.0], [1.0]]), "b": np.array([[0.0]])}
    >>> x = np.array([[-1.0, 7.0], [0.5, 7.0], [1.0, 7.0], [5.0, 7.0]])
    >>> layer.forward(p, {"edges": np.array([[0.0, 1.0, 3.0]])}, x, train=False, rng=None)[0]
    array([[-10.,   7.],
           [  5.,   7.],
           [ 10.,   7.],
           [ 12.,   7.]])
    """

    columns: int
    bins: int = 48
    units: int = 16
    linear: bool = False
    kind: ClassVar[str] = "piecewise_linear_embedding"
    parameter_kinds: ClassVar[Mapping[str, str]] = {"W": "embeddings", "b": "embeddings", "V": "embeddings"}

    def __post_init__(self) -> None:
        for field in ("columns", "bins", "units"):
            value = getattr(self, field)
            whole = checks.whole_number(f"{field} of a PiecewiseLinearEmbedding layer", value, at_least=1)
            object.__setattr__(self, field, whole)
        if not isinstance(self.linear, bool):
            raise TypeError(f"linear of a PiecewiseLinearEmbedding layer must be true or false, got {self.linear!r}")

    def formula(self) -> str:
        """Return the columns that are embedded, and how."""
        columns = "column 0" if self.columns == 1 else f"columns 0 to {self.columns - 1}"
        return f"{columns} → b + {'x V + ' if self.linear else ''}Σ e(x) W"

    def check_position(self, name: str, inputs: int, before: Sequence[tuple[str, Layer]]) -> None:
        """Raise ValueError for more columns than inputs."""
        if self.columns > inputs:
            raise ValueError(f"{name} embeds {self.columns} columns, but its input has {inputs}")

    def output_width(self, inputs: int) -> int:
        """Return `units` per embedded column plus the number of other columns."""
        return inputs + self.columns * (self.units - 1)

    def parameter_shapes(self, inputs: int) -> Shapes:
        """Return the shapes of W, b, and V."""
        shapes: Shapes = {"W": (self.columns * self.bins, self.units), "b": (self.columns, self.units)}
        return shapes | ({"V": (self.columns, self.units)} if self.linear else {})

    def state_shapes(self, inputs: int) -> Shapes:
        """Return the shape of the edges."""
        return {"edges": (self.columns, self.bins + 1)}

    def start(self, p: Views, state: Views, rng: np.random.Generator, defaults: Defaults) -> None:
        """Draw W and b uniformly up to 1 / √bins, or V and b up to 1 / √units with W = 0; divide −3 … 3 into bins."""
        drawn, others = ("V", "W") if self.linear else ("W", "V")
        init = initializers.Uniform(1 / np.sqrt(self.units if self.linear else self.bins))
        p[drawn][:] = (defaults.init or init).draw(rng, p[drawn].shape, p[drawn].dtype)
        p["b"][:] = (defaults.bias_init or init).draw(rng, p["b"].shape, p["b"].dtype)
        if others in p:
            p[others][:] = 0
        state["edges"][:] = np.linspace(-EDGE, EDGE, self.bins + 1)

    def fit(self, state: Views, x: Array, targets: Array | None = None) -> None:
        """Set the edges, (columns, bins + 1), to quantiles of the columns, or where a tree splits them by targets.

        x: (n, inputs). targets: centered, (outputs, n), or None.

        Equal edges are merged, and so are an outer bin and its neighbor if it is too narrow. Fewer bins are then used;
        the others are at the end and have width 0.
        """
        shares = np.linspace(0, 1, self.bins + 1)
        for column, edges in enumerate(state["edges"]):
            numbers = x[:, column].astype(np.float64)
            if targets is None:
                distinct = np.quantile(numbers, shares)
            else:
                distinct = np.array([numbers.min(), *edges_by(numbers, targets, self.bins - 1), numbers.max()])
            distinct = np.unique(distinct.astype(edges.dtype))
            low, high = np.quantile(numbers, [0.25, 0.75])
            least = NARROW * ((high - low) or NARROW * (distinct[-1] - distinct[0]))
            inner = distinct[1:-1]
            inner = inner[(inner - distinct[0] >= least) & (distinct[-1] - inner >= least)]
            distinct = np.unique(np.concatenate([distinct[:1], inner, distinct[-1:]]))
            edges[:] = distinct[-1]
            edges[: len(distinct)] = distinct

    def places(self, state: Views, x: Array) -> tuple[IntArray, Array, Array]:
        """Return bin, position in the bin, and 1 / width of the bin for each embedded number, all (n, columns).

        The position is 0 at the bin's lower edge and 1 at its upper one. A column without bins has 0 for all three.
        """
        bins = np.zeros((len(x), self.columns), np.int64)
        position, slope = (np.zeros((len(x), self.columns), x.dtype) for _ in range(2))
        for column, edges in enumerate(state["edges"]):
            widths = np.diff(edges)  # (bins,)
            count = np.count_nonzero(widths > 0)
            if count:
                own = np.searchsorted(edges[1:count], x[:, column], side="right")
                bins[:, column], slope[:, column] = own, 1 / widths[own]
                position[:, column] = (x[:, column] - edges[own]) / widths[own]
        return bins, position, slope

    def forward(
        self, p: Views, state: Views, x: Array, train: bool, rng: np.random.Generator | None
    ) -> tuple[Array, Cache]:
        """Return the vectors followed by the other columns, (n, outputs), and x with the places of its numbers."""
        bins, position, slope = self.places(state, x)
        W = p["W"].reshape(self.columns, self.bins, self.units)
        # At the lower edge of bin t, the vector is b + W_0 + … + W_t−1: (columns, bins, units).
        lower = np.cumsum(np.concatenate([p["b"][:, None], W[:, :-1]], axis=1), axis=1)
        each = np.arange(self.columns)
        vectors = lower[each, bins] + position[:, :, None] * W[each, bins]  # (n, columns, units)
        if self.linear:
            vectors += x[:, : self.columns, None] * p["V"]
        return np.hstack([vectors.reshape(len(x), -1), x[:, self.columns :]]), (x, bins, position, slope)

    def backward(self, p: Views, cache: Cache, dy: Array, g: Views, want_dx: bool) -> Array | None:
        """Return dx, (n, inputs), and write dW, db, and dV.

        A row in bin t moves along W_t by its position, and along the bins below by 1:

            dW_t = Σ position · dy over the rows in bin t, + Σ dy over the rows in higher bins
        """
        x, bins, position, slope = cache
        shape, each = (self.columns, self.bins, self.units), np.arange(self.columns)
        own = dy[:, : self.columns * self.units].reshape(len(x), self.columns, self.units)
        inside, whole = np.zeros(shape, dy.dtype), np.zeros(shape, dy.dtype)
        np.add.at(inside, (each, bins), position[:, :, None] * own)
        np.add.at(whole, (each, bins), own)
        higher = np.cumsum(whole[:, ::-1], axis=1)[:, ::-1]  # Σ over bins t and higher
        inside[:, :-1] += higher[:, 1:]
        g["W"][:] = inside.reshape(g["W"].shape)
        g["b"][:] = higher[:, 0]
        if self.linear:
            np.einsum("nc,ncu->cu", x[:, : self.columns], own, out=g["V"])
        if not want_dx:
            return None
        along = p["W"].reshape(shape)[each, bins] * slope[:, :, None]  # (n, columns, units)
        if self.linear:
            along = along + p["V"]
        return np.hstack([(own * along).sum(axis=2), dy[:, self.columns * self.units :]])


def fit_bins(network: Any, X: Any, y: Any = None) -> None:
    """Set the bins of a network's piecewise-linear embeddings to quantiles of training rows, or by a tree.

    With targets, a small regression tree per column chooses the edges: bins are narrow where the targets change.

    Parameters
    ----------
    network : Network
        The network; its edges are changed in place. Without such a layer, nothing changes.
    X : array-like, (n, inputs)
        Training rows, as the network gets them. If there are more than 100,000, as many of them are used, at equal
        distances.
    y : array-like, (n,) or (n, outputs), optional
        Targets of the rows: class indices, which are integers, or numbers.

    Raises
    ------
    ValueError
        If X does not fit the network, or has no rows, or y has another number of rows.

    Examples
    --------
    >>> import glassnet as gn
    >>> net = gn.Network(2, [gn.PiecewiseLinearEmbedding(1, bins=2, units=3), gn.Dense(1)])
    >>> gn.fit_bins(net, np.array([[0.0, 5.0], [1.0, 5.0], [4.0, 5.0]]))
    >>> net.named_state()["piecewise_linear_embedding1.edges"]
    array([[0., 1., 4.]], dtype=float32)
    """
    if not any(isinstance(step.layer, PiecewiseLinearEmbedding) for step in network.operations):
        return
    outputs = [network.rows(rows_for_bins(X))]
    if not len(outputs[0]):
        raise ValueError("X has no rows to compute bins from")
    targets = None if y is None else _targets(y, len(X))
    for step in network.operations:
        if isinstance(step.layer, PiecewiseLinearEmbedding):
            step.layer.fit(step.state, outputs[step.source], targets)
        outputs.append(step.run(outputs, False, None)[0])


def _targets(y: Any, rows: int) -> Array:
    """Return the centered targets, (outputs, n), of the rows that `rows_for_bins` returns."""
    found = np.asarray(y)
    if len(found) != rows:
        raise ValueError(f"y must have as many rows as X, {rows:,}, got {len(found):,}")
    return centered_targets(rows_for_bins(found))


def rows_for_bins(X: Any) -> Any:
    """Return X if it has at most 100,000 rows, else as many of its rows, at equal distances."""
    array: Any = X if is_on_disk(X) else np.asarray(X)
    if len(array) <= MOST_ROWS:
        return array[:]
    return array[np.linspace(0, len(array) - 1, MOST_ROWS).astype(np.int64)]
