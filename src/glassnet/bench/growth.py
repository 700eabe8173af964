"""Scaling of the cost: time per sample against width, depth, batch size, and number of rows, with slopes.

On logarithmic axes, a slope of 1 means that doubling the value doubles the cost per sample, 2 that it quadruples it.
"""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.bench.contestants.contestants import CONTESTANTS
from glassnet.bench.process import ContestantError, Process
from glassnet.bench.rounds import PAUSE, PREPARING, STRETCH, Report, missing
from glassnet.bench.tasks import Task, initial_layers, synthetic_rows
from glassnet.engines.dispatch import ENGINES

BUDGET = 4.0
"""Maximum seconds per epoch; slower points are omitted."""


@dataclass(frozen=True)
class Shape:
    """Settings of one point: widths of the network, rows per batch, and rows of data."""

    widths: tuple[int, ...]
    batch: int
    rows: int

    @property
    def work(self) -> float:
        """Multiplications of one epoch, up to a factor."""
        return self.rows * sum(a * b for a, b in zip(self.widths, self.widths[1:], strict=False))

    def task(self) -> Task:
        """Return the task of training such a network with Adam on synthetic data."""
        X, y = synthetic_rows(self.rows, self.widths[0], self.widths[-1])
        activations = ("relu",) * (len(self.widths) - 2)
        layers = initial_layers(self.widths, activations)
        return Task("train", self.widths, activations, "adam", 1e-3, self.batch, X, y, layers)


@dataclass(frozen=True)
class Axis:
    """One axis: its values, the settings at each, and their description."""

    title: str
    values: tuple[int, ...]
    shape: Callable[[int], Shape]


@dataclass
class Curve:
    """Seconds per sample of one contestant along an axis, None where omitted, and the reason for omissions."""

    axis: str
    contestant: str
    seconds: list[float | None] = field(default_factory=list)
    problem: str | None = None

    def slope(self) -> float | None:
        """Return the slope of log seconds against log value over the last half of the points."""
        return fitted_slope(AXES[self.axis].values, self.seconds)

    def to_dict(self) -> dict[str, Any]:
        """Return the curve as plain data."""
        pairs = zip(AXES[self.axis].values, self.seconds, strict=False)
        measured = {str(value): seconds for value, seconds in pairs}
        return {"seconds_per_sample": measured, "slope": self.slope(), "problem": self.problem}


def fitted_slope(values: Sequence[float], seconds: Sequence[float | None]) -> float | None:
    """Return the least-squares slope of log seconds against log values over the last half of the points.

    >>> round(fitted_slope([1, 2, 4, 8], [9.0, 1.0, 4.0, 16.0]), 6)
    2.0
    """
    points = [(math.log(v), math.log(s)) for v, s in zip(values, seconds, strict=False) if s is not None]
    half = points[-max(2, math.ceil(len(points) / 2)) :]
    if len(half) < 2:
        return None
    x, y = np.array(half).T
    slope, _ = np.polyfit(x, y, deg=1)
    return float(slope)


def measure_growth(axes: Sequence[str], threads: int | None, report: Report) -> list[Curve]:
    """Return the curves of all contestants along the axes, each contestant in a separate process."""
    curves: list[Curve] = []
    with ExitStack() as stack:
        ready = {who: stack.enter_context(Process(threads=threads)) for who in RUNS if absent(who) is None}
        for axis in axes:
            found = {who: Curve(axis, who, problem=absent(who)) for who in RUNS}
            spent: dict[str, tuple[float, float]] = {}
            for value in AXES[axis].values:
                shape = AXES[axis].shape(value)
                with tempfile.TemporaryDirectory(prefix="glassnet-bench-") as folder:
                    shape.task().save(Path(folder))
                    for who in list(ready):
                        report(f"{axis} {value}: {who}")
                        seconds = point(found[who], ready, shape, value, Path(folder), spent)
                        found[who].seconds.append(seconds)
            curves += found.values()
    return curves


def point(
    curve: Curve,
    ready: dict[str, Process],
    shape: Shape,
    value: int,
    folder: Path,
    spent: dict[str, tuple[float, float]],
) -> float | None:
    """Return the seconds per sample at one point; None if it would take too long, or the contestant failed."""
    who = curve.contestant
    # The seconds of the last point times the growth of the work: an upper bound, since small networks have overhead.
    before, work = spent.get(who, (0.0, 1.0))
    if before * shape.work / work > BUDGET:
        curve.problem = f"{value} and more skipped: an epoch would take more than {BUDGET:g} s"
        return None
    contestant, options = RUNS[who]
    time.sleep(PAUSE)
    try:
        reply = ready[who].ask(
            "prepare",
            PREPARING,
            contestant=contestant,
            folder=str(folder),
            ways=[options],
            check_after=0,
            stretch=STRETCH,
        )
    except ContestantError as error:
        curve.problem = f"{value}: {error}"
        return None
    epoch = reply["step"] * -(-shape.rows // shape.batch)
    spent[who] = epoch, shape.work
    return float(epoch / shape.rows)


def absent(who: str) -> str | None:
    """Return the reason why a contestant is not available, or None."""
    contestant, options = RUNS[who]
    if options.get("engine", "numpy") not in ENGINES:
        return f"the engine {options['engine']} is not available here"
    return missing(CONTESTANTS[contestant].PACKAGES)


RUNS: dict[str, tuple[str, dict[str, Any]]] = {
    "compiled": ("glassnet", {"engine": "compiled"}),
    "numpy": ("glassnet", {"engine": "numpy"}),
    "sklearn": ("sklearn", {}),
}

TITLES = {"compiled": "glassnet, compiled", "numpy": "glassnet, numpy", "sklearn": "scikit-learn"}

AXES: dict[str, Axis] = {
    "width": Axis(
        "64-w-w-10, batch 32, 2048 rows",
        tuple(2**k for k in range(4, 12)),
        lambda width: Shape((64, width, width, 10), 32, 2048),
    ),
    "depth": Axis(
        "64 inputs, d layers of 64, batch 32, 2048 rows",
        tuple(2**k for k in range(6)),
        lambda depth: Shape((64, *(64,) * depth, 10), 32, 2048),
    ),
    "batch": Axis(
        "64-100-10, 4096 rows",
        tuple(4**k for k in range(7)),
        lambda batch: Shape((64, 100, 10), batch, 4096),
    ),
    "rows": Axis(
        "20-64-64-10, batch 256",
        (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000),
        lambda rows: Shape((20, 64, 64, 10), min(256, rows), rows),
    ),
}
