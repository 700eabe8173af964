"""Benchmark of the estimators against scikit-learn's: the same fits and predictions, including input validation.

Both are warmed up, run in separate processes, and take turns. The ratio of each round is computed, and the median is
reported. Results are compared first, since a ratio is only meaningful for equal results.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.bench.process import Process

LONG_ENOUGH = 0.2
"""Minimum seconds of calls per timing."""

PAUSE = 0.15
"""Pause in seconds between two turns, until spinning threads are asleep."""

PREPARING, TURN = 300.0, 120.0
"""Time limits in seconds, for the preparation of a process and for one turn."""

LIBRARIES = ("glassnet", "sklearn")

Report = Callable[[str], None]


@dataclass(frozen=True)
class EstimatorCase:
    """One benchmark case. rows: number of rows to predict, or 0 for a fit. target: the ratio to reach."""

    title: str
    dtype: str
    target: float
    options: tuple[tuple[str, Any], ...] = ()
    rows: int = 0


CASES: dict[str, EstimatorCase] = {
    "fit": EstimatorCase("fit digits, default parameters", "float64", 3.5),
    "fit-32": EstimatorCase("fit digits, default parameters", "float32", 5.0),
    "batch": EstimatorCase("fit digits, batch_size=32", "float64", 7.0, (("batch_size", 32),)),
    "batch-32": EstimatorCase("fit digits, batch_size=32", "float32", 7.0, (("batch_size", 32),)),
    "row": EstimatorCase("predict_proba of one row", "float64", 3.0, rows=1),
    "row-32": EstimatorCase("predict_proba of one row", "float32", 3.0, rows=1),
    "rows": EstimatorCase("predict_proba of 100,000 rows", "float64", 1.0, rows=100_000),
    "rows-32": EstimatorCase("predict_proba of 100,000 rows", "float32", 1.0, rows=100_000),
}
"""The cases, with their target ratios."""


@dataclass(frozen=True)
class EstimatorRatio:
    """Result of one case: seconds per call of each library, and the ratios of all rounds."""

    name: str
    case: EstimatorCase
    seconds: dict[str, float]
    ratios: tuple[float, ...]
    difference: float

    @property
    def median(self) -> float:
        """The median ratio of scikit-learn's time to glassnet's."""
        return statistics.median(self.ratios)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data."""
        case = self.case
        entry = {"what": case.title, "dtype": case.dtype, "target": case.target, "difference": self.difference}
        return entry | {"ratio": self.median, "ratios": list(self.ratios), "seconds": self.seconds}


class Work:
    """One case for one library, prepared for repeated calls."""

    def __init__(self, library: str, name: str) -> None:
        import warnings

        from glassnet.data.sources import load

        warnings.simplefilter("ignore")  # about fits that have not converged
        case, digits = CASES[name], load("digits")
        X, y = np.ascontiguousarray(digits.X, case.dtype), digits.y
        estimator = classifier(library)(random_state=0, **dict(case.options))
        if case.rows:
            estimator.set_params(max_iter=20).fit(X, y)
            rows = np.ascontiguousarray(np.resize(X, (case.rows, X.shape[1])))
            self.call: Callable[[], Any] = lambda: estimator.predict_proba(rows)
            self.result = np.asarray(self.call())[:1000].ravel().tolist()
        else:
            self.call = lambda: estimator.fit(X, y)
            self.result = list(self.call().loss_curve_)
        started = time.perf_counter()
        self.call()
        self.count = max(1, round(LONG_ENOUGH / (time.perf_counter() - started)))

    def seconds(self) -> float:
        """Return the mean seconds per call."""
        started = time.perf_counter()
        for _ in range(self.count):
            self.call()
        return (time.perf_counter() - started) / self.count


def classifier(library: str) -> Any:
    """Return the MLPClassifier of a library."""
    if library == "sklearn":
        from sklearn.neural_network import MLPClassifier
    else:
        from glassnet.estimators.classifier import MLPClassifier
    return MLPClassifier


def compare(names: Sequence[str], runs: int, report: Report = lambda text: None) -> list[EstimatorRatio]:
    """Return the ratios of the named cases, each measured in the given number of rounds."""
    return [_measure(name, runs, report) for name in names]


def _measure(name: str, runs: int, report: Report) -> EstimatorRatio:
    with Process() as ours, Process() as theirs:
        processes = dict(zip(LIBRARIES, (ours, theirs), strict=True))
        results = []
        for library, process in processes.items():
            report(f"{name}: preparing {library}")
            results.append(np.array(process.ask("estimator", PREPARING, library=library, name=name)["result"]))
        turns: list[dict[str, float]] = []
        for turn in range(runs):
            report(f"{name}: round {turn + 1} of {runs}")
            turns.append({})
            for library, process in processes.items():
                time.sleep(PAUSE)
                turns[-1][library] = process.ask("estimator_again", TURN)["seconds"]
    shortest = {library: min(turn[library] for turn in turns) for library in LIBRARIES}
    ratios = tuple(turn["sklearn"] / turn["glassnet"] for turn in turns)
    return EstimatorRatio(name, CASES[name], shortest, ratios, _difference(*results))


def _difference(a: Any, b: Any) -> float:
    """Return the largest difference of two results, relative to the largest value; infinite if lengths differ."""
    return float(np.abs(a - b).max() / np.abs(b).max()) if a.shape == b.shape else float("inf")
