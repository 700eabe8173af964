"""KernelFunctions of the dense and dropout layers.

A layer has three functions. `forward` and `backward` compute the rows `first` … `last` - 1 of a batch of n rows; other
threads of a team compute other rows. `gradient` is called when dy is complete. Where the op's IS_SHARED is 1, each
thread computes the gradients of the parameters that it updates; otherwise, the first thread computes all.
"""

from __future__ import annotations

from types import SimpleNamespace

from glassnet.engines.compiled.kernels.random_numbers import mask_drawer
from glassnet.engines.compiled.kernels.types import KernelFunctions
from glassnet.engines.compiled.program_layout import (
    CACHE,
    DRAW_FUNCTION,
    DRAW_STATE,
    DROPOUT,
    G_AT,
    INPUTS,
    IS_TRANSPOSED,
    OPTIONS,
    OUTPUTS,
    PARAMETERS,
    RESULT_AT,
    RESULT_FIELDS,
    STREAM_FIELDS,
    TEAM_AT,
    THETA_AT,
    THREADS,
    WORK_AT,
)


def dense(m: SimpleNamespace) -> KernelFunctions:
    """z = x W + b; dx = dz Wᵀ, dW = xᵀ dz, db = Σ dz."""
    at, numbers, product, tile_rows, line = m.at, m.numbers, m.product, m.tile_rows, m.line
    share, is_asked_to_stop = m.share, m.is_asked_to_stop
    zero, product_of_row = m.F(0), m.product_of_row

    def forward(op, options, frame, x, y, first, last, n, train, thread):
        inputs, units = op[INPUTS], op[OUTPUTS]
        W = at(numbers(frame[THETA_AT]), op[PARAMETERS])  # (inputs, units)
        b = at(W, inputs * units)  # (units,)
        z, x = at(y, first * units), at(x, first * inputs)
        if train and n == 1:
            if first < last:
                product_of_row(z, b, x, W, units, inputs)
            return
        product(frame, z, b, 1, x, inputs, 1, W, last - first, units, inputs)

    def backward(op, options, frame, x, dz, dx, first, last, n, thread):
        inputs, units = op[INPUTS], op[OUTPUTS]
        if op[IS_TRANSPOSED]:
            W_turned = at(numbers(frame[WORK_AT]), op[CACHE])
            dx, dz = at(dx, first * inputs), at(dz, first * units)
            product(frame, dx, dx, 0, dz, units, 1, W_turned, last - first, inputs, units)
            return
        W = at(numbers(frame[THETA_AT]), op[PARAMETERS])
        for i in range(first, last):
            for k in range(inputs):
                total = zero
                for j in range(units):
                    total += dz[i * units + j] * W[k * units + j]
                dx[i * inputs + k] = total

    def gradient(op, options, frame, x, dz, n, thread):
        inputs, units = op[INPUTS], op[OUTPUTS]
        dW = at(numbers(frame[G_AT]), op[PARAMETERS])  # (inputs, units)
        low, high = share(inputs, tile_rows, thread, frame[THREADS])
        mine = at(dW, low * units)
        product(frame, mine, mine, 0, at(x, low), 1, inputs, dz, high - low, units, n)
        first, last = share(units, line, thread, frame[THREADS])
        db = at(dW, inputs * units)  # (units,)
        for j in range(first, last):
            db[j] = zero
        i, in_fours = 0, n - n % 4
        while i < in_fours and (i % 1024 > 0 or not is_asked_to_stop(frame)):
            dz_0, dz_1, dz_2, dz_3 = (
                at(dz, i * units), at(dz, (i + 1) * units), at(dz, (i + 2) * units), at(dz, (i + 3) * units)
            )  # fmt: skip
            for j in range(first, last):
                db[j] += (dz_0[j] + dz_1[j]) + (dz_2[j] + dz_3[j])
            i += 4
        for k in range(in_fours, n):
            dz_k = at(dz, k * units)
            for j in range(first, last):
                db[j] += dz_k[j]

    return forward, backward, gradient


def dropout(m: SimpleNamespace) -> KernelFunctions:
    """a = x · mask / (1 - rate); dx = dy · mask / (1 - rate), with the rate of the step."""
    at, integers, numbers, doubles, draw, wait = m.at, m.integers, m.numbers, m.doubles, m.draw, m.wait
    zero, one, F, f32 = m.F(0), m.F(1), m.F, m.float32
    step, draw_mask = m.float32(1 / 16777216), mask_drawer(m)

    def forward(op, options, frame, x, y, first, last, n, train, thread) -> None:
        width = op[INPUTS]
        mask = at(numbers(frame[WORK_AT]), op[CACHE])  # (n, width)
        exact = options[op[OPTIONS]] * at(doubles(frame[RESULT_AT]), thread * RESULT_FIELDS)[DROPOUT]
        rate, kept = f32(exact), F(one / (1.0 - exact))
        if exact == 0.0:
            for i in range(first * width, last * width):
                mask[i] = one
        elif frame[DRAW_FUNCTION] == 0:
            stream = at(integers(frame[DRAW_STATE]), thread * STREAM_FIELDS)
            draw_mask(stream, mask, first * width, last * width, n * width, rate, kept)
        else:
            if thread == 0:
                # Sequentially, since they come from one stream: bitwise the float32 draws of NumPy.
                function, generator = frame[DRAW_FUNCTION], frame[DRAW_STATE]
                for i in range(n * width):
                    number = f32(draw(function, generator) >> 8) * step
                    mask[i] = kept if number >= rate else zero
            wait(integers(frame[TEAM_AT]), thread, frame[THREADS])
        for i in range(first * width, last * width):
            y[i] = x[i] * mask[i]

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
        mask = at(numbers(frame[WORK_AT]), op[CACHE])
        for i in range(first * width, last * width):
            dx[i] *= mask[i]  # dx is dy's own memory

    return forward, backward, None
