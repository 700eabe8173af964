"""KernelFunctions of Members and MemberDense: layers of several networks that share weights."""

from __future__ import annotations

from types import SimpleNamespace

from glassnet.engines.compiled.kernels.types import KernelFunctions
from glassnet.engines.compiled.program_layout import (
    CACHE,
    G_AT,
    INPUTS,
    IS_TRANSPOSED,
    OPTIONS,
    OUTPUTS,
    PARAMETERS,
    PARTS,
    THETA_AT,
    THREADS,
    WORK_AT,
)


def members(m: SimpleNamespace) -> KernelFunctions:
    """a = (r_1 x, ..., r_k x); dx = Σ r_j da_j, dr_j = Σ x da_j over the rows. Options: members."""
    at, numbers, I, zero = m.at, m.numbers, m.int64, m.F(0)

    def forward(op, options, frame, x, y, first, last, n, train, thread) -> None:
        width, count = op[INPUTS], I(options[op[OPTIONS]])
        r = at(numbers(frame[THETA_AT]), op[PARAMETERS])  # (members, width)
        for i in range(first, last):
            x_i, y_i = at(x, i * width), at(y, i * width * count)
            for j in range(count):
                for k in range(width):
                    y_i[j * width + k] = x_i[k] * r[j * width + k]

    def backward(op, options, frame, x, dy, dx, first, last, n, thread) -> None:
        width, count = op[INPUTS], I(options[op[OPTIONS]])
        r = at(numbers(frame[THETA_AT]), op[PARAMETERS])
        for i in range(first, last):
            dy_i, dx_i = at(dy, i * width * count), at(dx, i * width)
            for k in range(width):
                dx_i[k] = zero
            for j in range(count):
                for k in range(width):
                    dx_i[k] += dy_i[j * width + k] * r[j * width + k]

    def gradient(op, options, frame, x, dy, n, thread):
        width, count = op[INPUTS], I(options[op[OPTIONS]])
        dr = at(numbers(frame[G_AT]), op[PARAMETERS])
        for k in range(width * count):
            dr[k] = zero
        for i in range(n):
            x_i, dy_i = at(x, i * width), at(dy, i * width * count)
            for j in range(count):
                for k in range(width):
                    dr[j * width + k] += x_i[k] * dy_i[j * width + k]

    return forward, backward, gradient


def member_dense(m: SimpleNamespace) -> KernelFunctions:
    """z_j = x_j W + b_j for each member j; a shared W is a product over n · members rows. Options: ..., shared."""
    at, numbers, product, share = m.at, m.numbers, m.product, m.share
    tile_rows, line, zero = m.tile_rows, m.line, m.F(0)

    def forward(op, options, frame, x, y, first, last, n, train, thread):
        parts, is_shared = op[PARTS], options[op[OPTIONS] + 2] != 0
        width, units, inputs, outputs = op[INPUTS] // parts, op[OUTPUTS] // parts, op[INPUTS], op[OUTPUTS]
        W = at(numbers(frame[THETA_AT]), op[PARAMETERS])
        b = at(W, width * units * (1 if is_shared else parts))  # (members, units)
        if is_shared:
            z = at(y, first * outputs)
            product(frame, z, z, 0, at(x, first * inputs), width, 1, W, (last - first) * parts, units, width)
            for i in range(first, last):
                z_i = at(y, i * outputs)
                for q in range(outputs):
                    z_i[q] += b[q]
            return
        for i in range(first, last):
            x_i, z_i = at(x, i * inputs), at(y, i * outputs)
            for q in range(outputs):
                z_i[q] = b[q]
            for k in range(inputs):
                z_j, W_k = at(z_i, k // width * units), at(W, k * units)
                for q in range(units):
                    z_j[q] += x_i[k] * W_k[q]

    def backward(op, options, frame, x, dz, dx, first, last, n, thread):
        parts, is_shared = op[PARTS], options[op[OPTIONS] + 2] != 0
        width, units, inputs, outputs = op[INPUTS] // parts, op[OUTPUTS] // parts, op[INPUTS], op[OUTPUTS]
        if op[IS_TRANSPOSED]:
            W_turned = at(numbers(frame[WORK_AT]), op[CACHE])
            dx, dz = at(dx, first * inputs), at(dz, first * outputs)
            product(frame, dx, dx, 0, dz, units, 1, W_turned, (last - first) * parts, width, units)
            return
        W = at(numbers(frame[THETA_AT]), op[PARAMETERS])
        for i in range(first, last):
            for k in range(inputs):
                dz_j, total = at(dz, i * outputs + k // width * units), zero
                W_k = at(W, (k % width if is_shared else k) * units)
                for q in range(units):
                    total += dz_j[q] * W_k[q]
                dx[i * inputs + k] = total

    def gradient(op, options, frame, x, dz, n, thread):
        parts, is_shared = op[PARTS], options[op[OPTIONS] + 2] != 0
        width, units, inputs, outputs = op[INPUTS] // parts, op[OUTPUTS] // parts, op[INPUTS], op[OUTPUTS]
        dW, rows = at(numbers(frame[G_AT]), op[PARAMETERS]), width if is_shared else inputs
        low, high = share(rows, tile_rows, thread, frame[THREADS])
        if is_shared:
            mine = at(dW, low * units)
            product(frame, mine, mine, 0, at(x, low), 1, width, dz, high - low, units, n * parts)
        else:
            for k in range(low * units, high * units):
                dW[k] = zero
            for i in range(n):
                for k in range(low, high):
                    x_k, dz_j, dW_k = x[i * inputs + k], at(dz, i * outputs + k // width * units), at(dW, k * units)
                    for q in range(units):
                        dW_k[q] += x_k * dz_j[q]
        db = at(dW, rows * units)
        first, last = share(outputs, line, thread, frame[THREADS])
        for q in range(first, last):
            db[q] = zero
        for i in range(n):
            dz_i = at(dz, i * outputs)
            for q in range(first, last):
                db[q] += dz_i[q]

    return forward, backward, gradient
