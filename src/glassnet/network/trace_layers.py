"""Each kind of layer in the text of a trace: formulas with numbers of one unit, forward and backward."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from glassnet.common.arrays import Array
from glassnet.maths import activations
from glassnet.network import trace_embeddings
from glassnet.network.columnwise import ParametricActivation, Scale
from glassnet.network.embedding import Embedding
from glassnet.network.layer import Layer
from glassnet.network.layers import Activation, Dense, Dropout
from glassnet.network.members import MemberDense, Members
from glassnet.network.normalization import BatchNorm, LayerNorm
from glassnet.network.periodic_embedding import PeriodicEmbedding
from glassnet.network.piecewise_linear import PiecewiseLinearEmbedding
from glassnet.network.trace_numbers import number, over_rows, products, row, signed
from glassnet.network.traced_layer import Lines, TracedLayer


def _dense(one: TracedLayer) -> list[str]:
    v, u = one.v, one.unit
    more, last = "", [(f"b[{u}]", v["b"][u])]
    if one.added is not None:
        more = f" + {one.added[0]}.a"
        last.append((f"{one.added[0]}.a[{u}]", one.added[1][0, u]))
    name = activations.activation_name(one.layer.activation)
    return [
        f"z = x W + b{more}          x is {one.below}, {v['x'].shape}   W {v['W'].shape}   b {v['b'].shape}",
        *one.total(f"z[{u}]", v["x"][0], v["W"][:, u], last, v["z"][0, u]),
        f"z = {row(v['z'])}",
        "a = z" if name == "identity" else f"a = {name}(z) = {row(v['a'])}",
    ]


def _dense_back(one: TracedLayer) -> list[str]:
    v, u = one.v, one.unit
    x, dz = v["x"][0], v["dz"][0, u]
    i = int(np.abs(x).argmax())
    dW = one.entry(f"dW[{one.input(i)}, {u}]", f"{number(x[i])}·{signed(dz)}", x[i] * dz, v["dW"][i, u])
    db = one.entry(f"db[{u}]", number(dz), dz, v["db"][u])
    return [f"dW = xᵀ dz, {v['dW'].shape}: {dW}", f"db = Σ dz over the rows, {v['db'].shape}: {db}"]


def _activation(one: TracedLayer) -> list[str]:
    return [f"{one.layer.formula()} = {row(one.v['a'])}"]


def _spread(one: TracedLayer) -> tuple[Array, Array]:
    """Return the mean and σ that row 0 was normalized with, both (units,)."""
    v, x = one.v, one.v["x"][0]
    if isinstance(one.layer, BatchNorm):
        return v["mean"], np.sqrt(v["variance"] + one.layer.epsilon)
    return np.full_like(x, x.mean()), np.full_like(x, np.sqrt(x.var() + one.layer.epsilon))


def _normalization(one: TracedLayer) -> list[str]:
    v, u = one.v, one.unit
    mean, sigma = _spread(one)
    x = f"({number(v['x'][0, u])} − {signed(mean[u])})"
    source = "running statistics" if isinstance(one.layer, BatchNorm) else "statistics of the row"
    return [
        f"a = {one.layer.formula()}          x is {one.below}; mean and σ: {source}",
        f"a[{one.label(u)}] = {number(v['scale'][u])} · {x} / {number(sigma[u])} + {signed(v['shift'][u])}"
        f" = {number(v['a'][0, u])}",
        f"a = {row(v['a'])}",
    ]


def _normalization_back(one: TracedLayer) -> list[str]:
    v, u = one.v, one.unit
    (mean, sigma), da, label = _spread(one), one.of("da", one.unit), one.label(one.unit)
    x_hat = (v["x"][0] - mean) / sigma  # (units,)
    dscale = one.entry(f"dscale[{label}]", f"{number(da)}·{signed(x_hat[u])}", da * x_hat[u], v["dscale"][u])
    lines = [
        f"dscale = Σ da · (x − mean) / σ over the rows: {dscale}",
        f"dshift = Σ da over the rows: {one.entry(f'dshift[{label}]', number(da), da, v['dshift'][u])}",
    ]
    if isinstance(one.layer, BatchNorm):
        return [
            *lines,
            f"dx[{label}] = da · scale / σ = {number(da)}·{signed(v['scale'][u])} / {number(sigma[u])}"
            f" = {number(v['dx'][0, u])}",
        ]
    dx_hat = v["da"][0] * v["scale"]
    parts = f"({number(dx_hat[u])} − {signed(dx_hat.mean())} − {signed(x_hat[u])}·{signed((dx_hat * x_hat).mean())})"
    return [
        *lines,
        "dx = (dx̂ − mean(dx̂) − x̂ · mean(dx̂ · x̂)) / σ, with x̂ = (x − mean) / σ and dx̂ = da · scale",
        f"dx[{label}] = {parts} / {number(sigma[u])} = {number(v['dx'][0, u])}",
    ]


def _scale(one: TracedLayer) -> list[str]:
    v, u = one.v, one.unit
    return [
        f"{one.layer.formula()}          x is {one.below}   s {v['s'].shape}",
        f"a[{one.label(u)}] = {number(v['s'][u])}·{signed(v['x'][0, u])} = {number(v['a'][0, u])}",
        f"a = {row(v['a'])}",
    ]


def _scale_back(one: TracedLayer) -> list[str]:
    v, u, label = one.v, one.unit, one.label(one.unit)
    da, x = v["da"][0, u], v["x"][0, u]
    return [
        f"ds = Σ da · x over the rows: {one.entry(f'ds[{label}]', f'{number(da)}·{signed(x)}', da * x, v['ds'][u])}",
        f"dx[{label}] = da · s = {number(da)}·{signed(v['s'][u])} = {number(v['dx'][0, u])}",
    ]


def _parametric(one: TracedLayer) -> list[str]:
    v, u = one.v, one.unit
    mixed = f"{number(v['x'][0, u])} + {signed(v['alpha'][u])}·{signed(_bend(one))}"
    return [
        f"{one.layer.formula()}          x is {one.below}   α {v['alpha'].shape}",
        f"a[{one.label(u)}] = {mixed} = {number(v['a'][0, u])}",
        f"a = {row(v['a'])}",
    ]


def _bend(one: TracedLayer) -> float:
    """Return activation(x) − x of the unit that is followed, in row 0."""
    x = one.v["x"][:1]
    return float((one.layer.activation.forward(x) - x)[0, one.unit])


def _parametric_back(one: TracedLayer) -> list[str]:
    v, u, label = one.v, one.unit, one.label(one.unit)
    da, bend, alpha = one.of("da", u), _bend(one), v["alpha"]
    name = activations.activation_name(one.layer.activation)
    entry = one.entry(f"dalpha[{label}]", f"{number(da)}·{signed(bend)}", da * bend, v["dalpha"][u])
    lines = [f"dα = Σ da · ({name}(x) − x) over the rows: {entry}"]
    x = v["x"][:1]
    bent = one.layer.activation.backward(v["da"][:1] * alpha, x, one.layer.activation.forward(x))[0, u]
    if name == "softmax":
        formula = f"dx = da · (1 − α) + derivative of {name} times da · α"
    else:
        formula = f"dx = da · (1 − α) + da · α · {name}'(x)"
    rest = f"{number(da)}·{signed(1 - alpha[u])} + {signed(bent)}"
    return [*lines, f"{formula}: dx[{label}] = {rest} = {number(v['dx'][0, u])}"]


def _dropout(one: TracedLayer) -> list[str]:
    return [f"{one.layer.formula()} in training; here dropout is off: a = x = {row(one.v['a'])}"]


def _dropout_back(one: TracedLayer) -> list[str]:
    return ["dx = da, because dropout is off"]


def _members(one: TracedLayer) -> list[str]:
    v, u = one.v, one.unit
    member, i = divmod(u, v["x"].shape[1])
    return [
        f"{one.layer.formula()}          x is {one.below}   r {v['r'].shape}",
        f"a[{one.label(u)}] = {number(v['r'][member, i])}·{signed(v['x'][0, i])} = {number(v['a'][0, u])}",
        f"a = {row(v['a'])}",
    ]


def _members_back(one: TracedLayer) -> list[str]:
    v, u = one.v, one.unit
    member, i = divmod(u, v["x"].shape[1])
    da, x = one.of("da", u), one.of("x", i)
    entry = one.entry(f"dr[{member}, {one.input(i)}]", f"{signed(da)}·{signed(x)}", da * x, v["dr"][member, i])
    own = v["da"][0].reshape(v["r"].shape)[:, i]  # (members,)
    return [
        f"dr = Σ da ⊙ x over the rows: {entry}",
        f"dx = Σ r ⊙ da over the members: dx[{one.input(i)}] = {products(own, v['r'][:, i])} = {number(v['dx'][0, i])}",
    ]


def _member_dense(one: TracedLayer) -> list[str]:
    v, layer = one.v, one.layer
    member, u = divmod(one.unit, layer.units)
    width = v["x"].shape[1] // layer.members
    first = 0 if layer.shared else member * width
    x = v["x"][0, member * width : (member + 1) * width]
    last = [(f"b[{member}, {u}]", v["b"][member, u])]
    W = v["W"][first : first + width, u]
    total = one.total(f"a[{one.label(one.unit)}]", x, W, last, v["a"][0, one.unit])
    return [
        f"{layer.formula()}          x is {one.below}   W {v['W'].shape}   b {v['b'].shape}",
        f"unit {one.unit} is unit {u} of member {member}, which gets x[{member * width}:{(member + 1) * width}]",
        *total,
        f"a = {row(v['a'])}",
    ]


def _member_dense_back(one: TracedLayer) -> list[str]:
    v, layer = one.v, one.layer
    member, u = divmod(one.unit, layer.units)
    width = v["x"].shape[1] // layer.members
    x, da = v["x"][0, member * width : (member + 1) * width], one.of("da", one.unit)
    i = int(np.abs(x).argmax())
    r = i if layer.shared else member * width + i
    term, own, total = f"{signed(x[i])}·{signed(da)}", x[i] * da, v["dW"][r, u]
    if layer.shared and layer.members > 1:
        others = len(v["a"]) * layer.members - 1
        entry = over_rows(f"dW[{r}, {u}]", term, own, total, others, "product")
        where = "the rows and members"
    else:
        entry, where = one.entry(f"dW[{r}, {u}]", term, own, total), "the rows"
    da_member = v["da"][0, member * layer.units : (member + 1) * layer.units]
    at = member * width + i
    return [
        f"dW = Σ xᵀ da over {where}, {v['dW'].shape}: {entry}",
        f"db = Σ da over the rows: {one.entry(f'db[{member}, {u}]', number(da), da, v['db'][member, u])}",
        f"dx = da Wᵀ of each member: dx[{at}] = {products(da_member, v['W'][r])} = {number(v['dx'][0, at])}",
    ]


def _custom(one: TracedLayer) -> list[str]:
    return [f"{one.layer.formula()} = {row(one.v['a'])}"]


def _nothing(one: TracedLayer) -> list[str]:
    return []


FORMULAS: Mapping[type[Layer], tuple[Lines, Lines]] = {
    Dense: (_dense, _dense_back),
    Activation: (_activation, _nothing),
    BatchNorm: (_normalization, _normalization_back),
    LayerNorm: (_normalization, _normalization_back),
    Scale: (_scale, _scale_back),
    ParametricActivation: (_parametric, _parametric_back),
    Dropout: (_dropout, _dropout_back),
    Embedding: (trace_embeddings.embedding, trace_embeddings.embedding_back),
    PiecewiseLinearEmbedding: (trace_embeddings.piecewise, trace_embeddings.piecewise_back),
    PeriodicEmbedding: (trace_embeddings.periodic, trace_embeddings.periodic_back),
    Members: (_members, _members_back),
    MemberDense: (_member_dense, _member_dense_back),
}
"""For each kind of layer, the lines of its forward pass, and those of the gradients that its backward pass returns."""


def formulas_of(layer: Layer) -> tuple[Lines, Lines]:
    """Return the functions that print a layer; a custom one has its formula and output."""
    return next((lines for kind, lines in FORMULAS.items() if isinstance(layer, kind)), (_custom, _nothing))
