"""The losses' kernels, the formulas of maths/losses.py row by row; and the table of all there are.

    loss(z, a, targets, rows, width, options, values, da)

writes each row's loss into `values` and the gradient into `da`. Where the loss is made for the activation that the
network ends with ("… from logits"), it starts from the logits z, writes the output a = activation(z) as well, and `da`
is the gradient with respect to z. Otherwise a is given. z and a may be one memory. `targets` is an address: of class
indices (rows,), int64, or of numbers (rows, width).
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any


def cross_entropy_of_labels_from_logits(m: SimpleNamespace) -> Any:
    """ℓ = log Σ exp(z_j) - Σ q_j z_j, dz = a - q, with q the smoothed class."""
    at, integers, exp, log = m.at, m.integers, m.exp, m.log
    F, zero, one = m.F, m.F(0), m.F(1)

    def loss(z, a, targets, rows, width, options, values, da):
        labels = integers(targets)
        smoothing = F(options[0])
        each, extra = smoothing / F(width), one - smoothing
        for i in range(rows):
            z_i, a_i = at(z, i * width), at(a, i * width)
            top = z_i[0]
            for j in range(1, width):
                top = z_i[j] if z_i[j] > top else top
            mean = zero
            if smoothing > zero:
                for j in range(width):
                    mean += z_i[j] - top
            values[i] = -extra * (z_i[labels[i]] - top) - each * mean  # what remains is log Σ exp(z - top)
            for j in range(width):
                a_i[j] = z_i[j] - top
        for i in range(rows * width):
            a[i] = exp(a[i])
        for i in range(rows):
            a_i, da_i = at(a, i * width), at(da, i * width)
            total = zero
            for j in range(width):
                total += a_i[j]
            values[i] += log(total)
            share = one / total
            for j in range(width):
                a_i[j] *= share
                da_i[j] = a_i[j] - each
            da_i[labels[i]] -= extra

    return loss


def cross_entropy_of_shares_from_logits(m: SimpleNamespace) -> Any:
    """ℓ = log Σ exp(z_j) - Σ q_j z_j, dz = a - q, with q the smoothed shares."""
    at, numbers, exp, log = m.at, m.numbers, m.exp, m.log
    F, zero, one = m.F, m.F(0), m.F(1)

    def loss(z, a, targets, rows, width, options, values, da):
        shares = numbers(targets)
        smoothing = F(options[0])
        each, extra = smoothing / F(width), one - smoothing
        for i in range(rows):
            z_i, a_i, q_i = at(z, i * width), at(a, i * width), at(shares, i * width)
            top = z_i[0]
            for j in range(1, width):
                top = z_i[j] if z_i[j] > top else top
            value = zero
            for j in range(width):
                value -= (extra * q_i[j] + each) * (z_i[j] - top)
            values[i] = value
            for j in range(width):
                a_i[j] = z_i[j] - top
        for i in range(rows * width):
            a[i] = exp(a[i])
        for i in range(rows):
            a_i, da_i, q_i = at(a, i * width), at(da, i * width), at(shares, i * width)
            total = zero
            for j in range(width):
                total += a_i[j]
            values[i] += log(total)
            share = one / total
            for j in range(width):
                a_i[j] *= share
                da_i[j] = a_i[j] - (extra * q_i[j] + each)

    return loss


def cross_entropy_of_labels(m: SimpleNamespace) -> Any:
    """ℓ = -Σ q_j log a_j, da = -q / a, with q the smoothed class."""
    at, integers, log = m.at, m.integers, m.log
    F, zero, one, tiny = m.F, m.F(0), m.F(1), m.tiny

    def loss(z, a, targets, rows, width, options, values, da):
        labels = integers(targets)
        smoothing = F(options[0])
        each, extra = smoothing / F(width), one - smoothing
        for i in range(rows):
            a_i, da_i = at(a, i * width), at(da, i * width)
            value = zero
            for j in range(width):
                q = each + (extra if j == labels[i] else zero)
                safe = tiny if a_i[j] < tiny else a_i[j]
                if q > zero:
                    value -= q * log(safe)
                da_i[j] = -q / safe
            values[i] = value

    return loss


def cross_entropy_of_shares(m: SimpleNamespace) -> Any:
    """ℓ = -Σ q_j log a_j, da = -q / a, with q the smoothed shares."""
    at, numbers, log = m.at, m.numbers, m.log
    F, zero, one, tiny = m.F, m.F(0), m.F(1), m.tiny

    def loss(z, a, targets, rows, width, options, values, da):
        shares = numbers(targets)
        smoothing = F(options[0])
        each, extra = smoothing / F(width), one - smoothing
        for i in range(rows):
            a_i, da_i, q_i = at(a, i * width), at(da, i * width), at(shares, i * width)
            value = zero
            for j in range(width):
                q = extra * q_i[j] + each
                safe = tiny if a_i[j] < tiny else a_i[j]
                if q > zero:
                    value -= q * log(safe)
                da_i[j] = -q / safe
            values[i] = value

    return loss


def binary_cross_entropy_from_logits(m: SimpleNamespace) -> Any:
    """ℓ = Σ [max(z, 0) - z y + log(1 + exp(-|z|))], dz = a - y."""
    numbers, exp, log1p = m.numbers, m.exp, m.log1p
    zero, one = m.F(0), m.F(1)

    def loss(z, a, targets, rows, width, options, values, da):
        y = numbers(targets)
        for i in range(rows):
            value = zero
            for j in range(i * width, (i + 1) * width):
                now = z[j]
                e = exp(-abs(now))
                value += (zero if now <= zero else now) - now * y[j] + log1p(e)
                a[j] = (e if now < zero else one) / (one + e)
                da[j] = a[j] - y[j]
            values[i] = value

    return loss


def binary_cross_entropy(m: SimpleNamespace) -> Any:
    """ℓ = -Σ [y log a + (1 - y) log(1 - a)], da = (1 - y) / (1 - a) - y / a."""
    numbers, log, zero, one, tiny = m.numbers, m.log, m.F(0), m.F(1), m.tiny

    def loss(z, a, targets, rows, width, options, values, da):
        y = numbers(targets)
        for i in range(rows):
            value = zero
            for j in range(i * width, (i + 1) * width):
                yes = tiny if a[j] < tiny else a[j]
                no = tiny if one - a[j] < tiny else one - a[j]
                value -= y[j] * log(yes) + (one - y[j]) * log(no)
                da[j] = (one - y[j]) / no - y[j] / yes
            values[i] = value

    return loss


def squared_error(m: SimpleNamespace) -> Any:
    """ℓ = Σ (a - y)², da = 2 (a - y); with `half`, half of both."""
    numbers, zero, half, one, two = m.numbers, m.F(0), m.F(0.5), m.F(1), m.F(2)

    def loss(z, a, targets, rows, width, options, values, da):
        y = numbers(targets)
        of_value, of_gradient = (half, one) if options[0] != 0 else (one, two)
        for i in range(rows):
            value = zero
            for j in range(i * width, (i + 1) * width):
                r = a[j] - y[j]
                value += r * r
                da[j] = of_gradient * r
            values[i] = of_value * value

    return loss


def absolute_error(m: SimpleNamespace) -> Any:
    """ℓ = Σ |a - y|, da = sign(a - y)."""
    numbers, zero, one = m.numbers, m.F(0), m.F(1)

    def loss(z, a, targets, rows, width, options, values, da):
        y = numbers(targets)
        for i in range(rows):
            value = zero
            for j in range(i * width, (i + 1) * width):
                r = a[j] - y[j]
                value += abs(r)
                da[j] = one if r > zero else (-one if r < zero else r)
            values[i] = value

    return loss


def huber(m: SimpleNamespace) -> Any:
    """ℓ = Σ c (|r| - c / 2) with r = a - y and c = min(|r|, delta), da = r cut off at ±delta."""
    numbers, F, zero, half = m.numbers, m.F, m.F(0), m.F(0.5)

    def loss(z, a, targets, rows, width, options, values, da):
        y, delta = numbers(targets), F(options[0])
        for i in range(rows):
            value = zero
            for j in range(i * width, (i + 1) * width):
                r = a[j] - y[j]
                c = delta if abs(r) > delta else abs(r)
                value += c * (abs(r) - half * c)
                da[j] = delta if r > delta else (-delta if r < -delta else r)
            values[i] = value

    return loss


def poisson_from_logits(m: SimpleNamespace) -> Any:
    """ℓ = Σ (exp(z) - y z), dz = a - y."""
    numbers, exp, zero = m.numbers, m.exp, m.F(0)

    def loss(z, a, targets, rows, width, options, values, da):
        y = numbers(targets)
        for i in range(rows):
            value = zero
            for j in range(i * width, (i + 1) * width):
                now = z[j]
                a[j] = exp(now)
                value += a[j] - y[j] * now
                da[j] = a[j] - y[j]
            values[i] = value

    return loss


def poisson(m: SimpleNamespace) -> Any:
    """ℓ = Σ (a - y log a), da = 1 - y / a, never below the least number there is."""
    numbers, log, zero, one, tiny, least = m.numbers, m.log, m.F(0), m.F(1), m.tiny, m.least

    def loss(z, a, targets, rows, width, options, values, da):
        y = numbers(targets)
        for i in range(rows):
            value = zero
            for j in range(i * width, (i + 1) * width):
                safe = tiny if a[j] < tiny else a[j]
                value += a[j] - y[j] * log(safe)
                slope = one - y[j] / safe
                da[j] = least if slope < least else slope
            values[i] = value

    return loss


LOSSES: dict[str, Any] = {
    "cross_entropy of labels from logits": cross_entropy_of_labels_from_logits,
    "cross_entropy of shares from logits": cross_entropy_of_shares_from_logits,
    "cross_entropy of labels": cross_entropy_of_labels,
    "cross_entropy of shares": cross_entropy_of_shares,
    "binary_cross_entropy of shares from logits": binary_cross_entropy_from_logits,
    "binary_cross_entropy of shares": binary_cross_entropy,
    "squared_error of shares from logits": squared_error,
    "squared_error of shares": squared_error,
    "absolute_error of shares": absolute_error,
    "huber of shares": huber,
    "poisson of shares from logits": poisson_from_logits,
    "poisson of shares": poisson,
}
