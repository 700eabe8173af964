"""Independent rows computed in chunks: in parallel, and short enough that Ctrl-C works."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable

from glassnet.engines.compiled.autotune import CALL_SECONDS, MULTIPLICATIONS
from glassnet.engines.compiled.thread_team import allowed

WORTH_A_THREAD = 2e7
"""Number of multiplications from which a second thread pays off."""


def run_parts(
    part: Callable[[int, int], None], rows: int, parameters: int, block: int, most: int | None = None
) -> None:
    """Call part(first, last) until all rows are done; parts begin at whole multiples of `block`.

    parameters: how many multiplications a row costs. most: how many threads at most, all that are allowed if None.
    """
    blocks = -(-rows // block)
    threads = max(1, min(blocks, int(rows * parameters / WORTH_A_THREAD)))
    if threads > 1:
        threads = min(threads, most or allowed())
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
