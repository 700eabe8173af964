"""The compiled engine: the same mathematics as the NumPy engine in a compiled program that runs many steps per call."""

from __future__ import annotations

import importlib.util
from functools import partial

import numpy as np

from glassnet.common import user_warnings
from glassnet.common.arrays import AnyArray, Array
from glassnet.engines.compiled import capabilities, kernel_loader
from glassnet.engines.compiled.augmentation import warp_images
from glassnet.engines.compiled.inference import Evaluator, NetworkPredictor, RowPredictor
from glassnet.engines.compiled.kernel_families import Kernel
from glassnet.engines.compiled.runner import StepRunner
from glassnet.engines.compiled.thread_team import allowed
from glassnet.engines.job import NO_FACTORS, Job, RunningTotals, StepFactors
from glassnet.maths.augmentation import RandomDistortion
from glassnet.maths.losses import Loss
from glassnet.network.network import Network

DTYPES = ("float32", "float64")
"""Supported dtypes: float32 is the default of networks, float64 that of the estimators."""

_loaded: set[str] = set()
"""The dtypes whose program is loaded; only then are single rows predicted by it."""

_disabled: list[str] = []
"""The reason why the compiled engine is disabled in this process, if it is."""


def run(
    job: Job,
    X: Array,
    Y: AnyArray,
    weights: Array | None,
    batch_size: int,
    rates: Array,
    rng: np.random.Generator,
    order: AnyArray | None = None,
    factors: StepFactors = NO_FACTORS,
) -> RunningTotals:
    """Run one optimizer step per batch of the block X, Y and return the totals.

    X: (n, inputs), Y: (n,) or (n, outputs), weights: (n,) or None; rates: (steps,), the learning rate of each step.
    order: (n,), the indices of the block's rows in X; by default, the rows of X. factors: those of the weight decay and
    of dropout rates at each step. The last batch may be smaller. A batch whose weights are all 0 is skipped. Raises
    DivergenceError if a loss is not finite.
    """
    steps = _steps(job, Y, min(batch_size, len(Y)))
    return steps.run(np.ascontiguousarray(X), np.ascontiguousarray(Y), weights, rates, rng, order, factors)


def augment(job: Job, images: Array, rng: np.random.Generator) -> Array:
    """Return randomly augmented images, (n, height, width, channels)."""
    assert job.augment is not None
    if type(job.augment) is not RandomDistortion:  # a custom augmentation
        return job.augment.apply(images, rng)
    return job.augment.apply(images, rng, partial(warp_images, threads=job.threads))


def gradient(
    job: Job, X: Array, Y: AnyArray, weights: Array | None, rng: np.random.Generator | None
) -> tuple[float, Array, Array]:
    """Return the mean loss with its penalties, the output, (n, outputs), and g, without updating θ."""
    return _steps(job, Y, len(X)).gradient(np.ascontiguousarray(X), np.ascontiguousarray(Y), weights, rng)


def evaluate(network: Network, X: Array, Y: AnyArray, loss: Loss) -> RunningTotals:
    """Return loss and correct predictions of a block of rows in evaluation mode, without penalties."""
    key = ("evaluator", loss, capabilities.is_labels(Y))
    evaluator = network.memo.get(key)
    if evaluator is None:
        evaluator = network.memo[key] = Evaluator(network, loss, capabilities.is_labels(Y))
    return evaluator.totals(np.ascontiguousarray(X), np.ascontiguousarray(Y))


def predict(network: Network, X: Array) -> Array:
    """Return the output of each row of a block, (n, outputs), in evaluation mode."""
    predictor = network.memo.get("predictor")
    if predictor is None:
        predictor = network.memo["predictor"] = NetworkPredictor(network)
    return predictor.outputs(np.ascontiguousarray(X))


def predict_row(network: Network, x: Array) -> Array | None:
    """Return the output of a single row, (1, outputs), on a fast path; None if it is not available.

    x: (1, inputs). The fast path is available once the engine is loaded, for networks with kernels and valid values.
    """
    row: RowPredictor | None = network.memo.get("row")
    if row is None:
        if not is_loaded(network):
            return None
        row = network.memo["row"] = RowPredictor(network)
    return row.output(x)


def load_cached(network: Network) -> bool:
    """Load the kernels for a network's predictions if all are cached; return whether they are available."""
    dtype = network.dtype.name
    if capabilities.unsupported(network) or not all(
        kernel_loader.is_available(*kernel, dtype) for kernel in capabilities.needed(network)
    ):
        return False
    _loaded.add(dtype)
    return True


def is_loaded(network: Network) -> bool:
    """Return whether the engine is loaded for the network's dtype and has kernels for the whole network."""
    if network.dtype.name not in _loaded:
        return False
    if "has_kernels" not in network.memo:
        network.memo["has_kernels"] = capabilities.unsupported(network) is None
    found: bool = network.memo["has_kernels"]
    return found


def is_disabled(quietly: bool = False) -> bool:
    """Return whether the compiled engine is disabled in this process; warn once if Numba is not installed."""
    is_missing = any(importlib.util.find_spec(name) is None for name in ("numba", "llvmlite"))
    if is_missing and not _disabled and not quietly:
        disable("Numba is not installed")
    return is_missing or bool(_disabled)


def disable(reason: str) -> None:
    """Disable the compiled engine in this process, and warn once."""
    _disabled.append(reason)
    user_warnings.warn(f"the compiled engine cannot be used ({reason}), so the numpy engine runs everything")


def unsupported(job: Job) -> str | None:
    """Return a message about a component of a job without a kernel, or None."""
    return capabilities.unsupported_by_job(job)


def seconds_to_compile(job: Job, Y: AnyArray) -> float:
    """Return the approximate seconds to compile the kernels of this job that are not in the cache."""
    needed = capabilities.needed_by(job, capabilities.is_labels(Y))
    return kernel_loader.seconds_to_compile(needed, job.network.dtype.name)


def prepare(job: Job, Y: AnyArray) -> None:
    """Load or compile every kernel that the job needs. Raises ImportError if that is impossible."""
    dtype = job.network.dtype.name
    kernel_loader.prepare(capabilities.needed_by(job, capabilities.is_labels(Y)), dtype)
    _loaded.add(dtype)


def _steps(job: Job, Y: AnyArray, rows: int) -> StepRunner:
    """Return the runner of a job, for batches of at least this many rows."""
    key = ("steps", capabilities.is_labels(Y))
    steps = job.memo.get(key)
    if steps is None or steps.plan.rows < rows:
        steps = job.memo[key] = StepRunner(job, rows, capabilities.is_labels(Y), job.threads or allowed())
    return steps


def warm(everything: bool = False) -> bool:
    """Compile kernels ahead of their first use; return whether they could be cached.

    These are the kernels of common jobs in float32, or with `everything` all kernels in both dtypes.
    """
    kernels, dtypes = _kernels(everything)
    is_kept = kernel_loader.prepare(kernels, *dtypes)
    _loaded.update(dtypes)
    return is_kept


def is_warm(everything: bool = False) -> bool:
    """Return whether `warm` would have nothing to compile."""
    kernels, dtypes = _kernels(everything)
    return all(kernel_loader.is_available(*kernel, dtype) for dtype in dtypes for kernel in kernels)


def _kernels(everything: bool) -> tuple[list[Kernel], tuple[str, ...]]:
    return (capabilities.every_kernel(), DTYPES) if everything else (capabilities.COMMON_KERNELS, DTYPES[:1])
