"""The float32 draws of NumPy's default bit generator, PCG64, at any position of its stream.

PCG64 is a linear congruential generator with 128 bits, s ← A s + c, so its state after k steps is computed in log₂ k
steps. So every thread draws the numbers of its own rows, and together they are bitwise those of `rng.random`.

Source: O'Neill, "PCG: A family of simple fast space-efficient statistically good algorithms for random number
generation", 2014. Four interleaved sequences with the step A⁴ keep the multipliers busy, which one sequence would not.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from glassnet.engines.compiled.kernels.types import KernelFunction
from glassnet.engines.compiled.program_layout import HALF, HAS_HALF, INCREMENT, STATE

MULTIPLIER = 0x2360ED051FC65DA44385DF649FCCF645
BUFFER = 512
"""Number of draws that are computed before they are converted to numbers."""


def mask_drawer(m: SimpleNamespace) -> KernelFunction:
    """Return the function that draws a part of a dropout mask."""
    at, multiply_add, zero = m.at, m.multiply_add, m.F(0)
    U, i32, f32 = np.uint64, np.int32, m.float32
    buffer, interval = m.stack_array(np.uint32, BUFFER), m.float32(1 / 16777216)
    one_step, four_steps = _halves(MULTIPLIER), _halves(MULTIPLIER**4)
    four_increments = _halves(sum(MULTIPLIER**k for k in range(4)))
    none, unit = (U(0), U(0)), (U(1), U(0))

    @m.inline
    def add(a, b):
        return multiply_add(a[0], a[1], unit[0], unit[1], b[0], b[1])

    @m.inline
    def product(a, b):
        return multiply_add(a[0], a[1], b[0], b[1], none[0], none[1])

    @m.inline
    def step(s, multiplier, increment):
        """The next state: s · multiplier + increment, modulo 2¹²⁸; each is a pair, low and high."""
        return multiply_add(s[0], s[1], multiplier[0], multiplier[1], increment[0], increment[1])

    @m.inline
    def output(s):
        """The 64 bits of a state: its halves combined, rotated by its highest six bits."""
        mixed, turn = s[0] ^ s[1], s[1] >> U(58)
        return (mixed >> turn) | (mixed << ((U(64) - turn) & U(63)))

    @m.compiled
    def advanced(s, increment, steps):
        """The state after some steps, from those after 1, 2, 4, 8, …"""
        factor, added = unit, none
        power, power_added = one_step, increment
        while steps > 0:
            if steps % 2 == 1:
                factor, added = product(factor, power), step(added, power, power_added)
            power_added = step(power_added, power, power_added)
            power = product(power, power)
            steps //= 2
        return step(s, factor, added)

    @m.inline
    def entry(bits, rate, kept):
        """The mask's entry for a draw of 32 bits, of which NumPy uses the first 24."""
        return kept if f32(i32(bits >> 8)) * interval >= rate else zero

    @m.compiled
    def draw_mask(stream, mask, first, last, total, rate, kept):
        """Write the entries first … last - 1 of a mask, and move the stream behind all its `total` entries.

        An output has two draws, first its low and then its high half; the stream may begin with a high half.
        """
        start, increment = (U(stream[STATE]), U(stream[STATE + 1])), (U(stream[INCREMENT]), U(stream[INCREMENT + 1]))
        has_half = stream[HAS_HALF]
        draw, end = first - has_half, last - has_half  # counted from the first whole output
        if draw < 0 and draw < end:
            mask[first] = entry(U(stream[HALF]), rate, kept)
            draw = 0
        if draw < end:
            s = step(advanced(start, increment, draw // 2), one_step, increment)
            if draw % 2 == 1:
                mask[draw + has_half] = entry(output(s) >> U(32), rate, kept)
                s, draw = step(s, one_step, increment), draw + 1
            s_1 = step(s, one_step, increment)
            s_2 = step(s_1, one_step, increment)
            s_3 = step(s_2, one_step, increment)
            jump, bits = product(increment, four_increments), buffer()
            while draw < end:
                now = min(BUFFER, end - draw)
                for k in range(0, now, 8):
                    a, b, c, d = output(s), output(s_1), output(s_2), output(s_3)
                    bits[k], bits[k + 1], bits[k + 2], bits[k + 3] = a, a >> U(32), b, b >> U(32)
                    bits[k + 4], bits[k + 5], bits[k + 6], bits[k + 7] = c, c >> U(32), d, d >> U(32)
                    s, s_1 = step(s, four_steps, jump), step(s_1, four_steps, jump)
                    s_2, s_3 = step(s_2, four_steps, jump), step(s_3, four_steps, jump)
                own = at(mask, draw + has_half)
                for k in range(now):
                    own[k] = entry(bits[k], rate, kept)
                draw += now
        halves = total - has_half
        if halves > 0:
            s = advanced(start, increment, (halves + 1) // 2)
            stream[STATE], stream[STATE + 1] = s
            stream[HALF] = output(s) >> U(32)
        stream[HAS_HALF] = halves % 2 if halves > 0 else -halves

    return draw_mask


def _halves(number: int) -> tuple[np.uint64, np.uint64]:
    """Return the low and the high 64 bits of a number."""
    number %= 1 << 128
    return np.uint64(number % (1 << 64)), np.uint64(number >> 64)
