"""JAX: a whole epoch compiled as one program, `jit` around `lax.scan`, with donated parameters and state.

The last batch, which may be smaller, is one more step in the same program. The order of an epoch is drawn with NumPy,
since sorting random keys inside the program takes longer. Epochs are dispatched asynchronously; the timing ends when
the last result is available.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from glassnet.bench.contestants.runner import Predicting, Runner, RunnerSetting
from glassnet.bench.tasks import Layers, Task
from glassnet.common.arrays import Array

TITLE, PACKAGES = "JAX", ("jax", "optax")

BLOCK = 4096
"""Rows per block of a prediction."""

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


def settings(kind: str, threads: int) -> list[RunnerSetting]:
    """Return the settings: one thread or all, Optax or a custom optimizer, and rows gathered by batch or by epoch."""
    if kind == "predict":
        ways: dict[str, dict[str, Any]] = {"all at once": {"block": None}, f"blocks of {BLOCK}": {"block": BLOCK}}
    else:
        ways = {
            f"{optimizer}, gather by {'batch' if by_batch else 'epoch'}": {"optax": by_optax, "by_batch": by_batch}
            for optimizer, by_optax in (("own optimizer", False), ("optax", True))
            for by_batch in (True, False)
        }
    flags = f"{os.environ.get('XLA_FLAGS', '')} --xla_cpu_multi_thread_eigen=false".strip()
    alone = RunnerSetting("1 thread", environment={"XLA_FLAGS": flags})
    with_all = [RunnerSetting(f"{threads} threads")] if threads > 1 else []
    return [
        replace(setting, name=f"{setting.name}, {way}", options=options)
        for setting in [alone, *with_all]
        for way, options in ways.items()
    ]


def start(task: Task, optax: bool = False, by_batch: bool = True, block: int | None = None) -> Runner:
    """Return a runner of the task."""
    if task.kind != "predict":
        return JaxTraining(task, optax, by_batch)
    import jax

    parameters = jax.device_put(task.layers)
    # The weights are constants of the program, so that a call passes only the rows.
    forward = jax.jit(lambda x: jax.nn.softmax(logits(task, parameters, x)))

    def predict(X: Array) -> Array:
        if block is None or len(X) <= block:
            return np.asarray(forward(X))
        return np.concatenate([forward(X[first : first + block]) for first in range(0, len(X), block)])

    return Predicting(task, predict)


def logits(task: Task, parameters: Any, x: Any) -> Any:
    """Return the logits, (n, classes)."""
    import jax

    kinds: dict[str, Callable[[Any], Any]] = {"relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid}
    for i, (W, b) in enumerate(parameters):
        x = x @ W + b
        if i < len(task.activations):
            x = kinds[task.activations[i]](x)
    return x


class JaxTraining:
    """Training by one compiled program per epoch."""

    def __init__(self, task: Task, optax: bool, by_batch: bool) -> None:
        import jax

        self.task, self.steps = task, task.steps
        self.X, self.y = jax.device_put(task.X), jax.device_put(task.y.astype(np.int32))
        self.begin, move = by_optax(task) if optax else by_hand(task)
        self.epoch = jax.jit(self._epoch(move, by_batch), donate_argnums=0)
        self.parameters: Any = None

    def _epoch(self, move: Any, by_batch: bool) -> Any:
        import jax
        import jax.numpy as jnp

        task = self.task
        full = len(task.X) // task.rows * task.rows

        def loss(parameters: Any, x: Any, y: Any) -> Any:
            logs = jax.nn.log_softmax(logits(task, parameters, x))  # (rows, classes)
            return -jnp.take_along_axis(logs, y[:, None], axis=1).mean()

        def step(now: Any, x: Any, y: Any) -> Any:
            return move(now, jax.grad(loss)(now[0], x, y))

        def gather(X: Any, rows: Any) -> Any:
            return X.at[rows].get(mode="promise_in_bounds")  # the order contains only valid row numbers

        def epoch(now: Any, X: Any, y: Any, order: Any) -> Any:
            head, rest = order[:full].reshape(-1, task.rows), order[full:]
            if by_batch:
                now, _ = jax.lax.scan(lambda now, i: (step(now, gather(X, i), gather(y, i)), None), now, head)
            else:
                now, _ = jax.lax.scan(lambda now, xy: (step(now, *xy), None), now, (gather(X, head), gather(y, head)))
            return step(now, gather(X, rest), gather(y, rest)) if len(rest) else now

        return epoch

    def run(self, count: int) -> float:
        """Train from the initial weights and return the seconds."""
        import jax
        import jax.numpy as jnp

        parameters = [(jnp.array(W), jnp.array(b)) for W, b in self.task.layers]
        now = jax.block_until_ready((parameters, self.begin(parameters)))
        rng, n = np.random.default_rng(0), len(self.task.X)
        start = time.perf_counter()
        for _ in range(count):
            now = self.epoch(now, self.X, self.y, rng.permutation(n).astype(np.int32))
        jax.block_until_ready(now)
        seconds = time.perf_counter() - start
        self.parameters = now[0]
        return seconds

    def layers(self) -> Layers:
        """Return the final weights of the last run."""
        return [(np.asarray(W), np.asarray(b)) for W, b in self.parameters]


def by_optax(task: Task) -> tuple[Any, Any]:
    """Return the functions for the initial state and the step of an Optax optimizer."""
    import optax

    optimizer = {"sgd": optax.sgd, "adam": optax.adam}[task.optimizer](task.rate)

    def move(now: Any, g: Any) -> Any:
        parameters, state = now
        updates, state = optimizer.update(g, state, parameters)
        return optax.apply_updates(parameters, updates), state

    return optimizer.init, move


def by_hand(task: Task) -> tuple[Any, Any]:
    """Return the same functions with explicit formulas for SGD and Adam."""
    import jax
    import jax.numpy as jnp

    each, rate = jax.tree.map, task.rate
    if task.optimizer == "sgd":
        return (lambda parameters: ()), (lambda now, g: (each(lambda p, g: p - rate * g, now[0], g), ()))

    def begin(parameters: Any) -> Any:
        return jnp.zeros(()), each(jnp.zeros_like, parameters), each(jnp.zeros_like, parameters)

    def move(now: Any, g: Any) -> Any:
        parameters, (t, m, v) = now
        t = t + 1
        m = each(lambda m, g: BETA1 * m + (1 - BETA1) * g, m, g)
        v = each(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, v, g)
        first, second = rate / (1 - BETA1**t), 1 / (1 - BETA2**t)
        parameters = each(lambda p, m, v: p - first * m / (jnp.sqrt(v * second) + EPSILON), parameters, m, v)
        return parameters, (t, m, v)

    return begin, move
