"""PyTorch in eager mode, with a fused optimizer and the data in one tensor, on one thread or all.

Batches are gathered one by one, or all at the beginning of an epoch; denormals are flushed.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np

from glassnet.bench.contestants.runner import Predicting, Runner, RunnerSetting, blas_settings
from glassnet.bench.tasks import Layers, Task
from glassnet.common.arrays import Array

TITLE, PACKAGES = "PyTorch", ("torch",)

BLOCK = 4096
"""Rows per block of a prediction."""


def settings(kind: str, threads: int) -> list[RunnerSetting]:
    """Return the settings: threads, and rows gathered by batch or epoch, or rows predicted at once."""
    if kind == "predict":
        ways: dict[str, dict[str, Any]] = {"all at once": {"block": None}, f"blocks of {BLOCK}": {"block": BLOCK}}
    else:
        ways = {"gather by batch": {"by_batch": True}, "gather by epoch": {"by_batch": False}}
    return [
        replace(setting, name=f"{setting.name}, {way}", options=options)
        for setting in blas_settings(threads)
        for way, options in ways.items()
    ]


def start(task: Task, by_batch: bool = True, block: int | None = None) -> Runner:
    """Return a runner of the task."""
    import torch
    import torch.nn.functional

    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    if task.kind != "predict":
        return TorchTraining(task, by_batch)
    network = torch.nn.Sequential(*modules(task), torch.nn.Softmax(dim=1)).eval()

    def predict(X: Array) -> Array:
        with torch.inference_mode():
            if block is None or len(X) <= block:
                return network(torch.from_numpy(X)).numpy()
            return np.concatenate([network(part).numpy() for part in torch.from_numpy(X).split(block)])

    return Predicting(task, predict)


def modules(task: Task) -> list[Any]:
    """Return the layers with the initial weights, without the final softmax."""
    import torch

    kinds = {"relu": torch.nn.ReLU, "sigmoid": torch.nn.Sigmoid}
    made: list[Any] = []
    for i, (W, b) in enumerate(task.layers):
        linear = torch.nn.Linear(*W.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(W.T.copy()))  # (units, inputs), as in PyTorch
            linear.bias.copy_(torch.from_numpy(b))
        made.append(linear)
        if i < len(task.activations):
            made.append(kinds[task.activations[i]]())
    return made


class TorchTraining:
    """The usual PyTorch training loop, without a DataLoader."""

    def __init__(self, task: Task, by_batch: bool) -> None:
        import torch

        self.task, self.by_batch, self.steps = task, by_batch, task.steps
        self.X, self.y = torch.from_numpy(task.X), torch.from_numpy(task.y)
        self.network: Any = None

    def run(self, count: int) -> float:
        """Train from the initial weights and return the seconds."""
        import torch
        from torch.nn.functional import cross_entropy

        network = self.network = torch.nn.Sequential(*modules(self.task))
        kind = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[self.task.optimizer]
        optimizer = kind(network.parameters(), lr=self.task.rate, fused=True)
        X, y, n, rows = self.X, self.y, len(self.X), self.task.rows
        start = time.perf_counter()
        for _ in range(count):
            order = torch.randperm(n)
            if self.by_batch:
                batches: Any = ((X.index_select(0, part), y.index_select(0, part)) for part in order.split(rows))
            else:
                both = (X.index_select(0, order), y.index_select(0, order))
                batches = zip(both[0].split(rows), both[1].split(rows), strict=True)
            for x, target in batches:
                optimizer.zero_grad(set_to_none=True)
                cross_entropy(network(x), target).backward()
                optimizer.step()
        return time.perf_counter() - start

    def layers(self) -> Layers:
        """Return the final weights of the last run."""
        linear = [module for module in self.network if hasattr(module, "weight")]
        return [(module.weight.detach().numpy().T, module.bias.detach().numpy()) for module in linear]
