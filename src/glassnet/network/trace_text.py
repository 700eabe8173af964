"""The text of a trace: every step of one row as a formula with numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.maths import activations, losses
from glassnet.maths.losses.classification import BinaryCrossEntropy, CrossEntropy
from glassnet.maths.losses.regression import Poisson, SquaredError
from glassnet.network.columnwise import ParametricActivation, Scale
from glassnet.network.embedding import Embedding
from glassnet.network.layer import Layer
from glassnet.network.layers import Activation, Dense, Dropout
from glassnet.network.normalization import BatchNorm, LayerNorm
from glassnet.network.periodic_embedding import PeriodicEmbedding
from glassnet.network.piecewise_linear import PiecewiseLinearEmbedding
from glassnet.network.placement import PlacedLayer

Values = Mapping[str, Array]
"""Arrays of a layer by name."""

WIDTH = 120
SHOWN_NUMBERS = 10
SHOWN_TERMS = 3


def explained(
    layers: Sequence[PlacedLayer],
    arrays: Mapping[str, Values],
    Y: AnyArray,
    loss: losses.Loss,
    from_logits: bool,
    row_losses: Array,
    mean_loss: float,
) -> str:
    """Return the text: it follows row 0 of the batch, and in each layer the unit with the largest |dz|.

    arrays: of each layer. row_losses: (n,).
    """
    rows = len(Y)
    of, mean = ("", "") if rows == 1 else (f", row 0 of {rows}", "mean ")
    first = arrays[layers[0].name]
    lines = [f"forward pass, evaluation mode{of}", f"  input   x = {_row(first['x' if 'x' in first else 'z'])}"]
    for one in layers:
        v = arrays[one.name]
        blame = "dz" if "dz" in v else "da"
        lines += ["", f"  {one.name}    example: unit {_followed(v)}, with the largest |{blame}|"]
        below = "the input" if one.source is None else f"{one.source}.a"
        added = None if one.added is None else (one.added, arrays[one.added]["a"])
        lines += [f"    {line}" for line in _forward_lines(one.layer, v, below, added)]
    lines += ["", f"  loss    {_loss_line(f'{layers[-1].name}.a', Y, loss, row_losses, mean_loss)}"]
    lines += ["", f"backward pass{of}: d… is the derivative of the {mean}loss with respect to …"]
    for one in reversed(layers):
        v = arrays[one.name]
        if one is not layers[-1]:
            above = [user for user in layers if one.name in (user.source, user.added)]
            into = _da_lines(one.name, above, arrays) + _dz_lines(one.layer, v)
        elif from_logits:
            into = [f"dz = {_shortcut(loss, Y, v['a'].shape[1])} = {_row(v['dz'])}"]
        else:
            slope = _slope(loss, rows, v["da"].shape[1])
            into = [f"da = {slope} = {_row(v['da'])}", *_dz_lines(one.layer, v)]
        lines += ["", f"  {one.name}"]
        lines += [f"    {line}" for line in into + _parameter_lines(one.layer, v)]
    return "\n".join(map(_fit, lines))


def _loss_line(of: str, Y: AnyArray, loss: losses.Loss, row_losses: Array, mean: float) -> str:
    options: list[str] = [field.name for field in fields(loss)] if is_dataclass(loss) else []
    values = [(option, getattr(loss, option)) for option in options]
    used = [f"{option}={value}" for option, value in values if isinstance(value, (int, float, str)) and value]
    name = losses.loss_name(loss) + (f"({', '.join(used)})" if used else "")
    target = f"y = {Y[0] if Y.ndim == 1 else _row(Y)}"
    if len(Y) == 1:
        return f"{name} of {of} and {target} is {number(mean)}"
    return (
        f"{name} of {of} and y; row 0: {target}, loss {number(row_losses[0])}; mean over {len(Y)} rows {number(mean)}"
    )


def _forward_lines(layer: Layer, v: Values, below: str, added: tuple[str, Array] | None) -> list[str]:
    """Return the formulas of a layer's output; added: the layer whose output is added to its own, and this output."""
    unit, a = _followed(v), _row(v["a"])
    if isinstance(layer, Dense):
        total = f"{_products(v['x'][0], v['W'][:, unit])} + {_signed(v['b'][unit])}"
        more = ""
        if added is not None:
            total, more = f"{total} + {_signed(added[1][0, unit])}", f" + {added[0]}.a"
        return [
            f"z = x W + b{more}          x is {below}, {v['x'].shape}   W {v['W'].shape}   b {v['b'].shape}",
            f"z[{unit}] = {total} = {number(v['z'][0, unit])}",
            f"z = {_row(v['z'])}",
            f"a = {activations.activation_name(layer.activation)}(z) = {a}",
        ]
    if isinstance(layer, (BatchNorm, LayerNorm)):
        mean, sigma = _spread(layer, v)
        x = f"({number(v['x'][0, unit])} − {_signed(mean[unit])})"
        scaled = f"{number(v['scale'][unit])} · {x} / {number(sigma[unit])} + {_signed(v['shift'][unit])}"
        source = "running statistics" if isinstance(layer, BatchNorm) else "statistics of the row"
        return [
            f"a = {layer.formula()}          x is {below}; mean and σ: {source}",
            f"a[{unit}] = {scaled} = {number(v['a'][0, unit])}",
            f"a = {a}",
        ]
    if isinstance(layer, Scale):
        scaled = f"{number(v['s'][unit])}·{_signed(v['x'][0, unit])}"
        return [
            f"{layer.formula()}          x is {below}   s {v['s'].shape}",
            f"a[{unit}] = {scaled} = {number(v['a'][0, unit])}",
            f"a = {a}",
        ]
    if isinstance(layer, ParametricActivation):
        mixed = f"{number(v['x'][0, unit])} + {_signed(v['alpha'][unit])}·{_signed(_bend(layer, v)[unit])}"
        return [
            f"{layer.formula()}          x is {below}   α {v['alpha'].shape}",
            f"a[{unit}] = {mixed} = {number(v['a'][0, unit])}",
            f"a = {a}",
        ]
    if isinstance(layer, PeriodicEmbedding):
        return [
            f"{layer.formula()}          x is {below}   w₁ and b₁ {v['w1'].shape}   W₂ {v['W2'].shape}",
            *_embedded_line(layer, v, unit),
            f"a = {a}",
        ]
    if isinstance(layer, Dropout):
        return [f"{layer.formula()} in training; here dropout is off: a = x = {a}"]
    if isinstance(layer, Embedding):
        taken = "  ".join(f"W[{row}]" for row in layer.rows_of(v["x"][:1])[0, :SHOWN_NUMBERS])
        return [f"{layer.formula()}          W {v['W'].shape}", f"a = [the other columns  {taken}] = {a}"]
    if isinstance(layer, PiecewiseLinearEmbedding):
        return [f"{layer.formula()}          W {v['W'].shape}", *_bin_lines(layer, v), f"a = {a}"]
    return [f"{layer.formula()} = {a}"]


