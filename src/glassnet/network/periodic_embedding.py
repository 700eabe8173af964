"""Periodic embedding layer: several numbers in place of each numeric column, made of cosines of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import Array
from glassnet.network.layer import Cache, Defaults, Layer, Shapes, Views


@dataclass(frozen=True)
class PeriodicEmbedding(Layer):
    """Periodic embedding (PBLD): each of the first columns becomes a linear map of its cosines, and the column itself.

        x_c  →  (W₂ cos(2π w₁ x_c + b₁) + b₂, x_c)          `units` numbers, with parameters for each column c

    w₁ and b₁ are (columns, frequencies), W₂ is (columns, units − 1, frequencies), b₂ is (columns, units − 1). The other
    columns pass through, after the embedded ones. A dense layer alone needs many units for a function of one column
    that is not smooth; on these numbers it is linear.

    Parameters
    ----------
    columns : int
        Number of columns to embed: the first ones.
    frequencies : int, default 16
        Number of cosines of each column.
    units : int, default 4
        Numbers for each column, at least 2; the last one is the column itself.
    sigma : float, default 0.1
        Standard deviation of the initial w₁, in periods per unit of x. A larger one resolves finer structure.

    Notes
    -----
    Initial values: w₁ ~ N(0, sigma²), b₁ ~ U(−π, π), W₂ and b₂ ~ U(−1/√frequencies, 1/√frequencies).

    References
    ----------
    Gorishniy, Rubachev & Babenko, "On embeddings for numerical features in tabular deep learning", arXiv:2203.05556;
    with bias, linear layer, and "densenet" connection: Holzmüller, Grinsztajn & Steinwart, arXiv:2407.04491.

    Examples
    --------
    >>> layer = PeriodicEmbedding(columns=1, frequencies=1, units=2)
    >>> p = {"w1": np.array([[0.5]]), "b1": np.zeros((1, 1)), "W2": np.full((1, 1, 1), 3.0), "b2": np.zeros((1, 1))}
    >>> layer.forward(p, {}, np.array([[1.0, 7.0], [2.0, 8.0]]), train=False, rng=None)[0]
    array([[-3.,  1.,  7.],
           [ 3.,  2.,  8.]])
    """

    columns: int
    frequencies: int = 16
    units: int = 4
    sigma: float = 0.1
    kind: ClassVar[str] = "periodic_embedding"
    parameter_kinds: ClassVar[Mapping[str, str]] = dict.fromkeys(("w1", "b1", "W2", "b2"), "embeddings")

    def __post_init__(self) -> None:
        for name, least in (("columns", 1), ("frequencies", 1), ("units", 2)):
            number = checks.whole_number(f"{name} of a PeriodicEmbedding layer", getattr(self, name), at_least=least)
            object.__setattr__(self, name, number)
        checks.number("sigma of a PeriodicEmbedding layer", self.sigma, above=0)

    def formula(self) -> str:
        """Return the numbers that the first columns become."""
        columns = "column 0" if self.columns == 1 else f"columns 0 to {self.columns - 1}"
        return f"{columns} → W₂ cos(2π w₁ x + b₁) + b₂, x"

    def check_position(self, name: str, inputs: int, before: Sequence[tuple[str, Layer]]) -> None:
        """Raise ValueError for missing columns."""
        if self.columns > inputs:
            raise ValueError(f"{name} embeds {self.columns} columns, but its input has {inputs}")

    def output_width(self, inputs: int) -> int:
        """Return `units` for each embedded column, and the number of other columns."""
        return inputs + self.columns * (self.units - 1)

    def parameter_shapes(self, inputs: int) -> Shapes:
        """Return the shapes of w1, b1, W2, and b2."""
        inner, outer = (self.columns, self.frequencies), (self.columns, self.units - 1)
        return {"w1": inner, "b1": inner, "W2": (*outer, self.frequencies), "b2": outer}

    def start(self, p: Views, state: Views, rng: np.random.Generator, defaults: Defaults) -> None:
        """Draw w1, b1, W2, and b2, in this order."""
        limit = 1 / np.sqrt(self.frequencies)
        p["w1"][:] = rng.normal(0, self.sigma, p["w1"].shape)
        p["b1"][:] = rng.uniform(-np.pi, np.pi, p["b1"].shape)
        p["W2"][:] = rng.uniform(-limit, limit, p["W2"].shape)
        p["b2"][:] = rng.uniform(-limit, limit, p["b2"].shape)

    def angles(self, p: Views, x: Array) -> Array:
        """Return 2π w₁ x + b₁, (n, columns, frequencies), in float64.

        A large angle in float32 would have lost the digits on which its cosine depends.
        """
        turns = np.multiply(x[:, : self.columns, None], p["w1"], dtype=np.promote_types(x.dtype, np.float64))
        return 2 * np.pi * turns + p["b1"]

    def forward(
        self, p: Views, state: Views, x: Array, train: bool, rng: np.random.Generator | None
    ) -> tuple[Array, Cache]:
        """Return the embedded columns, then the others, (n, outputs), with x and the angles for backward."""
        angles = self.angles(p, x)
        cosines = np.cos(angles).astype(x.dtype)
        embedded = np.empty((len(x), self.columns, self.units), x.dtype)
        embedded[..., :-1] = np.einsum("ncf,cuf->ncu", cosines, p["W2"]) + p["b2"]
        embedded[..., -1] = x[:, : self.columns]
        return np.hstack([embedded.reshape(len(x), self.columns * self.units), x[:, self.columns :]]), (x, angles)

    def backward(self, p: Views, cache: Cache, dy: Array, g: Views, want_dx: bool) -> Array | None:
        """Return dx, (n, inputs), and write the gradients of w1, b1, W2, and b2, with d of the linear map's output.

        dW₂ = Σ d cosᵀ and db₂ = Σ d over the rows; dangle = −sin · (W₂ᵀ d); db₁ = Σ dangle and dw₁ = Σ dangle · 2π x;
        an embedded column gets its own part of dy and Σ dangle · 2π w₁ over its frequencies.
        """
        x, angles = cache
        values = x[:, : self.columns]
        embedded = dy[:, : self.columns * self.units].reshape(len(x), self.columns, self.units)
        d = embedded[..., :-1]  # (n, columns, units − 1)
        np.einsum("ncu,ncf->cuf", d, np.cos(angles).astype(x.dtype), out=g["W2"])
        np.sum(d, axis=0, out=g["b2"])
        dangle = -np.sin(angles).astype(x.dtype) * np.einsum("ncu,cuf->ncf", d, p["W2"])
        np.sum(dangle, axis=0, out=g["b1"])
        g["w1"][:] = 2 * np.pi * np.einsum("ncf,nc->cf", dangle, values)
        if not want_dx:
            return None
        dx = np.empty_like(x)
        dx[:, : self.columns] = embedded[..., -1] + 2 * np.pi * np.einsum("ncf,cf->nc", dangle, p["w1"])
        dx[:, self.columns :] = dy[:, self.columns * self.units :]
        return dx
