"""The program that trains a network: the order of the kernel calls in a step.

It is independent of layers, losses, and optimizers: the plan contains the addresses of their functions, so one compiled
program runs every architecture. Several threads can run it together on the same plan. Each computes its own rows, its
own part of every dW, and its own part of θ; `wait` is a barrier. Results do not depend on the number of threads.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from glassnet.engines.compiled.kernels.backward import backward_pass
from glassnet.engines.compiled.kernels.forward import passes
from glassnet.engines.compiled.kernels.intrinsics import (
    add_to_counter,
    call_with_thread,
    exchange,
    flush_denormals,
    read_counter,
    restore_mode,
)
from glassnet.engines.compiled.kernels.types import KernelFunction
from glassnet.engines.compiled.kernels.update import update
from glassnet.engines.compiled.program_layout import (
    ABORT,
    ADDED,
    BATCH,
    BATCH_X,
    COEFFICIENTS,
    COEFFICIENTS_AT,
    CORRECT,
    DROPOUT,
    DROPOUT_AT,
    FAILED_LOSS,
    FAILED_STEP,
    FIRST_THREAD,
    HAS_PENALTY,
    IS_AWAKE,
    IS_CAREFUL,
    LAST,
    LEAVE,
    LINE,
    LOSS,
    LOSS_PARTS,
    MAX_NAPS,
    MAX_POLLS,
    MISSING,
    NAPS,
    NEXT_STEP,
    OP_FIELDS,
    OPS_AT,
    OPTIMIZER_FUNCTION,
    ORDER_AT,
    PENALTY_FUNCTION,
    RESULT_AT,
    RESULT_FIELDS,
    ROWS,
    ROWS_DONE,
    SERVED,
    STEP,
    STEPS,
    STEPS_FUNCTION,
    STOP,
    TEAM_AT,
    THREADS,
    TICKET,
    TOTAL,
    WAS_ASLEEP,
    WEIGHTS_AT,
    WIDTH_IN,
    WORK_AT,
    X_AT,
    Y,
)


def program(m: SimpleNamespace) -> dict[str, KernelFunction]:
    """Return `steps`, which trains, and `call_threads` and `run_worker`, which run it on several threads."""
    at, integers, numbers, doubles, wait, share = m.at, m.integers, m.numbers, m.doubles, m.wait, m.share
    is_asked_to_stop, poll_pause, tile_rows, compiled, inline = (
        m.is_asked_to_stop,
        m.poll_pause,
        m.tile_rows,
        m.compiled,
        m.inline,
    )
    forward_op, back, last = passes(m).forward_op, backward_pass(m), update(m)
    loss_gradient, backward, parameter_gradients = back.loss_gradient, back.backward, back.parameter_gradients
    mean_loss, move, turn = back.mean_loss, last.move, last.turn

    @compiled
    def fetch(frame, batch, first_row, low, high):
        """Gather the rows low … high - 1 of the batch from the data."""
        data, order, width = numbers(frame[X_AT]), at(integers(frame[ORDER_AT]), first_row), frame[WIDTH_IN]
        for i in range(low, high):
            if i % 1024 == 0 and is_asked_to_stop(frame):
                return  # the data may come from a slow disk
            x, copy = at(data, order[i] * width), at(batch, i * width)
            for j in range(width):
                copy[j] = x[j]

    @inline
    def batch_data(frame, first_row, low, high):
        """Return the pointer to row 0 of the batch, after gathering the rows low … high - 1."""
        data = at(numbers(frame[X_AT]), first_row * frame[WIDTH_IN])
        if frame[ORDER_AT]:
            data = at(numbers(frame[WORK_AT]), frame[BATCH_X])
            fetch(frame, data, first_row, low, high)
        return data

    @inline
    def total_weight(frame, first_row, n):
        """Return Σw of the batch; without weights, its number of rows, which is also Σw of each of several parts."""
        if not frame[WEIGHTS_AT]:
            return float(n)
        parts = frame[LOSS_PARTS]
        weights, total = at(numbers(frame[WEIGHTS_AT]), first_row * parts), 0.0
        for i in range(n * parts):
            total += weights[i]
        return float(n) if parts > 1 and total > 0.0 else total

    @inline
    def forward(frame, data, low, high, n, thread):
        """Run the operations forward on the rows low … high - 1."""
        work = numbers(frame[WORK_AT])
        for i in range(frame[LAST]):
            op = at(integers(frame[OPS_AT]), i * OP_FIELDS)
            forward_op(frame, i, data, work, at(work, op[Y]), low, high, n, 1, thread)

    @inline
    def is_stopped(frame, thread):
        """Wait for all threads, and return whether the run has to stop; thread 0 decides for all."""
        team = integers(frame[TEAM_AT])
        if thread == 0:
            team[STOP * LINE] = team[ABORT * LINE]
        wait(team, thread, frame[THREADS])
        return team[STOP * LINE]

    @inline
    def penalty(frame, result, total, thread):
        """Add the gradients of the penalties and clip; return the penalties."""
        result[TOTAL] = total
        call_with_thread(frame[PENALTY_FUNCTION], frame, thread)
        added = result[ADDED]
        wait(integers(frame[TEAM_AT]), thread, frame[THREADS])
        return added

    @inline
    def naps(team, threads):
        """Return how often the threads have napped in this call, while they waited for each other."""
        total = 0
        for thread in range(threads):
            total += at(team, (FIRST_THREAD + thread) * LINE)[NAPS]
        return total

    @compiled
    def one_step(frame, step, thread):
        """Run this thread's part of one step; return 0 if the run has to end."""
        threads, team, first_row = frame[THREADS], integers(frame[TEAM_AT]), step * frame[BATCH]
        n = min(frame[BATCH], frame[ROWS] - first_row)
        result = at(doubles(frame[RESULT_AT]), thread * RESULT_FIELDS)
        result[DROPOUT] = doubles(frame[DROPOUT_AT])[step] if frame[DROPOUT_AT] else 1.0
        total = total_weight(frame, first_row, n)
        if total == 0:
            wait(team, thread, threads)  # the frame of this call is no longer read once thread 0 has returned
            return 1  # a batch whose weights are all 0
        low, high = share(n, tile_rows, thread, threads)
        data = batch_data(frame, first_row, low, high)
        forward(frame, data, low, high, n, thread)
        correct = loss_gradient(frame, data, first_row, total, low, high)
        backward(frame, data, low, high, n, thread)
        if is_stopped(frame, thread) or team[MISSING * LINE]:
            return 0  # results of a thread are missing or incomplete
        parameter_gradients(frame, data, n, thread)
        loss = mean_loss(frame, first_row, total, n)
        if frame[IS_CAREFUL]:
            if is_stopped(frame, thread):
                return 0
            if frame[HAS_PENALTY]:
                loss += penalty(frame, result, total, thread)
        if not np.isfinite(loss):
            result[FAILED_STEP] = step + 1.0
            result[FAILED_LOSS] = loss
            wait(team, thread, threads)  # the same for all threads, which have added the same losses
            return 0
        if frame[OPTIMIZER_FUNCTION]:
            move(frame, at(doubles(frame[COEFFICIENTS_AT]), step * frame[COEFFICIENTS]), thread)
        result[LOSS] += loss * n
        result[CORRECT] += correct
        result[ROWS_DONE] += n
        if frame[OPTIMIZER_FUNCTION]:
            turn(frame, thread)
        if threads == 1:
            return 1
        if thread == 0:
            team[LEAVE * LINE] = naps(team, threads) > MAX_NAPS
        wait(team, thread, threads)
        return 1 - team[LEAVE * LINE]

    def steps(frame, thread):
        """Run this thread's part of the steps in the frame."""
        mode = flush_denormals()
        # Read once: after the last step, the frame may be overwritten for the next call.
        step, end, go_on = frame[STEP], frame[STEPS], 1
        team = integers(frame[TEAM_AT])
        at(team, (FIRST_THREAD + thread) * LINE)[NAPS] = 0
        turn(frame, thread)
        wait(team, thread, frame[THREADS])
        while go_on and step < end:
            go_on = one_step(frame, step, thread)
            step += 1
        if thread == 0:
            team[NEXT_STEP * LINE] = step
        restore_mode(mode)

    def call_threads(frame):
        """Call the other threads of the team, and record which are asleep and must be woken."""
        team = integers(frame[TEAM_AT])
        add_to_counter(at(team, TICKET * LINE))
        for thread in range(1, frame[THREADS]):
            own = at(team, (FIRST_THREAD + thread) * LINE)
            own[WAS_ASLEEP] = 1 - read_counter(at(own, IS_AWAKE))

    def run_worker(frame, thread):
        """Run steps whenever this thread is called; return after about a millisecond without a call.

        Waking a sleeping thread may take longer than a call, so it polls while calls follow each other.
        """
        team = integers(frame[TEAM_AT])
        ticket, own = at(team, TICKET * LINE), at(team, (FIRST_THREAD + thread) * LINE)
        exchange(at(own, IS_AWAKE), 1)
        go_on = 1
        while go_on:
            polls = 0
            while read_counter(ticket) == own[SERVED] and polls < MAX_POLLS:
                poll_pause(team, polls)
                polls += 1
            if read_counter(ticket) == own[SERVED]:
                exchange(at(own, IS_AWAKE), 0)
                if read_counter(ticket) == own[SERVED]:
                    return  # from now on, a call finds this thread asleep
                exchange(at(own, IS_AWAKE), 1)
            own[SERVED] = read_counter(ticket)
            go_on = own[SERVED] > 0
            if go_on:
                call_with_thread(frame[STEPS_FUNCTION], frame, thread)
        exchange(at(own, IS_AWAKE), 0)

    return {"steps": steps, "call_threads": call_threads, "run_worker": run_worker}
