"""Embedding layers in the text of a trace: formulas with numbers of one unit, forward and backward."""

from __future__ import annotations

import numpy as np

from glassnet.common.arrays import Array
from glassnet.network.trace_numbers import SHOWN_NUMBERS, number, numbers_of, over_rows, products, row, signed
from glassnet.network.traced_layer import TracedLayer


def _level(one: TracedLayer, which: int) -> str:
    """Return the name of the row of W that an embedded column of row 0 takes, or its number."""
    column = one.layer.columns[which]
    taken = one.layer.rows_of(one.v["x"][:1])[0, which]
    levels = None if one.names is None or one.inputs is None else one.names.levels.get(one.inputs[column])
    code = int(one.v["x"][0, column])
    return str(taken) if levels is None or code >= len(levels) else f"{one.input(column)}={levels[code]}"


def embedding(one: TracedLayer) -> list[str]:
    """Return the lookup of a vector."""
    v, layer = one.v, one.layer
    which, i = divmod(one.unit - one.vectors.start, layer.units)
    taken = "  ".join(f"W[{_level(one, k)}]" for k in range(len(layer.columns))[:SHOWN_NUMBERS])
    return [
        f"{layer.formula()}          W {v['W'].shape}",
        f"a[{one.label(one.unit)}] = W[{_level(one, which)}, {i}] = {number(v['a'][0, one.unit])}",
        f"a = [the other columns  {taken}] = {row(v['a'])}",
    ]


def embedding_back(one: TracedLayer) -> list[str]:
    """Return the gradient of a vector."""
    v, layer, start = one.v, one.layer, one.vectors.start
    which, i = divmod(one.unit - start, layer.units)
    taken = layer.rows_of(v["x"])  # (n, columns)
    r = taken[0, which]
    others = int((taken == r).sum()) - 1
    da = one.of("da", one.unit)
    entry = over_rows(f"dW[{_level(one, which)}, {i}]", number(da), da, v["dW"][r, i], others)
    vector = f"dW[{_level(one, which)}] = {numbers_of(v['dW'][r])}"
    return [
        f"dW = Σ da over the rows with the same level: {entry}",
        vector,
        "dx = da in the other columns, 0 in columns of codes, which have no derivative",
    ]


def piecewise(one: TracedLayer) -> list[str]:
    """Return a vector between the edges of its bin."""
    v, layer = one.v, one.layer
    column, i = divmod(one.unit, layer.units)
    bins, position, _ = layer.places(v, v["x"][:1])
    found, edges = int(bins[0, column]), v["edges"][column]
    W = v["W"].reshape(layer.columns, layer.bins, layer.units)[column, :, i]  # (bins,)
    x, e = v["x"][0, column], position[0, column]
    terms = [signed(v["b"][column, i])]
    if layer.linear:
        terms.append(f"{signed(x)}·{signed(v['V'][column, i])}")
    if found:
        terms.append(f"{signed(W[:found].sum())}")
    terms.append(f"{signed(e)}·{signed(W[found])}")
    below = f", of which {found} bin{'s' * (found > 1)} below: {number(W[:found].sum())}" if found else ""
    return [
        f"{layer.formula()}          x is {one.below}   W {v['W'].shape}",
        f"column {one.input(column)}: {number(x)} is in bin {found}, from {number(edges[found])} to "
        f"{number(edges[found + 1])}, where e is {number(e)}",
        f"a[{one.label(one.unit)}] = {' + '.join(terms)} = {number(v['a'][0, one.unit])}{below}",
        f"a = {row(v['a'])}",
    ]


