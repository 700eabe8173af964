"""Layout of a graph in layers, from top to bottom: every edge points down, and few edges cross.

It is the method of Sugiyama, Tagawa & Toda (IEEE SMC, 1981): layers by longest paths, bends for edges that pass layers,
order within a layer by the mean position of neighbors, and positions as close to the neighbors' as the widths allow.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

SWEEPS = 12
"""Number of passes over the layers, down and up in turn, for the order and for the positions."""

BEND_WIDTH = 12.0
"""Width that an edge takes in a layer that it passes."""

LEAF = 1e-3
"""Weight of a node without inputs: parameters stand beside the way of the data, and do not bend it."""


@dataclass(frozen=True)
class Layout:
    """Where the nodes of a graph are.

    layer: of each node, from 0 at the top. x: center of each node. paths: for each edge, the layer and the x of each of
    its points, from its source to its target. width: of all.
    """

    layer: Sequence[int]
    x: Sequence[float]
    paths: Sequence[Sequence[tuple[int, float]]]
    width: float


def layout(widths: Sequence[float], edges: Sequence[tuple[int, int]], gap: float) -> Layout:
    """Return the layout of a graph without cycles.

    widths: of each node; a node comes after those that it depends on. edges: pairs of source and target. gap: distance
    between neighbors.
    """
    layer = _layers(len(widths), edges)
    chains, sizes, levels = _with_bends(edges, layer, list(widths))
    links = [pair for chain in chains for pair in itertools.pairwise(chain)]
    above: list[list[int]] = [[] for _ in sizes]
    below: list[list[int]] = [[] for _ in sizes]
    for source, target in links:
        above[target].append(source)
        below[source].append(target)
    rows = [[i for i, own in enumerate(levels) if own == level] for level in range(max(levels, default=-1) + 1)]
    _order(rows, above, below)
    weights = [1.0 if own else LEAF for own in above]
    x = _positions(rows, above, below, weights, sizes, gap)
    first = min((x[i] - sizes[i] / 2 for i in range(len(sizes))), default=0.0)
    x = [value - first for value in x]
    width = max((x[i] + sizes[i] / 2 for i in range(len(sizes))), default=0.0)
    paths = [[(levels[i], x[i]) for i in chain] for chain in chains]
    return Layout(layer, x[: len(widths)], paths, width)


def _layers(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """Return the layer of each node: below all its inputs; nodes without inputs are right above their first user."""
    inputs: list[list[int]] = [[] for _ in range(count)]
    users: list[list[int]] = [[] for _ in range(count)]
    for source, target in edges:
        inputs[target].append(source)
        users[source].append(target)
    layer = [0] * count
    for i in range(count):
        layer[i] = max((layer[j] + 1 for j in inputs[i]), default=0)
    for i in range(count):
        if not inputs[i] and users[i]:
            layer[i] = min(layer[j] for j in users[i]) - 1
    return layer


def _with_bends(
    edges: Sequence[tuple[int, int]], layer: Sequence[int], sizes: list[float]
) -> tuple[list[list[int]], list[float], list[int]]:
    """Return the nodes on each edge, with a bend in each layer that it passes; and widths and layers of all nodes."""
    levels, chains = list(layer), []
    for source, target in edges:
        bends = []
        for level in range(layer[source] + 1, layer[target]):
            bends.append(len(sizes))
            sizes.append(BEND_WIDTH)
            levels.append(level)
        chains.append([source, *bends, target])
    return chains, sizes, levels


def _order(rows: list[list[int]], above: Sequence[Sequence[int]], below: Sequence[Sequence[int]]) -> None:
    """Sort each row by the mean place of neighbors in the row before it, in place, sweeping down and up in turn."""
    place = {i: float(k) for row in rows for k, i in enumerate(row)}
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        neighbors = above if down else below
        for row in rows if down else reversed(rows):
            mean = {
                i: sum(place[j] for j in neighbors[i]) / len(neighbors[i]) if neighbors[i] else place[i] for i in row
            }
            row.sort(key=lambda i: mean[i])
            place.update((i, float(k)) for k, i in enumerate(row))


def _positions(
    rows: Sequence[Sequence[int]],
    above: Sequence[Sequence[int]],
    below: Sequence[Sequence[int]],
    weights: Sequence[float],
    sizes: Sequence[float],
    gap: float,
) -> list[float]:
    """Return the center of each node: as close to the mean of its neighbors as the widths of its row allow."""
    x = [0.0] * len(sizes)
    for sweep in range(SWEEPS + 1):
        neighbors = [above, below][sweep % 2]
        for row in rows if sweep % 2 == 0 else reversed(rows):
            offsets = [0.0]
            for left, right in itertools.pairwise(row):
                offsets.append(offsets[-1] + (sizes[left] + sizes[right]) / 2 + gap)
            wanted = [_attraction(i, neighbors[i] or below[i], x, weights) for i in row]
            if sweep == 0 and not any(neighbors[i] for i in row):
                wanted = [offset - offsets[-1] / 2 for offset in offsets]
            free = increasing(
                [want - offset for want, offset in zip(wanted, offsets, strict=True)], [weights[i] for i in row]
            )
            for i, value, offset in zip(row, free, offsets, strict=True):
                x[i] = value + offset
    return x


def _attraction(node: int, neighbors: Sequence[int], x: Sequence[float], weights: Sequence[float]) -> float:
    """Return the weighted mean position of neighbors, or the node's own position if there are none."""
    if not neighbors:
        return x[node]
    return sum(weights[j] * x[j] for j in neighbors) / sum(weights[j] for j in neighbors)


def increasing(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the sequence that never decreases and is closest to the values, by pooling adjacent violators.

    Closest: with the least weighted sum of squared differences.

    >>> increasing([1.0, 3.0, 2.0, 5.0], [1.0, 1.0, 1.0, 1.0])
    [1.0, 2.5, 2.5, 5.0]
    """
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(values, weights, strict=True):
        level, total, count = value, weight, 1
        while blocks and blocks[-1][0] > level:
            other, others, more = blocks.pop()
            level, total, count = (level * total + other * others) / (total + others), total + others, count + more
        blocks.append((level, total, count))
    return [level for level, _, count in blocks for _ in range(count)]
