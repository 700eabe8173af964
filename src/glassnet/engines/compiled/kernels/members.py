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


def separate_products(m: SimpleNamespace) -> SimpleNamespace:
    """Return `forward`, `backward`, and `gradient` of members with a W each, (width, units), below each other in W.

    Most of them are heads with few units. So backward and gradient work on Wᵀ and dWᵀ, whose rows are long: (units,
    parts · width).
    """
    at, compiled, product_of_row, zero = m.at, m.compiled, m.product_of_row, m.F(0)

    @compiled
    def forward(x, z, W, b, rows, parts, width, units):
        for i in range(rows * parts):
            j = i % parts
            product_of_row(at(z, i * units), at(b, j * units), at(x, i * width), at(W, j * width * units), units, width)

    @compiled
    def backward(dz, dx, W_turned, rows, parts, width, units):
        for i in range(rows * parts):
            dz_i, dx_i, W_j = at(dz, i * units), at(dx, i * width), at(W_turned, i % parts * width)
            for k in range(width):
                dx_i[k] = dz_i[0] * W_j[k]
            for q in range(1, units):
                W_q = at(W_j, q * parts * width)
                for k in range(width):
                    dx_i[k] += dz_i[q] * W_q[k]

    @compiled
    def gradient(x, dz, dW, dW_turned, rows, parts, width, units, low, high):
        """Compute the rows low … high - 1 of dW; four rows at a time, so that sums are loaded and stored less often."""
        inputs, outputs, in_fours = parts * width, parts * units, rows - rows % 4
        for q in range(units):
            for k in range(low, high):
                dW_turned[q * inputs + k] = zero
        for i in range(0, in_fours, 4):
            x_0, x_1, x_2, x_3 = (
                at(x, i * inputs),
                at(x, (i + 1) * inputs),
                at(x, (i + 2) * inputs),
                at(x, (i + 3) * inputs),
            )
            for q in range(low // width * units, -(-high // width) * units):
                total, dz_q = at(dW_turned, q % units * inputs), at(dz, i * outputs + q)
                a, b, c, d = dz_q[0], dz_q[outputs], dz_q[2 * outputs], dz_q[3 * outputs]
                for k in range(max(low, q // units * width), min(high, (q // units + 1) * width)):
                    total[k] += (x_0[k] * a + x_1[k] * b) + (x_2[k] * c + x_3[k] * d)
        for i in range(in_fours, rows):
            for k in range(low, high):
                for q in range(units):
                    dW_turned[q * inputs + k] += x[i * inputs + k] * dz[i * outputs + k // width * units + q]
        for k in range(low, high):
            for q in range(units):
                dW[k * units + q] = dW_turned[q * inputs + k]

    return SimpleNamespace(forward=forward, backward=backward, gradient=gradient)


def member_dense(m: SimpleNamespace) -> KernelFunctions:
    """z_j = x_j W + b_j for each member j; a shared W is a product over n · members rows. Options: ..., shared.

    Cached for backward: Wᵀ; with a W for each member, also dWᵀ.
    """
    at, numbers, product, share, separate = m.at, m.numbers, m.product, m.share, separate_products(m)
    separate_forward, separate_backward, separate_gradient = separate.forward, separate.backward, separate.gradient
    tile_rows, line, zero = m.tile_rows, m.line, m.F(0)

    def forward(op, options, frame, x, y, first, last, n, train, thread):
        parts, is_shared = op[PARTS], options[op[OPTIONS] + 2] != 0
        width, units, inputs, outputs = op[INPUTS] // parts, op[OUTPUTS] // parts, op[INPUTS], op[OUTPUTS]
        W = at(numbers(frame[THETA_AT]), op[PARAMETERS])
        b = at(W, width * units * (1 if is_shared else parts))  # (members, units)
        x, z = at(x, first * inputs), at(y, first * outputs)
        if not is_shared:
            separate_forward(x, z, W, b, last - first, parts, width, units)
            return
        product(frame, z, z, 0, x, width, 1, W, (last - first) * parts, units, width)
        for i in range(last - first):
            z_i = at(z, i * outputs)
            for q in range(outputs):
                z_i[q] += b[q]

    def backward(op, options, frame, x, dz, dx, first, last, n, thread):
        parts, is_shared = op[PARTS], options[op[OPTIONS] + 2] != 0
        width, units, inputs, outputs = op[INPUTS] // parts, op[OUTPUTS] // parts, op[INPUTS], op[OUTPUTS]
        if op[IS_TRANSPOSED]:
            W_turned = at(numbers(frame[WORK_AT]), op[CACHE])
            dx, dz = at(dx, first * inputs), at(dz, first * outputs)
            if not is_shared:
                separate_backward(dz, dx, W_turned, last - first, parts, width, units)
                return
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
            dW_turned = at(numbers(frame[WORK_AT]), op[CACHE] + inputs * units)
            separate_gradient(x, dz, dW, dW_turned, n, parts, width, units, low, high)
        db = at(dW, rows * units)
        first, last = share(outputs, line, thread, frame[THREADS])
        for q in range(first, last):
            db[q] = zero
        for i in range(n):
            dz_i = at(dz, i * outputs)
            for q in range(first, last):
                db[q] += dz_i[q]

    return forward, backward, gradient
