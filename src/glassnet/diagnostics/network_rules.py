"""Rules about a network on some rows: its first loss, its units, and the way of its gradients. Nothing is trained."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from glassnet.common.arrays import AnyArray, Array, IntArray
from glassnet.common.numbers import percent
from glassnet.diagnostics.findings import Finding
from glassnet.diagnostics.gradient_flow import between_layers
from glassnet.diagnostics.non_finite import failure_of, operation_of
from glassnet.diagnostics.step_rules import is_too_large
from glassnet.maths import losses
from glassnet.maths.activations import activation_name
from glassnet.network.layers import Activation, Dense
from glassnet.network.network import Network
from glassnet.network.trace import Trace

MOST_ROWS = 256
"""Number of rows that are examined."""

ROUNDING = 1e-3
"""Gradients that differ by less than this share are equal."""

MUCH = 5.0
"""A loss of numbers above this multiple of that of their mean is too large."""

LARGE_TARGET, SMALL_TARGET, FEWEST_TARGETS = 30.0, 1e-3, 10
"""Nine of ten targets below the first number, and a standard deviation above the second, are within reach."""

LEARNED = 0.9
"""A loss below this share of that of the mean is that of a network that has learned something."""

DEAD, SATURATED, SAME = 0.4, 0.5, 0.25
"""Shares of a layer's units from which on dead, saturated, or duplicated ones are a finding."""

FEWEST_ROWS, FEWEST_INPUTS = 20, 3
"""Different rows, and dimensions of the inputs, from which on units that are alike are a finding."""

FLAT = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}
"""The values at which an activation is saturated, by its name."""

AT_THE_END = 0.01
"""An activation this close to such a value is saturated."""


@dataclass(frozen=True, eq=False)
class Examined:
    """A network and its trace on some rows. y: (n,) or (n, outputs), as the loss gets them.

    numbers: of the rows in the user's data, (n,); by default, they are the first.
    """

    network: Network
    trace: Trace
    y: AnyArray
    loss: losses.Loss
    numbers: IntArray | None = None

    def number(self, row: int) -> int:
        """Return the number of an examined row in the user's data."""
        return row if self.numbers is None else int(self.numbers[row])

    @property
    def hidden(self) -> Iterator[tuple[str, str, Array]]:
        """Name, activation, and output, (n, units), of each hidden layer with an activation."""
        for one in self.network.placed[:-1]:
            if isinstance(one.layer, (Dense, Activation)):
                yield one.name, activation_name(one.layer.activation), self.trace[one.name].values["a"]

    @property
    def weights(self) -> list[tuple[str, Array, Array]]:
        """Name, W, and dW of each layer with a weight matrix, in order."""
        found = ((name, layer.values) for name, layer in self.trace.items())
        return [
            (name, values["W"], values["dW"])
            for name, values in found
            if "W" in values and "dW" in values and values["W"].ndim == 2
        ]


def examine(
    network: Network,
    X: AnyArray,
    y: AnyArray,
    loss: losses.LossLike | None = None,
    most_rows: int = MOST_ROWS,
    numbers: IntArray | None = None,
) -> Examined:
    """Return the network's trace on the first rows. X: (n, inputs), y: (n,) or (n, outputs). numbers: of the rows."""
    kind = network.loss(loss)
    rows, targets, _ = network.batch(X[:most_rows], y[:most_rows], kind)
    with np.errstate(all="ignore"):
        return Examined(network, network.trace(rows, targets, kind), targets, kind, numbers)


def diagnose_network(examined: Examined) -> list[Finding]:
    """Return the findings about a network; a rule is silent where an earlier one explains the same."""
    return _first_of(examined) or [finding for rule in RULES for finding in rule(examined)]


def diagnose_training(examined: Examined) -> list[Finding]:
    """Return the findings about a network that has made some steps: what would be wrong at any time."""
    return _first_of(examined) or [*_dead_units(examined), *_between_layers(examined)]


def _first_of(examined: Examined) -> list[Finding]:
    """Return the findings of the first rule that has some, of those that explain all others."""
    return next((found for rule in FIRST_RULES if (found := list(rule(examined)))), [])


