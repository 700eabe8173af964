"""Functions shared by several kernels: division of work among threads, barrier, transpose, softmax."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from glassnet.engines.compiled.kernels.intrinsics import (
    add_to_counter,
    at,
    call_nap,
    call_product,
    pause,
    read_counter,
)
from glassnet.engines.compiled.kernels.matmul_tiles import transposed_square, vector_multiply_add, vector_sum
from glassnet.engines.compiled.program_layout import (
    ABORT,
    ARRIVED,
    FIRST_THREAD,
    LINE,
    MISSING,
    NAP,
    NAP_MICROSECONDS,
    NAPS,
    POLLS_BEFORE_NAP,
    PRODUCT_FUNCTION,
    SLAB,
    TEAM_AT,
)

MULTIPLICATIONS_PER_VALUE = 256
"""Number of multiplications of a product that take as long as one value of an activation."""


def helpers(m: SimpleNamespace) -> SimpleNamespace:
    """Return the functions defined here, by name."""
    inline, zero, one = m.inline, m.F(0), m.F(1)
    integers, tile_rows = m.integers, m.tile_rows
    lanes = m.registers.bytes // m.bytes
    transpose_square = transposed_square(lanes)
    eight, four = vector_multiply_add(8), vector_multiply_add(4)
    sum_of_eight, sum_of_four = vector_sum(8), vector_sum(4)

    @inline
    def share(total, multiple, thread, threads):
        """The range of `total` items that a thread processes, first and last + 1, in multiples of `multiple`."""
        if threads == 1:
            return 0, total
        pieces = (total + multiple - 1) // multiple
        return min(total, pieces * thread // threads * multiple), min(
            total, pieces * (thread + 1) // threads * multiple
        )

    @inline
    def poll_pause(team, polls):
        """Pause before polling again; after many polls, nap."""
        pause()
        if polls >= POLLS_BEFORE_NAP and team[NAP * LINE] != 0:
            call_nap(team[NAP * LINE], np.int32(NAP_MICROSECONDS))

    @inline
    def wait(team, thread, threads):
        """Barrier: continue when all threads of the team have arrived as often as this one.

        team: counters, see program_layout.py.
        """
        if threads > 1:
            own = at(team, (FIRST_THREAD + thread) * LINE)
            own[ARRIVED] += 1
            add_to_counter(team)
            polls = 0
            while read_counter(team) < own[ARRIVED] * threads and read_counter(at(team, MISSING * LINE)) == 0:
                poll_pause(team, polls)
                polls += 1
            own[NAPS] += max(polls - POLLS_BEFORE_NAP, 0)

    @inline
    def is_asked_to_stop(frame):
        """Whether this step should be aborted; never in evaluation mode."""
        return frame[TEAM_AT] != 0 and integers(frame[TEAM_AT])[ABORT * LINE] != 0

    @inline
    def product(frame, C, b, has_b, A, a_row, a_column, B, rows, columns, inner):
        """C = A B + b, see matmul.py, a slab of rows at a time."""
        function, slab = frame[PRODUCT_FUNCTION], rows
        per_row = columns * inner + MULTIPLICATIONS_PER_VALUE * (
            columns + inner
        )  # multiplications, and values to load and store
        if rows * per_row > SLAB * MULTIPLICATIONS_PER_VALUE:
            slab = max(1, SLAB * MULTIPLICATIONS_PER_VALUE // per_row // tile_rows) * tile_rows
        i = 0
        while i < rows and not is_asked_to_stop(frame):
            now = min(slab, rows - i)
            call_product(
                function, at(C, i * columns), b, has_b, at(A, i * a_row), a_row, a_column, B, now, columns, inner
            )
            i += now

    @inline
    def transpose(source, source_row, target, target_row, rows, columns):
        """target[j, i] = source[i, j]."""
        in_squares, j = rows - rows % lanes, 0
        while j + lanes <= columns:
            for i in range(0, in_squares, lanes):
                transpose_square(at(source, i * source_row + j), source_row, at(target, j * target_row + i), target_row)
            for i in range(in_squares, rows):
                for k in range(j, j + lanes):
                    target[k * target_row + i] = source[i * source_row + k]
            j += lanes
        for i in range(rows):
            for k in range(j, columns):
                target[k * target_row + i] = source[i * source_row + k]

    @inline
    def add_scaled(target, a, s, b, width):
        """target = a + s · b, vectors of `width` numbers; fast also if they are short."""
        j = 0
        while j + 8 <= width:
            eight(at(target, j), at(a, j), s, at(b, j))
            j += 8
        if j + 4 <= width:
            four(at(target, j), at(a, j), s, at(b, j))
            j += 4
        while j < width:
            target[j] = a[j] + s * b[j]
            j += 1

    @inline
    def add_rows(target, a, b, rows, width):
        """target = a + the sum of the rows of b, (rows, width)."""
        j = 0
        while j + 8 <= width:
            sum_of_eight(at(target, j), at(a, j), at(b, j), width, rows)
            j += 8
        if j + 4 <= width:
            sum_of_four(at(target, j), at(a, j), at(b, j), width, rows)
            j += 4
        while j < width:
            total = a[j]
            for k in range(rows):
                total += b[k * width + j]
            target[j] = total
            j += 1

    @inline
    def lower_rows(a, rows, width):
        """Subtract the maximum of each row, so that exponentials do not overflow."""
        for i in range(rows):
            a_i = at(a, i * width)
            top = a_i[0]
            for j in range(1, width):
                top = a_i[j] if a_i[j] > top else top
            for j in range(width):
                a_i[j] -= top

    @inline
    def divide_by_sum(a_i, width):
        """Divide the numbers of one row by their sum, and return it."""
        total = zero
        for j in range(width):
            total += a_i[j]
        share = one / total
        for j in range(width):
            a_i[j] *= share
        return total

    @inline
    def group_count(options):
        """Number of groups of outputs; options: their number, then their sizes."""
        return max(1, int(options[0]))

    @inline
    def group_size(options, group, width):
        """Number of outputs of one group."""
        return int(options[1 + group]) if options[0] > 0 else width

    return SimpleNamespace(
        share=share,
        poll_pause=poll_pause,
        wait=wait,
        is_asked_to_stop=is_asked_to_stop,
        product=product,
        transpose=transpose,
        add_scaled=add_scaled,
        add_rows=add_rows,
        lower_rows=lower_rows,
        divide_by_sum=divide_by_sum,
        group_count=group_count,
        group_size=group_size,
    )
