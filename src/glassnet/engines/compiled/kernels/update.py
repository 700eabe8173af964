"""The last phase of a step: the optimizer updates θ, and transposed weights are refreshed."""

from __future__ import annotations

from types import SimpleNamespace

from glassnet.engines.compiled.kernels.intrinsics import (
    call_optimizer,
)
from glassnet.engines.compiled.program_layout import (
    ARE_WEIGHTS,
    AVERAGE_AT,
    CACHE,
    G_AT,
    GROUP,
    GROUP_COEFFICIENTS,
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
    PARTS,
    SEGMENT_FIELDS,
    SEGMENT_FIRST,
    SEGMENT_LAST,
    SEGMENTS,
    SEGMENTS_AT,
    SLOT,
    SLOTS,
    SLOTS_AT,
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
    def move_range(frame, coefficients, segment, first, last):
        """Update the parameters first … last - 1 of a segment, and their moving average."""
        now, are_weights = at(coefficients, segment[GROUP] * frame[GROUP_COEFFICIENTS]), segment[ARE_WEIGHTS]
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

        now contains the coefficients of every group of parameters: the first two are the decay factors of weights and
        of other parameters; the third is the decay of the moving average.
        """
        threads = frame[THREADS]
        if threads == 1:
            for s in range(frame[SEGMENTS]):
                segment = at(integers(frame[SEGMENTS_AT]), s * SEGMENT_FIELDS)
                move_range(frame, now, segment, segment[SEGMENT_FIRST], segment[SEGMENT_LAST])
            return
        for i in range(frame[OPS]):
            op = at(integers(frame[OPS_AT]), i * OP_FIELDS)
            if op[WEIGHTS] + op[OTHERS] == 0:
                continue
            begin, end = op[PARAMETERS], op[PARAMETERS] + op[WEIGHTS]
            units = op[OUTPUTS] // op[PARTS]
            low, high = share(op[WEIGHTS] // units, tile_rows, thread, threads)
            of_weights = (begin + low * units, begin + high * units)
            low, high = share(op[OTHERS], line, thread, threads)
            of_others = (end + low, end + high)
            slots = at(integers(frame[SLOTS_AT]), op[SLOT] * SEGMENT_FIELDS)
            for s in range(op[SLOTS]):
                slot = at(slots, s * SEGMENT_FIELDS)
                first, last = slot[SEGMENT_FIRST], slot[SEGMENT_LAST]
                if op[IS_SHARED]:
                    own = of_weights if first < end else of_others
                    first, last = max(first, own[0]), min(last, own[1])
                if op[IS_SHARED] or thread == 0:
                    move_range(frame, now, slot, first, last)

    @compiled
    def turn(frame, thread):
        """Transpose this thread's rows of every W that the backward pass needs transposed."""
        theta, work = numbers(frame[THETA_AT]), numbers(frame[WORK_AT])
        for i in range(frame[LAST]):
            op = at(integers(frame[OPS_AT]), i * OP_FIELDS)
            if op[IS_TRANSPOSED]:
                units = op[OUTPUTS] // op[PARTS]
                inputs = op[WEIGHTS] // units
                low, high = share(inputs, tile_rows, thread, frame[THREADS])
                W, W_turned = at(theta, op[PARAMETERS] + low * units), at(work, op[CACHE] + low)
                transpose(W, units, W_turned, inputs, high - low, units)

    return SimpleNamespace(move=move, turn=turn)
