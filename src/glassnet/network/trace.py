"""Trace: every number of one forward and backward pass, by layer name, printed as formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from glassnet.common.arrays import AnyArray, Array
from glassnet.common.graph.graph import Graph
from glassnet.common.graph.parts import plain
from glassnet.maths import losses
from glassnet.network.column_names import ColumnNames
from glassnet.network.graph import network_graph
from glassnet.network.layer import Cache, Operation
from glassnet.network.layers import Activation
from glassnet.network.passes import backward_pass, forward_pass
from glassnet.network.placement import PlacedLayer
from glassnet.network.trace_html import trace_html
from glassnet.network.trace_numbers import number
from glassnet.network.trace_text import Formulas, OutputGradient, formulas

RowLosses = Callable[[Array, Cache, AnyArray, losses.Loss], tuple[Array, Array, bool]]
"""Signature of `Network.loss_of`: row losses, their gradient, and whether it is with respect to the logits."""


@dataclass(frozen=True)
class LayerTrace:
    """The arrays of one layer: x, W, b, z, a of the forward pass and da, dz, dW, db of the backward pass.

    `trace["dense1"].dW` and `trace["dense1"]["dW"]` are the same array. Layers without weights have fewer arrays.
    Normalizations have scale, shift, and their gradients; BatchNorm also has its running mean and variance.

    Attributes
    ----------
    name : str
        Name of the layer.
    values : dict of str to Array
        All arrays by name.
    """

    name: str
    values: Mapping[str, Array]

    def __getattr__(self, key: str) -> Array:
        if key.startswith("_") or key not in self.values:
            raise AttributeError(f"{self.name} has no {key!r} in its trace; it has {', '.join(self.values)}")
        return self.values[key]

    def __getitem__(self, key: str) -> Array:
        return self.values[key]

    def __repr__(self) -> str:
        return f"<{self.name}: {', '.join(f'{key} {value.shape}' for key, value in self.values.items())}>"


@dataclass(frozen=True)
class Trace(Mapping[str, LayerTrace]):
    """One forward and backward pass: the arrays of every layer, the loss, and a text that explains them.

    `print(trace)` follows row 0 of the batch and, in each layer, the unit with the largest |dz|.

    Attributes
    ----------
    layers : dict of str to LayerTrace
        Arrays by layer name.
    loss : float
        Mean loss of the batch.
    output : Array, (n, outputs)
        Output of the network.
    formulas : Formulas
        The printed explanation, layer by layer.
    graph : Graph
        The computational graph, with values and gradients on its edges; `trace.graph.save("graph.svg")` draws it.
    """

    layers: Mapping[str, LayerTrace]
    loss: float
    output: Array
    formulas: Formulas
    graph: Graph

    def __getitem__(self, name: str) -> LayerTrace:
        if name not in self.layers:
            raise KeyError(f"no layer {name!r} in this trace; it has {', '.join(self.layers)}")
        return self.layers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    def __str__(self) -> str:
        return str(self.formulas)

    def __repr__(self) -> str:
        return f"<trace of {', '.join(self.layers)}: loss {number(self.loss)}, output {self.output.shape}>"

    def _repr_html_(self) -> str:
        return trace_html(self.formulas, self.loss, len(self.output), self.graph)

    @property
    def text(self) -> str:
        """The printed explanation."""
        return str(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the trace as plain data: every array of every layer as lists, and the formulas.

        Returns
        -------
        dict
            "loss", "output", "layers" with all arrays by layer and name, and "formulas", the lines of the forward and
            the backward pass by layer.
        """
        arrays = {name: {key: plain(array) for key, array in one.values.items()} for name, one in self.layers.items()}
        lines = {
            one.name: {"forward": list(one.forward), "backward": list(one.backward)} for one in self.formulas.layers
        }
        return {"loss": self.loss, "output": plain(self.output), "layers": arrays, "formulas": lines}


def record_trace(
    layers: Sequence[PlacedLayer],
    operations: Sequence[Operation],
    X: Array,
    Y: AnyArray,
    loss: losses.Loss,
    loss_of: RowLosses,
    names: ColumnNames | None = None,
) -> Trace:
    """Run one batch forward and backward in evaluation mode and keep every array.

    layers: a network's layers in order. operations: its operations, in order. X: (n, inputs), Y: (n,) or (n, outputs),
    as `Network.batch` returns them. names: of the inputs, as `checked_names` returns them.
    """
    seen: dict[str, dict[str, Array]] = {one.name: {} for one in layers}
    last = layers[-1].name
    outputs, caches = forward_pass(operations, X, False, None)
    for step, a in zip(operations, outputs[1:], strict=True):
        values = seen[step.name]
        values.setdefault("z" if isinstance(step.layer, Activation) else "x", outputs[step.source])
        values.update({short: view.copy() for short, view in (*step.p.items(), *step.state.items())})
        values[step.layer.result] = a
    row_losses, gradient, from_logits = loss_of(outputs[-1], caches[-1], Y, loss)
    slope = gradient / len(X)
    if from_logits:
        # The slope is already the dz of the last activation, so the backward pass begins below it.
        seen[last].update(da=loss.gradient(outputs[-1], Y) / len(X), dz=slope)
    # The gradient with respect to the input is traced, too, so no layer is skipped.
    for step, dy, dx in backward_pass(operations, caches, slope, len(operations) - 1 - from_logits, -1):
        values = seen[step.name]
        values["d" + step.layer.result] = dy
        if dx is not None:
            values["dz" if isinstance(step.layer, Activation) else "dx"] = dx
        values.update({f"d{short}": view.copy() for short, view in step.g.items()})
    traces = {name: LayerTrace(name, values) for name, values in seen.items()}
    mean = losses.mean_loss(row_losses, None)
    graph = network_graph(operations, seen, mean, Y, loss)
    text = formulas(layers, seen, OutputGradient(Y, loss, from_logits), row_losses, mean, names)
    return Trace(traces, mean, outputs[-1], text, graph)