def _bin_lines(layer: PiecewiseLinearEmbedding, v: Values) -> list[str]:
    """Return where the number that the followed unit belongs to lies among the bins of its column."""
    column = _followed(v) // layer.units
    if column >= layer.columns:
        return []
    bins, position, _ = layer.places(v, v["x"][:1])
    found, edges = bins[0, column], v["edges"][column]
    between = f"bin {found}, from {number(edges[found])} to {number(edges[found + 1])}"
    return [f"column {column}: {number(v['x'][0, column])} is in {between}, where e is {number(position[0, column])}"]


def _da_lines(name: str, above: Sequence[PlacedLayer], arrays: Mapping[str, Values]) -> list[str]:
    """Return the formula of a layer's da in terms of the layers above it, which get its output or add it."""
    terms = []
    for user in above:
        is_product = user.added != name and isinstance(user.layer, Dense)
        handed = "dz" if isinstance(user.layer, (Dense, Activation)) else "dx"
        terms.append(f"{user.name}.{handed}" + (f" {user.name}.Wᵀ" if is_product else ""))
    lines = [f"da = {' + '.join(terms)} = {_row(arrays[name]['da'])}"]
    if len(above) == 1 and is_product:
        unit, upper = _followed(arrays[name]), arrays[above[0].name]
        total = number(arrays[name]["da"][0, unit])
        lines.append(f"da[{unit}] = {_products(upper['dz'][0], upper['W'][unit])} = {total}")
    return lines