def diagnose_finite(examined: Examined) -> list[Finding]:
    """Return a finding about the first number that is not finite."""
    return list(_not_finite(examined))


def diagnose_units(examined: Examined) -> list[Finding]:
    """Return the findings about the units of a network after training, which may be saturated on purpose."""
    return list(_dead_units(examined))


def _not_finite(examined: Examined) -> Iterator[Finding]:
    for name, layer in examined.trace.items():
        for key in ("W", "b", "z", "a"):
            values = layer.values.get(key)
            if values is None or np.isfinite(values).all():
                continue
            place = np.argwhere(~np.isfinite(values))[0].tolist()
            if key in ("W", "b"):
                yield _bad_parameter(f"{name}.{key}", float(values[tuple(place)]), place)
            else:
                yield _bad_value(examined, name, key, place)
            return
    yield from _bad_loss(examined)


def _bad_parameter(name: str, value: float, place: list[int]) -> Finding:
    return Finding(
        "not finite",
        "error",
        name,
        f"{name}[{', '.join(map(str, place))}] is {value:g}: the first number that is not finite.",
        "A parameter was not finite before the first step, or after an update: lower the learning rate.",
    )


def _bad_value(examined: Examined, name: str, key: str, place: list[int]) -> Finding:
    """Return the finding about an entry of z or a of a layer, the first of the forward pass that is not finite."""
    layer, (row, unit) = examined.trace[name].values, place
    kind = layer[key].dtype.name
    if key == "a" and "z" in layer:
        placed = next(one.layer for one in examined.network.placed if one.name == name)
        activation = activation_name(placed.activation) if isinstance(placed, (Dense, Activation)) else "the layer"
        what, how = f"The activation of {name}", operation_of(activation, float(layer["z"][row, unit]), kind)
    elif "W" in layer:
        x, W = (float(np.abs(layer[one]).max(initial=0)) for one in ("x", "W"))
        what = f"z = x W + b of {name}"
        how = (
            f"The product x W overflows: |x| is up to {x:.2g}, |W| up to {W:.2g}, and the largest number of {kind} is "
            f"{np.finfo(kind).max:.2g}."
        )
    else:
        what, how = f"The output of {name}", "Its sums or squares overflow, or it divides 0 by 0."
    return Finding(
        "not finite",
        "error",
        name,
        f"{what} is {layer[key][row, unit]} in row {examined.number(row)}, unit {unit}: the first number of the "
        f"forward pass that is not finite. {how}",
        "Inputs or weights are too large: scale the columns, and draw small initial weights.",
        {"row": examined.number(row), "unit": unit},
    )


def _bad_loss(examined: Examined) -> Iterator[Finding]:
    """Find the row whose loss is not finite, though the outputs are; then, the first gradient of the way back."""
    trace = examined.trace
    if not math.isfinite(trace.loss):
        with np.errstate(all="ignore"):
            bad = np.flatnonzero(~np.isfinite(examined.loss.value(trace.output, examined.y)))
        row = int(bad[0]) if bad.size else 0
        failure = failure_of(trace.output[row : row + 1], examined.y[row : row + 1])
        yield Finding(
            "not finite",
            "error",
            "loss",
            f"The loss of row {examined.number(row)} is not finite, though its outputs are: "
            f"{', '.join(f'{one:.4g}' for one in trace.output[row, :3])}{', …' * (trace.output.shape[1] > 3)}.",
            f"{failure.where} {failure.advice}" if failure else "Look for log(0), 0 / 0, and squares that overflow.",
            {"row": examined.number(row)},
        )
        return
    for name, layer in reversed(list(trace.items())):
        for key in ("da", "dz", "dW", "db"):
            values = layer.values.get(key)
            if values is not None and not np.isfinite(values).all():
                yield Finding(
                    "not finite",
                    "error",
                    f"{name}.{key[1:]}",
                    f"{key} of {name} is not finite: the first of the backward pass, though the loss is "
                    f"{trace.loss:.4g}.",
                    "The derivative of that layer, or the product with its inputs, overflows or divides by 0.",
                )
                return


