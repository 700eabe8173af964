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

from glassnet.engines.compiled import fields as f
from glassnet.engines.compiled.kernels import machine as c


def program(m: SimpleNamespace) -> dict[str, Any]:
    """Return the program's entries: `steps` to learn, `answer`, `row` and `judge` to compute outputs and losses."""
    at, integers, numbers, doubles, wait, share = m.at, m.integers, m.numbers, m.doubles, m.wait, m.share
    is_asked_to_stop = m.is_asked_to_stop
    F, zero, one, tile_rows, line = m.F, m.F(0), m.F(1), m.tile_rows, m.line
    compiled = m.compiled

    @compiled
    def count_correct(a, targets, rows, width, kind):
        """How many rows are answered rightly; kinds: 1 class indices, 2 shares, 3 yes or no per output."""
        correct = 0
        if kind == 1:
            labels = integers(targets)
            for i in range(rows):
                a_i = at(a, i * width)
                best = 0
                for j in range(1, width):
                    if a_i[j] > a_i[best]:
                        best = j
                correct += best == labels[i]
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
        op = at(integers(frame[f.OPS_AT]), i * f.OP_FIELDS)
        options = doubles(frame[f.OPTIONS_AT])
        if op[f.IS_LAYER]:
            c.call_layer_forward(op[f.FORWARD], op, options, frame, x, y, first, last, n, train, thread)
        else:
            width = op[f.INPUTS]
            own = at(options, op[f.OPTIONS])
            begin = first
            while begin < last and not is_asked_to_stop(frame):
                end = min(last, begin + max(1, f.SLAB // width))
                if op[f.COPIES]:
                    for k in range(begin * width, end * width):
                        y[k] = x[k]
                c.call_activation_forward(
                    op[f.FORWARD], at(x, begin * width), at(y, begin * width), end - begin, width, own
                )
                begin = end

    @compiled
    def sum_of_penalties(frame, thread):
        """Add the penalties' gradients to g, cut g off, and return what the penalties add to the loss."""
        penalty = doubles(frame[f.PENALTY_AT])
        l1, l2, clip_value, clip_norm = penalty[0], penalty[1], F(penalty[2]), penalty[3]
        theta, g = numbers(frame[f.THETA_AT]), numbers(frame[f.G_AT])
        segments, sums = integers(frame[f.SEGMENTS_AT]), doubles(frame[f.SUMS_AT])
        size, threads, team = frame[f.PARAMETERS_SIZE], frame[f.THREADS], integers(frame[f.TEAM_AT])
        chunks = (size + f.CHUNK - 1) // f.CHUNK
        low, high = share(chunks, 1, thread, threads)
        slope1, slope2 = F(l1), F(l2)
        for chunk in range(low, high):
            begin, end = chunk * f.CHUNK, min(size, (chunk + 1) * f.CHUNK)
            absolute, squared, length = 0.0, 0.0, 0.0
            if l1 > 0 or l2 > 0:
                for s in range(frame[f.SEGMENTS]):
                    if segments[3 * s + 2]:
                        for i in range(max(begin, segments[3 * s]), min(end, segments[3 * s + 1])):
                            w = theta[i]
                            sign = one if w > zero else (-one if w < zero else zero)
                            g[i] += slope1 * sign + slope2 * w
                            absolute += abs(w)
                            squared += w * w
            if clip_value > zero:
                for i in range(begin, end):
                    g[i] = clip_value if g[i] > clip_value else (-clip_value if g[i] < -clip_value else g[i])
            if clip_norm > 0:
                for i in range(begin, end):
                    length += g[i] * g[i]
            sums[2 * chunk] = l1 * absolute + 0.5 * l2 * squared
            sums[2 * chunk + 1] = length
        wait(team, thread, threads)
        added, length = 0.0, 0.0
        for chunk in range(chunks):
            added += sums[2 * chunk]
            length += sums[2 * chunk + 1]
        length = np.sqrt(length)
        if clip_norm > 0 and length > clip_norm:
            factor = F(clip_norm / length)
            for i in range(low * f.CHUNK, min(size, high * f.CHUNK)):
                g[i] *= factor
        return added

    @compiled
    def one_step(frame, step, thread):
        """Make one step, this thread's part of it; return 0 if the run has to end here."""
        threads, team = frame[f.THREADS], integers(frame[f.TEAM_AT])
        work = numbers(frame[f.WORK_AT])
        batch, width_in, width_out = frame[f.BATCH], frame[f.WIDTH_IN], frame[f.WIDTH_OUT]
        first_row = step * batch
        n = min(batch, frame[f.ROWS] - first_row)
        weighted = frame[f.WEIGHTS_AT] != 0
        weights = at(numbers(frame[f.WEIGHTS_AT]), first_row) if weighted else work
        total = float(n)
        if weighted:
            total = 0.0
            for i in range(n):
                total += weights[i]
            if total == 0:
                return 1  # a batch that does not count
        data = at(numbers(frame[f.X_AT]), first_row * width_in)
        low, high = share(n, tile_rows, thread, threads)
        for i in range(frame[f.LAST]):
            op = at(integers(frame[f.OPS_AT]), i * f.OP_FIELDS)
            x = at(work, op[f.X]) if op[f.X] >= 0 else data
            forward_op(frame, i, x, at(work, op[f.Y]), low, high, n, 1, thread)

        targets = frame[f.Y_AT] + (first_row + low) * frame[f.TARGET_WIDTH] * frame[f.TARGET_BYTES]
        a = at(work, frame[f.LOSS_A]) if frame[f.LOSS_A] >= 0 else data
        z = at(work, frame[f.LOSS_Z]) if frame[f.LOSS_Z] >= 0 else data
        dz, losses = at(work, frame[f.LOSS_DZ]), numbers(frame[f.LOSSES_AT])
        result = at(doubles(frame[f.RESULT_AT]), thread * f.RESULT_FIELDS)
        mine = at(a, low * width_out)
        c.call_loss(
            frame[f.LOSS_FUNCTION], at(z, low * width_out), mine, targets, high - low, width_out,
            at(doubles(frame[f.OPTIONS_AT]), frame[f.LOSS_OPTIONS]), at(losses, low), at(dz, low * width_out),
        )  # fmt: skip
        correct = count_correct(mine, targets, high - low, width_out, frame[f.ANSWER_KIND])
        inverse = one / F(total)
        for i in range(low, high):
            factor = weights[i] * inverse if weighted else inverse
            for j in range(i * width_out, (i + 1) * width_out):
                dz[j] *= factor
        wait(team, thread, threads)
        if team[f.MISSING * f.LINE]:
            return 0  # a thread never came, and what it should have computed is not there

        for k in range(frame[f.LAST] - frame[f.FIRST]):
            i = frame[f.LAST] - 1 - k
            op = at(integers(frame[f.OPS_AT]), i * f.OP_FIELDS)
            dy = at(work, op[f.DY])
            if op[f.IS_LAYER]:
                if op[f.WANTS_DX]:
                    x = at(work, op[f.X]) if op[f.X] >= 0 else data
                    dx, options = at(work, op[f.DX]), doubles(frame[f.OPTIONS_AT])
                    c.call_layer_backward(op[f.BACKWARD], op, options, frame, x, dy, dx, low, high, n, thread)
            else:
                width, own = op[f.INPUTS], at(doubles(frame[f.OPTIONS_AT]), op[f.OPTIONS])
                x, y = at(work, op[f.X]) if op[f.X] >= 0 else data, at(work, op[f.Y])
                begin = low
                while begin < high and not is_asked_to_stop(frame):
                    end = min(high, begin + max(1, f.SLAB // width))
                    z, a, dz = at(x, begin * width), at(y, begin * width), at(dy, begin * width)
                    c.call_activation_backward(op[f.BACKWARD], z, a, dz, end - begin, width, own)
                    begin = end
        wait(team, thread, threads)

        for i in range(frame[f.FIRST], frame[f.LAST]):
            op = at(integers(frame[f.OPS_AT]), i * f.OP_FIELDS)
            if op[f.GRADIENT]:
                x = at(work, op[f.X]) if op[f.X] >= 0 else data
                c.call_layer_gradient(
                    op[f.GRADIENT], op, doubles(frame[f.OPTIONS_AT]), frame, x, at(work, op[f.DY]), n, thread
                )
        if thread == 0:
            team[f.STOP * f.LINE] = team[f.ABORT * f.LINE]
        wait(team, thread, threads)
        if team[f.STOP * f.LINE]:
            return 0  # what was computed since the request to stop may be unfinished

        loss = 0.0
        for i in range(n):
            loss += losses[i] * weights[i] if weighted else losses[i]
        loss /= total
        if frame[f.HAS_PENALTY]:
            loss += sum_of_penalties(frame, thread)
        if not np.isfinite(loss):
            result[f.FAILED_STEP] = step + 1.0
            result[f.FAILED_LOSS] = loss
            return 0
        if frame[f.HAS_PENALTY]:
            wait(team, thread, threads)
        if frame[f.OPTIMIZER_FUNCTION]:
            size, segments = frame[f.PARAMETERS_SIZE], integers(frame[f.SEGMENTS_AT])
            now = at(doubles(frame[f.COEFFICIENTS_AT]), step * frame[f.COEFFICIENTS])
            begin, end = share(size, line, thread, threads)
            for s in range(frame[f.SEGMENTS]):
                # now[0] and now[1] are what weights, and what other parameters, are multiplied with.
                first, last = max(begin, segments[3 * s]), min(end, segments[3 * s + 1])
                c.call_optimizer(
                    frame[f.OPTIMIZER_FUNCTION], numbers(frame[f.THETA_AT]), numbers(frame[f.G_AT]),
                    numbers(frame[f.MEMORY_AT]), frame[f.MEMORY_PITCH], first, last,
                    F(now[0]) if segments[3 * s + 2] else F(now[1]), at(now, 2),
                )  # fmt: skip
        result[f.LOSS] += loss * n
        result[f.CORRECT] += correct
        result[f.ROWS_DONE] += n
        wait(team, thread, threads)
        return 1

    def steps(frame, thread):
        mode = c.flush_denormals()
        step, go_on = frame[f.STEP], 1
        while go_on and step < frame[f.STEPS]:
            go_on = one_step(frame, step, thread)
            step += 1
        c.restore_mode(mode)

    @compiled
    def answer(frame, x_at, y_at, rows, work_at):
        """The output of every row, (rows, outputs), in evaluation mode, `BATCH` rows at a time."""
        mode = c.flush_denormals()
        work, ops, batch = numbers(work_at), frame[f.OPS], frame[f.BATCH]
        width_in, width_out = frame[f.WIDTH_IN], frame[f.WIDTH_OUT]
        first_row = 0
        while first_row < rows:
            n = min(batch, rows - first_row)
            data = at(numbers(x_at), first_row * width_in)
            out = at(numbers(y_at), first_row * width_out)
            for i in range(ops):
                op = at(integers(frame[f.OPS_AT]), i * f.OP_FIELDS)
                x = at(work, op[f.X]) if op[f.X] >= 0 else data
                forward_op(frame, i, x, out if i == ops - 1 else at(work, op[f.Y]), 0, n, n, 0, 0)
            first_row += n
        c.restore_mode(mode)

    def judge(frame, x_at, y_at, rows, work_at, losses_at, result_at):
        """The sum of the rows' losses and how many are answered rightly, in evaluation mode."""
        mode = c.flush_denormals()
        work, batch, losses, result = numbers(work_at), frame[f.BATCH], numbers(losses_at), doubles(result_at)
        width_in, width_out = frame[f.WIDTH_IN], frame[f.WIDTH_OUT]
        first_row = 0
        while first_row < rows:
            n = min(batch, rows - first_row)
            data = at(numbers(x_at), first_row * width_in)
            targets = y_at + first_row * frame[f.TARGET_WIDTH] * frame[f.TARGET_BYTES]
            for i in range(frame[f.LAST]):
                op = at(integers(frame[f.OPS_AT]), i * f.OP_FIELDS)
                x = at(work, op[f.X]) if op[f.X] >= 0 else data
                forward_op(frame, i, x, at(work, op[f.Y]), 0, n, n, 0, 0)
            a = at(work, frame[f.LOSS_A]) if frame[f.LOSS_A] >= 0 else data
            z = at(work, frame[f.LOSS_Z]) if frame[f.LOSS_Z] >= 0 else data
            c.call_loss(
                frame[f.LOSS_FUNCTION], z, a, targets, n, width_out,
                at(doubles(frame[f.OPTIONS_AT]), frame[f.LOSS_OPTIONS]), losses, at(work, frame[f.LOSS_DZ]),
            )  # fmt: skip
            for i in range(n):
                result[f.LOSS] += losses[i]
            result[f.CORRECT] += count_correct(a, targets, n, width_out, frame[f.ANSWER_KIND])
            result[f.ROWS_DONE] += n
            first_row += n
        c.restore_mode(mode)

    def row(frame):
        """The output of the single row whose place stands in the frame; ROWS becomes 0 where it is not finite."""
        x = numbers(frame[f.X_AT])
        difference = zero
        for i in range(frame[f.WIDTH_IN]):
            difference += x[i] - x[i]  # 0 of any number, NaN of NaN and inf
        if difference == zero:
            answer(frame, frame[f.X_AT], frame[f.Y_AT], 1, frame[f.WORK_AT])
        frame[f.ROWS] = 1 if difference == zero else 0

    return {"steps": steps, "answer": answer, "judge": judge, "row": row}
