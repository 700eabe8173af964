"""Several networks in one, which share weights: members, as in BatchEnsemble and TabM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import Array
from glassnet.maths import initializers
from glassnet.network.layer import Cache, Defaults, Layer, Shapes, Views


@dataclass(frozen=True)
class Members(Layer):
    """Copies of the input for the members of a network, each multiplied by random signs: a = (r₁ ⊙ x, …, r_k ⊙ x).

    It is the first of the layers of members. The parameters r, (members, inputs), start at −1 or 1, so members differ.

    Parameters
    ----------
    members : int
        Number k of members.

    References
    ----------
    Wen, Tran & Ba, "BatchEnsemble", ICLR 2020. Gorishniy, Kotelnikov & Babenko, "TabM", ICLR 2025.

    Examples
    --------
    >>> x = np.array([[1.0, 2.0]])
    >>> Members(2).forward({"r": np.array([[1.0, 1.0], [-1.0, 1.0]])}, {}, x, train=False, rng=None)[0]
    array([[ 1.,  2., -1.,  2.]])
    """

    members: int
    kind: ClassVar[str] = "members"
    parameter_kinds: ClassVar[Mapping[str, str]] = {"r": "scales"}

    def __post_init__(self) -> None:
        checks.whole_number("members of a Members layer", self.members, at_least=1)
        object.__setattr__(self, "members", int(self.members))

    def formula(self) -> str:
        """Return the products with each member's factors."""
        return f"a = (r ⊙ x for {self.members} members)"

    def output_width(self, inputs: int) -> int:
        """Return the number of inputs of all members."""
        return self.members * inputs

    def parameter_shapes(self, inputs: int) -> Shapes:
        """Return the shape of r."""
        return {"r": (self.members, inputs)}

    def start(self, p: Views, state: Views, rng: np.random.Generator, defaults: Defaults) -> None:
        """Draw −1 or 1 for each entry of r."""
        p["r"][:] = rng.choice([-1.0, 1.0], p["r"].shape)

    def forward(
        self, p: Views, state: Views, x: Array, train: bool, rng: np.random.Generator | None
    ) -> tuple[Array, Cache]:
        """Return the products, (n, members · inputs), and x."""
        return (x[:, None] * p["r"]).reshape(len(x), -1), x

    def backward(self, p: Views, cache: Cache, dy: Array, g: Views, want_dx: bool) -> Array | None:
        """Return dx = Σ r ⊙ da over the members, (n, inputs), and write dr = Σ x ⊙ da over the rows."""
        da = dy.reshape(len(dy), *p["r"].shape)  # (n, members, inputs)
        np.einsum("ni,nki->ki", cache, da, out=g["r"])
        return (da * p["r"]).sum(axis=1) if want_dx else None


@dataclass(frozen=True)
class MemberDense(Layer):
    """Dense layer of all members: z_j = x_j W + b_j for each member's part x_j of the input.

    The input consists of one part of the same width for each member, and so does the output. W is (inputs / members,
    units), or, if it is not shared, (inputs, units): one block of rows per member. b is (members, units). With `Scale`
    before and after it, it is the layer of BatchEnsemble: s ⊙ (r ⊙ x) W + b.

    Parameters
    ----------
    units : int
        Number of units of each member.
    members : int
        Number of members.
    shared : bool, default True
        All members have the same W; otherwise each has its own, as in the output layer.
    init : str, dict, or Initializer, optional
        Initializer of W; by default, the network's, or Glorot.

    References
    ----------
    See `Members`.

    Examples
    --------
    >>> layer = MemberDense(units=1, members=2)
    >>> p = {"W": np.array([[1.0], [10.0]]), "b": np.array([[0.0], [0.5]])}
    >>> layer.forward(p, {}, np.array([[1.0, 2.0, 3.0, 4.0]]), train=False, rng=None)[0]
    array([[21. , 43.5]])
    """

    units: int
    members: int
    shared: bool = True
    init: Any = None
    kind: ClassVar[str] = "member_dense"

    def __post_init__(self) -> None:
        for field in ("units", "members"):
            whole = checks.whole_number(f"{field} of a MemberDense layer", getattr(self, field), at_least=1)
            object.__setattr__(self, field, whole)
        if not isinstance(self.shared, bool):
            raise TypeError(f"shared of a MemberDense layer must be true or false, got {self.shared!r}")
        if self.init is not None:
            object.__setattr__(self, "init", initializers.initializer(self.init))

    def formula(self) -> str:
        """Return a = x W + b of each member."""
        return f"a = x W + b for each of {self.members} members"

    def check_position(self, name: str, inputs: int, before: Sequence[tuple[str, Layer]]) -> None:
        """Raise ValueError if the inputs are not one part of the same width per member."""
        if inputs % self.members:
            raise ValueError(f"{name} needs a multiple of {self.members} inputs, one part per member, got {inputs}")

    def output_width(self, inputs: int) -> int:
        """Return the number of units of all members."""
        return self.members * self.units

    def parameter_shapes(self, inputs: int) -> Shapes:
        """Return the shapes of W and b."""
        return {"W": (inputs // self.members if self.shared else inputs, self.units), "b": (self.members, self.units)}

    def start(self, p: Views, state: Views, rng: np.random.Generator, defaults: Defaults) -> None:
        """Draw W, one block per member if it is not shared, and then b."""
        init = self.init or defaults.init or initializers.GlorotUniform()
        for block in np.split(p["W"], 1 if self.shared else self.members):
            block[:] = init.draw(rng, block.shape, block.dtype)
        p["b"][:] = (defaults.bias_init or initializers.Zeros()).draw(rng, p["b"].shape, p["b"].dtype)

    def _blocks(self, W: Array) -> Array:
        """Return W as (1, inputs / members, units) if it is shared, or (members, inputs / members, units)."""
        return W.reshape(1 if self.shared else self.members, -1, self.units)

    def forward(
        self, p: Views, state: Views, x: Array, train: bool, rng: np.random.Generator | None
    ) -> tuple[Array, Cache]:
        """Return z of all members, (n, members · units), and x by member, (members, n, inputs / members)."""
        parts = x.reshape(len(x), self.members, -1).swapaxes(0, 1)
        z = parts @ self._blocks(p["W"]) + p["b"][:, None]  # (members, n, units)
        return z.swapaxes(0, 1).reshape(len(x), -1), parts

    def backward(self, p: Views, cache: Cache, dy: Array, g: Views, want_dx: bool) -> Array | None:
        """Return dx = dz Wᵀ, (n, inputs), and write dW = xᵀ dz, summed over members if W is shared, and db = Σ dz."""
        dz = dy.reshape(len(dy), self.members, self.units).swapaxes(0, 1)  # (members, n, units)
        dW = cache.swapaxes(1, 2) @ dz  # (members, inputs / members, units)
        g["W"][:] = dW.sum(axis=0) if self.shared else dW.reshape(g["W"].shape)
        dz.sum(axis=1, out=g["b"])
        if not want_dx:
            return None
        dx = dz @ self._blocks(p["W"]).swapaxes(1, 2)  # (members, n, inputs / members)
        return dx.swapaxes(0, 1).reshape(len(dy), -1)
