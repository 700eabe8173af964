"""The kernel of Embedding: vectors are looked up by the codes of categorical columns."""

from __future__ import annotations

from types import SimpleNamespace

from glassnet.engines.compiled.kernels.types import KernelFunctions
from glassnet.engines.compiled.program_layout import EXTRA, G_AT, INPUTS, INTEGERS_AT, OUTPUTS, PARAMETERS, THETA_AT


def embedding(m: SimpleNamespace) -> KernelFunctions:
    """y = the other columns, then W[x_c] for each embedded column c; dW[r] = Σ dy over the lookups of row r.

    The layer's integers: number of embedded columns, units, size of W, then for each embedded column its position and
    the first row of its levels in W, then the positions of the other columns.
    """
    at, integers, numbers, I, zero = m.at, m.integers, m.numbers, m.int64, m.F(0)

    @m.inline
    def row_of(taken, c, x_i, rows):
        """The row of W for column c; always inside W, even if X was changed by the user meanwhile."""
        return max(0, min(rows - 1, I(x_i[taken[2 * c]]) + taken[2 * c + 1]))

    def forward(op, options, frame, x, y, first, last, n, train, thread) -> None:
        own = at(integers(frame[INTEGERS_AT]), op[EXTRA])
        columns, units, taken, passing = own[0], own[1], at(own, 3), at(own, 3 + 2 * own[0])
        W = at(numbers(frame[THETA_AT]), op[PARAMETERS])
        free, rows = op[INPUTS] - columns, own[2] // units
        for i in range(first, last):
            x_i, y_i = at(x, i * op[INPUTS]), at(y, i * op[OUTPUTS])
            for j in range(free):
                y_i[j] = x_i[passing[j]]
            for c in range(columns):
                vector = at(W, row_of(taken, c, x_i, rows) * units)
                for u in range(units):
                    y_i[free + c * units + u] = vector[u]

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
        own = at(integers(frame[INTEGERS_AT]), op[EXTRA])
        columns, passing = own[0], at(own, 3 + 2 * own[0])
        for i in range(first, last):
            dy_i, dx_i = at(dy, i * op[OUTPUTS]), at(dx, i * op[INPUTS])
            for j in range(op[INPUTS]):
                dx_i[j] = zero
            for j in range(op[INPUTS] - columns):
                dx_i[passing[j]] = dy_i[j]

    def gradient(op, options, frame, x, dy, n, thread):
        own = at(integers(frame[INTEGERS_AT]), op[EXTRA])
        columns, units, taken = own[0], own[1], at(own, 3)
        dW = at(numbers(frame[G_AT]), op[PARAMETERS])
        free, rows = op[INPUTS] - columns, own[2] // units
        for i in range(own[2]):
            dW[i] = zero
        for i in range(n):
            x_i, dy_i = at(x, i * op[INPUTS]), at(dy, i * op[OUTPUTS])
            for c in range(columns):
                vector = at(dW, row_of(taken, c, x_i, rows) * units)
                for u in range(units):
                    vector[u] += dy_i[free + c * units + u]

    return forward, backward, gradient
