"""KernelFunctions of the activations: the formulas of maths/activations/ as loops.

    forward(z, a, rows, width, options)         a = f(z)
    backward(z, a, dz, rows, width, options) dz = da · f'(z); dz contains da on entry

`options` contains the activation's numeric options in the order of its fields. Activations in IN_PLACE use only `a`,
which contains z on entry to forward, and z is not needed by backward. A loop over a single array is vectorized; with
two pointers, the compiler would have to assume aliasing.
"""

from __future__ import annotations

import math
from types import SimpleNamespace

from glassnet.engines.compiled.kernels.types import Factory, KernelFunctions


def sigmoid(m: SimpleNamespace) -> KernelFunctions:
    """a = 1 / (1 + exp(-z)), dz = da · a · (1 - a)."""
    sigmoid, one = m.sigmoid, m.F(1)

    def forward(z, a, rows, width, options):
        for i in range(rows * width):
            a[i] = sigmoid(a[i])

    def backward(z, a, dz, rows, width, options):
        for i in range(rows * width):
            dz[i] *= a[i] * (one - a[i])

    return forward, backward


def tanh(m: SimpleNamespace) -> KernelFunctions:
    """a = tanh(z), dz = da · (1 - a²)."""
    tanh, one = m.tanh, m.F(1)

    def forward(z, a, rows, width, options):
        for i in range(rows * width):
            a[i] = tanh(a[i])

    def backward(z, a, dz, rows, width, options):
        for i in range(rows * width):
            dz[i] *= one - a[i] * a[i]

    return forward, backward


def relu(m: SimpleNamespace) -> KernelFunctions:
    """a = max(0, z), dz = da where a > 0, else 0."""
    zero = m.F(0)

    def forward(z, a, rows, width, options):
        for i in range(rows * width):
            a[i] = zero if a[i] <= zero else a[i]  # so that NaN stays NaN

    def backward(z, a, dz, rows, width, options):
        for i in range(rows * width):
            dz[i] = zero if a[i] <= zero else dz[i]

    return forward, backward


def leaky_relu(m: SimpleNamespace) -> KernelFunctions:
    """a = z where z > 0, else slope · z."""
    zero, F = m.F(0), m.F

    def forward(z, a, rows, width, options):
        slope = F(options[0])
        for i in range(rows * width):
            a[i] = z[i] if z[i] > zero else slope * z[i]

    def backward(z, a, dz, rows, width, options):
        slope = F(options[0])
        for i in range(rows * width):
            dz[i] = dz[i] if z[i] > zero else slope * dz[i]

    return forward, backward


def elu(m: SimpleNamespace) -> KernelFunctions:
    """a = z where z > 0, else alpha · (exp(z) - 1)."""
    zero, exp, expm1, F = m.F(0), m.exp, m.expm1, m.F

    def forward(z, a, rows, width, options):
        alpha = F(options[0])
        for i in range(rows * width):
            bent = alpha * expm1(z[i])
            a[i] = z[i] if z[i] > zero else bent

    def backward(z, a, dz, rows, width, options):
        alpha = F(options[0])
        for i in range(rows * width):
            bent = dz[i] * (alpha * exp(z[i]))
            dz[i] = dz[i] if z[i] > zero else bent

    return forward, backward


def selu(m: SimpleNamespace) -> KernelFunctions:
    """a = λ z where z > 0, else λ α (exp(z) - 1)."""
    from glassnet.maths.activations import SELU

    zero, expm1 = m.F(0), m.expm1
    scale, both = m.F(SELU.SCALE), m.F(SELU.SCALE * SELU.ALPHA)

    def forward(z, a, rows, width, options):
        for i in range(rows * width):
            bent = both * expm1(z[i])
            a[i] = scale * z[i] if z[i] > zero else bent

    def backward(z, a, dz, rows, width, options):
        for i in range(rows * width):
            # Where z < 0, λ α exp(z) is a + λ α.
            dz[i] *= scale if a[i] > zero else a[i] + both

    return forward, backward


def gelu(m: SimpleNamespace) -> KernelFunctions:
    """a = z · Φ(z), dz = da · (Φ(z) + z · φ(z))."""
    half, exp, normal_cdf = m.F(0.5), m.exp, m.normal_cdf
    density_at_0, far = m.F(1 / math.sqrt(2 * math.pi)), m.F(40)

    def forward(z, a, rows, width, options):
        for i in range(rows * width):
            a[i] = z[i] * normal_cdf(z[i])

    def backward(z, a, dz, rows, width, options):
        for i in range(rows * width):
            near = min(max(z[i], -far), far)  # beyond, the density is 0, and z² could overflow
            density = exp(-half * near * near) * density_at_0
            dz[i] *= normal_cdf(z[i]) + z[i] * density

    return forward, backward