def _dz_lines(layer: Layer, v: Values) -> list[str]:
    if not isinstance(layer, (Dense, Activation)):
        return []
    name = activations.activation_name(layer.activation)
    if name == "softmax":  # every a of a row depends on every z of that row
        text = "a · (da − Σ da·a)"
    elif name == "identity":
        text = "da"
    elif name in activations.ACTIVATIONS:
        text = f"da · {name}'(z)"
    else:
        text = f"{name}.backward(da, z, a)"
    return [f"dz = {text} = {_row(v['dz'])}"]


def _parameter_lines(layer: Layer, v: Values) -> list[str]:
    """Return the gradient of one entry of each parameter; the other rows of a batch are only counted."""
    unit, more = _followed(v), _more_rows(len(v["a"]) - 1)

    def entry(place: str, term: str, total: float | np.floating[Any]) -> str:
        # For a single row, the term may equal the total, which is then omitted.
        return " = ".join(dict.fromkeys((place, term + more, number(total))))

    if isinstance(layer, Dense):
        x, dz = v["x"][0], v["dz"][0, unit]
        one = int(np.abs(x).argmax())
        dW = entry(f"dW[{one}, {unit}]", f"{number(x[one])}·{_signed(dz)}", v["dW"][one, unit])
        db = entry(f"db[{unit}]", number(dz), v["db"][unit])
        return [f"dW = xᵀ dz, {v['dW'].shape}: {dW}", f"db = Σ dz over the rows, {v['db'].shape}: {db}"]
    if isinstance(layer, (BatchNorm, LayerNorm)):
        mean, sigma = _spread(layer, v)
        da, x_hat = v["da"][0, unit], (v["x"][0, unit] - mean[unit]) / sigma[unit]
        dscale = entry(f"dscale[{unit}]", f"{number(da)}·{_signed(x_hat)}", v["dscale"][unit])
        dshift = entry(f"dshift[{unit}]", number(da), v["dshift"][unit])
        return [
            f"dscale = Σ da · (x − mean) / σ over the rows: {dscale}",
            f"dshift = Σ da over the rows: {dshift}",
        ]
    if isinstance(layer, Scale):
        term = f"{number(v['da'][0, unit])}·{_signed(v['x'][0, unit])}"
        return [f"ds = Σ da · x over the rows: {entry(f'ds[{unit}]', term, v['ds'][unit])}"]
    if isinstance(layer, ParametricActivation):
        term = f"{number(v['da'][0, unit])}·{_signed(_bend(layer, v)[unit])}"
        name = activations.activation_name(layer.activation)
        return [f"dα = Σ da · ({name}(x) − x) over the rows: {entry(f'dalpha[{unit}]', term, v['dalpha'][unit])}"]
    if isinstance(layer, PeriodicEmbedding):
        return [
            f"dW₂ = Σ da cos(2π w₁ x + b₁)ᵀ over the rows, {v['dW2'].shape}; db₂ = Σ da over the rows",
            "dangle = −sin(2π w₁ x + b₁) · (W₂ᵀ da); db₁ = Σ dangle, and dw₁ = Σ dangle · 2π x, over the rows",
        ]
    if isinstance(layer, Embedding):
        taken = layer.rows_of(v["x"])[:, 0]  # of the first embedded column, (n,)
        start = v["a"].shape[1] - len(layer.columns) * layer.units
        place = f"da[{start}:{start + layer.units}]{_more_rows(int((taken == taken[0]).sum()) - 1)}"
        return [f"dW = Σ da over the places of each level: dW[{taken[0]}] = {place} = {_row(v['dW'][taken[:1]])}"]
    if isinstance(layer, PiecewiseLinearEmbedding):
        of_line = ["dV = Σ x · da over the rows"] if layer.linear else []
        return ["dW = Σ e(x) · da over the rows", "db = Σ da over the rows", *of_line]
    return []


def _spread(layer: BatchNorm | LayerNorm, v: Values) -> tuple[Array, Array]:
    """Return the mean and σ that row 0 was normalized with, both (units,)."""
    x = v["x"][0]
    if isinstance(layer, BatchNorm):
        return v["mean"], np.sqrt(v["variance"] + layer.epsilon)
    return np.full_like(x, x.mean()), np.full_like(x, np.sqrt(x.var() + layer.epsilon))


