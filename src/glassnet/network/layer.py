"""The interface of a layer. A layer describes a computation; its parameters lie in θ.

A layer is a frozen dataclass. Rows are samples: x is (n, inputs), the output is (n, outputs). `forward` returns the
output and a cache for `backward`; a layer stores nothing between calls. A custom layer is a frozen dataclass that
derives from `Layer` and overrides its methods.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.maths.initializers import Initializer

Views = Mapping[str, Array]
Shapes = dict[str, tuple[int, ...]]
Cache = Any
"""Values of the forward pass that a layer needs for its backward pass; the type depends on the layer."""


@dataclass(frozen=True)
class Defaults:
    """Initializers that a network uses for layers without their own."""

    init: Initializer | None = None
    bias_init: Initializer | None = None


@dataclass(frozen=True)
class Layer:
    """Base class of the layers: as many outputs as inputs, and no parameters."""

    kind: ClassVar[str] = "layer"
    result: ClassVar[str] = "a"
    """Name of the output in a trace: "z" before an activation, "a" after it."""
    parameter_kinds: ClassVar[Mapping[str, str]] = {}
    """Kinds of the parameters, by short name: "weights", "biases", "scales", "embeddings", or "activations". A
    parameter that is not listed is a weight if its name ends in W, else a bias."""

    def formula(self) -> str:
        """Return the computation in one line, for summaries and traces."""
        return f"a = {type(self).__name__}(x)"

    def check_position(self, name: str, inputs: int, before: Sequence[tuple[str, Layer]]) -> None:
        """Raise ValueError if the layer cannot be at this position of a network.

        Parameters
        ----------
        name : str
            Name of this layer.
        inputs : int
            Number of its inputs.
        before : sequence of (str, Layer)
            The layers before it, with their names.
        """

    def check_rows(self, x: AnyArray) -> None:
        """Raise ValueError if the first layer cannot compute with a user's rows.

        Parameters
        ----------
        x : Array, (n, inputs)
            Rows.
        """

    def output_width(self, inputs: int) -> int:
        """Return the number of outputs per row.

        Parameters
        ----------
        inputs : int
            Number of inputs.

        Returns
        -------
        int
            Number of outputs.
        """
        return inputs

    def parameter_shapes(self, inputs: int) -> Shapes:
        """Return the shapes of the layer's parameters, by short name; a name that ends in W is a weight.

        Parameters
        ----------
        inputs : int
            Number of inputs.

        Returns
        -------
        dict of str to tuple
            Shapes in θ.
        """
        return {}

    def state_shapes(self, inputs: int) -> Shapes:
        """Return the shapes of the layer's running values, by short name.

        Parameters
        ----------
        inputs : int
            Number of inputs.

        Returns
        -------
        dict of str to tuple
            Shapes in the state vector.
        """
        return {}

    def start(self, p: Views, state: Views, rng: np.random.Generator, defaults: Defaults) -> None:
        """Initialize the layer's parameters and running values in place.

        Parameters
        ----------
        p : dict of str to Array
            Views of the parameters.
        state : dict of str to Array
            Views of the running values.
        rng : numpy.random.Generator
            Source of randomness.
        defaults : Defaults
            Initializers of the network.
        """

    def forward(
        self, p: Views, state: Views, x: Array, train: bool, rng: np.random.Generator | None
    ) -> tuple[Array, Cache]:
        """Return the output and a cache for `backward`.

        Parameters
        ----------
        p : dict of str to Array
            Views of the parameters.
        state : dict of str to Array
            Views of the running values, which training updates.
        x : Array, (n, inputs)
            Inputs.
        train : bool
            Whether the network is in training mode.
        rng : numpy.random.Generator or None
            Source of randomness in training mode.

        Returns
        -------
        tuple of (Array, object)
            Output, (n, outputs), and cache.
        """
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def backward(self, p: Views, cache: Cache, dy: Array, g: Views, want_dx: bool) -> Array | None:
        """Write the gradient of the parameters into g and return the gradient of the inputs.

        Parameters
        ----------
        p : dict of str to Array
            Views of the parameters.
        cache : object
            Cache returned by `forward`.
        dy : Array, (n, outputs)
            Gradient of the loss with respect to the output.
        g : dict of str to Array
            Views of the gradient, overwritten.
        want_dx : bool
            Whether the gradient of the inputs is needed.

        Returns
        -------
        Array, (n, inputs), or None
            Gradient with respect to x.
        """
        raise NotImplementedError(f"{type(self).__name__} has no backward")


@dataclass(frozen=True)
class Operation:
    """One layer of a network with its views of θ, g, and the running values, by short name.

    source: number of the output that it gets; 0 is the network's input, and i + 1 the output of operation i. added:
    number of an output that is added to its own, or None. parts: number of rows of the layer in each row of the network
    (see `network_of_member_rows`).
    """

    name: str
    layer: Layer
    p: Views
    g: Views
    state: Views
    source: int
    added: int | None = None
    parts: int = 1

    def run(self, outputs: Sequence[Array], train: bool, rng: np.random.Generator | None) -> tuple[Array, Cache]:
        """Return the output, (n, outputs), and the cache; outputs: those of the network's input and of all before."""
        x = outputs[self.source]
        if self.parts > 1:
            y, cache = self.layer.forward(self.p, self.state, self._rows_of_layer(x), train, rng)
            y = y.reshape(len(x), -1)
        else:
            y, cache = self.layer.forward(self.p, self.state, x, train, rng)
        return (y if self.added is None else y + outputs[self.added]), cache

    def backward(self, cache: Cache, dy: Array, want_dx: bool) -> Array | None:
        """Write the gradient of the parameters into g, and return that of the inputs, (n, inputs), if it is needed."""
        if self.parts == 1:
            return self.layer.backward(self.p, cache, dy, self.g, want_dx)
        dx = self.layer.backward(self.p, cache, self._rows_of_layer(dy), self.g, want_dx)
        return None if dx is None else dx.reshape(len(dy), -1)

    def _rows_of_layer(self, array: Array) -> Array:
        return array.reshape(len(array) * self.parts, -1)
