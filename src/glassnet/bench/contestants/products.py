"""The matrix products of one training step and nothing else, on the best BLAS there is: the floor under a big network.

For layers of widths w0 … wk that is x W forward, xᵀ dz for every dW, and dz Wᵀ for every dx but the first.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from glassnet.bench.contestants.runner import Runner, RunnerSetting, blas_settings
from glassnet.bench.tasks import Task
from glassnet.common.arrays import Array

TITLE, PACKAGES = "products", ()


def settings(kind: str, threads: int) -> list[RunnerSetting]:
    """Return whose products there are, each on one thread and on all."""
    found = [name for name in MULTIPLIERS if importlib.util.find_spec(name) is not None]
    return [
        replace(setting, name=f"{name}, {setting.name}", options={"library": name})
        for setting in blas_settings(threads)
        for name in found
    ]


def start(task: Task, library: str = "numpy") -> Runner:
    """Return a runner of one step's products."""
    return Products(task, library)


class Products:
    """All products of a step, into arrays that are there already."""

    steps = 1

    def __init__(self, task: Task, library: str) -> None:
        rng, rows = np.random.default_rng(0), task.rows

        def some(*shape: int) -> Array:
            return rng.standard_normal(shape, np.float32)

        product = MULTIPLIERS[library]
        self.calls: list[Callable[[], Any]] = []
        for i, (inputs, units) in enumerate(zip(task.widths, task.widths[1:], strict=False)):
            x, W, dz = some(rows, inputs), some(inputs, units), some(rows, units)
            self.calls.append(product(x, W, some(rows, units)))
            self.calls.append(product(x.T, dz, some(inputs, units)))
            if i:
                self.calls.append(product(dz, W.T, some(rows, inputs)))

    def run(self, count: int) -> float:
        """Compute them `count` times and return the seconds."""
        calls = self.calls
        start = time.perf_counter()
        for _ in range(count):
            for call in calls:
                call()
        return time.perf_counter() - start


def by_numpy(a: Array, b: Array, out: Array) -> Callable[[], Any]:
    """Return the call that writes a @ b into `out`."""
    return lambda: np.matmul(a, b, out=out)


def by_scipy(a: Array, b: Array, out: Array) -> Callable[[], Any]:
    """Return the same call to SciPy's BLAS, which may be another build: outᵀ = bᵀ aᵀ in the order Fortran has."""
    from scipy.linalg.blas import sgemm

    left, turn_left = (b.T, 0) if b.flags.c_contiguous else (b, 1)
    right, turn_right = (a.T, 0) if a.flags.c_contiguous else (a, 1)
    return lambda: sgemm(1.0, left, right, c=out.T, overwrite_c=1, trans_a=turn_left, trans_b=turn_right)


def by_torch(a: Array, b: Array, out: Array) -> Callable[[], Any]:
    """Return the same call to PyTorch."""
    import torch

    tensors = torch.from_numpy(a), torch.from_numpy(b)
    result = torch.from_numpy(out)
    return lambda: torch.mm(*tensors, out=result)


MULTIPLIERS: dict[str, Callable[[Array, Array, Array], Callable[[], Any]]] = {
    "numpy": by_numpy,
    "scipy": by_scipy,
    "torch": by_torch,
}
