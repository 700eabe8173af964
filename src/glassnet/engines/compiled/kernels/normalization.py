"""KernelFunctions of BatchNorm and LayerNorm: mean 0 and variance 1 over the batch or over each row."""

from __future__ import annotations

from types import SimpleNamespace

from glassnet.engines.compiled.kernels.types import KernelFunctions
from glassnet.engines.compiled.program_layout import (
    CACHE,
    G_AT,
    INPUTS,
    OPTIONS,
    PARAMETERS,
    RUNNING,
    STATE_AT,
    TEAM_AT,
    THETA_AT,
    THREADS,
    WORK_AT,
)


def batchnorm(m: SimpleNamespace) -> KernelFunctions:
    """x̂ = (x - mean) / √(variance + ε), y = scale · x̂ + shift; mean and variance over the batch's rows.

    Statistics of a column are computed by one thread, with a barrier before and after. Cached for backward: 1 /
    √(variance + ε) and two means over the rows, (width,) each, then x̂, (n, width).
    """
    at, integers, numbers, wait, share = m.at, m.integers, m.numbers, m.wait, m.share
    F, zero, one, sqrt, line = m.F, m.F(0), m.F(1), m.sqrt, m.line

    def forward(op, options, frame, x, y, first, last, n, train, thread) -> None:
        width, threads = op[INPUTS], frame[THREADS]
        scale = at(numbers(frame[THETA_AT]), op[PARAMETERS])  # (width,)
        shift = at(scale, width)
        mean = at(numbers(frame[STATE_AT]), op[RUNNING])  # (width,), running statistics
        variance = at(mean, width)
        momentum, epsilon = F(options[op[OPTIONS]]), F(options[op[OPTIONS] + 1])
        if not train:
            for i in range(first, last):
                x_i, y_i = at(x, i * width), at(y, i * width)
                for j in range(width):
                    y_i[j] = scale[j] * ((x_i[j] - mean[j]) * (one / sqrt(variance[j] + epsilon))) + shift[j]
            return
        inverse = at(numbers(frame[WORK_AT]), op[CACHE])
        batch_mean, batch_variance, x_hat = at(inverse, width), at(inverse, 2 * width), at(inverse, 3 * width)
        team = integers(frame[TEAM_AT])
        wait(team, thread, threads)
        low, high = share(width, line, thread, threads)
        rows = F(n)
        for j in range(low, high):
            batch_mean[j] = zero
            batch_variance[j] = zero
        for i in range(n):
            x_i = at(x, i * width)
            for j in range(low, high):
                batch_mean[j] += x_i[j]
        for j in range(low, high):
            batch_mean[j] /= rows
        for i in range(n):
            x_i = at(x, i * width)
            for j in range(low, high):
                batch_variance[j] += (x_i[j] - batch_mean[j]) * (x_i[j] - batch_mean[j])
        unbiased = rows / (rows - one) if n > 1 else one
        for j in range(low, high):
            batch_variance[j] /= rows
            inverse[j] = one / sqrt(batch_variance[j] + epsilon)
            if n > 1:
                mean[j] += momentum * (batch_mean[j] - mean[j])
                variance[j] += momentum * (batch_variance[j] * unbiased - variance[j])
        wait(team, thread, threads)
        for i in range(first, last):
            x_i, hat_i, y_i = at(x, i * width), at(x_hat, i * width), at(y, i * width)
            for j in range(width):
                hat_i[j] = (x_i[j] - batch_mean[j]) * inverse[j]
                y_i[j] = scale[j] * hat_i[j] + shift[j]

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
        width, threads = op[INPUTS], frame[THREADS]
        scale = at(numbers(frame[THETA_AT]), op[PARAMETERS])
        inverse = at(numbers(frame[WORK_AT]), op[CACHE])
        mean, along, x_hat = at(inverse, width), at(inverse, 2 * width), at(inverse, 3 * width)
        team = integers(frame[TEAM_AT])
        wait(team, thread, threads)
        low, high = share(width, line, thread, threads)
        rows = F(n)
        for j in range(low, high):
            mean[j] = zero
            along[j] = zero
        for i in range(n):
            dy_i, hat_i = at(dy, i * width), at(x_hat, i * width)
            for j in range(low, high):
                mean[j] += dy_i[j] * scale[j]
                along[j] += dy_i[j] * scale[j] * hat_i[j]
        for j in range(low, high):
            mean[j] /= rows
            along[j] /= rows
        wait(team, thread, threads)
        for i in range(first, last):
            dy_i, hat_i, dx_i = at(dy, i * width), at(x_hat, i * width), at(dx, i * width)
            for j in range(width):
                dx_i[j] = (dy_i[j] * scale[j] - mean[j] - hat_i[j] * along[j]) * inverse[j]

    def gradient(op, options, frame, x, dy, n, thread):
        width = op[INPUTS]
        dscale = at(numbers(frame[G_AT]), op[PARAMETERS])
        dshift = at(dscale, width)
        x_hat = at(numbers(frame[WORK_AT]), op[CACHE] + 3 * width)
        for j in range(width):
            dscale[j] = zero
            dshift[j] = zero
        for i in range(n):
            dy_i, hat_i = at(dy, i * width), at(x_hat, i * width)
            for j in range(width):
                dscale[j] += dy_i[j] * hat_i[j]
                dshift[j] += dy_i[j]

    return forward, backward, gradient


