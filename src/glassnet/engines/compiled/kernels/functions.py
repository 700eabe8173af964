"""exp, log, cos, and related functions in a form that compilers vectorize.

The functions of the C library are scalar. These have no branches and no tables: the argument is reduced to a range
around zero, where a Taylor series is evaluated. Errors are about one unit in the last place.
"""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
from numba import njit

from glassnet.engines.compiled.kernels.intrinsics import bits_of, bits_to, opaque
from glassnet.engines.compiled.kernels.types import KernelFunction


def functions(F) -> SimpleNamespace:
    """Return exp, expm1, log, log1p, sigmoid, tanh, normal_cdf, sign_mask, and cos and sin of turns for type F."""
    single = F is np.float32
    inline = njit(error_model="numpy", fastmath={"contract"}, forceinline=True)
    I = np.int32 if single else np.int64
    number, from_integer = bits_to(_numba(F)), bits_of(_numba(I))
    mantissa, bias = I(23 if single else 52), I(127 if single else 1023)
    sign_shift = I(31 if single else 63)
    zero, half, one, two = F(0), F(0.5), F(1), F(2)
    log2_e = F(1 / math.log(2))
    # ln 2 in two parts: the first ends in zero bits, so that n times it is exact.
    ln2_high = F(0.693359375) if single else F(0.693145751953125)
    ln2_low = F(math.log(2) - float(ln2_high)) if single else F(1.42860682030941723212e-6)
    lowest, highest = (F(-104), F(89)) if single else (F(-746), F(710))
    root_half_number = F(math.sqrt(0.5))
    # Beyond this value, expm1 is -1 and tanh is 1 in both dtypes.
    far = F(40)
    root_half = I(0x3F3504F3) if single else I(0x3FE6A09E667F3BCD)  # the bits of √½
    f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13 = (F(1 / math.factorial(n)) for n in range(2, 14))
    o3, o5, o7, o9, o11, o13, o15, o17, o19, o21 = (F(2 / n) for n in range(3, 22, 2))

    if single:

        @inline
        def near_zero(r):
            """exp(r) - 1 for |r| at most ½ ln 2."""
            return r * (one + r * (f2 + r * (f3 + r * (f4 + r * (f5 + r * (f6 + r * f7))))))

        @inline
        def log_near_one(s):
            """log m with s = (m - 1) / (m + 1), for m between √½ and √2."""
            q = s * s
            return s * (two + q * (o3 + q * (o5 + q * (o7 + q * o9))))

    else:

        @inline
        def near_zero(r):
            """exp(r) - 1 for |r| at most ½ ln 2."""
            high = f8 + r * (f9 + r * (f10 + r * (f11 + r * (f12 + r * f13))))
            return r * (one + r * (f2 + r * (f3 + r * (f4 + r * (f5 + r * (f6 + r * (f7 + r * high)))))))

        @inline
        def log_near_one(s):
            """log m with s = (m - 1) / (m + 1), for m between √½ and √2."""
            q = s * s
            high = o11 + q * (o13 + q * (o15 + q * (o17 + q * (o19 + q * o21))))
            return s * (two + q * (o3 + q * (o5 + q * (o7 + q * (o9 + q * high)))))

    @inline
    def sign_mask(x):
        """-1, all bits set, if the sign bit of x is set, else 0; no compiler makes a branch of it."""
        return opaque(from_integer(x) >> sign_shift)

    @inline
    def power_of_two(n):
        """2 to the power of the integer n, constructed from bits."""
        return number(I((I(n) + bias) << mantissa))

    @inline
    def exp(x):
        """exp(x) = 2^n · exp(r) with an integer n and r = x - n ln 2 between -½ ln 2 and ½ ln 2."""
        x = lowest if x < lowest else x
        x = highest if x > highest else x
        whole = np.floor(x * log2_e + half)
        r = (x - whole * ln2_high) - whole * ln2_low
        n = I(whole)
        # 2^n in two factors: the largest and the smallest results need an n outside the range of the exponent bits.
        first = I(n >> I(1))
        value = (one + near_zero(r)) * power_of_two(first) * power_of_two(n - first)
        return x if x != x else value

    @inline
    def expm1(x):
        """exp(x) - 1, accurate also near 0: 2^n (exp(r) - 1) + (2^n - 1)."""
        x = -far if x < -far else x
        x = far if x > far else x
        whole = np.floor(x * log2_e + half)
        r = (x - whole * ln2_high) - whole * ln2_low
        power = power_of_two(I(whole))
        value = power * near_zero(r) + (power - one)
        return x if x != x else value

    @inline
    def log(u):
        """log u of a positive u = 2^n · m, with an integer n and m between √½ and √2: n ln 2 + log m."""
        bits = from_integer(u)
        n = I((bits - root_half) >> mantissa)
        m = number(I(bits - (n << mantissa)))
        whole = F(n)
        value = whole * ln2_high + (whole * ln2_low + log_near_one((m - one) / (m + one)))
        return u if u != u else value

    @inline
    def log1p(e):
        """log(1 + e) for e from 0 to 1; the rounding error of 1 + e is added back."""
        u = one + e
        return log(u) + (e - (u - one)) / u

    @inline
    def sigmoid(x):
        """1 / (1 + exp(-x)); exp(-|x|) never overflows, and for x < 0 the fraction is extended by exp(x)."""
        e = exp(-abs(x))
        return (e if x < zero else one) / (one + e)

    @inline
    def tanh(x):
        """(exp(2x) - 1) / (exp(2x) + 1)."""
        e = expm1(x + x)
        return e / (e + two)

    last, *others = (F(c) for c in reversed(_tail_coefficients(12 if single else 20)))
    *others, constant = others
    middle, coefficients = F(MIDDLE), tuple(others)

    @inline
    def normal_cdf(z):
        """Φ(z) = ½ erfc(-z / √2), the standard normal distribution function; accurate to 4e-15."""
        x = abs(z) * root_half_number
        x = far if x > far else x
        t = (x - middle) / (x + middle)
        b, b_before = last, zero
        for c in coefficients:
            b, b_before = two * t * b - b_before + c, b
        tail = half * (t * b - b_before + constant) * exp(-x * x) / (one + two * x)
        return tail if z < zero else one - tail

    named = {"exp": exp, "expm1": expm1, "log": log, "log1p": log1p, "sigmoid": sigmoid, "tanh": tanh}
    return SimpleNamespace(**named, sign_mask=sign_mask, normal_cdf=normal_cdf, **_waves(F, inline))


