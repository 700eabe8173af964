"""The kernel of PeriodicEmbedding.

All loops run over the rows of one column, which are copied next to each other, so that they vectorize.
"""

from __future__ import annotations

import math
from types import SimpleNamespace

from glassnet.engines.compiled.kernels.types import KernelFunctions
from glassnet.engines.compiled.program_layout import (
    CACHE,
    G_AT,
    INPUTS,
    OPTIONS,
    OUTPUTS,
    PARAMETERS,
    TEAM_AT,
    THETA_AT,
    THREADS,
    WORK_AT,
)

BLOCK_ROWS = 256
"""Number of rows that are processed together, so that their numbers stay in the L1 cache."""

MAPPED_TOGETHER = 4
"""Number of mapped numbers that share the computation of a cosine in the forward pass."""

MORE_VALUES = 3
"""Numbers of a row and column in the workspace besides d."""


def periodic_embedding(m: SimpleNamespace) -> KernelFunctions:
    """y = (W₂ cos(2π w₁ x + b₁) + b₂, x) for each embedded column, then the other columns.

    dW₂ = Σ d cosᵀ, db₂ = Σ d, dangle = -sin · (W₂ᵀ d), db₁ = Σ dangle, dw₁ = Σ dangle · 2π x; d is the gradient of the
    mapped numbers, W₂ cos + b₂. Each thread computes the gradients of some columns. The layer's options: columns,
    frequencies, units. The workspace has x, dangle, Σ dangle · 2π w₁, and d of some rows of one column.
    """
    at, integers, numbers, share, wait, I = m.at, m.integers, m.numbers, m.share, m.wait, m.int64
    zero, half, one_turn, turn_per_radian = m.F(0), m.F(0.5), m.F(2 * math.pi), m.F(0.5 / math.pi)
    stack = m.stack_array(m.F, (MAPPED_TOGETHER + 2) * BLOCK_ROWS)
    fused, cos_of_turns, sin_of_turns, floor = m.fused, m.cos_of_turns, m.sin_of_turns, m.floor

    @m.inline
    def turns(w, x, shift):
        """w x + shift in turns, without the whole ones; the product is exact before they are subtracted."""
        turns = fused(w, x, -floor(w * x + half)) + shift
        return turns - floor(turns + half)

    @m.inline
    def gather(target, source, pitch, rows):
        """Copy one column, whose numbers are `pitch` entries apart."""
        for i in range(rows):
            target[i] = source[i * pitch]

    @m.inline
    def sizes(op, options):
        """Return the number of embedded columns, of frequencies, and of units of the linear map."""
        own = at(options, op[OPTIONS])
        return I(own[0]), I(own[1]), I(own[2]) - 1

    @m.inline
    def arrays(start, columns, frequencies, mapped):
        """Return w1, b1, W2, and b2, or their gradients."""
        b1 = at(start, columns * frequencies)
        W2 = at(b1, columns * frequencies)
        return start, b1, W2, at(W2, columns * mapped * frequencies)

    @m.inline
    def angle_gradient(target, x, d, w, shift, W2_f, pitch, mapped, rows):
        """target = -sin · (W₂ᵀ d) for one frequency; W2_f: its entries of W₂, `pitch` apart."""
        for i in range(rows):
            target[i] = d[i] * W2_f[0]
        for u in range(1, mapped):
            d_u, factor = at(d, u * rows), W2_f[u * pitch]
            for i in range(rows):
                target[i] += d_u[i] * factor
        for i in range(rows):
            target[i] *= -sin_of_turns(turns(w, x[i], shift))

    @m.inline
    def map_cosines(target, column, cosines, sums, w1, b1, W2, b2, frequencies, count, pitch, rows):
        """Write `count` mapped numbers of one column into rows of y, which are `pitch` apart."""
        for u in range(count):
            for i in range(rows):
                at(sums, u * rows)[i] = b2[u]
        for f in range(frequencies):
            w, shift = w1[f], b1[f] * turn_per_radian
            for i in range(rows):
                cosines[i] = cos_of_turns(turns(w, column[i], shift))
            for u in range(count):
                sums_u, factor = at(sums, u * rows), W2[u * frequencies + f]
                for i in range(rows):
                    sums_u[i] += cosines[i] * factor
        for i in range(rows):
            for u in range(count):
                target[i * pitch + u] = sums[u * rows + i]

    def forward(op, options, frame, x, y, first, last, n, train, thread) -> None:
        columns, frequencies, mapped = sizes(op, options)
        w1, b1, W2, b2 = arrays(at(numbers(frame[THETA_AT]), op[PARAMETERS]), columns, frequencies, mapped)
        inputs, outputs, column = op[INPUTS], op[OUTPUTS], stack()
        cosines, sums = at(column, BLOCK_ROWS), at(column, 2 * BLOCK_ROWS)
        begin = first
        while begin < last:
            rows = min(last - begin, BLOCK_ROWS)
            for c in range(columns):
                gather(column, at(x, begin * inputs + c), inputs, rows)
                y_c, u = at(y, begin * outputs + c * (mapped + 1)), 0
                while u < mapped:
                    count, k, own = min(mapped - u, MAPPED_TOGETHER), c * mapped + u, c * frequencies
                    W2_u, b2_u = at(W2, k * frequencies), at(b2, k)
                    map_cosines(
                        at(y_c, u), column, cosines, sums, at(w1, own), at(b1, own), W2_u, b2_u,
                        frequencies, count, outputs, rows,
                    )  # fmt: skip
                    u += count
                for i in range(rows):
                    y_c[i * outputs + mapped] = column[i]
            for i in range(begin, begin + rows):
                x_i, y_i = at(x, i * inputs + columns), at(y, i * outputs + columns * (mapped + 1))
                for j in range(inputs - columns):
                    y_i[j] = x_i[j]
            begin += rows

    def backward(
        op,
        options,
        frame,
        x,
        dy,
        dx,
        first,
        last,
        n,
        thread,
    ) -> None:
        columns, frequencies, mapped = sizes(op, options)
        w1, b1, W2, _ = arrays(at(numbers(frame[THETA_AT]), op[PARAMETERS]), columns, frequencies, mapped)
        inputs, outputs = op[INPUTS], op[OUTPUTS]
        column = at(numbers(frame[WORK_AT]), op[CACHE] + first * columns * (mapped + MORE_VALUES))
        begin = first
        while begin < last:
            rows = min(last - begin, BLOCK_ROWS)
            dangle, total, d = at(column, rows), at(column, 2 * rows), at(column, 3 * rows)
            for c in range(columns):
                dy_c = at(dy, begin * outputs + c * (mapped + 1))
                gather(column, at(x, begin * inputs + c), inputs, rows)
                for u in range(mapped):
                    gather(at(d, u * rows), at(dy_c, u), outputs, rows)
                gather(total, at(dy_c, mapped), outputs, rows)
                for f in range(frequencies):
                    w, shift = w1[c * frequencies + f], b1[c * frequencies + f] * turn_per_radian
                    W2_f = at(W2, c * mapped * frequencies + f)
                    angle_gradient(dangle, column, d, w, shift, W2_f, frequencies, mapped, rows)
                    for i in range(rows):
                        total[i] += dangle[i] * (one_turn * w)
                for i in range(rows):
                    dx[(begin + i) * inputs + c] = total[i]
            for i in range(begin, begin + rows):
                dx_i, dy_i = at(dx, i * inputs + columns), at(dy, i * outputs + columns * (mapped + 1))
                for j in range(inputs - columns):
                    dx_i[j] = dy_i[j]
            begin += rows

    def gradient(op, options, frame, x, dy, n, thread):
        columns, frequencies, mapped = sizes(op, options)
        w1, b1, W2, _ = arrays(at(numbers(frame[THETA_AT]), op[PARAMETERS]), columns, frequencies, mapped)
        dw1, db1, dW2, db2 = arrays(at(numbers(frame[G_AT]), op[PARAMETERS]), columns, frequencies, mapped)
        inputs, outputs = op[INPUTS], op[OUTPUTS]
        low, high = share(columns, 1, thread, frame[THREADS])
        column = at(numbers(frame[WORK_AT]), op[CACHE] + n * low * (mapped + MORE_VALUES))
        for c in range(low, high):
            for k in range(c * frequencies, (c + 1) * frequencies):
                dw1[k] = zero
                db1[k] = zero
            for k in range(c * mapped * frequencies, (c + 1) * mapped * frequencies):
                dW2[k] = zero
            for k in range(c * mapped, (c + 1) * mapped):
                db2[k] = zero
            begin = 0
            while begin < n:
                rows = min(n - begin, BLOCK_ROWS)
                other, d = at(column, rows), at(column, 3 * rows)
                gather(column, at(x, begin * inputs + c), inputs, rows)
                for u in range(mapped):
                    d_u = at(d, u * rows)
                    gather(d_u, at(dy, begin * outputs + c * (mapped + 1) + u), outputs, rows)
                    total = zero
                    for i in range(rows):
                        total += d_u[i]
                    db2[c * mapped + u] += total
                for f in range(frequencies):
                    w, shift = w1[c * frequencies + f], b1[c * frequencies + f] * turn_per_radian
                    for i in range(rows):
                        other[i] = cos_of_turns(turns(w, column[i], shift))
                    for u in range(mapped):
                        d_u, total = at(d, u * rows), zero
                        for i in range(rows):
                            total += d_u[i] * other[i]
                        dW2[(c * mapped + u) * frequencies + f] += total
                    W2_f = at(W2, c * mapped * frequencies + f)
                    angle_gradient(other, column, d, w, shift, W2_f, frequencies, mapped, rows)
                    total, along = zero, zero
                    for i in range(rows):
                        total += other[i]
                        along += other[i] * column[i]
                    db1[c * frequencies + f] += total
                    dw1[c * frequencies + f] += one_turn * along
                begin += rows
        # Threads move parameters whose gradients other threads have computed.
        wait(integers(frame[TEAM_AT]), thread, frame[THREADS])

    return forward, backward, gradient