def _embedded_line(layer: PeriodicEmbedding, v: Values, unit: int) -> list[str]:
    """Return the computation of one unit, unless it is one of the inputs."""
    column, mapped = divmod(unit, layer.units)
    if column >= layer.columns or mapped == layer.units - 1:
        return [f"a[{unit}] is an input: {number(v['a'][0, unit])}"]
    cosines = np.cos(layer.angles({"w1": v["w1"], "b1": v["b1"]}, v["x"][:1])[0, column])
    total = f"{_products(cosines, v['W2'][column, mapped])} + {_signed(v['b2'][column, mapped])}"
    return [f"a[{unit}] = {total} = {number(v['a'][0, unit])}"]


def _bend(layer: ParametricActivation, v: Values) -> Array:
    """Return activation(x) − x of row 0, (units,)."""
    return np.asarray((layer.activation.forward(v["x"][:1]) - v["x"][:1])[0])


def _shortcut(loss: losses.Loss, Y: AnyArray, outputs: int) -> str:
    """Return dz as text if the derivatives of loss and output activation cancel."""
    over = "" if len(Y) == 1 else f" / {len(Y)}"
    if isinstance(loss, SquaredError):
        return _slope(loss, len(Y), outputs)
    if isinstance(loss, CrossEntropy):
        s, one_hot = loss.label_smoothing, ", y one-hot" if Y.ndim == 1 else ""
        return f"(a − q){over}, q = {1 - s:g} y + {s:g} / {outputs}{one_hot}" if s else f"(a − y){over}{one_hot}"
    if isinstance(loss, (BinaryCrossEntropy, Poisson)):
        return f"(a − y){over}"
    return f"(derivative of {losses.loss_name(loss)} with respect to z){over}"


def _slope(loss: losses.Loss, rows: int, outputs: int) -> str:
    """Return the derivative with respect to the output as text."""
    over = "" if rows == 1 else f" / {rows}"
    if isinstance(loss, SquaredError):
        of_mean = f" / {outputs}" if loss.mean and not loss.gradient_of_sum and outputs > 1 else ""
        return ("(a − y)" if loss.half else "2 (a − y)") + of_mean + over
    text = f"derivative of {losses.loss_name(loss)} with respect to a"
    return f"({text}){over}" if over else text


def number(value: float | np.floating[Any]) -> str:
    """Return a number with four significant digits.

    Examples
    --------
    >>> number(0.123456), number(-2.0), number(1e-9)
    ('0.1235', '-2', '1e-09')
    """
    return f"{float(value) + 0.0:.4g}"  # adding 0 turns −0 into 0


def _signed(value: float | np.floating[Any]) -> str:
    return f"({number(value)})" if value < 0 else number(value)


def _row(batch: Array) -> str:
    """Return the first row of a batch as text, truncated if it is long."""
    more = "  …" if batch.shape[1] > SHOWN_NUMBERS else ""
    return "[" + "  ".join(map(number, batch[0, :SHOWN_NUMBERS])) + more + "]"


def _products(left: Array, right: Array) -> str:
    """Return the scalar product of two vectors as a sum, with its largest terms only."""
    shown = _largest(left * right)
    terms = [f"{_signed(left[i]) if k else number(left[i])}·{_signed(right[i])}" for k, i in enumerate(shown)]
    more = len(left) - len(shown)
    return " + ".join(terms + ([f"… ({more} more)"] if more else []))


def _fit(line: str) -> str:
    """Break a line that is too long before its numbers."""
    text, equals, row = line.rpartition(" = [")
    return line if len(line) <= WIDTH or not equals else f"{text}\n      = [{row}"


def _more_rows(count: int) -> str:
    return f" + … ({count} more row{'s' if count > 1 else ''})" if count else ""


def _followed(v: Values) -> int:
    return int(np.abs(v["dz" if "dz" in v else "da"][0]).argmax())


def _largest(terms: Array) -> list[int]:
    return sorted(int(i) for i in np.argsort(-np.abs(terms), kind="stable")[:SHOWN_TERMS])
