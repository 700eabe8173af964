"""The program that runs a network: what happens in a step, one call of a kernel after the other.

It knows no layer, no loss and no optimizer: the plan says where each one's functions lie in memory, so one compiled
program runs every architecture. Several threads may run it together on the same plan. Each computes its own rows, its
own part of every dW and its own part of θ, and at the lines that say `wait` nobody goes on before all have arrived.
No number depends on how the work was divided.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from glassnet.engines.compiled.kernels.forward import passes
from glassnet.engines.compiled.kernels.intrinsics import (
    add_to_counter,
    call_activation_backward,
    call_layer_backward,
    call_layer_gradient,
    call_optimizer,
    call_with_thread,
    exchange,
    flush_denormals,
    read_counter,
    restore_mode,
)
from glassnet.engines.compiled.program_layout import (
    ABORT,
    ADDED,
    AVERAGE_AT,
    BACKWARD,
    BATCH,
    BATCH_X,
    CACHE,
    COEFFICIENTS,
    COEFFICIENTS_AT,
    CORRECT,
    DX,
    DY,
    FAILED_LOSS,
    FAILED_STEP,
    FIRST,
    FIRST_THREAD,
    G_AT,
    GRADIENT,
    HAS_PENALTY,
    INPUTS,
    IS_AWAKE,
    IS_CAREFUL,
    IS_LAYER,
    IS_SHARED,
    IS_TURNED,
    LAST,
    LINE,
    LOOKS,
    LOSS,
    LOSS_DZ,
    LOSSES_AT,
    MEMORY_AT,
    MEMORY_PITCH,
    MISSING,
    OP_FIELDS,
    OPS,
    OPS_AT,
    OPTIMIZER_FUNCTION,
    OPTIONS,
    OPTIONS_AT,
    ORDER_AT,
    OTHERS,
    OUTPUTS,
    PARAMETERS,
    PENALTY_FUNCTION,
    RESULT_AT,
    RESULT_FIELDS,
    ROWS,
    ROWS_DONE,
    SEGMENTS,
    SEGMENTS_AT,
    SERVED,
    SLAB,
    STEP,
    STEPS,
    STEPS_FUNCTION,
    STOP,
    TARGET_BYTES,
    TARGET_WIDTH,
    TEAM_AT,
    THETA_AT,
    THREADS,
    TICKET,
    TOTAL,
    WANTS_DX,
    WAS_ASLEEP,
    WEIGHTS,
    WEIGHTS_AT,
    WIDTH_IN,
    WIDTH_OUT,
    WORK_AT,
    X_AT,
    Y_AT,
    X,
    Y,
)


def program(m: SimpleNamespace) -> dict[str, Any]:
    """Return `steps`, which learns, and `summon` and `serve`, by which several threads do it together."""
    at, integers, numbers, doubles, wait, share = m.at, m.integers, m.numbers, m.doubles, m.wait, m.share
    is_asked_to_stop, transpose, look_away = m.is_asked_to_stop, m.transpose, m.look_away
    F, one, tile_rows, line, compiled = m.F, m.F(1), m.tile_rows, m.line, m.compiled
    both = passes(m)
    forward_op, loss_of_rows = both.forward_op, both.loss_of_rows

    @compiled
    def move_range(frame, now, first, last, are_weights):
        """Let the optimizer move the parameters first … last - 1, and the average follow them."""
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
        """Let the optimizer move this thread's parameters, those of which it has computed the gradient itself.

        now[0] and now[1] are what weights, and what other parameters, are multiplied with, now[2] what the average of
        all keeps of itself.
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
                low, high = share(op[INPUTS], tile_rows, thread, threads)
                move_range(frame, now, begin + low * op[OUTPUTS], begin + high * op[OUTPUTS], 1)
                low, high = share(op[OTHERS], line, thread, threads)
                move_range(frame, now, end + low, end + high, 0)
            elif thread == 0:
                move_range(frame, now, begin, end, 1)
                move_range(frame, now, end, end + op[OTHERS], 0)

    @compiled
    def turn(frame, thread):
        """Turn this thread's rows of every W that a backward pass multiplies with: its share of Wᵀ."""
        theta, work = numbers(frame[THETA_AT]), numbers(frame[WORK_AT])
        for i in range(frame[LAST]):
            op = at(integers(frame[OPS_AT]), i * OP_FIELDS)
            if op[IS_TURNED]:
                inputs, units = op[INPUTS], op[OUTPUTS]
                low, high = share(inputs, tile_rows, thread, frame[THREADS])
                W, W_turned = at(theta, op[PARAMETERS] + low * units), at(work, op[CACHE] + low)
                transpose(W, units, W_turned, inputs, high - low, units)

    @compiled
    def fetch(frame, batch, first_row, low, high):
        """Copy the rows low … high - 1 of the batch, which lie anywhere in the data, to one place."""
        data, order, width = numbers(frame[X_AT]), at(integers(frame[ORDER_AT]), first_row), frame[WIDTH_IN]
        for i in range(low, high):
            if i % 1024 == 0 and is_asked_to_stop(frame):
                return  # the data may come from a slow disk
            x, copy = at(data, order[i] * width), at(batch, i * width)
            for j in range(width):
                copy[j] = x[j]

    @compiled
    def one_step(frame, step, thread):
        """Make one step, this thread's part of it; return 0 if the run has to end here."""
        threads, team = frame[THREADS], integers(frame[TEAM_AT])
        work = numbers(frame[WORK_AT])
        batch, width_in, width_out = frame[BATCH], frame[WIDTH_IN], frame[WIDTH_OUT]
        first_row = step * batch
        n = min(batch, frame[ROWS] - first_row)
        weighted = frame[WEIGHTS_AT] != 0
        weights = at(numbers(frame[WEIGHTS_AT]), first_row) if weighted else work
        total = float(n)
        if weighted:
            total = 0.0
            for i in range(n):
                total += weights[i]
            if total == 0:
                wait(team, thread, threads)  # nobody reads this call's frame any more once thread 0 has returned
                return 1  # a batch that does not count
        low, high = share(n, tile_rows, thread, threads)
        data = at(numbers(frame[X_AT]), first_row * width_in)
        if frame[ORDER_AT]:
            data = at(work, frame[BATCH_X])
            fetch(frame, data, first_row, low, high)
        for i in range(frame[LAST]):
            op = at(integers(frame[OPS_AT]), i * OP_FIELDS)
            x = at(work, op[X]) if op[X] >= 0 else data
            forward_op(frame, i, x, at(work, op[Y]), low, high, n, 1, thread)

        targets = frame[Y_AT] + (first_row + low) * frame[TARGET_WIDTH] * frame[TARGET_BYTES]
        dz, losses = at(work, frame[LOSS_DZ]), numbers(frame[LOSSES_AT])
        result = at(doubles(frame[RESULT_AT]), thread * RESULT_FIELDS)
        correct = loss_of_rows(frame, data, work, targets, losses, low, high)
        inverse = one / F(total)
        for i in range(low, high):
            factor = weights[i] * inverse if weighted else inverse
            for j in range(i * width_out, (i + 1) * width_out):
                dz[j] *= factor
        for k in range(frame[LAST] - frame[FIRST]):
            i = frame[LAST] - 1 - k
            op = at(integers(frame[OPS_AT]), i * OP_FIELDS)
            dy = at(work, op[DY])
            if op[IS_LAYER]:
                if op[WANTS_DX]:
                    x = at(work, op[X]) if op[X] >= 0 else data
                    dx, options = at(work, op[DX]), doubles(frame[OPTIONS_AT])
                    call_layer_backward(op[BACKWARD], op, options, frame, x, dy, dx, low, high, n, thread)
            else:
                width, own = op[INPUTS], at(doubles(frame[OPTIONS_AT]), op[OPTIONS])
                x, y = at(work, op[X]) if op[X] >= 0 else data, at(work, op[Y])
                begin = low
                while begin < high and not is_asked_to_stop(frame):
                    end = min(high, begin + max(1, SLAB // width))
                    z, a, dz = at(x, begin * width), at(y, begin * width), at(dy, begin * width)
                    call_activation_backward(op[BACKWARD], z, a, dz, end - begin, width, own)
                    begin = end
        if thread == 0:
            team[STOP * LINE] = team[ABORT * LINE]
        wait(team, thread, threads)
        if team[MISSING * LINE] or team[STOP * LINE]:
            return 0  # what a thread should have computed is not there, or unfinished

        for i in range(frame[FIRST], frame[LAST]):
            op = at(integers(frame[OPS_AT]), i * OP_FIELDS)
            if op[GRADIENT] and (thread == 0 or op[IS_SHARED]):
                x, dy = at(work, op[X]) if op[X] >= 0 else data, at(work, op[DY])
                call_layer_gradient(op[GRADIENT], op, doubles(frame[OPTIONS_AT]), frame, x, dy, n, thread)
        loss = 0.0
        for i in range(n):
            loss += losses[i] * weights[i] if weighted else losses[i]
        loss /= total
        if frame[IS_CAREFUL]:
            if thread == 0:
                team[STOP * LINE] = team[ABORT * LINE]
            wait(team, thread, threads)
            if team[STOP * LINE]:
                return 0
            if frame[HAS_PENALTY]:
                result[TOTAL] = total
                call_with_thread(frame[PENALTY_FUNCTION], frame, thread)
                loss += result[ADDED]
                wait(team, thread, threads)
        if not np.isfinite(loss):
            result[FAILED_STEP] = step + 1.0
            result[FAILED_LOSS] = loss
            wait(team, thread, threads)  # the same for all, who have added up the same losses
            return 0
        if frame[OPTIMIZER_FUNCTION]:
            move(frame, at(doubles(frame[COEFFICIENTS_AT]), step * frame[COEFFICIENTS]), thread)
        result[LOSS] += loss * n
        result[CORRECT] += correct
        result[ROWS_DONE] += n
        if frame[OPTIMIZER_FUNCTION]:
            turn(frame, thread)
        wait(team, thread, threads)
        return 1

    def steps(frame, thread):
        """Make the steps that the frame names, this thread's part of them."""
        mode = flush_denormals()
        # Read once: when the last step is done, the frame may be written for the next call.
        step, end, go_on = frame[STEP], frame[STEPS], 1
        turn(frame, thread)
        wait(integers(frame[TEAM_AT]), thread, frame[THREADS])
        while go_on and step < end:
            go_on = one_step(frame, step, thread)
            step += 1
        restore_mode(mode)

    def summon(frame):
        """Call the other threads of the team, and write down who is asleep and has to be woken."""
        team = integers(frame[TEAM_AT])
        add_to_counter(at(team, TICKET * LINE))
        for thread in range(1, frame[THREADS]):
            own = at(team, (FIRST_THREAD + thread) * LINE)
            own[WAS_ASLEEP] = 1 - read_counter(at(own, IS_AWAKE))

    def serve(frame, thread):
        """Make steps whenever this thread is summoned; return when nobody has done so for about a millisecond.

        Waking a sleeping thread takes longer than many a call, so it stays awake as long as calls follow each other.
        """
        team = integers(frame[TEAM_AT])
        ticket, own = at(team, TICKET * LINE), at(team, (FIRST_THREAD + thread) * LINE)
        exchange(at(own, IS_AWAKE), 1)
        go_on = 1
        while go_on:
            looks = 0
            while read_counter(ticket) == own[SERVED] and looks < LOOKS:
                look_away(team, looks)
                looks += 1
            if read_counter(ticket) == own[SERVED]:
                exchange(at(own, IS_AWAKE), 0)
                if read_counter(ticket) == own[SERVED]:
                    return  # whoever summons from now on sees that this thread is asleep
                exchange(at(own, IS_AWAKE), 1)
            own[SERVED] = read_counter(ticket)
            go_on = own[SERVED] > 0
            if go_on:
                call_with_thread(frame[STEPS_FUNCTION], frame, thread)
        exchange(at(own, IS_AWAKE), 0)

    return {"steps": steps, "summon": summon, "serve": serve}
