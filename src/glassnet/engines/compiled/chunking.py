"""Independent rows computed in chunks: in parallel, and short enough that Ctrl-C works."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable

from glassnet.engines.compiled.autotune import CALL_SECONDS, MULTIPLICATIONS
from glassnet.engines.compiled.thread_team import allowed

MULTIPLICATIONS_PER_THREAD = 2e7
"""Minimum number of multiplications per thread; below, another thread does not pay off."""


def run_parts(
    part: Callable[[int, int], None], rows: int, parameters: int, block: int, max_threads: int | None = None
) -> None:
    """Call part(first, last) for ranges that cover all rows; ranges begin at multiples of `block`.

    parameters: number of multiplications per row. max_threads: by default, all that are allowed.
    """
    blocks = -(-rows // block)
    threads = max(1, min(blocks, int(rows * parameters / MULTIPLICATIONS_PER_THREAD)))
    if threads > 1:
        threads = min(threads, max_threads or allowed())
    at_once = max(1, int(CALL_SECONDS * MULTIPLICATIONS * threads / (block * (parameters + 1))))
    for first in range(0, blocks, at_once):
        last = min(blocks, first + at_once)
        bounds = [min(rows, (first + (last - first) * i // threads) * block) for i in range(threads + 1)]
        others = [threading.Thread(target=part, args=pair, daemon=True) for pair in itertools.pairwise(bounds[1:])]
        for thread in others:
            thread.start()
        part(bounds[0], bounds[1])
        for thread in others:
            thread.join()
