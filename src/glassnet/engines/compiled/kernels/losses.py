"""KernelFunctions of the losses: the formulas of maths/losses/ row by row.

    loss(a, targets, rows, width, options, values, da)

writes the loss of each row to `values` and the gradient to `da`. If the loss includes the output activation ("… from
logits"), `a` contains the logits z on entry and the output, activation(z), on return, and `da` is the gradient with
respect to z. `targets` is an address: of class indices, (rows,) int64, or of numbers, (rows, width).
"""

from __future__ import annotations

from types import SimpleNamespace

from glassnet.engines.compiled.kernels.types import Factory, KernelFunction


def cross_entropy_from_logits(m: SimpleNamespace, of_labels: bool) -> KernelFunction:
    """ℓ = log Σ exp(z_j) - Σ q_j z_j, dz = a - q, with q the smoothed class, or the smoothed probabilities."""
    at, integers, numbers, exp, log = m.at, m.integers, m.numbers, m.exp, m.log
    lower_rows, divide_by_sum, F, zero, one = m.lower_rows, m.divide_by_sum, m.F, m.F(0), m.F(1)

    def loss(a, targets, rows, width, options, values, da):
        labels, shares = integers(targets), numbers(targets)
        smoothing, cap = F(options[0]), F(options[1])
        each, extra = smoothing / F(width), one - smoothing
        lower_rows(a, rows, width)  # the subtracted maximum cancels in ℓ
        for i in range(rows):
            z_i, expected = at(a, i * width), zero
            if of_labels:
                expected = extra * z_i[labels[i]]
                if smoothing > zero:
                    for j in range(width):
                        expected += each * z_i[j]
            else:
                for j in range(width):
                    expected += (extra * shares[i * width + j] + each) * z_i[j]
            values[i] = -expected
        for k in range(rows * width):
            a[k] = exp(a[k])
        for i in range(rows):
            da[i] = divide_by_sum(at(a, i * width), width)  # stored there until da itself is written
        for i in range(rows):
            value = values[i] + log(da[i])
            values[i] = cap if value > cap else value
        for k in range(rows * width):
            da[k] = a[k] - (each if of_labels else extra * shares[k] + each)
        if of_labels:
            for i in range(rows):
                da[i * width + labels[i]] -= extra

    return loss


def cross_entropy(m: SimpleNamespace, of_labels: bool) -> KernelFunction:
    """ℓ = -Σ q_j log a_j, da = -q / a, with q the smoothed class, or the smoothed probabilities."""
    integers, numbers, log = m.integers, m.numbers, m.log
    F, zero, one, tiny = m.F, m.F(0), m.F(1), m.tiny

    def loss(a, targets, rows, width, options, values, da):
        labels, shares = integers(targets), numbers(targets)
        smoothing, cap = F(options[0]), F(options[1])
        each, extra = smoothing / F(width), one - smoothing
        for i in range(rows):
            value = zero
            for j in range(width):
                k = i * width + j
                share = (one if j == labels[i] else zero) if of_labels else shares[k]
                q = extra * share + each
                safe = tiny if a[k] < tiny else a[k]
                if q > zero:
                    value -= q * log(safe)
                da[k] = -q / safe
            values[i] = cap if value > cap else value

    return loss


def binary_cross_entropy_from_logits(m: SimpleNamespace) -> KernelFunction:
    """ℓ = Σ [max(z, 0) - z y + log(1 + exp(-|z|))], dz = a - y."""
    numbers, exp, log1p = m.numbers, m.exp, m.log1p
    F, zero, one = m.F, m.F(0), m.F(1)

    def loss(a, targets, rows, width, options, values, da):
        y, cap = numbers(targets), F(options[0])
        for i in range(rows):
            value = zero
            for j in range(i * width, (i + 1) * width):
                now = a[j]
                e = exp(-abs(now))
                surprise = (zero if now <= zero else now) - now * y[j] + log1p(e)
                value += cap if surprise > cap else surprise
                a[j] = (e if now < zero else one) / (one + e)
                da[j] = a[j] - y[j]
            values[i] = value

    return loss


def binary_cross_entropy(m: SimpleNamespace) -> KernelFunction:
    """ℓ = -Σ [y log a + (1 - y) log(1 - a)], da = (1 - y) / (1 - a) - y / a."""
    numbers, log, F, zero, one, tiny = m.numbers, m.log, m.F, m.F(0), m.F(1), m.tiny

    def loss(a, targets, rows, width, options, values, da):
        y, cap = numbers(targets), F(options[0])
        for i in range(rows):
            value = zero
            for j in range(i * width, (i + 1) * width):
                yes = tiny if a[j] < tiny else a[j]
                no = tiny if one - a[j] < tiny else one - a[j]
                surprise = -(y[j] * log(yes) + (one - y[j]) * log(no))
                value += cap if surprise > cap else surprise
                da[j] = (one - y[j]) / no - y[j] / yes
            values[i] = value

    return loss


def squared_error(m: SimpleNamespace) -> KernelFunction:
    """ℓ = Σ (a - y)², da = 2 (a - y); with `half`, half of both; with `mean`, divided by the number of outputs."""
    numbers, F, zero, half, one, two = m.numbers, m.F, m.F(0), m.F(0.5), m.F(1), m.F(2)

    def loss(a, targets, rows, width, options, values, da):
        y = numbers(targets)
        of_value, of_gradient = (half, one) if options[0] != 0 else (one, two)
        if options[1] != 0:
            of_value /= F(width)
            if options[2] == 0:
                of_gradient /= F(width)
        for i in range(rows):
            value = zero
            for j in range(i * width, (i + 1) * width):
                r = a[j] - y[j]
                value += r * r
                da[j] = of_gradient * r
            values[i] = of_value * value

    return loss


