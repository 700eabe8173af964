"""Activation statistics: histograms of activations and gradients of a network at selected epochs of its training.

A loss curve shows that training fails; these statistics show where: dead units, saturated sigmoids, or gradients that
vanish from layer to layer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray, Array, IntArray
from glassnet.common.files import write_tensors
from glassnet.network.layers import Activation, Dense
from glassnet.network.network import Network
from glassnet.network.passes import forward_pass

BINS = 48
"""Number of bins of a histogram."""

MOST_LOOKS = 24
MOST_ROWS, FEWEST_ROWS = 256, 32
SHARE_OF_ROWS, SMALL = 0.01, 1 << 19
"""Maximum share of the rows of a run that is recorded, and a number of multiplications of negligible cost."""

MOST_VALUES = 1 << 12
"""Maximum number of activations or gradients of a layer in a histogram; more would not change its shape."""

LARGE_PRODUCT = 1 << 18
"""Number of multiplications from which NumPy's BLAS divides a product between threads."""


@dataclass(frozen=True, eq=False)
class ActivationHistory:
    """Activation statistics of L layers at E epochs.

    epochs: (E,), 0 is the initial state. layers: names of the layers. activations: (E, L, BINS), histograms of each
    layer's outputs over BINS bins of equal width between activation_ends, (E, L, 2). gradients and gradient_ends: the
    same for log10 |dW|, without zeros; counts are 0 for a layer without weights. silent: (E, L), the share of units
    with a constant output over all rows, such as dead ReLUs.
    """

    epochs: IntArray
    layers: tuple[str, ...]
    activations: IntArray
    activation_ends: Array
    gradients: IntArray
    gradient_ends: Array
    silent: Array

    def save(self, path: str | Path, metadata: Mapping[str, str] | None = None) -> None:
        """Write the statistics to a file, atomically. metadata: further entries of its header."""
        arrays = {name: np.ascontiguousarray(getattr(self, name)) for name in ARRAYS}
        write_tensors(path, arrays, {"layers": json.dumps(self.layers), **(metadata or {})})


ARRAYS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "epochs": ("int64", ()),
    "activations": ("int32", ("L", BINS)),
    "activation_ends": ("float32", ("L", 2)),
    "gradients": ("int32", ("L", BINS)),
    "gradient_ends": ("float32", ("L", 2)),
    "silent": ("float32", ("L",)),
}
"""Dtype and shape of each array in the file, without its first axis, the epochs."""


