"""The matrix products of one training step with the fastest BLAS: a lower bound for large networks.

For each layer, these are x W in the forward pass, xᵀ dz for dW, and dz Wᵀ for dx, except in the first layer.
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
    """Return the settings: each installed library, on one thread and on all."""
    found = [name for name in MULTIPLIERS if importlib.util.find_spec(name) is not None]
    return [
        replace(setting, name=f"{name}, {setting.name}", options={"library": name})
        for setting in blas_settings(threads)
        for name in found
    ]


def start(task: Task, library: str = "numpy") -> Runner:
    """Return a runner of the products of one step."""
    return Products(task, library)


class Products:
    """All products of a step, written to preallocated arrays."""

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
        """Compute the products `count` times and return the seconds."""
        calls = self.calls
        start = time.perf_counter()
        for _ in range(count):
            for call in calls:
                call()
        return time.perf_counter() - start


def by_numpy(a: Array, b: Array, out: Array) -> Callable[[], Any]:
    """Return a function that writes a @ b to `out`, with NumPy."""
    return lambda: np.matmul(a, b, out=out)


def by_scipy(a: Array, b: Array, out: Array) -> Callable[[], Any]:
    """Return the same function with SciPy's BLAS, which may be another build: outᵀ = bᵀ aᵀ in Fortran order."""
    from scipy.linalg.blas import sgemm

    left, turn_left = (b.T, 0) if b.flags.c_contiguous else (b, 1)
    right, turn_right = (a.T, 0) if a.flags.c_contiguous else (a, 1)
    return lambda: sgemm(1.0, left, right, c=out.T, overwrite_c=1, trans_a=turn_left, trans_b=turn_right)


def by_torch(a: Array, b: Array, out: Array) -> Callable[[], Any]:
    """Return the same function with PyTorch."""
    import torch

    tensors = torch.from_numpy(a), torch.from_numpy(b)
    result = torch.from_numpy(out)
    return lambda: torch.mm(*tensors, out=result)


MULTIPLIERS: dict[str, Callable[[Array, Array, Array], Callable[[], Any]]] = {
    "numpy": by_numpy,
    "scipy": by_scipy,
    "torch": by_torch,
}
