"""KernelFunctions of maths/regularization.py: L1, L2, weight decay, and clipping of the complete gradient."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from glassnet.engines.compiled.kernels.types import KernelFunction
from glassnet.engines.compiled.program_layout import (
    ADDED,
    ARE_WEIGHTS,
    CHUNK,
    G_AT,
    PARAMETERS_SIZE,
    PENALTY_AT,
    RESULT_AT,
    RESULT_FIELDS,
    SEGMENT_FIELDS,
    SEGMENT_FIRST,
    SEGMENT_LAST,
    SEGMENTS,
    SEGMENTS_AT,
    SUMS_AT,
    TEAM_AT,
    THETA_AT,
    THREADS,
    TOTAL,
)


def penalties(m: SimpleNamespace) -> dict[str, KernelFunction]:
    """Add the gradients of L1 and L2 to g, clip g, and store the penalties.

    Sums are computed chunk by chunk, so that they do not depend on the number of threads.
    """
    at, integers, numbers, doubles, wait, share = m.at, m.integers, m.numbers, m.doubles, m.wait, m.share
    F, zero, one, sqrt, inline, double = m.F, m.F(0), m.F(1), m.sqrt, m.inline, np.float64

    @inline
    def sum_of_squares(a, first, last):
        """The sum of squares of the numbers first … last - 1, in four independent accumulators.

        The squares are double: in single precision, those of numbers above 1.8e19 overflow.
        """
        sum0, sum1, sum2, sum3, i = 0.0, 0.0, 0.0, 0.0, first
        while i + 4 <= last:
            a0, a1, a2, a3 = double(a[i]), double(a[i + 1]), double(a[i + 2]), double(a[i + 3])
            sum0 += a0 * a0
            sum1 += a1 * a1
            sum2 += a2 * a2
            sum3 += a3 * a3
            i += 4
        while i < last:
            sum0 += double(a[i]) * double(a[i])
            i += 1
        return (sum0 + sum1) + (sum2 + sum3)

    def penalties(frame, thread):
        penalty = doubles(frame[PENALTY_AT])
        l1, l2, clip_value, clip_norm = penalty[0], penalty[1], F(penalty[2]), penalty[3]
        theta, g = numbers(frame[THETA_AT]), numbers(frame[G_AT])
        segments, sums = integers(frame[SEGMENTS_AT]), doubles(frame[SUMS_AT])
        size, threads, team = frame[PARAMETERS_SIZE], frame[THREADS], integers(frame[TEAM_AT])
        chunks = (size + CHUNK - 1) // CHUNK
        low, high = share(chunks, 1, thread, threads)
        if penalty[4] != 0:
            l2 /= at(doubles(frame[RESULT_AT]), thread * RESULT_FIELDS)[TOTAL]
        slope1, slope2 = F(l1), F(l2)
        for chunk in range(low, high):
            begin, end = chunk * CHUNK, min(size, (chunk + 1) * CHUNK)
            absolute, squared, length = 0.0, 0.0, 0.0
            for s in range(frame[SEGMENTS] if l1 > 0 or l2 > 0 else 0):
                segment = at(segments, s * SEGMENT_FIELDS)
                if segment[ARE_WEIGHTS]:
                    first, last = max(begin, segment[SEGMENT_FIRST]), min(end, segment[SEGMENT_LAST])
                    if l1 > 0:
                        for i in range(first, last):
                            w = theta[i]
                            g[i] += slope1 * (one if w > zero else (-one if w < zero else zero))
                            absolute += abs(w)
                    if l2 > 0:
                        for i in range(first, last):
                            g[i] += slope2 * theta[i]
                        squared += sum_of_squares(theta, first, last)
            if clip_value > zero:
                for i in range(begin, end):
                    g[i] = clip_value if g[i] > clip_value else (-clip_value if g[i] < -clip_value else g[i])
            if clip_norm > 0:
                length = sum_of_squares(g, begin, end)
            sums[2 * chunk] = l1 * absolute + 0.5 * l2 * squared
            sums[2 * chunk + 1] = length
        wait(team, thread, threads)
        added, length = 0.0, 0.0
        for chunk in range(chunks):
            added += sums[2 * chunk]
            length += sums[2 * chunk + 1]
        length = sqrt(length)
        if clip_norm > 0 and length > clip_norm:
            factor = F(clip_norm / length)
            for i in range(low * CHUNK, min(size, high * CHUNK)):
                g[i] *= factor
        at(doubles(frame[RESULT_AT]), thread * RESULT_FIELDS)[ADDED] = added

    return {"penalties": penalties}
