"""Functions shared by several kernels: division of work among threads, barrier, transpose, softmax."""

from __future__ import annotations

from types import SimpleNamespace

from glassnet.engines.compiled.kernels.intrinsics import (
    SPINS,
    add_to_counter,
    at,
    call_product,
    call_yield,
    pause,
    read_counter,
)
from glassnet.engines.compiled.kernels.matmul_tiles import turned_square
from glassnet.engines.compiled.program_layout import (
    ABORT,
    ARRIVED,
    FIRST_THREAD,
    LINE,
    MISSING,
    PRODUCT_FUNCTION,
    SLAB,
    TEAM_AT,
    YIELD,
)

PER_NUMBER = 256
"""How many multiplications of a product count as much as one number of an activation."""


def helpers(m: SimpleNamespace) -> SimpleNamespace:
    """Return the functions defined here, by name."""
    inline, zero, one = m.inline, m.F(0), m.F(1)
    integers, tile_rows = m.integers, m.tile_rows
    lanes = m.registers.bytes // m.bytes
    turn_square = turned_square(lanes)

    @inline
    def share(total, multiple, thread, threads):
        """The first and the last + 1 of `total` things that are this thread's, in whole multiples."""
        if threads == 1:
            return 0, total
        pieces = (total + multiple - 1) // multiple
        return min(total, pieces * thread // threads * multiple), min(
            total, pieces * (thread + 1) // threads * multiple
        )

    @inline
    def look_away(team, looks):
        """Wait a moment before looking again; who has looked often lets others run meanwhile."""
        pause()
        if looks > SPINS and team[YIELD * LINE] != 0:
            call_yield(team[YIELD * LINE])

    @inline
    def wait(team, thread, threads):
        """Go on when all threads of the team have come here as often as this one.

        team: counters, as program_layout.py lays them out.
        """
        if threads > 1:
            own = at(team, (FIRST_THREAD + thread) * LINE)
            own[ARRIVED] += 1
            add_to_counter(team)
            looks = 0
            while read_counter(team) < own[ARRIVED] * threads and read_counter(at(team, MISSING * LINE)) == 0:
                look_away(team, looks)
                looks += 1

    @inline
    def is_asked_to_stop(frame):
        """Whether somebody wants this step to end, finished or not; nobody ever does in evaluation mode."""
        return frame[TEAM_AT] != 0 and integers(frame[TEAM_AT])[ABORT * LINE] != 0

    @inline
    def product(frame, C, b, has_b, A, a_row, a_column, B, rows, columns, inner):
        """C = A B + b, as matmul.py says, a slab of rows at a time."""
        function, slab = frame[PRODUCT_FUNCTION], rows
        per_row = columns * inner + PER_NUMBER * (columns + inner)  # multiplications, and numbers to fetch and store
        if rows * per_row > SLAB * PER_NUMBER:
            slab = max(1, SLAB * PER_NUMBER // per_row // tile_rows) * tile_rows
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
                turn_square(at(source, i * source_row + j), source_row, at(target, j * target_row + i), target_row)
            for i in range(in_squares, rows):
                for k in range(j, j + lanes):
                    target[k * target_row + i] = source[i * source_row + k]
            j += lanes
        for i in range(rows):
            for k in range(j, columns):
                target[k * target_row + i] = source[i * source_row + k]

    @inline
    def lower_rows(a, rows, width):
        """Subtract from every number the largest of its row, so that no exponential is too large."""
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
        """How many groups of outputs there are; options: their number, then their sizes."""
        return max(1, int(options[0]))

    @inline
    def group_size(options, group, width):
        """How many outputs one group has."""
        return int(options[1 + group]) if options[0] > 0 else width

    return SimpleNamespace(
        share=share,
        look_away=look_away,
        wait=wait,
        is_asked_to_stop=is_asked_to_stop,
        product=product,
        transpose=transpose,
        lower_rows=lower_rows,
        divide_by_sum=divide_by_sum,
        group_count=group_count,
        group_size=group_size,
    )
