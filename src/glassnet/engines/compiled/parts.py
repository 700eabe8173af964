"""Many rows that do not depend on each other, computed in parts: side by side, and so that Ctrl-C is answered soon."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from glassnet.engines.compiled.fields import FIRST_THREAD, LINE
from glassnet.engines.compiled.pace import CALL_SECONDS, MULTIPLICATIONS
from glassnet.engines.compiled.teams import Team, allowed

WORTH_A_THREAD = 2e7
"""How many multiplications a second thread must be able to take over before starting it pays."""


def run_parts(part: Callable[[int, int], None], rows: int, parameters: int, block: int) -> None:
    """Call part(first, last) until all rows are done; parts begin at whole multiples of `block`.

    parameters: how many multiplications a row costs.
    """
    blocks = -(-rows // block)
    threads = max(1, min(allowed(), blocks, int(rows * parameters / WORTH_A_THREAD)))
    at_once = max(1, int(CALL_SECONDS * MULTIPLICATIONS * threads / (block * (parameters + 1))))
    team = Team(threads, np.zeros((FIRST_THREAD + threads) * LINE, np.int64)) if threads > 1 else None
    for first in range(0, blocks, at_once):
        last = min(blocks, first + at_once)
        bounds = [min(rows, (first + (last - first) * i // threads) * block) for i in range(threads + 1)]
        if team is None:
            part(bounds[0], bounds[1])
        else:
            team.call(lambda thread, bounds=bounds: part(bounds[thread], bounds[thread + 1]), threads)  # type: ignore[misc]