def _equal_units(examined: Examined) -> Iterator[Finding]:
    # Units of the output may start equal: their targets differ, and so do their gradients, as those of a linear path.
    for name, W, dW in examined.weights[:-1]:
        is_same = np.abs(dW - dW[:, :1]).max(initial=0) <= ROUNDING * np.abs(dW).max(initial=0)
        if W.shape[1] > 1 and (W[:, :1] == W).all() and is_same:
            yield Finding(
                "equal units",
                "error",
                name,
                f"All {W.shape[1]} units of {name} have the same weights.",
                "They get the same gradient and stay equal: draw the initial weights at random.",
            )


def _zero_gradient(examined: Examined) -> Iterator[Finding]:
    zero = [name for name, _, dW in examined.weights if not dW.any()]
    if zero and examined.trace.loss > 0 and not _saturated_output(examined):
        yield Finding(
            "zero gradient",
            "error",
            ", ".join(zero),
            f"dW of {', '.join(zero)} is exactly zero, though the loss is {examined.trace.loss:.4g}.",
            "The signal ends on its way back: all units of a layer are dead or saturated, or its weights are 0.",
        )


def _saturated_output(examined: Examined) -> bool:
    """Return whether almost all probabilities are 0 or 1."""
    if examined.network.output_kind not in ("distribution", "probability"):
        return False
    a = examined.trace.output
    return bool(np.mean(np.minimum(a, 1 - a) < 1e-6) > 0.9)


def _first_loss(examined: Examined) -> Iterator[Finding]:
    loss, knowing_nothing, meaning = examined.trace.loss, *chance(examined)
    is_class = examined.network.output_kind != "real"
    if knowing_nothing is not None and (
        is_too_large(loss, knowing_nothing) if is_class else loss > MUCH * knowing_nothing
    ):
        yield Finding(
            "first loss",
            "warning",
            "loss",
            f"The loss is {loss:.3g}, worse than knowing nothing: {meaning} = {knowing_nothing:.3g}.",
            "The weights or the inputs are too large, so wrong predictions are certain: scale the inputs, and use He "
            "or Glorot initialization."
            if is_class
            else "The weights or the inputs are too large, or the targets are not standardized: scale the inputs, use "
            "He or Glorot initialization, and scale y with gn.TargetScale.",
            {"loss": loss, "chance": knowing_nothing},
        )


def _scale_of_target(examined: Examined) -> Iterator[Finding]:
    """Targets far larger or smaller than the outputs of a new network; a network that has learned them is fine."""
    kind, y = examined.network.output_kind, examined.y
    is_exponential = activation_name(examined.network.output_activation) == "exponential"
    if kind not in ("real", "positive") or is_exponential or len(y) < FEWEST_TARGETS:
        return
    numbers = y.astype(np.float64)
    usual, spread = np.quantile(np.abs(numbers), 0.9, axis=0), numbers.std(axis=0)  # (outputs,) each
    small = np.where(spread > 0, spread, np.inf)
    is_large = bool(usual.max() > LARGE_TARGET)
    if not is_large and not small.min() < SMALL_TARGET:
        return
    if examined.trace.loss < LEARNED * loss_of(examined.loss, y.mean(axis=0), y):
        return
    worst = int(usual.argmax() if is_large else small.argmin())
    which = "y" if len(usual) == 1 else f"column {worst} of y"
    yield Finding(
        "scale of the target",
        "warning",
        "y" if len(usual) == 1 else f"y, column {worst}",
        f"{which} has the mean {numbers[:, worst].mean():.3g} and the standard deviation {spread[worst]:.3g}, but the "
        "outputs of a new network are of about size 1.",
        "Train on scale.transform(y) with scale = gn.TargetScale().fit(y), and map predictions back with "
        "scale.inverse_transform. Recipes and estimators do it themselves."
        if kind == "real"
        else "Divide the targets by a constant, or end the network in exponential, which reaches large numbers.",
        {"mean": float(numbers[:, worst].mean()), "spread": float(spread[worst])},
    )


