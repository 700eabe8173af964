"""The phases of a step from the loss to the gradient of every parameter."""

from __future__ import annotations

from types import SimpleNamespace

from glassnet.engines.compiled.kernels.forward import passes
from glassnet.engines.compiled.kernels.intrinsics import (
    call_activation_backward,
    call_layer_backward,
    call_layer_gradient,
)
from glassnet.engines.compiled.program_layout import (
    ADDED_DX,
    BACKWARD,
    COPY_DY,
    DX,
    DY,
    FIRST,
    GRADIENT,
    INPUTS,
    IS_LAYER,
    IS_SHARED,
    LAST,
    LOSS_DZ,
    LOSS_PARTS,
    LOSSES_AT,
    NOTHING,
    OP_FIELDS,
    OPS_AT,
    OPTIONS,
    OPTIONS_AT,
    OUTPUTS,
    ROWS_PER_ROW,
    SLAB,
    TARGET_BYTES,
    TARGET_WIDTH,
    WANTS_DX,
    WEIGHTS_AT,
    WIDTH_OUT,
    WORK_AT,
    Y_AT,
    X,
    Y,
)


def backward_pass(m: SimpleNamespace) -> SimpleNamespace:
    """Return `loss_gradient`, `backward`, `parameter_gradients`, and `mean_loss`, in the order of a step."""
    at, integers, numbers, doubles, inline = m.at, m.integers, m.numbers, m.doubles, m.inline
    F, one, is_asked_to_stop = m.F, m.F(1), m.is_asked_to_stop
    loss_of_rows = passes(m).loss_of_rows

    @inline
    def loss_gradient(frame, data, first_row, total, low, high):
        """Compute losses and the gradient of the batch's mean loss; return the number of correct predictions."""
        work, losses, parts = numbers(frame[WORK_AT]), numbers(frame[LOSSES_AT]), frame[LOSS_PARTS]
        weighted, width = frame[WEIGHTS_AT] != 0, frame[WIDTH_OUT] // parts
        weights = at(numbers(frame[WEIGHTS_AT]), first_row * parts) if weighted else work
        targets = frame[Y_AT] + (first_row + low) * frame[TARGET_WIDTH] * frame[TARGET_BYTES]
        dz = at(work, frame[LOSS_DZ])
        correct = loss_of_rows(frame, data, work, targets, losses, low, high)
        inverse = one / F(total)
        for i in range(low * parts, high * parts):
            factor = weights[i] * inverse if weighted else inverse
            for j in range(i * width, (i + 1) * width):
                dz[j] *= factor
        return correct

    @inline
    def activation_backward(frame, op, x, y, dy, low, high):
        """Turn the gradient of an activation's output into that of its input, a slab of rows at a time."""
        width, own = op[INPUTS], at(doubles(frame[OPTIONS_AT]), op[OPTIONS])
        begin = low
        while begin < high and not is_asked_to_stop(frame):
            end = min(high, begin + max(1, SLAB // width))
            z, a, dz = at(x, begin * width), at(y, begin * width), at(dy, begin * width)
            call_activation_backward(op[BACKWARD], z, a, dz, end - begin, width, own)
            begin = end

    @inline
    def backward(frame, data, first_row, last_row, rows, thread):
        """Run the operations backward on the rows of this thread, down to the first one with parameters."""
        work = numbers(frame[WORK_AT])
        for k in range(frame[LAST] - frame[FIRST]):
            i = frame[LAST] - 1 - k
            op = at(integers(frame[OPS_AT]), i * OP_FIELDS)
            x, dy = at(work, op[X]) if op[X] >= 0 else data, at(work, op[DY])
            low, high, n = first_row * op[ROWS_PER_ROW], last_row * op[ROWS_PER_ROW], rows * op[ROWS_PER_ROW]
            if op[COPY_DY] != NOTHING:
                of_added = at(work, op[COPY_DY])
                for k in range(low * op[OUTPUTS], high * op[OUTPUTS]):
                    of_added[k] = dy[k]
            if not op[IS_LAYER]:
                activation_backward(frame, op, x, at(work, op[Y]), dy, low, high)
            elif op[WANTS_DX]:
                dx, options = at(work, op[DX]), doubles(frame[OPTIONS_AT])
                call_layer_backward(op[BACKWARD], op, options, frame, x, dy, dx, low, high, n, thread)
            if op[ADDED_DX] != NOTHING:
                dx, other = at(work, op[DX]), at(work, op[ADDED_DX])
                for k in range(low * op[INPUTS], high * op[INPUTS]):
                    dx[k] += other[k]

    @inline
    def parameter_gradients(frame, data, n, thread):
        """Compute this thread's part of every dW and db, over all rows of the batch."""
        work = numbers(frame[WORK_AT])
        for i in range(frame[FIRST], frame[LAST]):
            op = at(integers(frame[OPS_AT]), i * OP_FIELDS)
            if op[GRADIENT] and (thread == 0 or op[IS_SHARED]):
                x, dy = at(work, op[X]) if op[X] >= 0 else data, at(work, op[DY])
                rows = n * op[ROWS_PER_ROW]
                call_layer_gradient(op[GRADIENT], op, doubles(frame[OPTIONS_AT]), frame, x, dy, rows, thread)

    @inline
    def mean_loss(frame, first_row, total, n):
        """Return the mean loss of the batch, summed by every thread in the same order."""
        work, losses, parts, loss = numbers(frame[WORK_AT]), numbers(frame[LOSSES_AT]), frame[LOSS_PARTS], 0.0
        weighted = frame[WEIGHTS_AT] != 0
        weights = at(numbers(frame[WEIGHTS_AT]), first_row * parts) if weighted else work
        for i in range(n * parts):
            loss += losses[i] * weights[i] if weighted else losses[i]
        return loss / total

    return SimpleNamespace(
        loss_gradient=loss_gradient, backward=backward, parameter_gradients=parameter_gradients, mean_loss=mean_loss
    )
