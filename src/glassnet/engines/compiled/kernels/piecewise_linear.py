"""The kernel of PiecewiseLinearEmbedding: a vector per number, found by its bin instead of a sum over all bins."""

from __future__ import annotations

from types import SimpleNamespace

from glassnet.engines.compiled.kernels.types import KernelFunctions
from glassnet.engines.compiled.program_layout import (
    CACHE,
    G_AT,
    INPUTS,
    OPTIONS,
    OUTPUTS,
    PARAMETERS,
    RUNNING,
    STATE_AT,
    TEAM_AT,
    THETA_AT,
    THREADS,
    WORK_AT,
)


def piecewise_linear_embedding(m: SimpleNamespace) -> KernelFunctions:
    """y = for each column, the vector at the lower edge of x's bin + position · W_bin (+ x V); then the other columns.

    Options: columns, bins, units, linear. Cached in training: the vectors at the lower edges, (columns, bins, units),
    which `gradient` overwrites, then bin and position of each number, (n, columns, 2). Outside training, there is no
    cache, and the bins below are added up.
    """
    at, integers, numbers, share, wait = m.at, m.integers, m.numbers, m.share, m.wait
    F, I, zero = m.F, m.int64, m.F(0)

    @m.inline
    def sizes(op, options):
        """Columns, bins, and units of the layer, and whether it adds x V."""
        own = at(options, op[OPTIONS])
        return I(own[0]), I(own[1]), I(own[2]), own[3] != 0

    @m.inline
    def bins_in_use(edges, bins):
        """The number of bins of a column; those at its end have width 0."""
        count = 0
        while count < bins and edges[count + 1] > edges[count]:
            count += 1
        return count

    @m.inline
    def bin_of(edges, count, value):
        """The bin that contains a number; the first and the last one have no outer edge."""
        low, high = 0, count - 1
        while low < high:
            middle = (low + high) // 2
            if edges[middle + 1] <= value:
                low = middle + 1
            else:
                high = middle
        return low

    @m.inline
    def lower_edges(lower, W, b, low, high, bins, units):
        """Compute the vectors at the lower edges of all bins of the columns low … high - 1."""
        table = bins * units
        for c in range(low, high):
            lower_c, W_c, b_c = at(lower, c * table), at(W, c * table), at(b, c * units)
            for u in range(units):
                lower_c[u] = b_c[u]
            for k in range(units, table):
                lower_c[k] = lower_c[k - units] + W_c[k - units]

    def forward(op, options, frame, x, y, first, last, n, train, thread) -> None:
        columns, bins, units, linear = sizes(op, options)
        table, inputs, outputs = bins * units, op[INPUTS], op[OUTPUTS]
        W = at(numbers(frame[THETA_AT]), op[PARAMETERS])  # (columns, bins, units)
        b = at(W, columns * table)  # (columns, units)
        V = at(b, columns * units)  # (columns, units), if linear
        edges = at(numbers(frame[STATE_AT]), op[RUNNING])  # (columns, bins + 1)
        lower = at(numbers(frame[WORK_AT]), op[CACHE])  # (columns, bins, units), in training
        found = at(lower, columns * table)  # bins and positions, (n, columns, 2), in training
        if train:
            low, high = share(columns, 1, thread, frame[THREADS])
            lower_edges(lower, W, b, low, high, bins, units)
            wait(integers(frame[TEAM_AT]), thread, frame[THREADS])
        for c in range(columns):
            edges_c, W_c, b_c = at(edges, c * (bins + 1)), at(W, c * table), at(b, c * units)
            count = bins_in_use(edges_c, bins)
            for i in range(first, last):
                value, vector = x[i * inputs + c], at(y, i * outputs + c * units)
                t, position = bin_of(edges_c, count, value), zero
                if count > 0:
                    position = (value - edges_c[t]) / (edges_c[t + 1] - edges_c[t])
                begin = at(lower, c * table + t * units) if train else b_c
                for u in range(units):
                    vector[u] = begin[u]
                if train:
                    own = at(found, 2 * (i * columns + c))
                    own[0], own[1] = F(t), position
                else:
                    for k in range(t):
                        for u in range(units):
                            vector[u] += W_c[k * units + u]
                W_t = at(W_c, t * units)
                for u in range(units):
                    vector[u] += position * W_t[u]
        if linear:
            for i in range(first, last):
                for c in range(columns):
                    value, vector, V_c = x[i * inputs + c], at(y, i * outputs + c * units), at(V, c * units)
                    for u in range(units):
                        vector[u] += value * V_c[u]
        for i in range(first, last):
            others, rest = at(x, i * inputs + columns), at(y, i * outputs + columns * units)
            for j in range(inputs - columns):
                rest[j] = others[j]

    def backward(op, options, frame, x, dy, dx, first, last, n, thread) -> None:
        columns, bins, units, linear = sizes(op, options)
        table, inputs, outputs = bins * units, op[INPUTS], op[OUTPUTS]
        W = at(numbers(frame[THETA_AT]), op[PARAMETERS])
        V = at(W, columns * (table + units))
        edges = at(numbers(frame[STATE_AT]), op[RUNNING])
        found = at(numbers(frame[WORK_AT]), op[CACHE] + columns * table)
        for i in range(first, last):
            dy_i, dx_i = at(dy, i * outputs), at(dx, i * inputs)
            for c in range(columns):
                t = I(found[2 * (i * columns + c)])
                own, W_t, V_c, total = at(dy_i, c * units), at(W, c * table + t * units), at(V, c * units), zero
                for u in range(units):
                    total += own[u] * W_t[u]
                width = edges[c * (bins + 1) + t + 1] - edges[c * (bins + 1) + t]
                total = total / width if width > zero else zero
                if linear:
                    for u in range(units):
                        total += own[u] * V_c[u]
                dx_i[c] = total
            for j in range(inputs - columns):
                dx_i[columns + j] = dy_i[columns * units + j]

    def gradient(op, options, frame, x, dy, n, thread):
        columns, bins, units, linear = sizes(op, options)
        table, inputs, outputs = bins * units, op[INPUTS], op[OUTPUTS]
        dW = at(numbers(frame[G_AT]), op[PARAMETERS])
        db = at(dW, columns * table)
        dV = at(db, columns * units)
        whole = at(numbers(frame[WORK_AT]), op[CACHE])  # Σ dy by bin, (columns, bins, units)
        found = at(whole, columns * table)
        for k in range(columns * table):
            dW[k], whole[k] = zero, zero
        for i in range(n):
            for c in range(columns):
                own, place = at(dy, i * outputs + c * units), at(found, 2 * (i * columns + c))
                of_bin, position = c * table + I(place[0]) * units, place[1]
                dW_t, whole_t = at(dW, of_bin), at(whole, of_bin)
                for u in range(units):
                    dW_t[u] += position * own[u]
                    whole_t[u] += own[u]
        for c in range(columns):
            dW_c, whole_c, db_c = at(dW, c * table), at(whole, c * table), at(db, c * units)
            for back in range(table - units):
                k = table - units - 1 - back
                whole_c[k] += whole_c[k + units]
                dW_c[k] += whole_c[k + units]
            for u in range(units):
                db_c[u] = whole_c[u]
        if linear:
            for k in range(columns * units):
                dV[k] = zero
            for i in range(n):
                for c in range(columns):
                    value, own, dV_c = x[i * inputs + c], at(dy, i * outputs + c * units), at(dV, c * units)
                    for u in range(units):
                        dV_c[u] += value * own[u]

    return forward, backward, gradient
