"""The forward pass, one operation after the other, the losses, and the number of correct predictions."""

from __future__ import annotations

from types import SimpleNamespace

from glassnet.engines.compiled.kernels.intrinsics import (
    call_activation_forward,
    call_layer_forward,
    call_loss,
)
from glassnet.engines.compiled.program_layout import (
    ADDED_Y,
    COPIES,
    FORWARD,
    INPUTS,
    IS_LAYER,
    LOSS_A,
    LOSS_DZ,
    LOSS_FUNCTION,
    LOSS_OPTIONS,
    LOSS_PARTS,
    LOSS_Z,
    NOTHING,
    OP_FIELDS,
    OPS_AT,
    OPTIONS,
    OPTIONS_AT,
    OUTPUTS,
    PREDICTION_KIND,
    ROWS_PER_ROW,
    SLAB,
    WIDTH_OUT,
    X,
)


def passes(m: SimpleNamespace) -> SimpleNamespace:
    """Return forward_op, which runs one op, and loss_of_rows, which computes losses and counts correct predictions."""
    at, integers, numbers, doubles = m.at, m.integers, m.numbers, m.doubles
    compiled, is_asked_to_stop = m.compiled, m.is_asked_to_stop

    @compiled
    def count_correct(a, targets, rows, width, kind):
        """The number of correct predictions; kinds: 1 class indices, 2 probabilities, 3 binary labels per output."""
        correct = 0
        if kind == 1:
            labels = integers(targets)
            for i in range(rows):
                a_i, label = at(a, i * width), labels[i]
                mine, is_nan, behind = a_i[label], a_i[label] != a_i[label], 0
                for j in range(width):
                    # The prediction is the first largest output, or the first NaN, as in NumPy's argmax.
                    is_less = (a_i[j] < mine) | ((a_i[j] == mine) & (j >= label))
                    behind += is_less | (is_nan & ((a_i[j] == a_i[j]) | (j >= label)))
                correct += behind == width
        elif kind == 2:
            for i in range(rows):
                a_i, y_i = at(a, i * width), at(numbers(targets), i * width)
                best, wanted = 0, 0
                for j in range(1, width):
                    if a_i[j] > a_i[best] or (a_i[j] != a_i[j] and a_i[best] == a_i[best]):
                        best = j
                    if y_i[j] > y_i[wanted]:
                        wanted = j
                correct += best == wanted
        elif kind == 3:
            y = numbers(targets)
            for i in range(rows):
                all_right = 1
                for j in range(i * width, (i + 1) * width):
                    if (a[j] > 0.5) != (y[j] > 0.5):
                        all_right = 0
                correct += all_right
        return correct

    @compiled
    def forward_op(frame, i, data, work, y, first, last, n, train, thread):
        """Run one op on the rows first … last - 1; data, arrays in the workspace, and y begin at row 0."""
        op = at(integers(frame[OPS_AT]), i * OP_FIELDS)
        options, x = doubles(frame[OPTIONS_AT]), at(work, op[X]) if op[X] >= 0 else data
        first, last, n = first * op[ROWS_PER_ROW], last * op[ROWS_PER_ROW], n * op[ROWS_PER_ROW]
        if op[IS_LAYER]:
            call_layer_forward(op[FORWARD], op, options, frame, x, y, first, last, n, train, thread)
        else:
            width = op[INPUTS]
            own = at(options, op[OPTIONS])
            begin = first
            while begin < last and not is_asked_to_stop(frame):
                end = min(last, begin + max(1, SLAB // width))
                if op[COPIES]:
                    for k in range(begin * width, end * width):
                        y[k] = x[k]
                call_activation_forward(
                    op[FORWARD], at(x, begin * width), at(y, begin * width), end - begin, width, own
                )
                begin = end
        if op[ADDED_Y] != NOTHING:
            added = at(work, op[ADDED_Y]) if op[ADDED_Y] >= 0 else data
            for k in range(first * op[OUTPUTS], last * op[OUTPUTS]):
                y[k] += added[k]

    @compiled
    def loss_of_rows(frame, data, work, targets, losses, first, last):
        """Compute the losses of the rows first … last - 1 and their gradients; return the number of correct ones.

        targets: the address of the targets of the first row. data, losses, and arrays in the workspace begin at row 0.
        """
        width, rows = frame[WIDTH_OUT], last - first
        z = at(at(work, frame[LOSS_Z]) if frame[LOSS_Z] >= 0 else data, first * width)
        # The data are the output only if all ops are identities, whose losses write no output.
        a = at(at(work, frame[LOSS_A]) if frame[LOSS_A] >= 0 else data, first * width)
        dz = at(work, frame[LOSS_DZ] + first * width)
        if frame[LOSS_Z] != frame[LOSS_A]:
            for k in range(rows * width):
                a[k] = z[k]
        options = at(doubles(frame[OPTIONS_AT]), frame[LOSS_OPTIONS])
        parts = frame[LOSS_PARTS]
        call_loss(
            frame[LOSS_FUNCTION], a, targets, rows * parts, width // parts, options, at(losses, first * parts), dz
        )
        return count_correct(a, targets, rows, width, frame[PREDICTION_KIND])

    return SimpleNamespace(forward_op=forward_op, loss_of_rows=loss_of_rows)
