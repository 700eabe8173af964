"""The engines by name, and the choice of an engine for a job."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np

from glassnet.common import specs, user_warnings
from glassnet.common.arrays import AnyArray, Array
from glassnet.engines import numpy
from glassnet.engines.compiled import engine as compiled
from glassnet.engines.compiled import kernel_cache
from glassnet.engines.job import Job
from glassnet.engines.protocol import Engine
from glassnet.network.columnwise import ParametricActivation
from glassnet.network.network import Network
from glassnet.network.periodic_embedding import PeriodicEmbedding
from glassnet.network.piecewise_linear import PiecewiseLinearEmbedding

ENGINES: dict[str, Engine] = {"numpy": numpy, "compiled": compiled}

CHOICES = ("auto", *ENGINES)
"""Valid values of `engine`; "auto" is the compiled engine unless the numpy engine finishes sooner."""

_seconds_without_compiling: list[float] = []
"""Approximate seconds of each job of this process that ran on the numpy engine to avoid compiling."""

_seconds_without_loading: dict[str, float] = {}
"""Approximate seconds of the predictions on the numpy engine, by dtype, since kernels were last looked for."""

SLOW_LAYERS = (PeriodicEmbedding, PiecewiseLinearEmbedding, ParametricActivation)

PYTHON_STEP, PRODUCTS = 60e-6, 20e9
"""Cost of a step on the numpy engine: seconds per layer, and multiplications per second."""

SECONDS_PER_VALUE = 150e-9
"""Seconds of the numpy engine to distort one value of an image."""

SECONDS_PER_OUTPUT = 400e-9
"""Seconds of the numpy engine, forward and backward, for one output of a layer that makes many passes over its values:
embeddings of numbers, and activations with exponentials and a learned mix."""

LOADING = 0.05
"""Seconds to load the compiled engine from disk."""


def check(name: str) -> str:
    """Return the name of an engine, or "auto"; raise ValueError for any other.

    >>> check("nunpy")
    Traceback (most recent call last):
        ...
    ValueError: unknown engine 'nunpy'; did you mean 'numpy'? known: numpy, auto, compiled
    """
    if name not in CHOICES:
        raise specs.unknown("engine", name, CHOICES)
    return name


def engine(name: str) -> Engine:
    """Return the engine with this name: a module with `run`, `gradient`, `evaluate`, and `predict`."""
    if name not in ENGINES:
        raise specs.unknown("engine", name, ENGINES)
    return ENGINES[name]


def name_of(module: Engine) -> str:
    """Return the name of an engine."""
    return next(name for name, known in ENGINES.items() if known is module)


def choose(name: str, job: Job, Y: AnyArray, batch_size: int, epochs: int) -> Engine:
    """Return the engine for a job, ready for its first step.

    If the compiled engine does not support a component, a warning names it once, and the numpy engine runs the job.
    With "auto", the numpy engine also runs jobs that it finishes before missing kernels would be compiled.
    """
    if check(name) == "numpy" or compiled.is_disabled():
        return numpy
    reason = compiled.unsupported(job)
    if reason is not None:
        user_warnings.warn(f"{reason}; using the numpy engine")
        return numpy
    if name == "auto":
        waiting, working = compiled.seconds_to_compile(job, Y), numpy_seconds(job, len(Y), batch_size, epochs)
        # The time of short jobs adds up: once they have taken as long as compiling would, the kernels are compiled.
        if sum(_seconds_without_compiling) + working < waiting:
            if not _seconds_without_compiling:
                _report_numpy(waiting)
            _seconds_without_compiling.append(working)
            return numpy
    try:
        compiled.prepare(job, Y)
    except ImportError as error:
        compiled.disable(str(error))
        return numpy
    return compiled


def _report_numpy(seconds: float) -> None:
    """Report that the numpy engine runs a job because compiling takes longer, and how to compile once and for all."""
    often, advice = "once per machine", "run glassnet compile, or set engine='compiled', to compile"
    if (problem := kernel_cache.problem(create=False)) is not None:
        often, advice = "in every process", f"kernels cannot be kept: {problem}"
    logging.getLogger("glassnet").warning(
        "glassnet: using the numpy engine, since compiling takes longer than this job (about %.0f s, %s); %s",
        seconds,
        often,
        advice,
    )


def numpy_seconds(job: Job, rows: int, batch_size: int, epochs: int) -> float:
    """Return the approximate time of the numpy engine for a job."""
    network, steps = job.network, epochs * -(-rows // batch_size)
    distorting = 0.0 if job.augment is None else epochs * rows * network.inputs * SECONDS_PER_VALUE
    outputs = sum(
        width for layer, width in zip(network.layers, network.widths[1:], strict=True) if isinstance(layer, SLOW_LAYERS)
    )
    products = 3 * epochs * rows * network.parameters.size / PRODUCTS
    passes = epochs * rows * outputs * SECONDS_PER_OUTPUT
    return steps * len(network.operations) * PYTHON_STEP + products + passes + distorting


def predict(network: Network, X: Any, is_checked: bool) -> Array | None:
    """Return the output of each row of X, (n, outputs), or None if the compiled engine does not compute it.

    The network calls this twice: first with the user's X, where a single valid row takes a fast path, then, if
    needed, with checked rows. Nothing is compiled here. Cached kernels are loaded once the predictions of all networks
    have taken as long as loading them.
    """
    if is_checked:
        return compiled.predict(network, X) if compiled.is_loaded(network) or _should_load(network, len(X)) else None
    if type(X) is np.ndarray and X.shape == (1, network.inputs) and X.dtype == network.dtype:
        return compiled.predict_row(network, X)
    return None


def _should_load(network: Network, rows: int) -> bool:
    """Count further predicted rows, and return whether the compiled engine is now loaded for their network."""
    dtype = network.dtype.name
    seconds = len(network.operations) * PYTHON_STEP / 10 + rows * network.parameters.size / PRODUCTS
    seconds += _seconds_without_loading.get(dtype, 0.0)
    is_worthwhile = seconds > LOADING
    _seconds_without_loading[dtype] = 0.0 if is_worthwhile else seconds
    return is_worthwhile and not compiled.is_disabled(quietly=True) and compiled.load_cached(network)


# With engines installed, networks predict through them.
Network.predictor = staticmethod(predict)
