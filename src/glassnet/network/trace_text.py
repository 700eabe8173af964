"""The text of a trace: every step of one row as a formula with numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.maths import activations, losses
from glassnet.maths.losses.classification import BinaryCrossEntropy, CrossEntropy
from glassnet.maths.losses.regression import Poisson, SquaredError
from glassnet.network.column_names import ColumnNames, output_names
from glassnet.network.layers import Activation, Dense
from glassnet.network.placement import PlacedLayer
from glassnet.network.trace_layers import formulas_of
from glassnet.network.trace_numbers import SHOWN_NUMBERS, fit, number, products, row, signed
from glassnet.network.traced_layer import TracedLayer, Values


@dataclass(frozen=True)
class LayerFormulas:
    """The lines of one layer: which unit is the example, and the formulas of its forward and backward pass."""

    name: str
    example: str
    forward: Sequence[str]
    backward: Sequence[str]


@dataclass(frozen=True)
class Formulas:
    """The formulas of a trace: they follow row 0 and, in each layer, the unit with the largest |dz|.

    layers: from first to last. str() is the whole text.
    """

    forward_title: str
    input: Sequence[str]
    layers: Sequence[LayerFormulas]
    loss: str
    backward_title: str

    def __str__(self) -> str:
        return "\n".join(map(fit, self._lines()))

    def _lines(self) -> Iterator[str]:
        yield self.forward_title
        yield from (f"  {line}" for line in self.input)
        for layer in self.layers:
            yield from ("", f"  {layer.name}    {layer.example}", *(f"    {line}" for line in layer.forward))
        yield from ("", f"  loss    {self.loss}", "", self.backward_title)
        for layer in reversed(self.layers):
            yield from ("", f"  {layer.name}", *(f"    {line}" for line in layer.backward))


@dataclass(frozen=True)
class OutputGradient:
    """What the backward pass begins with: the targets, the loss, and whether it begins at the logits."""

    Y: AnyArray
    loss: losses.Loss
    from_logits: bool


def formulas(
    layers: Sequence[PlacedLayer],
    arrays: Mapping[str, Values],
    end: OutputGradient,
    row_losses: Array,
    mean_loss: float,
    names: ColumnNames | None,
) -> Formulas:
    """Return the formulas of a pass.

    arrays: of each layer. row_losses: (n,). names: of the network's inputs.
    """
    rows = len(end.Y)
    of, mean = ("", "") if rows == 1 else (f", row 0 of {rows}", "mean ")
    traced = _traced(layers, arrays, names)
    parts = []
    for one in layers:
        own = traced[one.name]
        forward, backward = formulas_of(one.layer)
        if one is layers[-1]:
            into = _output_lines(own, end)
        else:
            users = [user for user in layers if one.name in (user.source, user.added)]
            into = _da_lines(one.name, users, traced) + _dz_lines(own)
        # The derivative with respect to the network's input is traced, but no layer needs it.
        behind = [line for line in backward(own) if one.source is not None or not line.startswith("dx")]
        parts.append(LayerFormulas(one.name, own.example, forward(own), into + behind))
    return Formulas(
        f"forward pass, evaluation mode{of}",
        _input_lines(traced[layers[0].name], names),
        parts,
        _loss_line(f"{layers[-1].name}.a", end.Y, end.loss, row_losses, mean_loss),
        f"backward pass{of}: d… is the derivative of the {mean}loss with respect to …",
    )


def _traced(
    layers: Sequence[PlacedLayer], arrays: Mapping[str, Values], names: ColumnNames | None
) -> dict[str, TracedLayer]:
    """Return the layers with their arrays and the names of their columns."""
    of_output: dict[str | None, Sequence[str] | None] = {None: None if names is None else names.columns}
    found = {}
    for one in layers:
        inputs = of_output[one.source]
        of_output[one.name] = None if one.added is not None else output_names(one.layer, inputs)
        added = None if one.added is None else (one.added, arrays[one.added]["a"])
        below = "the input" if one.source is None else f"{one.source}.a"
        found[one.name] = TracedLayer(one.layer, arrays[one.name], below, added, inputs, of_output[one.name], names)
    return found


def _input_lines(first: TracedLayer, names: ColumnNames | None) -> list[str]:
    x = first.v["x" if "x" in first.v else "z"]
    if names is None:
        return [f"input   x = {row(x)}"]
    own = zip(names.columns, names.of_row(x[0]), x[0].tolist(), strict=True)
    given = [(shown, value) for name, shown, value in own if value or shown != name]  # a code may be 0
    shown = [f"{name}: {number(value)}" for name, value in given]
    if len(shown) > 4 * SHOWN_NUMBERS:
        shown = [*shown[: 4 * SHOWN_NUMBERS], f"… ({len(given) - 4 * SHOWN_NUMBERS} more)"]
    if len(given) < len(names.columns):
        shown.append("all others: 0")
    return [f"input   x: {', '.join(shown)}"]


def _loss_line(of: str, Y: AnyArray, loss: losses.Loss, row_losses: Array, mean: float) -> str:
    options: list[str] = [field.name for field in fields(loss)] if is_dataclass(loss) else []
    values = [(option, getattr(loss, option)) for option in options]
    used = [f"{option}={value}" for option, value in values if isinstance(value, (int, float, str)) and value]
    name = losses.loss_name(loss) + (f"({', '.join(used)})" if used else "")
    target = f"y = {Y[0] if Y.ndim == 1 else row(Y)}"
    if len(Y) == 1:
        return f"{name} of {of} and {target} is {number(mean)}"
    return (
        f"{name} of {of} and y; row 0: {target}, loss {number(row_losses[0])}; mean over {len(Y)} rows {number(mean)}"
    )


def _da_lines(name: str, users: Sequence[PlacedLayer], traced: Mapping[str, TracedLayer]) -> list[str]:
    """Return the formula of a layer's da in terms of the layers above it, which get its output or add it."""
    terms, own = [], traced[name]
    for user in users:
        is_product = user.added != name and isinstance(user.layer, Dense)
        handed = "dz" if isinstance(user.layer, (Dense, Activation)) else "dx"
        terms.append(f"{user.name}.{handed}" + (f" {user.name}.Wᵀ" if is_product else ""))
    lines = [f"da = {' + '.join(terms)} = {row(own.v['da'])}"]
    if len(users) == 1 and is_product:
        unit, upper = own.unit, traced[users[0].name].v
        total = number(own.of("da", unit))
        lines.append(f"da[{own.label(unit)}] = {products(upper['dz'][0], upper['W'][unit])} = {total}")
    return lines


