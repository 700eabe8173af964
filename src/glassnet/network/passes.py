"""The forward and the backward pass over a network's operations.

Outputs are numbered: 0 is the network's input, and i + 1 is the output of operation i. An operation gets the output
before it, or an earlier one, and may add another one to its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from glassnet.common.arrays import Array
from glassnet.network.layer import Cache, Operation


def forward_pass(
    operations: Sequence[Operation], x: Array, train: bool, rng: np.random.Generator | None
) -> tuple[list[Array], list[Cache]]:
    """Return all outputs by number, each (n, units), and one cache per operation; x: (n, inputs)."""
    outputs: list[Array] = [x]
    caches: list[Cache] = []
    for step in operations:
        a, cache = step.run(outputs, train, rng)
        outputs.append(a)
        caches.append(cache)
    return outputs, caches


def backward_pass(
    operations: Sequence[Operation], caches: Sequence[Cache], slope: Array, last: int, first: int
) -> Iterator[tuple[Operation, Array, Array | None]]:
    """Write the gradients of all parameters into g, and yield each operation with its dy and dx, last one first.

    slope: (n, outputs), the gradient with respect to the output of operation `last`. Outputs up to number `first` need
    no gradient. Where an output is used twice, its gradients are added.
    """
    slopes = {last + 1: slope}
    for i in range(last, max(first, 0) - 1, -1):
        step, dy = operations[i], slopes.pop(i + 1)
        dx = step.backward(caches[i], dy, step.source > first)
        for output, own in ((step.added, dy), (step.source, dx)):
            if output is not None and output > first and own is not None:
                slopes[output] = slopes[output] + own if output in slopes else own
        yield step, dy, dx