def absolute_error(m: SimpleNamespace) -> KernelFunction:
    """ℓ = Σ |a - y|, da = sign(a - y)."""
    numbers, zero, one = m.numbers, m.F(0), m.F(1)

    def loss(a, targets, rows, width, options, values, da):
        y = numbers(targets)
        for i in range(rows):
            value = zero
            for j in range(i * width, (i + 1) * width):
                r = a[j] - y[j]
                value += abs(r)
                da[j] = one if r > zero else (-one if r < zero else r)
            values[i] = value

    return loss


def huber(m: SimpleNamespace) -> KernelFunction:
    """ℓ = Σ c (|r| - c / 2) with r = a - y and c = min(|r|, delta), da = r clipped to ±delta."""
    numbers, F, zero, half = m.numbers, m.F, m.F(0), m.F(0.5)

    def loss(a, targets, rows, width, options, values, da):
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


def quantile(m: SimpleNamespace) -> KernelFunction:
    """ℓ = Σ max(q (y - a), (q - 1) (y - a)), da = -q where y > a, 1 - q where y < a."""
    numbers, F, zero, one = m.numbers, m.F, m.F(0), m.F(1)

    def loss(a, targets, rows, width, options, values, da):
        y, q = numbers(targets), F(options[0])
        for i in range(rows):
            value = zero
            for j in range(i * width, (i + 1) * width):
                r = a[j] - y[j]
                slope = one - q if r > zero else (-q if r < zero else zero)
                value += slope * r
                da[j] = slope if r == r else r
            values[i] = value

    return loss


def poisson_from_logits(m: SimpleNamespace) -> KernelFunction:
    """ℓ = Σ (exp(z) - y z), dz = a - y."""
    numbers, exp, log, zero = m.numbers, m.exp, m.log, m.F(0)

    def loss(a, targets, rows, width, options, values, da):
        y, of_deviance = numbers(targets), options[0] != 0
        for i in range(rows):
            value = zero
            for j in range(i * width, (i + 1) * width):
                now = a[j]
                a[j] = exp(now)
                value += a[j] - y[j] * now
                da[j] = a[j] - y[j]
                if of_deviance and y[j] > zero:
                    value += y[j] * log(y[j]) - y[j]
            values[i] = value

    return loss


def poisson(m: SimpleNamespace) -> KernelFunction:
    """ℓ = Σ (a - y log a), da = 1 - y / a, never below the smallest finite number."""
    numbers, log, zero, one, tiny, least = m.numbers, m.log, m.F(0), m.F(1), m.tiny, m.least

    def loss(a, targets, rows, width, options, values, da):
        y, of_deviance = numbers(targets), options[0] != 0
        for i in range(rows):
            value = zero
            for j in range(i * width, (i + 1) * width):
                safe = tiny if a[j] < tiny else a[j]
                value += a[j] - y[j] * log(safe)
                if of_deviance and y[j] > zero:
                    value += y[j] * log(y[j]) - y[j]
                slope = one - y[j] / safe
                da[j] = least if slope < least else slope
            values[i] = value

    return loss


def cross_entropy_groups(m: SimpleNamespace, from_logits: bool) -> KernelFunction:
    """Sum of the cross entropies of all groups of a row; options: the groups, smoothing, and the cap."""
    at, numbers, exp, log = m.at, m.numbers, m.exp, m.log
    F, zero, one, tiny = m.F, m.F(0), m.F(1), m.tiny
    lower_rows, divide_by_sum, group_count, group_size = m.lower_rows, m.divide_by_sum, m.group_count, m.group_size

    def loss(a, targets, rows, width, options, values, da):
        y, after = numbers(targets), at(options, 1 + int(options[0]))
        smoothing, cap = F(after[0]), F(after[1])
        for i in range(rows):
            values[i], begin = zero, i * width
            for group in range(group_count(options)):
                size = group_size(options, group, width)
                a_g, y_g, da_g, value = at(a, begin), at(y, begin), at(da, begin), zero
                each, extra = smoothing / F(size), one - smoothing
                if from_logits:
                    lower_rows(a_g, 1, size)
                    for j in range(size):
                        value -= (extra * y_g[j] + each) * a_g[j]
                        a_g[j] = exp(a_g[j])
                    value += log(divide_by_sum(a_g, size))
                    for j in range(size):
                        da_g[j] = a_g[j] - (extra * y_g[j] + each)
                else:
                    for j in range(size):
                        q, share = extra * y_g[j] + each, tiny if a_g[j] < tiny else a_g[j]
                        if q > zero:
                            value -= q * log(share)
                        da_g[j] = -q / share
                values[i] += cap if value > cap else value
                begin += size

    return loss


LOSSES: dict[str, Factory] = {
    "cross_entropy of labels from logits": lambda m: cross_entropy_from_logits(m, True),
    "cross_entropy of shares from logits": lambda m: cross_entropy_from_logits(m, False),
    "cross_entropy of labels": lambda m: cross_entropy(m, True),
    "cross_entropy of shares": lambda m: cross_entropy(m, False),
    "cross_entropy_groups of shares from logits": lambda m: cross_entropy_groups(m, True),
    "cross_entropy_groups of shares": lambda m: cross_entropy_groups(m, False),
    "binary_cross_entropy of shares from logits": binary_cross_entropy_from_logits,
    "binary_cross_entropy of shares": binary_cross_entropy,
    "squared_error of shares from logits": squared_error,
    "squared_error of shares": squared_error,
    "absolute_error of shares": absolute_error,
    "huber of shares": huber,
    "quantile of shares": quantile,
    "poisson of shares from logits": poisson_from_logits,
    "poisson of shares": poisson,
}