def load_activation_history(path: str | Path) -> tuple[ActivationHistory, dict[str, str]]:
    """Return the statistics in a file, and the entries of its header; raise ValueError for any other file."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            metadata = dict(file.metadata() or {})
            layers = tuple(map(str, json.loads(metadata["layers"])))
            arrays = {name: file.get_tensor(name) for name in ARRAYS}
    except (SafetensorError, OSError, KeyError, ValueError, TypeError, RecursionError):
        raise ValueError(f"{path} contains no activation statistics, or is damaged") from None
    for name, (dtype, shape) in ARRAYS.items():
        expected = (len(arrays["epochs"]), *(len(layers) if size == "L" else size for size in shape))
        if arrays[name].shape != expected or arrays[name].dtype != dtype or not np.isfinite(arrays[name]).all():
            raise ValueError(f"{path} is damaged: {name} has the wrong shape, dtype, or values")
    return ActivationHistory(layers=layers, **arrays), metadata


class ActivationRecorder:
    """Records statistics of a network during training, at selected epochs and on a fixed sample of rows.

    network: the network to record. X, y: training rows, of which the first are used. loss: as for `train`.
    epochs: maximum number of epochs; 0 if only the start and the end can be recorded, as with L-BFGS.

    >>> from glassnet.network.layers import Dense
    >>> from glassnet.training.fit import fit_session
    >>> X = np.random.default_rng(0).standard_normal((100, 2))
    >>> net = Network(2, [Dense(5, "relu"), Dense(1)], seed=0)
    >>> watch = ActivationRecorder(net, X, X[:, 0], epochs=50)
    >>> with fit_session(net, (X, X[:, 0]), epochs=50, progress=False) as (records, history):
    ...     for record in records:
    ...         watch.look(record.epoch)
    >>> seen = watch.history(history.best_epoch)
    >>> seen.layers, seen.epochs[:8], seen.activations.shape
    (('dense1', 'dense2'), array([0, 1, 2, 3, 4, 5, 6, 8]), (19, 2, 48))
    """

    def __init__(self, network: Network, X: Any, y: Any, loss: Any = None, epochs: int = 0) -> None:
        self.network, self.loss = network, network.loss(loss)
        self.chosen = chosen_epochs(epochs)
        cheap = max(int(SHARE_OF_ROWS * len(y) * epochs / (len(self.chosen) + 1)), SMALL // network.parameters.size)
        rows = min(max(cheap, FEWEST_ROWS), MOST_ROWS)
        few = X[:rows]
        self.X, self.Y, _ = network.batch(few if isinstance(few, np.ndarray) else few.toarray(), y[:rows], self.loss)
        # Random rows of W: every k-th row could be the pixels of one column of an image.
        rng = np.random.default_rng(0)
        self.columns = {
            name: rng.permutation(len(W))[: max(1, MOST_VALUES // W.shape[1])]
            for name, W in network.named_parameters().items()
            if name.endswith(".W") and W.ndim == 2
        }
        # Dropout is inactive in evaluation mode, so it is omitted.
        self.layers = tuple(
            one.name
            for one in network.placed
            if isinstance(one.layer, (Dense, Activation)) or one.layer.parameter_shapes(one.inputs)
        )
        self.undisturbed = _one_thread(len(self.X) * max(W.size for W in network.named_parameters().values()))
        self.seen: dict[int, dict[str, AnyArray]] = {}
        self.look(0)

    def look(self, epoch: int) -> None:
        """Record statistics if this is a selected epoch; parameters and running statistics do not change.

        The network's gradient is overwritten by that of the sampled rows.
        """
        if epoch == 0 or epoch in self.chosen:
            self.seen[epoch] = self._look()

    def history(self, best_epoch: int) -> ActivationHistory:
        """Return the statistics, including those of the network's current state, which is that of `best_epoch`."""
        if best_epoch not in self.seen:
            self.seen[best_epoch] = self._look()
        epochs = sorted(self.seen)
        arrays = {name: np.stack([self.seen[epoch][name] for epoch in epochs]) for name in ARRAYS if name != "epochs"}
        return ActivationHistory(np.array(epochs, np.int64), self.layers, **arrays)

    def _look(self) -> dict[str, AnyArray]:
        network = self.network
        now: dict[str, AnyArray] = {
            name: np.zeros([len(self.layers), *shape[1:]], dtype)
            for name, (dtype, shape) in ARRAYS.items()
            if name != "epochs"
        }
        with np.errstate(all="ignore"), self.undisturbed():
            outputs, caches = forward_pass(network.operations, self.X, False, None)
            _, gradient, from_logits = network.loss_of(outputs[-1], caches[-1], self.Y, self.loss)
            network.backward(caches, gradient / len(self.X), from_logits)
        by_layer = {step.name: a for step, a in zip(network.operations, outputs[1:], strict=True)}
        views = network.named_gradients()
        for i, name in enumerate(self.layers):
            a = by_layer[name]
            some = a[: max(1, MOST_VALUES // a.shape[1])]
            now["activations"][i], now["activation_ends"][i] = _histogram(some)
            now["silent"][i] = np.mean((a == a[0]).all(axis=0))
            if (columns := self.columns.get(f"{name}.W")) is not None:
                dW = np.abs(views[f"{name}.W"][columns])
                now["gradients"][i], now["gradient_ends"][i] = _histogram(np.log10(dW[dW > 0]))
        return now


def chosen_epochs(epochs: int) -> frozenset[int]:
    """Return the epochs to record: dense at the beginning, where a network changes most, then sparser.

    >>> sorted(chosen_epochs(100))
    [1, 2, 3, 4, 5, 6, 7, 9, 11, 14, 16, 20, 25, 30, 37, 45, 55, 67, 82, 100]
    """
    return frozenset(np.geomspace(1, epochs, MOST_LOOKS).round().astype(int).tolist()) if epochs else frozenset()


def _one_thread(product: int) -> Callable[[], AbstractContextManager[object]]:
    """Return a context manager that keeps matrix products of this size on one thread.

    They take 0.1 ms; waiting for a second thread on a busy machine can take 20 ms.
    """
    if product < LARGE_PRODUCT:
        return nullcontext
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:
        return nullcontext
    threads = ThreadpoolController()
    return lambda: threads.limit(limits=1)


def _histogram(values: Array) -> tuple[IntArray, Array]:
    """Return the counts, (BINS,), and the limits of a histogram of the finite values."""
    values = values[np.isfinite(values)]
    if not values.size:
        return np.zeros(BINS, np.int32), np.zeros(2, np.float32)
    low, high = float(values.min()), float(values.max())
    # np.histogram is ten times slower, and this is called hundreds of times during a run.
    bins = ((values - low) * (BINS / (high - low or 1.0))).astype(np.int64)
    counts = np.bincount(np.minimum(bins, BINS - 1), minlength=BINS)
    return counts.astype(np.int32), np.array([low, high], np.float32)