def layernorm(m: SimpleNamespace) -> KernelFunctions:
    """x̂ = (x - mean) / √(variance + ε), y = scale · x̂ + shift; mean and variance over each row.

    Cached for backward: x̂, (n, width), then 1 / √(variance + ε), (n,).
    """
    at, numbers = m.at, m.numbers
    F, zero, one, sqrt = m.F, m.F(0), m.F(1), m.sqrt

    def forward(op, options, frame, x, y, first, last, n, train, thread) -> None:
        width = op[INPUTS]
        scale = at(numbers(frame[THETA_AT]), op[PARAMETERS])
        shift = at(scale, width)
        epsilon, columns = F(options[op[OPTIONS]]), F(width)
        for i in range(first, last):
            x_i, y_i = at(x, i * width), at(y, i * width)
            mean = zero
            for j in range(width):
                mean += x_i[j]
            mean /= columns
            variance = zero
            for j in range(width):
                variance += (x_i[j] - mean) * (x_i[j] - mean)
            inverse = one / sqrt(variance / columns + epsilon)
            if train:
                x_hat = at(numbers(frame[WORK_AT]), op[CACHE])
                at(x_hat, n * width)[i] = inverse
                hat_i = at(x_hat, i * width)
                for j in range(width):
                    hat_i[j] = (x_i[j] - mean) * inverse
            for j in range(width):
                y_i[j] = scale[j] * ((x_i[j] - mean) * inverse) + shift[j]

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
        scale = at(numbers(frame[THETA_AT]), op[PARAMETERS])
        x_hat = at(numbers(frame[WORK_AT]), op[CACHE])
        inverses, columns = at(x_hat, n * width), F(width)
        for i in range(first, last):
            dy_i, hat_i, dx_i = at(dy, i * width), at(x_hat, i * width), at(dx, i * width)
            mean, along = zero, zero
            for j in range(width):
                mean += dy_i[j] * scale[j]
                along += dy_i[j] * scale[j] * hat_i[j]
            mean /= columns
            along /= columns
            for j in range(width):
                dx_i[j] = (dy_i[j] * scale[j] - mean - hat_i[j] * along) * inverses[i]

    def gradient(op, options, frame, x, dy, n, thread):
        width = op[INPUTS]
        dscale = at(numbers(frame[G_AT]), op[PARAMETERS])
        dshift = at(dscale, width)
        x_hat = at(numbers(frame[WORK_AT]), op[CACHE])
        for j in range(width):
            dscale[j] = zero
            dshift[j] = zero
        for i in range(n):
            dy_i, hat_i = at(dy, i * width), at(x_hat, i * width)
            for j in range(width):
                dscale[j] += dy_i[j] * hat_i[j]
                dshift[j] += dy_i[j]

    return forward, backward, gradient
