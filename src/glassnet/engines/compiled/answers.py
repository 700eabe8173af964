"""Outputs and losses of a network on the compiled program, in evaluation mode, for one row or a million."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.engines.compiled import fields as f
from glassnet.engines.compiled import pieces
from glassnet.engines.compiled.plan import Plan, make_plan
from glassnet.engines.compiled.teams import run_parts, threads_for
from glassnet.engines.job import Tally
from glassnet.maths.losses import Loss
from glassnet.network.network import Network

ONE_ROW = 1
NUMBERS = 1 << 15
"""How many numbers of its widest layer are worked on at a time, so that they stay in a core's own cache."""

ADDRESS = ctypes.c_void_p


class Answers:
    """Computes outputs of one network; many threads may ask at once, since each call has a workspace of its own."""

    def __init__(self, network: Network) -> None:
        self.network = network
        entry = pieces.addresses(pieces.PROGRAM, "program", network.dtype.name)["answer"]
        self.program = ctypes.CFUNCTYPE(None, ADDRESS, ADDRESS, ADDRESS, ctypes.c_ssize_t, ADDRESS)(entry)
        many = max(8, NUMBERS // max(network.widths) // 8 * 8)
        self.one, self.many = (make_plan(network, None, rows, train=False, labels=False) for rows in (ONE_ROW, many))
        self.one_at, self.many_at = self.one.frame.ctypes.data, self.many.frame.ctypes.data

    def outputs(self, X: Array) -> Array:
        """Return the output of every row, (n, outputs); X: (n, inputs) in the network's dtype, contiguous."""
        n, network = len(X), self.network
        out = np.empty((n, network.outputs), network.dtype)
        if n <= ONE_ROW:
            work = np.empty(self.one.numbers, network.dtype)
            self.program(self.one_at, X.ctypes.data, out.ctypes.data, n, work.ctypes.data)
            return out

        def part(first: int, last: int) -> None:
            work = np.empty(self.many.numbers, network.dtype)
            self.program(self.many_at, X[first:].ctypes.data, out[first:].ctypes.data, last - first, work.ctypes.data)

        run_parts(part, n, threads_for(network, n))
        return out


class Judge:
    """Computes the loss of one network's outputs and counts right answers."""

    def __init__(self, network: Network, loss: Loss, labels: bool) -> None:
        self.network = network
        entry = pieces.addresses(pieces.PROGRAM, "program", network.dtype.name)["judge"]
        self.program = ctypes.CFUNCTYPE(None, ADDRESS, ADDRESS, ADDRESS, ctypes.c_ssize_t, ADDRESS, ADDRESS, ADDRESS)(
            entry
        )
        rows = max(8, NUMBERS // max(network.widths) // 8 * 8)
        self.plan: Plan = make_plan(network, loss, rows, train=False, labels=labels)

    def tally(self, X: Array, Y: AnyArray) -> Tally:
        """Return the sums over all rows; X: (n, inputs), Y: (n,) or (n, outputs), contiguous."""
        dtype, rows = self.network.dtype, self.plan.rows
        # Parts end where blocks of rows end, so that the sums do not depend on how many threads there are.
        parts: list[tuple[int, AnyArray]] = []

        def part(first: int, last: int) -> None:
            work, losses = np.empty(self.plan.numbers, dtype), np.empty(rows, dtype)
            for begin in range(first, last, rows):
                end = min(last, begin + rows)
                result = np.zeros(f.RESULT_FIELDS)
                self.program(
                    self.plan.frame.ctypes.data,
                    X[begin:].ctypes.data,
                    Y[begin:].ctypes.data,
                    end - begin,
                    work.ctypes.data,
                    losses.ctypes.data,
                    result.ctypes.data,
                )
                parts.append((begin, result))

        run_parts(part, len(X), threads_for(self.network, len(X)), multiple=rows)
        total: Any = sum(result for _, result in sorted(parts, key=lambda entry: entry[0]))
        correct = int(total[f.CORRECT]) if self.plan.frame[f.ANSWER_KIND] else None
        return Tally(float(total[f.LOSS]), correct, int(total[f.ROWS_DONE]))