def loss_of(loss: losses.Loss, predictions: AnyArray, y: AnyArray) -> float:
    """Return the mean loss of predictions for numbers y, (n, outputs); a single prediction, (outputs,), is repeated."""
    return float(loss.value(np.ascontiguousarray(np.broadcast_to(predictions, y.shape), y.dtype), y).mean())


def chance(examined: Examined) -> tuple[float | None, str]:
    """Return the loss of a constant prediction, None if it is not known, and its formula."""
    network, y = examined.network, examined.y
    name = losses.loss_name(examined.loss)
    if network.output_kind == "distribution" and name == "cross_entropy":
        return math.log(network.outputs), f"ln {network.outputs}"
    if network.output_kind == "probability" and name == "binary_cross_entropy":
        several = f"{network.outputs} · " if network.outputs > 1 else ""
        return network.outputs * math.log(2), f"{several}ln 2"
    if network.output_kind == "real" and name == "squared_error":
        return loss_of(examined.loss, y.mean(axis=0), y) or None, "the loss of the mean"
    return None, ""


def _dead_units(examined: Examined) -> Iterator[Finding]:
    for name, activation, a in examined.hidden:
        share = float(np.mean((a == 0).all(axis=0)))
        if activation == "relu" and share > DEAD:
            yield Finding(
                "dead units",
                "warning",
                name,
                f"{percent(share)} of the units of {name} are dead: 0 in all {len(a)} rows that were examined.",
                "They get no gradient. Lower the learning rate, scale the inputs, or use leaky_relu or gelu.",
                {"share": share},
            )


def _saturated_units(examined: Examined) -> Iterator[Finding]:
    for name, activation, a in examined.hidden:
        if activation not in FLAT:
            continue
        low, high = FLAT[activation]
        share = float(np.mean((a - low < AT_THE_END) | (high - a < AT_THE_END)))
        if share > SATURATED:
            yield Finding(
                "saturated units",
                "warning",
                name,
                f"{percent(share)} of the values of {name} are saturated: {activation} is almost {low:g} or {high:g}, "
                "and its derivative almost 0.",
                "Scale the inputs, use Glorot initialization, or relu in place of it.",
                {"share": share},
            )


def _duplicated_units(examined: Examined) -> Iterator[Finding]:
    first = next(iter(examined.trace.values())).values.get("x")
    # Units of one input, or on few different rows, are alike by necessity.
    if first is None or len(np.unique(first, axis=0)) < FEWEST_ROWS or np.linalg.matrix_rank(first) < FEWEST_INPUTS:
        return
    for name, _, a in examined.hidden:
        moving = a[:, (a != a[0]).any(axis=0)].astype(np.float64)
        units = moving.shape[1]
        if not 2 <= units <= 1024:
            continue
        scaled = moving - moving.mean(axis=0)
        scaled /= np.linalg.norm(scaled, axis=0)
        likeness = np.tril(scaled.T @ scaled, -1)
        copies = int((likeness > 1 - 1e-6).any(axis=1).sum())
        if copies > SAME * a.shape[1]:
            yield Finding(
                "duplicated units",
                "warning",
                name,
                f"{copies} of {a.shape[1]} units of {name} compute the same as another one, up to scale and shift.",
                "They add nothing: draw their initial weights at random, or use fewer units.",
                {"copies": copies},
            )


def _between_layers(examined: Examined) -> Iterator[Finding]:
    sizes = [(name, float(np.sqrt(np.mean(np.square(dW, dtype=np.float64))))) for name, _, dW in examined.weights]
    yield from between_layers([one for one in sizes if one[1]])


FIRST_RULES: tuple[Callable[[Examined], Iterator[Finding]], ...] = (_not_finite, _equal_units, _zero_gradient)
"""Rules whose finding explains those of the others."""

RULES: tuple[Callable[[Examined], Iterator[Finding]], ...] = (
    _scale_of_target,
    _first_loss,
    _dead_units,
    _saturated_units,
    _duplicated_units,
    _between_layers,
)
