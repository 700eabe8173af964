"""Decision path: how much each unit contributes to the prediction for one row, layer by layer (relevance propagation).

The decision is a difference of two logits, or a number. For this row, every function of one number is replaced by the
straight line through its values at 0 and at z, so the network becomes a chain of linear maps with constants:

    a = f(0) + s · z,   s = (f(z) − f(0)) / z          contribution of a unit = a · weight

The weight of a unit is what the decision changes by per unit of a along this chain: weights(x) = W (s ⊙ weights(a)).
Contributions of a layer and the constants (biases and f(0)) add up to the decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.common import checks, html
from glassnet.common.arrays import Array
from glassnet.maths.activations import Softmax, SoftmaxGroups
from glassnet.maths.groups import parts_of
from glassnet.network.column_names import ONE_TO_ONE, ColumnNames, checked_names, output_names
from glassnet.network.columnwise import ParametricActivation
from glassnet.network.embedding import Embedding
from glassnet.network.layer import Cache, Operation
from glassnet.network.layers import Activation, Dropout
from glassnet.network.network import Network
from glassnet.network.normalization import LayerNorm
from glassnet.network.passes import forward_pass
from glassnet.network.periodic_embedding import PeriodicEmbedding
from glassnet.network.piecewise_linear import PiecewiseLinearEmbedding
from glassnet.network.trace_numbers import number

SHOWN_UNITS = 6

NEAR_ZERO = 1e-4
"""Closer to 0, the slope of the line is the derivative, since the quotient would lose its digits."""


EMBEDDINGS = (Embedding, PeriodicEmbedding, PiecewiseLinearEmbedding)
"""Layers whose outputs belong to one input each, like those of the layers in ONE_TO_ONE."""


@dataclass(frozen=True)
class PathLayer:
    """Contributions of the units of one layer, or of the inputs, to a decision.

    Attributes
    ----------
    name : str
        Name of the layer, or "input".
    units : tuple of str
        Names of the units: those of columns, or numbers.
    values : Array, (units,)
        Values of the units, a.
    contributions : Array, (units,)
        a · weight; with `rest`, they add up to the decision.
    rest : float
        Contribution of what is not one of the units: biases, constants, and paths around the layer.
    """

    name: str
    units: tuple[str, ...]
    values: Array
    contributions: Array
    rest: float

    @property
    def shares(self) -> Array:
        """Share of each unit and, last, of the rest, (units + 1,): magnitudes of contributions, which add up to 1."""
        sizes = np.abs([*self.contributions, self.rest])
        total = sizes.sum()
        return sizes / total if total > 0 else np.full(len(sizes), 1 / len(sizes))


@dataclass(frozen=True)
class DecisionPath:
    """Which units carried a decision, with their contributions and shares; prints as tables.

    Attributes
    ----------
    decision : str
        What was decided, such as "cat over dog".
    formula : str
        The number that was decided by, such as "z[1] − z[0]".
    margin : float
        Its value, which the contributions of each layer add up to.
    layers : tuple of PathLayer
        From the last hidden layer back to the input, those whose units a later layer combines.
    """

    decision: str
    formula: str
    margin: float
    layers: tuple[PathLayer, ...]

    def __str__(self) -> str:
        lines = [f"decision  {self.decision}: {self.formula} = {number(self.margin)}"]
        for layer in self.layers:
            cells = [_HEADER, *_rows(layer)]
            widths = [max(len(row[i]) for row in cells) for i in range(len(_HEADER))]
            lines += ["", f"{layer.name}    {_note(layer)}"]
            lines += [
                "  " + "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip()
                for row in cells
            ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        parts = [
            html.heading(layer.name, _note(layer)) + html.table(_rows(layer), _HEADER, numbers=[1, 2, 3])
            for layer in self.layers
        ]
        return html.page("Decision path", *parts, note=f"{self.decision}: {self.formula} = {number(self.margin)}")

    def to_dict(self) -> dict[str, Any]:
        """Return the path as plain data.

        Returns
        -------
        dict
            "decision", "formula", "margin", and "layers", each with all of its units.
        """
        layers = [
            {
                "name": layer.name,
                "units": list(layer.units),
                "values": layer.values.tolist(),
                "contributions": layer.contributions.tolist(),
                "shares": layer.shares[:-1].tolist(),
                "rest": layer.rest,
                "rest_share": float(layer.shares[-1]),
            }
            for layer in self.layers
        ]
        return {"decision": self.decision, "formula": self.formula, "margin": self.margin, "layers": layers}


_HEADER = ("unit", "a", "contribution", "share")


def _note(layer: PathLayer) -> str:
    active = int(np.count_nonzero(layer.contributions))
    return f"{len(layer.units):,} units, {active:,} with a contribution"


def _rows(layer: PathLayer) -> list[tuple[str, str, str, str]]:
    """Return the cells of a layer's table: its largest contributions, the sum of all others, and the rest."""
    order = np.argsort(-np.abs(layer.contributions), kind="stable")
    count = min(SHOWN_UNITS, max(1, np.count_nonzero(layer.contributions)))
    shown, others = order[:count], order[count:]
    shares = layer.shares
    rows = [
        (layer.units[i], number(layer.values[i]), f"{layer.contributions[i] + 0.0:+.4g}", f"{shares[i]:.1%}")
        for i in shown
    ]
    if len(others):
        total = layer.contributions[others].sum()
        rows.append((f"… {len(others):,} more", "", f"{total + 0.0:+.4g}", f"{shares[others].sum():.1%}"))
    return [*rows, ("biases, constants", "", f"{layer.rest + 0.0:+.4g}", f"{shares[-1]:.1%}")]


