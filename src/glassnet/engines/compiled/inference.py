"""Outputs and losses of a network in evaluation mode, computed by the compiled program."""

from __future__ import annotations

import ctypes
import threading
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.common.arrays import AnyArray, Array
from glassnet.engines.compiled import kernel_families, kernel_loader
from glassnet.engines.compiled import program_layout as f
from glassnet.engines.compiled.chunking import run_parts
from glassnet.engines.compiled.plan import ExecutionPlan, make_plan
from glassnet.engines.job import RunningTotals
from glassnet.maths.losses import Loss
from glassnet.network.embedding import embedded_levels
from glassnet.network.network import Network

CACHED_VALUES = 1 << 15
"""Number of values of the widest layer that are processed at a time, so that they stay in a core's cache."""

ADDRESS = ctypes.c_void_p


class NetworkPredictor:
    """Computes outputs of one network; thread-safe, since each call has its own workspace."""

    def __init__(self, network: Network) -> None:
        self.network = network
        entry = kernel_loader.addresses(kernel_families.PROGRAM, "inference", network.dtype.name)["predict"]
        self.program = ctypes.CFUNCTYPE(None, ADDRESS, ADDRESS, ADDRESS, ctypes.c_ssize_t)(entry)
        self.plan = make_plan(network, None, block_rows(network), train=False, labels=False)

    def outputs(self, X: Array) -> Array:
        """Return the output of each row, (n, outputs); X: (n, inputs) in the network's dtype, contiguous."""
        out = np.empty((len(X), self.network.outputs), self.network.dtype)

        def part(first: int, last: int) -> None:
            frame, _work = own_frame(self.plan, X.dtype)
            self.program(*(array.ctypes.data for array in (frame, X[first:], out[first:])), last - first)

        run_parts(part, len(X), self.network.parameters.size, self.plan.rows)
        return out


class RowPredictor(threading.local):
    """Computes the output of single rows, with one workspace per thread that is allocated once."""

    def __init__(self, network: Network) -> None:
        self.plan = make_plan(network, None, 1, train=False, labels=False)
        self.levels = tuple(embedded_levels(network.inputs, network.layers).items())
        self.x, self.out = (np.empty((1, width), network.dtype) for width in (network.inputs, network.outputs))
        self.work = np.empty(self.plan.numbers, network.dtype)
        self.frame = self.plan.frame
        self.frame[f.X_AT], self.frame[f.Y_AT] = self.x.ctypes.data, self.out.ctypes.data
        self.frame[f.WORK_AT] = self.work.ctypes.data
        entry = kernel_loader.addresses(kernel_families.PROGRAM, "inference", network.dtype.name)["predict_row"]
        # Called without releasing the GIL: releasing and reacquiring it would take as long as the computation.
        self.program = ctypes.PYFUNCTYPE(None, ADDRESS)(entry)
        self.frame_at = self.frame.ctypes.data

    def output(self, x: Array) -> Array | None:
        """Return the output of the row x, (1, inputs), as (1, outputs).

        None if a value of x is not finite, or a code is no level of its embedding.
        """
        for column, levels in self.levels:
            code = x.item(column)
            if not (0 <= code < levels and code.is_integer()):
                return None
        self.x[...] = x
        self.program(self.frame_at)
        return self.out.copy() if self.frame[f.ROWS] else None


def own_frame(plan: ExecutionPlan, dtype: npt.DTypeLike) -> tuple[AnyArray, Array]:
    """Return a copy of the frame with a workspace of its own, and the workspace, which must live as long."""
    frame, work = plan.frame.copy(), np.empty(plan.numbers, dtype)
    frame[f.WORK_AT] = work.ctypes.data
    return frame, work


def block_rows(network: Network) -> int:
    """Return the number of rows that are processed at a time."""
    return max(8, CACHED_VALUES // network.largest_width // 8 * 8)


class Evaluator:
    """Computes the loss of one network's outputs and counts correct predictions."""

    def __init__(self, network: Network, loss: Loss, labels: bool) -> None:
        self.network = network
        entry = kernel_loader.addresses(kernel_families.PROGRAM, "inference", network.dtype.name)["evaluate"]
        self.program = ctypes.CFUNCTYPE(None, ADDRESS, ADDRESS, ADDRESS, ctypes.c_ssize_t, ADDRESS, ADDRESS)(entry)
        self.plan: ExecutionPlan = make_plan(network, loss, block_rows(network), train=False, labels=labels)

    def totals(self, X: Array, Y: AnyArray) -> RunningTotals:
        """Return the sums over all rows; X: (n, inputs), Y: (n,) or (n, outputs), contiguous."""
        dtype, rows = self.network.dtype, self.plan.rows
        # Parts end at block boundaries, so that sums do not depend on the number of threads.
        parts: list[tuple[int, AnyArray]] = []

        def part(first: int, last: int) -> None:
            frame, _work = own_frame(self.plan, dtype)
            losses = np.empty(rows, dtype)
            for begin in range(first, last, rows):
                end = min(last, begin + rows)
                result = np.zeros(f.RESULT_FIELDS)
                self.program(
                    frame.ctypes.data,
                    X[begin:].ctypes.data,
                    Y[begin:].ctypes.data,
                    end - begin,
                    losses.ctypes.data,
                    result.ctypes.data,
                )
                parts.append((begin, result))

        run_parts(part, len(X), self.network.parameters.size, rows)
        total: Any = sum(result for _, result in sorted(parts, key=lambda entry: entry[0]))
        correct = int(total[f.CORRECT]) if self.plan.frame[f.PREDICTION_KIND] else None
        return RunningTotals(float(total[f.LOSS]), correct, int(total[f.ROWS_DONE]))
