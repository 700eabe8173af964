"""The program that computes outputs, losses, and correct predictions in evaluation mode."""

from __future__ import annotations

from types import SimpleNamespace

from glassnet.engines.compiled.kernels.forward import passes
from glassnet.engines.compiled.kernels.intrinsics import (
    flush_denormals,
    restore_mode,
)
from glassnet.engines.compiled.kernels.types import KernelFunction
from glassnet.engines.compiled.program_layout import (
    BATCH,
    CORRECT,
    LAST,
    LOSS,
    OP_FIELDS,
    OPS,
    OPS_AT,
    ROWS,
    ROWS_DONE,
    TARGET_BYTES,
    TARGET_WIDTH,
    WIDTH_IN,
    WIDTH_OUT,
    WORK_AT,
    X_AT,
    Y_AT,
    Y,
)


def inference(m: SimpleNamespace) -> dict[str, KernelFunction]:
    """Return `predict` for many rows, `predict_row` for a single one, and `evaluate`, which compares with targets."""
    at, integers, numbers, doubles, zero = m.at, m.integers, m.numbers, m.doubles, m.F(0)
    both = passes(m)
    forward_op, loss_of_rows = both.forward_op, both.loss_of_rows
    compiled = m.compiled

    @compiled
    def predict(frame, x_at, y_at, rows):
        """The output of each row, (rows, outputs), in evaluation mode, `BATCH` rows at a time."""
        mode = flush_denormals()
        work, ops, batch = numbers(frame[WORK_AT]), frame[OPS], frame[BATCH]
        width_in, width_out = frame[WIDTH_IN], frame[WIDTH_OUT]
        first_row = 0
        while first_row < rows:
            n = min(batch, rows - first_row)
            data = at(numbers(x_at), first_row * width_in)
            out = at(numbers(y_at), first_row * width_out)
            for i in range(ops):
                op = at(integers(frame[OPS_AT]), i * OP_FIELDS)
                forward_op(frame, i, data, work, out if i == ops - 1 else at(work, op[Y]), 0, n, n, 0, 0)
            first_row += n
        restore_mode(mode)

    def evaluate(frame, x_at, y_at, rows, losses_at, result_at):
        """The sum of the rows' losses and the number of correct predictions, in evaluation mode."""
        mode = flush_denormals()
        work, batch, losses, result = numbers(frame[WORK_AT]), frame[BATCH], numbers(losses_at), doubles(result_at)
        width_in, first_row = frame[WIDTH_IN], 0
        while first_row < rows:
            n = min(batch, rows - first_row)
            data = at(numbers(x_at), first_row * width_in)
            targets = y_at + first_row * frame[TARGET_WIDTH] * frame[TARGET_BYTES]
            for i in range(frame[LAST]):
                op = at(integers(frame[OPS_AT]), i * OP_FIELDS)
                forward_op(frame, i, data, work, at(work, op[Y]), 0, n, n, 0, 0)
            correct = loss_of_rows(frame, data, work, targets, losses, 0, n)
            for i in range(n):
                result[LOSS] += losses[i]
            result[CORRECT] += correct
            result[ROWS_DONE] += n
            first_row += n
        restore_mode(mode)

    def predict_row(frame):
        """The output of the single row whose address is in the frame; ROWS becomes 0 if it is not finite."""
        x = numbers(frame[X_AT])
        difference = zero
        for i in range(frame[WIDTH_IN]):
            difference += x[i] - x[i]  # 0 for finite numbers, NaN for NaN and inf
        if difference == zero:
            predict(frame, frame[X_AT], frame[Y_AT], 1)
        frame[ROWS] = 1 if difference == zero else 0

    return {"predict": predict, "predict_row": predict_row, "evaluate": evaluate}
