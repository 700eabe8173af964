"""KernelFunctions of the layers with one learned number per column: Scale."""

from __future__ import annotations

from types import SimpleNamespace

from glassnet.engines.compiled.kernels.types import KernelFunctions
from glassnet.engines.compiled.program_layout import G_AT, INPUTS, PARAMETERS, THETA_AT, THREADS


def scale(m: SimpleNamespace) -> KernelFunctions:
    """y = s · x; dx = dy · s, ds = Σ dy · x. Each thread computes a part of ds."""
    at, numbers, share, line, zero = m.at, m.numbers, m.share, m.line, m.F(0)

    def forward(op, options, frame, x, y, first, last, n, train, thread) -> None:
        width = op[INPUTS]
        s = at(numbers(frame[THETA_AT]), op[PARAMETERS])  # (width,)
        for i in range(first, last):
            x_i, y_i = at(x, i * width), at(y, i * width)
            for j in range(width):
                y_i[j] = s[j] * x_i[j]

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
        width = op[INPUTS]
        s = at(numbers(frame[THETA_AT]), op[PARAMETERS])
        for i in range(first, last):
            dy_i, dx_i = at(dy, i * width), at(dx, i * width)
            for j in range(width):
                dx_i[j] = dy_i[j] * s[j]

    def gradient(op, options, frame, x, dy, n, thread):
        width = op[INPUTS]
        ds = at(numbers(frame[G_AT]), op[PARAMETERS])
        low, high = share(width, line, thread, frame[THREADS])
        for j in range(low, high):
            ds[j] = zero
        for i in range(n):
            x_i, dy_i = at(x, i * width), at(dy, i * width)
            for j in range(low, high):
                ds[j] += dy_i[j] * x_i[j]

    return forward, backward, gradient
