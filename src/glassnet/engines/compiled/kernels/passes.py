"""The way forward through a network, one op after the other, and whether what comes out is right."""

from __future__ import annotations

from types import SimpleNamespace

from glassnet.engines.compiled.fields import (
    COPIES,
    FORWARD,
    INPUTS,
    IS_LAYER,
    OP_FIELDS,
    OPS_AT,
    OPTIONS,
    OPTIONS_AT,
    SLAB,
)
from glassnet.engines.compiled.kernels.machine import (
    call_activation_forward,
    call_layer_forward,
)


def passes(m: SimpleNamespace) -> SimpleNamespace:
    """Return forward_op, which runs one op, and count_correct."""
    at, integers, numbers, doubles = m.at, m.integers, m.numbers, m.doubles
    compiled, is_asked_to_stop = m.compiled, m.is_asked_to_stop

    @compiled
    def count_correct(a, targets, rows, width, kind):
        """How many rows are answered rightly; kinds: 1 class indices, 2 shares, 3 yes or no per output."""
        correct = 0
        if kind == 1:
            labels = integers(targets)
            for i in range(rows):
                a_i, label = at(a, i * width), labels[i]
                behind = 0  # the answer is the largest, and of several the first; where there is NaN, none is right
                for j in range(width):
                    behind += (a_i[j] < a_i[label]) | ((a_i[j] == a_i[label]) & (j >= label))
                correct += behind == width
        elif kind == 2:
            for i in range(rows):
                a_i, y_i = at(a, i * width), at(numbers(targets), i * width)
                best, wanted = 0, 0
                for j in range(1, width):
                    if a_i[j] > a_i[best]:
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
    def forward_op(frame, i, x, y, first, last, n, train, thread):
        """Run one op on the rows first … last - 1; x and y begin at row 0."""
        op = at(integers(frame[OPS_AT]), i * OP_FIELDS)
        options = doubles(frame[OPTIONS_AT])
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

    return SimpleNamespace(forward_op=forward_op, count_correct=count_correct)