def decision_path(
    network: Network,
    x: npt.ArrayLike,
    names: ColumnNames | Sequence[str] | None = None,
    classes: Sequence[str] | None = None,
    output: int = 0,
    against: int | None = None,
) -> DecisionPath:
    """Return how much each unit contributed to the prediction for one row.

    The decision is the logit of the most probable class minus that of the runner-up or of the class `against`, the
    logit of a sigmoid output, or a number. For networks of dense layers with ReLU, a contribution is activation times
    gradient.

    Parameters
    ----------
    network : Network
        The network.
    x : array-like, (inputs,) or (1, inputs)
        The row, as the network gets it.
    names : sequence of str, optional
        Names of the inputs; those of a model are `model.input_names`.
    classes : sequence of str, optional
        Names of the classes.
    output : int, default 0
        Which number, probability, or group of classes, if the network has several.
    against : int, optional
        Index of the class that the most probable one is compared with (default: the runner-up); for softmax outputs.

    Returns
    -------
    DecisionPath
        The contributions.

    Raises
    ------
    ValueError
        If x is not one row, there is no such output, or no such other class.

    Notes
    -----
    Contributions depend on the point they are measured from, which is 0 in each layer; for standardized inputs, that is
    the mean. Units that cancel each other have large contributions with opposite signs. A share is no probability, and
    no statement about what would happen with another input.

    References
    ----------
    Bach et al., "On pixel-wise explanations for non-linear classifier decisions by layer-wise relevance propagation",
    PLoS ONE 10, 2015. Lines through two points: Shrikumar, Greenside & Kundaje, "Learning important features through
    propagating activation differences", ICML 2017 (rescale rule).

    Examples
    --------
    >>> from glassnet.network.layers import Dense
    >>> net = Network(2, [Dense(2, "relu"), Dense(2, "softmax")], init="zeros")
    >>> net.parameters = [1, 0, 0, 1, 0, 0, 2, 0, 0, 1, 0.5, 0]
    >>> path = decision_path(net, [3.0, 2.0], names=["age", "size"])
    >>> path.margin, path.layers[0].contributions, path.layers[0].rest
    (4.5, array([ 6., -2.]), 0.5)
    """
    row = np.atleast_2d(np.asarray(x))
    if row.shape != (1, network.inputs):
        raise ValueError(f"x must be one row of {network.inputs} inputs, got shape {np.shape(x)}")
    named = checked_names(names, network.inputs)
    # A copy in float64: the lines need all digits, and the gradients of the network itself stay as they are.
    copy = network.copy("float64")
    steps = copy.operations
    outputs, caches = forward_pass(steps, copy.rows(row), False, None)
    start = steps[-1].source if isinstance(steps[-1].layer, Activation) else len(steps)
    decision, formula, weights = _decision(copy, outputs[start][0], classes, output, against)
    margin = float(outputs[start][0] @ weights)
    found = _contributions(steps, outputs, caches, start, weights)
    unit_names = _unit_names(steps, outputs, named)
    layers = []
    for k in sorted(found, reverse=True):
        users = [step for step in steps if step.source == k]
        if k == 0 or any(not isinstance(step.layer, (*ONE_TO_ONE, *EMBEDDINGS)) for step in users):
            name = "input" if k == 0 else _origin(steps, k)
            rest = margin - float(found[k].sum())
            layers.append(PathLayer(name, unit_names[k], outputs[k][0], found[k], rest))
    return DecisionPath(decision, formula, margin, tuple(layers))


def _origin(steps: Sequence[Operation], k: int) -> str:
    """Return the name of the layer that computed output k; dropout passes it on unchanged."""
    while isinstance(steps[k - 1].layer, Dropout) and steps[k - 1].source:
        k = steps[k - 1].source
    return steps[k - 1].name