def _waves(F, inline) -> dict[str, KernelFunction]:
    """Return cos_of_turns and sin_of_turns."""
    quarter, half = F(0.25), F(0.5)
    terms = 7 if F is np.float32 else 11
    last, *coefficients = (
        F((-1) ** k * (2 * math.pi) ** (2 * k + 1) / math.factorial(2 * k + 1)) for k in reversed(range(terms))
    )
    coefficients = tuple(coefficients)

    @inline
    def near_zero(s):
        """sin(2π s) for |s| at most ¼."""
        q, total = s * s, last
        for c in coefficients:
            total = total * q + c
        return s * total

    @inline
    def cos_of_turns(r):
        """cos(2π r) for |r| at most ½."""
        return near_zero(quarter - abs(r))

    @inline
    def sin_of_turns(r):
        """sin(2π r) for |r| at most ½."""
        mirrored = (half if r > F(0) else -half) - r
        return near_zero(r if abs(r) <= quarter else mirrored)

    return {"cos_of_turns": cos_of_turns, "sin_of_turns": sin_of_turns}


MIDDLE = 3.75
"""The x that is mapped to t = 0 by t = (x - MIDDLE) / (x + MIDDLE), which maps 0 to infinity to -1 to 1."""


def _tail_coefficients(degree: int) -> KernelFunction:
    """Return the Chebyshev coefficients of (1 + 2x) exp(x²) erfc(x) as a function of t.

    Source: Shepherd & Laframboise, "Chebyshev approximation of (1 + 2x) exp(x²) erfc x in 0 ≤ x < ∞", Mathematics of
    Computation 36, 1981.
    """
    from scipy.special import erfcx  # exp(x²) erfc(x)

    def scaled(t):
        x = MIDDLE * (1 + t) / (1 - t)
        return (1 + 2 * x) * erfcx(x)

    return np.polynomial.chebyshev.chebinterpolate(scaled, degree)


def _numba(kind) -> KernelFunction:
    from numba import from_dtype

    return from_dtype(np.dtype(kind))
