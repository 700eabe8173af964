"""The last phase of a step: the optimizer updates θ, and transposed weights are refreshed."""

from __future__ import annotations

from types import SimpleNamespace

from glassnet.engines.compiled.kernels.intrinsics import (
    call_optimizer,
)
from glassnet.engines.compiled.program_layout import (
    AVERAGE_AT,
    CACHE,
    G_AT,
    INPUTS,
    IS_SHARED,
    IS_TRANSPOSED,
    LAST,
    MEMORY_AT,
    MEMORY_PITCH,
    OP_FIELDS,
    OPS,
    OPS_AT,
    OPTIMIZER_FUNCTION,
    OTHERS,
    OUTPUTS,
    PARAMETERS,
    SEGMENTS,
    SEGMENTS_AT,
    THETA_AT,
    THREADS,
    WEIGHTS,
    WORK_AT,
)


def update(m: SimpleNamespace) -> SimpleNamespace:
    """Return `move`, the optimizer's step, and `turn`, which transposes the weights that a backward pass needs."""
    at, integers, numbers, share = m.at, m.integers, m.numbers, m.share
    F, tile_rows, line, compiled, transpose = m.F, m.tile_rows, m.line, m.compiled, m.transpose

    @compiled
    def move_range(frame, now, first, last, are_weights):
        """Update the parameters first … last - 1, and their moving average."""
        theta, g, memory = numbers(frame[THETA_AT]), numbers(frame[G_AT]), numbers(frame[MEMORY_AT])
        decay = F(now[0]) if are_weights else F(now[1])
        function, pitch = frame[OPTIMIZER_FUNCTION], frame[MEMORY_PITCH]
        call_optimizer(function, theta, g, memory, pitch, first, last, decay, at(now, 3))
        if frame[AVERAGE_AT]:
            average, kept, new = numbers(frame[AVERAGE_AT]), F(now[2]), F(1.0 - now[2])
            for i in range(first, last):
                average[i] = kept * average[i] + new * theta[i]

    @compiled
    def move(frame, now, thread):
        """Update this thread's parameters, whose gradient it has computed itself.

        now[0] and now[1] are the decay factors of weights and of other parameters; now[2] is the decay of the moving
        average.
        """
        threads = frame[THREADS]
        if threads == 1:
            segments = integers(frame[SEGMENTS_AT])
            for s in range(frame[SEGMENTS]):
                move_range(frame, now, segments[3 * s], segments[3 * s + 1], segments[3 * s + 2])
            return
        for i in range(frame[OPS]):
            op = at(integers(frame[OPS_AT]), i * OP_FIELDS)
            if op[WEIGHTS] + op[OTHERS] == 0:
                continue
            begin, end = op[PARAMETERS], op[PARAMETERS] + op[WEIGHTS]
            if op[IS_SHARED]:
                low, high = share(op[WEIGHTS] // op[OUTPUTS], tile_rows, thread, threads)
                move_range(frame, now, begin + low * op[OUTPUTS], begin + high * op[OUTPUTS], 1)
                low, high = share(op[OTHERS], line, thread, threads)
                move_range(frame, now, end + low, end + high, 0)
            elif thread == 0:
                move_range(frame, now, begin, end, 1)
                move_range(frame, now, end, end + op[OTHERS], 0)

    @compiled
    def turn(frame, thread):
        """Transpose this thread's rows of every W that the backward pass needs transposed."""
        theta, work = numbers(frame[THETA_AT]), numbers(frame[WORK_AT])
        for i in range(frame[LAST]):
            op = at(integers(frame[OPS_AT]), i * OP_FIELDS)
            if op[IS_TRANSPOSED]:
                inputs, units = op[INPUTS], op[OUTPUTS]
                low, high = share(inputs, tile_rows, thread, frame[THREADS])
                W, W_turned = at(theta, op[PARAMETERS] + low * units), at(work, op[CACHE] + low)
                transpose(W, units, W_turned, inputs, high - low, units)

    return SimpleNamespace(move=move, turn=turn)