def _dz_lines(one: TracedLayer) -> list[str]:
    """Return the formula of dz in terms of da, and that of the example unless it is the same number."""
    if not isinstance(one.layer, (Dense, Activation)):
        return []
    v, u, label = one.v, one.unit, one.label(one.unit)
    name, dz = activations.activation_name(one.layer.activation), row(v["dz"])
    da, result = number(v["da"][0, u]), number(v["dz"][0, u])
    if name == "softmax":  # every a of a row depends on every z of that row
        total = (v["da"][0].astype(np.float64) * v["a"][0]).sum()
        example = f"dz[{label}] = {number(v['a'][0, u])} · ({da} − {signed(total)}) = {result}"
        return [f"dz = a · (da − Σ da·a) = {dz}", example]
    if name == "identity":
        return [f"dz = da = {dz}"]
    if name == "softmax_groups":
        return [f"dz = a · (da − Σ da·a), the sum over the group = {dz}"]
    if name not in activations.ACTIVATIONS:
        return [f"dz = {name}.backward(da, z, a) = {dz}"]
    slope = one.layer.activation.backward(np.ones_like(v["z"][:1]), v["z"][:1], v["a"][:1])[0, u]
    example = f"dz[{label}] = {da} · {name}'({number(v['z'][0, u])}) = {da}·{signed(slope)} = {result}"
    return [f"dz = da · {name}'(z) = {dz}", example]


def _output_lines(one: TracedLayer, end: OutputGradient) -> list[str]:
    """Return the formula of the last layer's dz, if the derivatives of loss and output activation cancel, or its da."""
    v, u = one.v, one.unit
    into = "dz" if end.from_logits else "da"
    slope = _slope_of_loss(end, v["a"].shape[1])
    if slope is None:
        over = "" if len(end.Y) == 1 else f" / {len(end.Y)}"
        text = f"derivative of {losses.loss_name(end.loss)} with respect to {'z' if end.from_logits else 'a'}"
        lines = [f"{into} = {f'({text}){over}' if over else text} = {row(v[into])}"]
    else:
        factor, symbol, over, note = slope
        y = _target(end, u, v["a"].shape[1])
        example = f"{factor}({number(v['a'][0, u])} − {signed(y)}){over} = {number(v[into][0, u])}"
        lines = [f"{into} = {factor}(a − {symbol}){over}{note} = {row(v[into])}", f"{into}[{u}] = {example}"]
    return lines if end.from_logits else lines + _dz_lines(one)


def _slope_of_loss(end: OutputGradient, outputs: int) -> tuple[str, str, str, str] | None:
    """Return the parts of the loss's derivative, factor (a − y) / rows, with a note; None if it has another form."""
    over = "" if len(end.Y) == 1 else f" / {len(end.Y)}"
    if isinstance(end.loss, SquaredError):
        of_mean = f" / {outputs}" if end.loss.mean and not end.loss.gradient_of_sum and outputs > 1 else ""
        return "" if end.loss.half else "2 ", "y", of_mean + over, ""
    if end.from_logits and isinstance(end.loss, CrossEntropy):
        s, one_hot = end.loss.label_smoothing, ", y one-hot" if end.Y.ndim == 1 else ""
        return ("", "q", over, f", q = {1 - s:g} y + {s:g} / {outputs}{one_hot}") if s else ("", "y", over, one_hot)
    if end.from_logits and isinstance(end.loss, (BinaryCrossEntropy, Poisson)):
        return "", "y", over, ""
    return None


def _target(end: OutputGradient, unit: int, outputs: int) -> float:
    """Return what the output of a unit is compared with in row 0."""
    y = float(end.Y[0] == unit) if end.Y.ndim == 1 else float(end.Y[0, unit])
    s = getattr(end.loss, "label_smoothing", 0.0)
    return (1 - s) * y + s / outputs if isinstance(end.loss, CrossEntropy) else y
