"""A stack of layers with its parameters: names, widths, the vectors θ and g, and named views of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from glassnet.common import checks
from glassnet.common.arrays import AnyArray, Array, vectors
from glassnet.maths import initializers
from glassnet.network.layer import Defaults, Layer, Operation, Views
from glassnet.network.layers import Activation, Dense, LayerLike, layer
from glassnet.network.parameters import Layout, copy_into
from glassnet.network.placement import PlacedLayer, place


class LayerStack:
    """Layers in sequence and the vectors of their parameters; `Network` adds the computations."""

    inputs: int
    outputs: int
    layers: tuple[Layer, ...]
    names: tuple[str, ...]
    widths: tuple[int, ...]
    placed: tuple[PlacedLayer, ...]
    dtype: np.dtype[Any]
    layout: Layout
    state_layout: Layout
    operations: tuple[Operation, ...]

    def __init__(
        self,
        inputs: int,
        layers: Sequence[LayerLike],
        *,
        init: initializers.InitializerLike | None = None,
        bias_init: initializers.InitializerLike | None = None,
        dtype: npt.DTypeLike = "float32",
        seed: int | np.random.Generator = 0,
    ) -> None:
        self._describe(inputs, layers, dtype)
        self._attach(np.zeros(self.layout.size, self.dtype), np.empty(self.state_layout.size, self.dtype))
        defaults = Defaults(
            init=None if init is None else initializers.initializer(init),
            bias_init=None if bias_init is None else initializers.initializer(bias_init),
        )
        rng = np.random.default_rng(seed)
        for step in self.operations:
            step.layer.start(step.p, step.state, rng, defaults)

    @classmethod
    def from_vectors(
        cls,
        inputs: int,
        layers: Sequence[LayerLike],
        parameters: AnyArray,
        state: AnyArray,
        dtype: npt.DTypeLike = "float32",
    ) -> Self:
        """Return a network with given parameters and running values; no random numbers are drawn.

        Parameters
        ----------
        inputs : int
            Number of inputs.
        layers : sequence of Layer, str, or dict
            The layers.
        parameters : Array, (parameters,)
            Values of θ.
        state : Array, (state,)
            Running values of normalizations.
        dtype : {"float32", "float64"}, default "float32"
            Number format.

        Returns
        -------
        Network
            The network.
        """
        network = cls.__new__(cls)
        network._describe(inputs, layers, dtype)
        for name, vector, size in (
            ("parameters", parameters, network.layout.size),
            ("state", state, network.state_layout.size),
        ):
            if vector.shape != (size,):
                raise ValueError(f"these layers have {size} numbers in {name}, got an array of shape {vector.shape}")
        network._attach(np.array(parameters, network.dtype), np.array(state, network.dtype))
        return network

    def copy(self, dtype: npt.DTypeLike | None = None) -> Self:
        """Return a network with the same layers, and vectors of its own with the same values.

        Parameters
        ----------
        dtype : {"float32", "float64"}, optional
            Number format of the copy; by default, the same.

        Returns
        -------
        Network
            The copy.

        Examples
        --------
        >>> from glassnet.network.layers import Dense
        >>> from glassnet.network.network import Network
        >>> net = Network(2, [Dense(1)])
        >>> net.copy("float64").dtype
        dtype('float64')
        """
        return self.from_vectors(self.inputs, self.layers, self.parameters, self.state, dtype or self.dtype)

    def _describe(self, inputs: int, layers: Sequence[LayerLike], dtype: npt.DTypeLike) -> None:
        """Name the layers, infer the widths, and compute the layout of θ, without allocating it."""
        self.inputs = checks.whole_number("inputs of a network", inputs, at_least=1)
        self.dtype = np.dtype(dtype)
        if self.dtype not in (np.float32, np.float64):
            raise ValueError(f"dtype of a network must be float32 or float64, got {self.dtype}")
        if not isinstance(layers, Sequence) or isinstance(layers, str):
            raise TypeError(f"layers must be a list, for example [Dense(10, 'softmax')], got {layers!r}")
        self.layers = tuple(layer(choice) for choice in layers)
        if not self.layers:
            raise ValueError("a network needs at least one layer, for example Dense(10, 'softmax')")
        by_entry = place(self.inputs, self.layers)
        self.names = tuple(by_entry)
        self.placed = tuple(one for entry in by_entry.values() for one in entry)
        self.widths = (self.inputs, *(entry[-1].outputs for entry in by_entry.values()))
        self.outputs = self.widths[-1]
        self.layout = Layout.of(
            (
                (f"{one.name}.{short}", shape)
                for one in self.placed
                for short, shape in one.layer.parameter_shapes(one.inputs).items()
            ),
            {f"{one.name}.{short}": kind for one in self.placed for short, kind in one.layer.parameter_kinds.items()},
        )
        self.state_layout = Layout.of(
            (f"{one.name}.{short}", shape)
            for one in self.placed
            for short, shape in one.layer.state_shapes(one.inputs).items()
        )

    def _attach(self, theta: Array, state: Array) -> None:
        """Set the values of θ and the state, and create the views of each layer."""
        self._theta, self._g = vectors(2, theta.size, self.dtype)
        self._theta[:], self._state = theta, state
        self.memo: dict[object, Any] = {}  # state that an engine caches for these vectors
        self._p_views = self.layout.views(self._theta)
        self._g_views = self.layout.views(self._g)
        self._state_views = self.state_layout.views(self._state)
        owned = [_by_layer(views) for views in (self._p_views, self._g_views, self._state_views)]
        steps: list[Operation] = []
        outputs: dict[str | None, int] = {None: 0}  # number of the output of each layer; None: the network's input
        for one in self.placed:
            p, g, state_views = (views.get(one.name, {}) for views in owned)
            added = None if one.added is None else outputs[one.added]
            steps.append(Operation(one.name, one.layer, p, g, state_views, outputs[one.source], added))
            if isinstance(one.layer, Dense):
                steps.append(Operation(one.name, Activation(one.layer.activation), {}, {}, {}, len(steps)))
            outputs[one.name] = len(steps)
        self.operations = tuple(steps)
        # Layers before the first one with parameters need no gradient.
        self._first = next((i for i, step in enumerate(self.operations) if step.p), len(self.operations))

    def __getstate__(self) -> dict[str, Any]:
        # Only the vectors are pickled; views would be restored as independent arrays.
        return {
            "inputs": self.inputs,
            "layers": self.layers,
            "dtype": self.dtype,
            "parameters": self._theta,
            "state": self._state,
            "gradient": self._g,
        }

    def __setstate__(self, kept: dict[str, Any]) -> None:
        self._describe(kept["inputs"], kept["layers"], kept["dtype"])
        # Copied, since unpickled arrays may be read-only or shared with another process.
        self._attach(np.array(kept["parameters"]), np.array(kept["state"]))
        self._g[:] = kept["gradient"]

    def __repr__(self) -> str:
        return f"Network({self.inputs}, [{', '.join(map(repr, self.layers))}], dtype={self.dtype.name!r})"

    @property
    def parameters(self) -> Array:
        """θ: all parameters in one vector, (parameters,). Assigning copies into it."""
        return self._theta

    @parameters.setter
    def parameters(self, values: AnyArray) -> None:
        copy_into(self._theta, np.asarray(values), "parameters")

    @property
    def vectors(self) -> tuple[Array, Array, Array]:
        """θ, g, and the running values, for engines that compute on them."""
        return self._theta, self._g, self._state

    @property
    def state(self) -> Array:
        """The running values of normalizations in one vector, which no optimizer changes."""
        return self._state

    @property
    def largest_width(self) -> int:
        """The largest number of inputs or outputs of a layer."""
        return max(self.inputs, *(one.outputs for one in self.placed))

    def named_parameters(self) -> dict[str, Array]:
        """Return views of θ by name, in order: {"dense1.W": (inputs, units), "dense1.b": (units,), …}."""
        return dict(self._p_views)

    def named_gradients(self) -> dict[str, Array]:
        """Return views of g, the latest gradient, by the names of `named_parameters`."""
        return dict(self._g_views)

    def named_state(self) -> dict[str, Array]:
        """Return views of the running values by name: {"batchnorm1.mean": (units,), …}."""
        return dict(self._state_views)


def _by_layer(views: Views) -> dict[str, dict[str, Array]]:
    """Return the views of every layer by short name: {"dense1": {"W": ..., "b": ...}, ...}."""
    owned: dict[str, dict[str, Array]] = {}
    for full, view in views.items():
        name, short = full.rsplit(".", 1)
        owned.setdefault(name, {})[short] = view
    return owned
