"""The rule about gradients that vanish or explode from layer to layer, for loops, runs, and networks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from glassnet.diagnostics.findings import Finding

APART = 1e4
"""Gradients of first and last weights that differ by more than this factor vanish or explode."""


def between_layers(gradients: Sequence[tuple[str, float]], when: str = "") -> Iterator[Finding]:
    """Yield a finding if the gradients of the first and the last weights are of very different size.

    gradients: name and typical size of each gradient that is not zero, in the order of the layers. when: the end of the
    sentence, such as ", before the first step".
    """
    if len(gradients) < 2:
        return
    (first, low), (last, high) = gradients[0], gradients[-1]
    seen = f"{low:.1e} in {first}, {high:.1e} in {last}{when}."
    numbers = {"first": low, "last": high}
    if high > APART * low:
        yield Finding(
            "vanishing gradient",
            "warning",
            first,
            f"The gradient vanishes on its way back: {seen}",
            "Use relu or gelu in place of sigmoid and tanh, He initialization, normalization, or fewer layers.",
            numbers,
        )
    elif low > APART * high:
        yield Finding(
            "exploding gradient",
            "warning",
            first,
            f"The gradient explodes on its way back: {seen}",
            "The weights are too large: use He or Glorot initialization, normalization, or clip the gradient.",
            numbers,
        )