def silu(m: SimpleNamespace) -> KernelFunctions:
    """a = z · σ(z), dz = da · σ(z) · (1 + z · σ(-z))."""
    sigmoid, one = m.sigmoid, m.F(1)

    def forward(z, a, rows, width, options):
        for i in range(rows * width):
            a[i] = z[i] * sigmoid(z[i])

    def backward(z, a, dz, rows, width, options):
        for i in range(rows * width):
            dz[i] *= sigmoid(z[i]) * (one + z[i] * sigmoid(-z[i]))

    return forward, backward


def softplus(m: SimpleNamespace) -> KernelFunctions:
    """a = log(1 + exp(z)), dz = da · σ(z)."""
    zero, exp, log1p, sigmoid = m.F(0), m.exp, m.log1p, m.sigmoid

    def forward(z, a, rows, width, options):
        for i in range(rows * width):
            a[i] = (zero if z[i] <= zero else z[i]) + log1p(exp(-abs(z[i])))

    def backward(z, a, dz, rows, width, options):
        for i in range(rows * width):
            dz[i] *= sigmoid(z[i])

    return forward, backward


def mish(m: SimpleNamespace) -> KernelFunctions:
    """a = z · t with t = tanh(log(1 + exp(z))), dz = da · (t + z (1 - t²) σ(z)).

    With e = exp(z) and k = e (e + 2), t is k / (k + 2), and (1 - t²) σ(z) is 4 e (1 + e) / (k + 2)²: one exponential.
    """
    one, two, four, exp, far = m.F(1), m.F(2), m.F(4), m.exp, m.F(40)  # beyond 40, t is 1, and e² could overflow

    def forward(z, a, rows, width, options):
        for i in range(rows * width):
            e = exp(far if z[i] > far else z[i])
            k = e * (e + two)
            a[i] = z[i] * (k / (k + two))

    def backward(z, a, dz, rows, width, options):
        for i in range(rows * width):
            e = exp(far if z[i] > far else z[i])
            k = e * (e + two)
            inverse = one / (k + two)
            dz[i] *= k * inverse + z[i] * (four * e * (one + e) * inverse * inverse)

    return forward, backward


def exponential(m: SimpleNamespace) -> KernelFunctions:
    """a = exp(z), dz = da · a; where da is 0, dz is 0, also where a is inf."""
    zero, exp = m.F(0), m.exp

    def forward(z, a, rows, width, options):
        for i in range(rows * width):
            a[i] = exp(a[i])

    def backward(z, a, dz, rows, width, options):
        for i in range(rows * width):
            dz[i] = zero if dz[i] == zero else dz[i] * a[i]

    return forward, backward


def softmax(m: SimpleNamespace) -> KernelFunctions:
    """a_j = exp(z_j) / Σ exp(z_k), dz_j = a_j · (da_j - Σ da_k a_k), both along a row."""
    at, lower_rows, divide_by_sum, exp, zero = m.at, m.lower_rows, m.divide_by_sum, m.exp, m.F(0)

    def forward(z, a, rows, width, options):
        lower_rows(a, rows, width)
        for i in range(rows * width):
            a[i] = exp(a[i])
        for i in range(rows):
            divide_by_sum(at(a, i * width), width)

    def backward(z, a, dz, rows, width, options):
        for i in range(rows):
            a_i, dz_i = at(a, i * width), at(dz, i * width)
            along = zero
            for j in range(width):
                along += dz_i[j] * a_i[j]
            for j in range(width):
                dz_i[j] = a_i[j] * (dz_i[j] - along)

    return forward, backward


def softmax_groups(m: SimpleNamespace) -> KernelFunctions:
    """Softmax of each group of a row separately; options: the number of groups, and the number of outputs of each."""
    at, exp, zero = m.at, m.exp, m.F(0)
    lower_rows, divide_by_sum = m.lower_rows, m.divide_by_sum
    group_count, group_size = m.group_count, m.group_size

    def forward(z, a, rows, width, options):
        for i in range(rows):
            begin = i * width
            for group in range(group_count(options)):
                size = group_size(options, group, width)
                a_g = at(a, begin)
                lower_rows(a_g, 1, size)
                for j in range(size):
                    a_g[j] = exp(a_g[j])
                divide_by_sum(a_g, size)
                begin += size

    def backward(z, a, dz, rows, width, options):
        for i in range(rows):
            begin = i * width
            for group in range(group_count(options)):
                size = group_size(options, group, width)
                a_g, dz_g, along = at(a, begin), at(dz, begin), zero
                for j in range(size):
                    along += dz_g[j] * a_g[j]
                for j in range(size):
                    dz_g[j] = a_g[j] * (dz_g[j] - along)
                begin += size

    return forward, backward


IN_PLACE = ("identity", "linear", "sigmoid", "tanh", "relu", "exponential", "softmax", "softmax_groups")

ACTIVATIONS: dict[str, Factory] = {
    "sigmoid": sigmoid,
    "tanh": tanh,
    "relu": relu,
    "leaky_relu": leaky_relu,
    "elu": elu,
    "selu": selu,
    "gelu": gelu,
    "silu": silu,
    "softplus": softplus,
    "mish": mish,
    "exponential": exponential,
    "softmax": softmax,
    "softmax_groups": softmax_groups,
}
