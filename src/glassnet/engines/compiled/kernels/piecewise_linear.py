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

FEW_ROWS = 2
"""Up to this number of rows, adding up the bins below each number costs less than sums for all bins."""


def piecewise_linear_embedding(m: SimpleNamespace) -> KernelFunctions:
    """y = for each column, the vector at the lower edge of x's bin + position · W_bin (+ x V); then the other columns.

    Options: columns, bins, units, linear. The workspace has the vectors at the lower edges, (columns, bins, units),
    which are computed once for all rows and overwritten by `gradient`. Bin and position of each number follow,
    (columns, 2, n). Each thread computes the gradients of some columns.
    """
    at, integers, numbers, share, wait = m.at, m.integers, m.numbers, m.share, m.wait
    F, I, zero, one = m.F, m.int64, m.F(0), m.F(1)
    add_scaled, add_rows, sign_mask = m.add_scaled, m.add_rows, m.sign_mask

    @m.inline
    def sizes(op, options):
        """Columns, bins, and units of the layer, and whether it adds x V."""
        own = at(options, op[OPTIONS])
        return I(own[0]), I(own[1]), I(own[2]), own[3] != 0

    @m.inline
    def bins_in_use(edges, bins):
        """The number of bins of a column; those at its end have width 0."""
        count, top = 0, edges[bins]
        if edges[bins - 1] < top:
            return bins
        for t in range(bins):
            count += edges[t] < top
        return count

    @m.inline
    def bins_of_four(edges, count, x, pitch):
        """The bins that contain four numbers of a column; the first and the last one have no outer edge.

        The search has no branches that depend on a number: a processor would mispredict every second one.
        """
        x_0, x_1, x_2, x_3 = x[0], x[pitch], x[2 * pitch], x[3 * pitch]
        t_0, t_1, t_2, t_3, left = 0, 0, 0, 0, count
        while left > 1:
            half = left // 2
            middle = at(edges, half)
            t_0 += half & ~I(sign_mask(x_0 - middle[t_0]))
            t_1 += half & ~I(sign_mask(x_1 - middle[t_1]))
            t_2 += half & ~I(sign_mask(x_2 - middle[t_2]))
            t_3 += half & ~I(sign_mask(x_3 - middle[t_3]))
            left -= half
        return t_0, t_1, t_2, t_3

    @m.inline
    def find(places, positions, x, pitch, edges, count, first, last):
        """Find the bin of each number of a column, and its position there, in the rows first … last - 1."""
        end_of_fours = last - (last - first) % 4
        for i in range(first, end_of_fours, 4):
            t_0, t_1, t_2, t_3 = bins_of_four(edges, count, at(x, i * pitch), pitch)
            places[i], places[i + 1], places[i + 2], places[i + 3] = F(t_0), F(t_1), F(t_2), F(t_3)
        for i in range(end_of_fours, last):
            places[i] = F(bins_of_four(edges, count, at(x, i * pitch), 0)[0])
        for i in range(first, last):
            edge = at(edges, I(places[i]))
            positions[i] = (x[i * pitch] - edge[0]) / (edge[1] - edge[0]) if count > 0 else zero

    @m.inline
    def lower_edges(lower, W, b, low, high, bins, units):
        """Compute the vectors at the lower edges of all bins of the columns low … high - 1."""
        for c in range(low, high):
            lower_c, W_c = at(lower, c * bins * units), at(W, c * bins * units)
            for u in range(units):
                lower_c[u] = b[c * units + u]
            for t in range(1, bins):
                before = (t - 1) * units
                add_scaled(at(lower_c, t * units), at(lower_c, before), one, at(W_c, before), units)

    def forward(op, options, frame, x, y, first, last, n, train, thread) -> None:
        columns, bins, units, linear = sizes(op, options)
        table, inputs, outputs = bins * units, op[INPUTS], op[OUTPUTS]
        W = at(numbers(frame[THETA_AT]), op[PARAMETERS])  # (columns, bins, units)
        b = at(W, columns * table)  # (columns, units)
        V = at(b, columns * units)  # (columns, units), if linear
        edges = at(numbers(frame[STATE_AT]), op[RUNNING])  # (columns, bins + 1)
        lower = at(numbers(frame[WORK_AT]), op[CACHE])  # (columns, bins, units)
        found = at(lower, columns * table)  # bins and positions, (columns, 2, n)
        if n > FEW_ROWS:
            low, high = share(columns, 1, thread, frame[THREADS])
            lower_edges(lower, W, b, low, high, bins, units)
            wait(integers(frame[TEAM_AT]), thread, frame[THREADS])
        for c in range(columns):
            edges_c, lower_c = at(edges, c * (bins + 1)), at(lower, c * table)
            W_c, b_c, V_c = at(W, c * table), at(b, c * units), at(V, c * units)
            count = bins_in_use(edges_c, bins)
            bins_c, positions_c = at(found, 2 * c * n), at(found, (2 * c + 1) * n)
            find(bins_c, positions_c, at(x, c), inputs, edges_c, count, first, last)
            for i in range(first, last):
                t, vector = I(bins_c[i]), at(y, i * outputs + c * units)
                begin = at(lower_c, t * units)
                if n <= FEW_ROWS:
                    add_rows(vector, b_c, W_c, t, units)
                    begin = vector
                add_scaled(vector, begin, positions_c[i], at(W_c, t * units), units)
            if linear:
                for i in range(first, last):
                    vector = at(y, i * outputs + c * units)
                    add_scaled(vector, vector, x[i * inputs + c], V_c, units)
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
        for c in range(columns):
            edges_c, V_c, bins_c = at(edges, c * (bins + 1)), at(V, c * units), at(found, 2 * c * n)
            for i in range(first, last):
                t = I(bins_c[i])
                own, W_t, total = at(dy, i * outputs + c * units), at(W, c * table + t * units), zero
                for u in range(units):
                    total += own[u] * W_t[u]
                width = edges_c[t + 1] - edges_c[t]
                total = total / width if width > zero else zero
                if linear:
                    for u in range(units):
                        total += own[u] * V_c[u]
                dx[i * inputs + c] = total
        for i in range(first, last):
            others, rest = at(dx, i * inputs + columns), at(dy, i * outputs + columns * units)
            for j in range(inputs - columns):
                others[j] = rest[j]

    def gradient(op, options, frame, x, dy, n, thread):
        columns, bins, units, linear = sizes(op, options)
        table, inputs, outputs = bins * units, op[INPUTS], op[OUTPUTS]
        dW = at(numbers(frame[G_AT]), op[PARAMETERS])
        db = at(dW, columns * table)
        dV = at(db, columns * units)
        whole = at(numbers(frame[WORK_AT]), op[CACHE])  # Σ dy by bin, (columns, bins, units)
        found = at(whole, columns * table)
        low, high = share(columns, 1, thread, frame[THREADS])
        for c in range(low, high):
            dW_c, whole_c, db_c, dV_c = at(dW, c * table), at(whole, c * table), at(db, c * units), at(dV, c * units)
            bins_c, positions_c = at(found, 2 * c * n), at(found, (2 * c + 1) * n)
            for k in range(table):
                dW_c[k] = zero
                whole_c[k] = zero
            for i in range(n):
                own, of_bin = at(dy, i * outputs + c * units), I(bins_c[i]) * units
                dW_t, whole_t = at(dW_c, of_bin), at(whole_c, of_bin)
                add_scaled(dW_t, dW_t, positions_c[i], own, units)
                add_scaled(whole_t, whole_t, one, own, units)
            for back in range(1, bins):
                t = bins - 1 - back
                dW_t, whole_t, higher = at(dW_c, t * units), at(whole_c, t * units), at(whole_c, (t + 1) * units)
                add_scaled(whole_t, whole_t, one, higher, units)
                add_scaled(dW_t, dW_t, one, higher, units)
            for u in range(units):
                db_c[u] = whole_c[u]
            if linear:
                for u in range(units):
                    dV_c[u] = zero
                for i in range(n):
                    add_scaled(dV_c, dV_c, x[i * inputs + c], at(dy, i * outputs + c * units), units)
        # Threads move parameters whose gradients other threads have computed.
        wait(integers(frame[TEAM_AT]), thread, frame[THREADS])

    return forward, backward, gradient
