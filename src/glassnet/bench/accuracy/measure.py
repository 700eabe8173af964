"""Measurements: every contestant on every table and seed, each appended to a file as soon as it is there."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from glassnet.bench.accuracy.command_line import run_glassnet
from glassnet.bench.accuracy.contestants import ALIASES, CONTESTANTS
from glassnet.bench.accuracy.peers import THREADS
from glassnet.bench.accuracy.protocol import Split, TableEntry, error_of, load_split
from glassnet.bench.process import ContestantError, Process

LIMIT = 3600
"""Seconds after which a contestant is terminated."""


@dataclass(frozen=True)
class Measurement:
    """One contestant on one table with one seed: its error and its seconds, or why it failed.

    rows: number of training rows. error: on the test rows, None if it failed. seconds: training and prediction.
    """

    table: str
    seed: int
    method: str
    rows: int | None = None
    error: float | None = None
    seconds: float | None = None
    failed: str | None = None

    @property
    def key(self) -> tuple[str, int, str]:
        """What was measured."""
        return self.table, self.seed, self.method


@dataclass(frozen=True)
class Plan:
    """What is measured: tables, seeds, the largest number of rows of a table, and names of contestants."""

    folder: Path
    entries: Sequence[TableEntry]
    seeds: Sequence[int]
    rows: int
    contestants: Sequence[str]


def read_measurements(file: Path) -> list[Measurement]:
    """Return the measurements of a file of JSON lines; raises ValueError for other contents."""
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            found.append(_measurement(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError):
            wanted = "an object with table, seed, method, error, and seconds"
            raise ValueError(f"{file}, line {number}: expected {wanted}, got {line[:60]!r}") from None
    return found


def _measurement(row: dict[str, Any]) -> Measurement:
    """Return the measurement of a line; other keys than ours are ignored, and an error that is NaN is a failure."""
    error, rows, seconds = row.get("error"), row.get("rows"), row.get("seconds")
    error = None if error is None or math.isnan(error) else float(error)
    method = ALIASES.get(row["method"], row["method"])
    return Measurement(row["table"], int(row["seed"]), method, rows, error, seconds, row.get("failed"))


def measure_tables(
    plan: Plan, known: Iterable[Measurement], out: Path, report: Callable[[str], None]
) -> list[Measurement]:
    """Measure all that is not known, and append each measurement to a file.

    Raises ValueError if the known ones are of other training rows.
    """
    before = {one.key: one for one in known}
    sizes = {(one.table, one.seed): one.rows for one in before.values() if one.rows is not None}
    found = []
    for seed in plan.seeds:
        for entry in plan.entries:
            missing = [name for name in plan.contestants if (entry.name, seed, name) not in before]
            if not missing:
                continue
            split = load_split(entry, seed, plan.rows)
            if sizes.get((entry.name, seed), len(split.y_train)) != len(split.y_train):
                raise ValueError(
                    f"results of table {entry.name} are of {sizes[entry.name, seed]:,} training rows, but --rows "
                    f"{plan.rows} gives {len(split.y_train):,}; use the same --rows, or another --out"
                )
            for name in missing:
                report(f"{entry.name}, seed {seed}: {CONTESTANTS[name].title}")
                found.append(_measure(plan, entry, split, seed, name))
                with out.open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps(asdict(found[-1])) + "\n")
    return found


def _measure(plan: Plan, entry: TableEntry, split: Split, seed: int, name: str) -> Measurement:
    started = time.perf_counter()
    try:
        error, seconds = _error_and_seconds(plan, entry, split, seed, name)
    except (ContestantError, ValueError) as problem:  # ValueError: predictions that are not finite
        seconds = round(time.perf_counter() - started, 2)
        return Measurement(entry.name, seed, name, len(split.y_train), None, seconds, str(problem))
    return Measurement(entry.name, seed, name, len(split.y_train), error, round(seconds, 3))


def _error_and_seconds(plan: Plan, entry: TableEntry, split: Split, seed: int, name: str) -> tuple[float, float]:
    contestant = CONTESTANTS[name]
    if contestant.quality is not None:
        found, classes, seconds = run_glassnet(split, seed, contestant.quality, THREADS, LIMIT)
        return error_of(split, found, classes), seconds
    with Process(threads=THREADS) as process:
        reply = process.ask(
            "table", LIMIT, contestant=name, folder=str(plan.folder), table=entry.name, seed=seed, rows=plan.rows
        )
    return reply["value"], reply["seconds"]


def measure_here(contestant: str, folder: str, table: str, seed: int, rows: int) -> dict[str, Any]:
    """Measure a peer in this process, and return its error as `value`, and the seconds.

    Imports of libraries are not timed.
    """
    import importlib
    import warnings

    from glassnet.bench.accuracy.protocol import read_index

    warnings.simplefilter("ignore")  # about fits that have not converged, and names of columns
    one = CONTESTANTS[contestant]
    assert one.fit is not None
    for name in one.packages:
        importlib.import_module(name)
    split = load_split(read_index(Path(folder))[table], seed, rows)
    started = time.perf_counter()
    found, classes = one.fit(split, seed)
    seconds = time.perf_counter() - started
    return {"value": error_of(split, found, classes), "seconds": seconds}