def _decision(
    network: Network, z: Array, classes: Sequence[str] | None, output: int, against: int | None
) -> tuple[str, str, Array]:
    """Return what was decided, by which number, and the weights that give it from the last logits z, (outputs,)."""
    last, weights = network.output_activation, np.zeros(len(z))
    is_softmax = isinstance(last, (Softmax, SoftmaxGroups))
    parts = parts_of(getattr(last, "groups", ()), len(z)) if is_softmax else [slice(i, i + 1) for i in range(len(z))]
    checks.whole_number("output", output, at_least=0)
    if output >= len(parts):
        raise ValueError(f"output must be below {len(parts)}, the number of outputs that are decided, got {output}")
    part = parts[output]
    if is_softmax and part.stop - part.start > 1:
        best, second = (part.start + int(i) for i in np.argsort(-z[part], kind="stable")[:2])
        if against is not None:
            second = part.start + against
            if second == best or not part.start <= second < part.stop:
                count = part.stop - part.start
                raise ValueError(
                    f"against must be a class from 0 to {count - 1} other than the predicted one, {best - part.start}; "
                    f"got {against}"
                )
        weights[best], weights[second] = 1, -1
        first, other = (f"class {i}" if classes is None else classes[i - part.start] for i in (best, second))
        return f"{first} over {other}", f"z[{best}] − z[{second}]", weights
    if against is not None:
        raise ValueError("against is for networks with softmax outputs; this one has no classes to compare")
    place = f"z[{output}]" if len(z) > 1 else "z"
    if network.output_kind == "probability":
        is_second = bool(z[output] > 0)
        weights[output] = 1 if is_second else -1
        names = ("0", "1") if classes is None or len(z) > 1 else classes
        return f"{names[is_second]} over {names[not is_second]}", place if is_second else f"−{place}", weights
    weights[part.start] = 1
    return ("a number" if len(z) == 1 else f"output {output}"), place, weights


def _contributions(
    steps: Sequence[Operation], outputs: Sequence[Array], caches: Sequence[Cache], start: int, weights: Array
) -> dict[int, Array]:
    """Return the contributions of each output that the decision depends on, (units,), by its number.

    outputs: of all operations, (1, units) each, the network's input first. weights: of output `start`.
    """
    slopes, fixed = {start: weights[None]}, dict[int, Array]()  # fixed: contributions that are no products
    found: dict[int, Array] = {}
    for k in range(start, -1, -1):
        if k not in slopes:
            continue
        dy, extra = slopes[k], fixed.get(k, np.zeros(1))
        found[k] = outputs[k][0] * dy[0] + extra
        if k == 0:
            break
        step = steps[k - 1]
        x = outputs[step.source]
        if isinstance(step.layer, Embedding):
            own, passed_on = _through_embedding(step.layer, dy, found[k], np.broadcast_to(extra, found[k].shape))
            fixed[step.source] = passed_on
        else:
            own = _through(step, x, outputs[k], caches[k - 1], dy)
        for source, part in ((step.source, own), (step.added, dy)):
            if source is not None:
                slopes[source] = slopes[source] + part if source in slopes else part
    del found[start]
    return found


def _through(step: Operation, x: Array, y: Array, cache: Cache, dy: Array) -> Array:
    """Return the weights of a layer's inputs, (1, inputs), from those of its outputs, dy, (1, outputs)."""
    layer: Any = step.layer
    if isinstance(layer, LayerNorm):  # mean and σ of the row are taken as given, or nothing would be left
        w = dy * step.p["scale"] / np.sqrt(x.var() + layer.epsilon)
        scaled: Array = w - w.mean()
        return scaled
    gradient = step.backward(cache, dy, True)
    assert gradient is not None
    is_mixed = isinstance(getattr(layer, "activation", None), (Softmax, SoftmaxGroups))
    if isinstance(layer, (PeriodicEmbedding, PiecewiseLinearEmbedding)):
        columns, units = layer.columns, layer.units
    elif isinstance(layer, (Activation, ParametricActivation)) and not is_mixed:
        columns, units = x.shape[1], 1
    else:
        return gradient
    # Each of the first columns has units of its own, which are functions of this column alone.
    zero = x.copy()
    zero[:, :columns] = 0
    risen = dy * (y - layer.forward(step.p, step.state, zero, False, None)[0])
    rise = risen[0, : columns * units].reshape(columns, units).sum(axis=1)
    own = x[0, :columns]
    is_far = np.abs(own) > NEAR_ZERO
    gradient[0, :columns][is_far] = rise[is_far] / own[is_far]
    return gradient


def _through_embedding(layer: Embedding, dy: Array, contributions: Array, extra: Array) -> tuple[Array, Array]:
    """Return the weights of the inputs, (1, inputs), and what the codes contribute by their vectors, (inputs,)."""
    passing = dy.shape[1] - len(layer.columns) * layer.units
    inputs = passing + len(layer.columns)
    others = np.delete(np.arange(inputs), layer.columns)
    own, passed_on = np.zeros((1, inputs)), np.zeros(inputs)
    own[0, others], passed_on[others] = dy[0, :passing], extra[:passing]
    passed_on[list(layer.columns)] = contributions[passing:].reshape(-1, layer.units).sum(axis=1)
    return own, passed_on


def _unit_names(
    steps: Sequence[Operation], outputs: Sequence[Array], names: ColumnNames | None
) -> dict[int, tuple[str, ...]]:
    """Return the names of the units of each output, by its number."""
    known: list[Sequence[str] | None] = [None if names is None else names.columns]
    for step in steps:
        known.append(None if step.added is not None else output_names(step.layer, known[step.source]))
    known[0] = None if names is None else names.of_row(outputs[0][0])
    return {
        k: tuple(map(str, range(a.shape[1]))) if own is None else tuple(own)
        for k, (a, own) in enumerate(zip(outputs, known, strict=True))
    }
