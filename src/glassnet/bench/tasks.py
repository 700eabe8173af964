"""The task of all contestants: the same data, network, initial weights, and optimizer."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from glassnet.bench.mnist import load_mnist
from glassnet.bench.workloads import Workload
from glassnet.common.arrays import AnyArray, Array
from glassnet.data.sources import load
from glassnet.network.layers import Dense
from glassnet.network.network import Network

SEED = 0

Layers = list[tuple[Array, Array]]
"""Weights and biases, first layer first: W (inputs, units), b (units,)."""

BLOCK = 4096
"""Rows per block when the loss is computed."""


@dataclass(frozen=True)
class Task:
    """The task of a contestant as plain data, which can be passed to another process.

    X: (n, inputs) float32; y: (n,) class indices, int64; layers: the initial weights, float32. kind, widths,
    activations (of the hidden layers), optimizer, rate: as in `Workload`. rows: number of rows of a batch, or of a
    prediction.
    """

    kind: str
    widths: tuple[int, ...]
    activations: tuple[str, ...]
    optimizer: str
    rate: float
    rows: int
    X: Array
    y: AnyArray
    layers: Layers

    @property
    def steps(self) -> int:
        """Number of optimizer steps per epoch; the last one has the remaining rows."""
        return -(-len(self.X) // self.rows)

    def network(self) -> Network:
        """Return a glassnet network of these layers with the initial weights."""
        theta = np.concatenate([np.concatenate([W.ravel(), b]) for W, b in self.layers])
        return Network.from_vectors(self.widths[0], dense(self.widths, self.activations), theta, np.empty(0))

    def save(self, folder: Path) -> None:
        """Write the task as files to an existing folder."""
        values = {field: getattr(self, field) for field in PLAIN_FIELDS}
        (folder / "task.json").write_text(json.dumps(values), encoding="utf-8")
        np.save(folder / "X.npy", self.X)
        np.save(folder / "y.npy", self.y)
        np.savez(folder / "layers.npz", *[array for pair in self.layers for array in pair])

    @staticmethod
    def load(folder: Path) -> Task:
        """Return the task written by `save`."""
        values = json.loads((folder / "task.json").read_text(encoding="utf-8"))
        values = {field: tuple(value) if isinstance(value, list) else value for field, value in values.items()}
        X, y = np.load(folder / "X.npy"), np.load(folder / "y.npy")
        with np.load(folder / "layers.npz") as file:
            arrays = [file[f"arr_{i}"] for i in range(len(file.files))]
        return Task(**values, X=X, y=y, layers=list(zip(arrays[::2], arrays[1::2], strict=True)))


PLAIN_FIELDS = ("kind", "widths", "activations", "optimizer", "rate", "rows")


def dense(widths: tuple[int, ...], activations: tuple[str, ...]) -> list[Dense]:
    """Return glassnet layers of the given widths, with softmax as the last activation."""
    return [Dense(units, name) for units, name in zip(widths[1:], (*activations, "softmax"), strict=True)]


def initial_layers(widths: tuple[int, ...], activations: tuple[str, ...]) -> Layers:
    """Return the initial weights of all contestants, drawn by glassnet with a fixed seed."""
    named = Network(widths[0], dense(widths, activations), seed=SEED).named_parameters()
    return [(named[f"dense{i}.W"].copy(), named[f"dense{i}.b"].copy()) for i in range(1, len(widths))]


def make_task(workload: Workload, mnist: Path | None = None) -> Task:
    """Return the task of a workload; mnist: the folder of MNIST's files, or None for synthetic data."""
    X, y = rows_of(workload, mnist)
    return Task(
        workload.kind,
        workload.widths,
        workload.activations,
        workload.optimizer,
        workload.rate,
        workload.rows,
        np.ascontiguousarray(X, np.float32),
        y,
        initial_layers(workload.widths, workload.activations),
    )


def rows_of(workload: Workload, mnist: Path | None) -> tuple[AnyArray, AnyArray]:
    """Return the data of a workload: X (n, inputs), y (n,)."""
    if workload.data == "mnist":
        if mnist is None:
            return synthetic_rows(60_000, workload.widths[0], workload.widths[-1])
        X, y = load_mnist(mnist)
        if X.shape[1] != workload.widths[0]:
            raise ValueError(f"the images in {mnist} have {X.shape[1]} pixels, MNIST's have {workload.widths[0]}")
        return X / np.float32(255), y
    if workload.data == "made":
        return synthetic_rows(20_000, workload.widths[0], workload.widths[-1])
    digits = load("digits")
    if workload.data == "notebook":
        digits = digits.split(0.6, 0.4, seed=SEED)[0]
    X, y = digits.X / 16, digits.y
    if workload.kind == "predict":
        drawn = np.random.default_rng(SEED).integers(len(X), size=workload.rows)
        X, y = X[drawn], y[drawn]
    return X, y


def synthetic_rows(n: int, inputs: int, classes: int) -> tuple[Array, AnyArray]:
    """Return n rows of uniform noise in [0, 1), float32, and their classes by a fixed linear rule."""
    rng = np.random.default_rng(SEED)
    X = rng.random((n, inputs), np.float32)
    scores = (X - 0.5) @ rng.standard_normal((inputs, classes), np.float32)  # (n, classes)
    return X, scores.argmax(axis=1)


def probabilities(task: Task, layers: Layers, X: Array) -> Array:
    """Return the reference probabilities of a block of rows, (n, classes), computed in float64 with NumPy."""
    a = X.astype(np.float64)
    for (W, b), activation in zip(layers, (*task.activations, "softmax"), strict=True):
        a = FORMULAS[activation](a @ W + b)
    return a


def mean_loss(task: Task, layers: Layers) -> float:
    """Return the mean cross entropy of these weights over the task's data."""
    total = 0.0
    for first in range(0, len(task.X), BLOCK):
        block = slice(first, first + BLOCK)
        p = probabilities(task, layers, task.X[block])
        right = p[np.arange(len(p)), task.y[block]]
        total -= float(np.log(np.maximum(right, np.finfo(np.float64).tiny)).sum())
    return total / len(task.X)


def with_activations(task: Task, activations: tuple[str, ...]) -> Task:
    """Return the task with other hidden activations and the same initial weights."""
    return dataclasses.replace(task, activations=activations)


def _softmax(z: Array) -> Array:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


FORMULAS = {
    "relu": lambda z: np.maximum(z, 0),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "softmax": _softmax,
}