def piecewise_back(one: TracedLayer) -> list[str]:
    """Return the gradients of W, b, V, and x."""
    v, layer = one.v, one.layer
    column, i = divmod(one.unit, layer.units)
    bins, position, slope = layer.places(v, v["x"][:1])
    found, e, da = int(bins[0, column]), position[0, column], one.of("da", one.unit)
    r, x = column * layer.bins + found, one.of("x", column)
    name = one.input(column)
    dW = one.entry(f"dW[{r}, {i}]", f"{signed(e)}·{signed(da)}", e * da, v["dW"][r, i])
    lines = [
        f"dW = Σ e(x) · da over the rows: {dW}",
        f"db = Σ da over the rows: {one.entry(f'db[{name}, {i}]', number(da), da, v['db'][column, i])}",
    ]
    along = v["W"][r] * slope[0, column]  # (units,)
    if layer.linear:
        dV = one.entry(f"dV[{name}, {i}]", f"{signed(x)}·{signed(da)}", x * da, v["dV"][column, i])
        lines.append(f"dV = Σ x · da over the rows: {dV}")
        along = along + v["V"][column]
    own = v["da"][0, column * layer.units : (column + 1) * layer.units]
    line = "W / width of the bin" + " + V" * layer.linear
    return [
        *lines,
        f"dx = Σ da · ({line}): dx[{name}] = {products(own, along)} = {number(v['dx'][0, column])}",
    ]


def _angles(one: TracedLayer, column: int) -> Array:
    """Return the angles of one column in row 0, (frequencies,)."""
    angles: Array = one.layer.angles({"w1": one.v["w1"], "b1": one.v["b1"]}, one.v["x"][:1])[0, column]
    return angles


def periodic(one: TracedLayer) -> list[str]:
    """Return a linear map of cosines."""
    v, layer = one.v, one.layer
    column, i = divmod(one.unit, layer.units)
    angles = _angles(one, column)
    f = int(np.abs(np.cos(angles) * v["W2"][column, i]).argmax())
    total = f"{products(np.cos(angles), v['W2'][column, i])} + {signed(v['b2'][column, i])}"
    angle = f"2π·{signed(v['w1'][column, f])}·{signed(v['x'][0, column])} + {signed(v['b1'][column, f])}"
    return [
        f"{layer.formula()}          x is {one.below}   w₁ and b₁ {v['w1'].shape}   W₂ {v['W2'].shape}",
        f"column {one.input(column)}, frequency {f}: cos({angle}) = cos({number(angles[f])})"
        f" = {number(np.cos(angles[f]))}",
        f"a[{one.label(one.unit)}] = {total} = {number(v['a'][0, one.unit])}",
        f"a = {row(v['a'])}",
    ]


def periodic_back(one: TracedLayer) -> list[str]:
    """Return the gradients of W₂, b₂, w₁, b₁, and x."""
    v, layer = one.v, one.layer
    column, i = divmod(one.unit, layer.units)
    angles, W2, w1, x = _angles(one, column), v["W2"][column], v["w1"][column], one.of("x", column)
    f = int(np.abs(np.cos(angles) * W2[i]).argmax())
    own = v["da"][0, column * layer.units : (column + 1) * layer.units]  # (units,)
    da, name = own[i], one.input(column)
    back = W2[:, f] @ own[:-1]
    dangle = -np.sin(angles) * (own[:-1] @ W2)  # (frequencies,)
    cosine = np.cos(angles[f])
    dW2 = one.entry(f"dW₂[{name}, {i}, {f}]", f"{number(da)}·{signed(cosine)}", da * cosine, v["dW2"][column, i, f])
    db2 = one.entry(f"db₂[{name}, {i}]", number(da), da, v["db2"][column, i])
    db1 = one.entry(f"db₁[{name}, {f}]", number(dangle[f]), dangle[f], v["db1"][column, f])
    term, angular = f"{number(dangle[f])}·2π·{signed(x)}", dangle[f] * 2 * np.pi * x
    dw1 = one.entry(f"dw₁[{name}, {f}]", term, angular, v["dw1"][column, f])
    return [
        f"dW₂ = Σ da cos(2π w₁ x + b₁)ᵀ over the rows, {v['dW2'].shape}: {dW2}",
        f"db₂ = Σ da over the rows: {db2}",
        f"dangle = −sin(2π w₁ x + b₁) · (W₂ᵀ da): dangle[{name}, {f}] = {number(-np.sin(angles[f]))}·{signed(back)}"
        f" = {number(dangle[f])}",
        f"db₁ = Σ dangle over the rows: {db1}",
        f"dw₁ = Σ dangle · 2π x over the rows: {dw1}",
        f"dx = da of the column itself + Σ dangle · 2π w₁: dx[{name}] = {number(own[-1])} + "
        f"{signed(2 * np.pi * dangle @ w1)} = {number(v['dx'][0, column])}",
    ]
