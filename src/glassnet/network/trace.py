"""Every number of one pass through a network, forward and back, kept by layer name and printed as formulas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.maths import activations, losses
from glassnet.network.layers import Activation, Dense

if TYPE_CHECKING:
    from glassnet.network.network import Network

SHOWN_NUMBERS = 10
SHOWN_TERMS = 3


@dataclass(frozen=True)
class LayerTrace:
    """The numbers of one layer: x, W, b, z, a on the way forward, da, dz, dW, db on the way back.

    `trace["dense1"].dW` and `trace["dense1"]["dW"]` are the same array; `values` holds all by name. Layers without
    weights have fewer, normalisations have scale, shift and their gradients.
    """

    name: str
    values: Mapping[str, Array]

    def __getattr__(self, key: str) -> Array:
        if key.startswith("_") or key not in self.values:
            raise AttributeError(f"{self.name} has no {key!r} in its trace; it has {', '.join(self.values)}")
        return self.values[key]

    def __getitem__(self, key: str) -> Array:
        return self.values[key]


@dataclass(frozen=True)
class Trace(Mapping[str, LayerTrace]):
    """One pass forward and back: the numbers of every layer by name, the loss, and text that explains them.

    `print(trace)` follows the batch's row 0 and, in each layer, the unit that the loss blames most.
    """

    layers: Mapping[str, LayerTrace]
    loss: float
    output: Array
    text: str

    def __getitem__(self, name: str) -> LayerTrace:
        return self.layers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    def __str__(self) -> str:
        return self.text


def record_trace(network: Network, X: Array, Y: AnyArray, loss: losses.Loss) -> Trace:
    """Run one batch forward and back in evaluation mode, keeping every array; X and Y as Network.batch returns them."""
    seen: dict[str, dict[str, Array]] = {name: {} for name in network.names}
    a, caches = X, []
    for step in network.steps:
        values = seen[step.name]
        values.setdefault("z" if isinstance(step.layer, Activation) else "x", a)
        values.update({short: view.copy() for short, view in step.p.items()})
        a, cache = step.layer.forward(step.p, step.state, a, False, None)
        values[step.layer.result] = a
        caches.append(cache)
    row_losses, gradient, from_logits = network.loss_of(a, caches[-1], Y, loss)
    dy: Array | None = gradient / len(X)
    if from_logits:
        seen[network.names[-1]].update(da=loss.gradient(a, Y) / len(X), dz=gradient / len(X))
    # Also the gradient with respect to the input is of interest here, so nothing is passed over at the bottom.
    for step, cache in zip(
        reversed(network.steps[: -1 if from_logits else None]),
        reversed(caches[: len(network.steps) - from_logits]),
        strict=True,
    ):
        assert dy is not None
        values = seen[step.name]
        values["d" + step.layer.result] = dy
        dy = step.layer.backward(step.p, cache, dy, step.g, True)
        if isinstance(step.layer, Activation):
            values["dz"] = dy if dy is not None else gradient
        elif dy is not None:
            values["dx"] = dy
        values.update({f"d{short}": view.copy() for short, view in step.g.items()})
    layers = {name: LayerTrace(name, values) for name, values in seen.items()}
    mean = losses.mean_loss(row_losses, None)
    return Trace(layers, mean, a, _text(network, layers, Y, loss, mean, a))


def _text(
    network: Network, layers: Mapping[str, LayerTrace], Y: AnyArray, loss: losses.Loss, mean: float, a: Array
) -> str:
    rows = len(a)
    of = "" if rows == 1 else f", row 0 of {rows}"
    lines = [f"forward{of}", f"  input   x = {_numbers(next(iter(layers.values())).values, 'x', 'z')}"]
    below = "the input"
    for name, layer in zip(network.names, network.layers, strict=True):
        lines += ["", f"  {name}"] + [f"    {line}" for line in _forward_lines(layer, layers[name].values, below)]
        below = f"{name}.a"
    target = Y[0] if Y.ndim == 1 else "[" + "  ".join(map(number, Y[0][:SHOWN_NUMBERS])) + "]"
    lines += ["", f"  loss    {losses.loss_name(loss)} of {network.names[-1]}.a and y = {target}"]
    lines[-1] += f" is {number(mean)}" + ("" if rows == 1 else f" in the mean over {rows} rows")
    lines += ["", f"backward{of}: d… is the derivative of the loss with respect to …"]
    for name, layer in zip(reversed(network.names), reversed(network.layers), strict=True):
        shortcut = _shortcut(loss) if name == network.names[-1] and network.is_canonical(loss) else None
        lines += ["", f"  {name}"]
        lines += [f"    {line}" for line in _backward_lines(layer, layers[name].values, shortcut, rows)]
    return "\n".join(lines)


def _forward_lines(layer: Any, v: Mapping[str, Array], below: str) -> list[str]:
    if isinstance(layer, Dense):
        unit, name = _blamed(v["dz"]), activations.activation_name(layer.activation)
        terms = [(v["x"][0, i], v["W"][i, unit]) for i in _largest(v["x"][0] * v["W"][:, unit])]
        sum_text = " + ".join(f"{number(x)}·{_signed(w)}" for x, w in terms)
        more = len(v["x"][0]) - len(terms)
        rest = f" + … ({more} more)" if more else ""
        return [
            f"z = x W + b          x is {below}, {v['x'].shape}   W {v['W'].shape}   b {v['b'].shape}",
            f"z[{unit}] = {sum_text}{rest} + {_signed(v['b'][unit])} = {number(v['z'][0, unit])}",
            f"z = {_numbers(v, 'z')}",
            f"a = {name}(z) = {_numbers(v, 'a')}",
        ]
    if isinstance(layer, Activation):
        return [f"a = {activations.activation_name(layer.activation)}(z) = {_numbers(v, 'a')}"]
    return [f"a = {layer.kind}(x) = {_numbers(v, 'a')}"]


def _backward_lines(layer: Any, v: Mapping[str, Array], shortcut: str | None, rows: int) -> list[str]:
    lines = []
    if isinstance(layer, (Dense, Activation)):
        name = activations.activation_name(layer.activation)
        if shortcut:
            over = "" if rows == 1 else f" / {rows}"
            lines.append(f"dz = {shortcut}{over} = {_numbers(v, 'dz')}")
        else:
            lines += [f"da = {_numbers(v, 'da')}", f"dz = da · {name}'(z) = {_numbers(v, 'dz')}"]
    else:
        lines.append(f"da = {_numbers(v, 'da')}")
    if isinstance(layer, Dense):
        unit = _blamed(v["dz"])
        one = _largest(v["x"][0] * v["W"][:, unit])[0]
        product = f"{number(v['x'][0, one])}·{_signed(v['dz'][0, unit])}"
        more = "" if rows == 1 else f" + … ({rows - 1} more rows)"
        lines += [
            f"dW = xᵀ dz, {v['dW'].shape}: dW[{one}, {unit}] = {product}{more} = {number(v['dW'][one, unit])}",
            f"db = Σ dz over the rows = {_numbers({'db': v['db'][None]}, 'db')}",
        ]
    elif "dscale" in v:
        lines += [f"d{key} = {_numbers({key: v['d' + key][None]}, key)}" for key in ("scale", "shift")]
    return lines


def _shortcut(loss: losses.Loss) -> str:
    """Return what dz is where the loss's derivative cancels against the output activation's."""
    if isinstance(loss, losses.SquaredError):
        return "(a − y)" if loss.half else "2 (a − y)"
    if isinstance(loss, losses.CrossEntropy):
        return "(a − q), q the smoothed y" if loss.label_smoothing else "(a − y), y one-hot"
    return "(a − y)"


def number(value: Any) -> str:
    """Return a number with four digits that count.

    >>> number(0.123456), number(-2.0), number(1e-9)
    ('0.1235', '-2', '1e-09')
    """
    return f"{float(value) + 0.0:.4g}"  # adding 0 turns −0 into 0


def _signed(value: Any) -> str:
    return f"({number(value)})" if value < 0 else number(value)


def _numbers(values: Mapping[str, Array], *keys: str) -> str:
    row = next(values[key] for key in keys if key in values)[0]
    more = "  …" if len(row) > SHOWN_NUMBERS else ""
    return "[" + "  ".join(map(number, row[:SHOWN_NUMBERS])) + more + "]"


def _blamed(dz: Array) -> int:
    return int(np.abs(dz[0]).argmax())


def _largest(terms: Array) -> list[int]:
    return sorted(int(i) for i in np.argsort(-np.abs(terms), kind="stable")[:SHOWN_TERMS])
