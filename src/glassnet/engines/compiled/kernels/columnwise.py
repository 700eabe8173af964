"""KernelFunctions of the layers with one learned number per column: Scale and ParametricActivation."""

from __future__ import annotations

from types import SimpleNamespace

from glassnet.engines.compiled.kernels.types import KernelFunctions
from glassnet.engines.compiled.program_layout import (
    CACHE,
    EXTRA,
    G_AT,
    INPUTS,
    INTEGERS_AT,
    OPTIONS,
    PARAMETERS,
    THETA_AT,
    THREADS,
    WORK_AT,
)

BLOCK = 4096
"""Number of values that an activation computes in one call, so that they stay in the L1 cache."""


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


def parametric_activation(m: SimpleNamespace) -> KernelFunctions:
    """y = x + α · (f - x) with f = f(x); dx = dy · (1 - α) + dy · α · f'(x), dα = Σ dy · (f - x).

    The layer's integers: the addresses of the activation's forward and backward, and whether they work in place.
    Cached for backward: f, (n, width). Each thread computes a part of dα.
    """
    at, integers, numbers, share, line = m.at, m.integers, m.numbers, m.share, m.line
    zero, one = m.F(0), m.F(1)
    activation_forward, activation_backward = m.activation_forward, m.activation_backward

    def forward(op, options, frame, x, y, first, last, n, train, thread) -> None:
        own, width = at(integers(frame[INTEGERS_AT]), op[EXTRA]), op[INPUTS]
        alpha = at(numbers(frame[THETA_AT]), op[PARAMETERS])  # (width,)
        kept = at(numbers(frame[WORK_AT]), op[CACHE]) if train else y
        begin = first
        while begin < last:
            end = min(last, begin + max(1, BLOCK // width))
            f, x_block = at(kept, begin * width), at(x, begin * width)
            if own[2]:
                for k in range((end - begin) * width):
                    f[k] = x_block[k]
            activation_forward(own[0], x_block, f, end - begin, width, at(options, op[OPTIONS]))
            for i in range(begin, end):
                x_i, f_i, y_i = at(x, i * width), at(kept, i * width), at(y, i * width)
                for j in range(width):
                    y_i[j] = x_i[j] + alpha[j] * (f_i[j] - x_i[j])
            begin = end

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
        own, width = at(integers(frame[INTEGERS_AT]), op[EXTRA]), op[INPUTS]
        alpha = at(numbers(frame[THETA_AT]), op[PARAMETERS])
        kept = at(numbers(frame[WORK_AT]), op[CACHE])
        begin = first
        while begin < last:
            end = min(last, begin + max(1, BLOCK // width))
            for i in range(begin, end):
                dy_i, dx_i = at(dy, i * width), at(dx, i * width)
                for j in range(width):
                    dx_i[j] = dy_i[j] * alpha[j]
            f, x_block, bent = at(kept, begin * width), at(x, begin * width), at(dx, begin * width)
            activation_backward(own[1], x_block, f, bent, end - begin, width, at(options, op[OPTIONS]))
            for i in range(begin, end):
                dy_i, dx_i = at(dy, i * width), at(dx, i * width)
                for j in range(width):
                    dx_i[j] += dy_i[j] * (one - alpha[j])
            begin = end

    def gradient(op, options, frame, x, dy, n, thread):
        width = op[INPUTS]
        dalpha = at(numbers(frame[G_AT]), op[PARAMETERS])
        kept = at(numbers(frame[WORK_AT]), op[CACHE])
        low, high = share(width, line, thread, frame[THREADS])
        for j in range(low, high):
            dalpha[j] = zero
        for i in range(n):
            x_i, f_i, dy_i = at(x, i * width), at(kept, i * width), at(dy, i * width)
            for j in range(low, high):
                dalpha[j] += dy_i[j] * (f_i[j] - x_i[j])

    return forward, backward, gradient
