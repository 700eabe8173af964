"""The summary of measurements: mean rank, improvability, wins, and seconds of each contestant."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from glassnet.bench.accuracy.contestants import CONTESTANTS, title_of
from glassnet.bench.accuracy.measure import Measurement
from glassnet.common.arrays import Array

FARTHEST = 5
"""Number of tables that are listed on which glassnet is farthest from the best contestant."""

OURS = [name for name, contestant in CONTESTANTS.items() if contestant.quality is not None]


@dataclass(frozen=True)
class Standing:
    """One contestant in the summary.

    rank: mean rank, from 1. improvability: mean of 100 · (error − best) / error, in percent: the part of its own error
    that the best contestant avoids. beaten_by: the percentage of tables on which each of glassnet's qualities is
    better; ties count half. seconds: median. failed: number of failures; each counts as the largest error of all.
    """

    method: str
    title: str
    rank: float
    improvability: float
    seconds: float | None
    failed: int
    beaten_by: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Distance:
    """A table on which glassnet is far from the best contestant, in percent of its own error, mean of the seeds."""

    table: str
    best: str
    improvability: float


@dataclass(frozen=True)
class Summary:
    """The summary.

    pairs: number of pairs of a table and a seed that every contestant was measured on. left_out: number of other
    pairs. missing: how many of those each contestant lacks. failures: one line each.
    """

    pairs: int
    left_out: int
    missing: dict[str, int]
    standings: Sequence[Standing]
    farthest: Sequence[Distance]
    failures: Sequence[str]

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as plain data."""
        return asdict(self)


def summarize(measurements: Iterable[Measurement]) -> Summary:
    """Summarize measurements on the pairs of a table and a seed that every contestant was measured on.

    Raises ValueError if measurements of a pair have different training rows, or if there is no pair to compare.
    """
    by_key = {one.key: one for one in measurements}
    methods = sorted({method for *_, method in by_key}, key=lambda name: (_position(name), name))
    pairs = list(dict.fromkeys((table, seed) for table, seed, _ in by_key))
    complete = [pair for pair in pairs if all((*pair, method) in by_key for method in methods)]
    missing = {method: sum((*pair, method) not in by_key for pair in pairs) for method in methods}
    lacking = {method: count for method, count in missing.items() if count}
    if not complete:
        counts = ", ".join(f"{method}: {count}" for method, count in lacking.items())
        raise ValueError(f"no table and seed was measured with every contestant; missing: {counts or 'all'}")
    table = [[by_key[*pair, method] for method in methods] for pair in complete]
    for row in table:
        _check_rows(row)
    failures = [f"{one.table}, seed {one.seed}: {title_of(one.method)}: {one.failed}" for row in table for one in row
                if one.error is None]  # fmt: skip
    errors = _errors(table)  # (pairs, contestants)
    return Summary(
        len(complete),
        len(pairs) - len(complete),
        lacking,
        sorted(_standings(methods, table, errors), key=lambda one: one.rank),
        _farthest(methods, complete, errors),
        failures,
    )


def rows_of(summary: Summary) -> list[list[str]]:
    """Return the standings as the rows of a table; the first row is the header."""
    ours = [one.method for one in summary.standings if any(one.method in row.beaten_by for row in summary.standings)]
    qualities = [f"{CONTESTANTS[method].quality} better" for method in ours]
    rows = [["", "mean rank", "improvability", *qualities, "median seconds"]]
    for one in summary.standings:
        shares = [f"{one.beaten_by[method]:.0f}%" if method in one.beaten_by else "" for method in ours]
        seconds = "" if one.seconds is None else f"{one.seconds:.1f}"
        rows.append([one.title, f"{one.rank:.2f}", f"{one.improvability:.1f}%", *shares, seconds])
    return rows


def _position(name: str) -> int:
    return list(CONTESTANTS).index(name) if name in CONTESTANTS else len(CONTESTANTS)


def _check_rows(row: Sequence[Measurement]) -> None:
    sizes = {one.rows: one for one in row if one.rows is not None}
    if len(sizes) > 1:
        first, second = list(sizes.values())[:2]
        raise ValueError(
            f"{first.table}, seed {first.seed}: {first.method} was measured with {first.rows:,} training rows, "
            f"{second.method} with {second.rows:,}"
        )


def _errors(table: Sequence[Sequence[Measurement]]) -> Array:
    """Return the errors, (pairs, contestants); a failure counts as the largest error of its pair."""
    errors = np.array([[np.nan if one.error is None else one.error for one in row] for row in table])
    worst = [max((one.error for one in row if one.error is not None), default=1.0) for row in table]
    return np.where(np.isnan(errors), np.array(worst)[:, None], errors)


def improvability(errors: Array) -> Array:
    """Return 100 · (error − best) / error for each row of errors, (pairs, contestants).

    >>> improvability(np.array([[0.1, 0.2, 0.1], [3.0, 4.0, 0.0]]))
    array([[  0.,  50.,   0.],
           [100., 100.,   0.]])
    """
    return 100 * (errors - errors.min(axis=1, keepdims=True)) / np.maximum(errors, 1e-9)


def ranks(errors: Array) -> Array:
    """Return the rank of each error in its row, from 1; equal errors share the mean of their ranks.

    >>> ranks(np.array([[0.1, 0.2, 0.1]]))
    array([[1.5, 3. , 1.5]])
    """
    others = errors[:, None, :]
    below = (others < errors[:, :, None]).sum(axis=2)
    equal = (others == errors[:, :, None]).sum(axis=2)
    return below + (equal + 1) / 2


def _standings(methods: Sequence[str], table: Sequence[Sequence[Measurement]], errors: Array) -> list[Standing]:
    rank, distance = ranks(errors).mean(axis=0), improvability(errors).mean(axis=0)
    found = []
    for column, method in enumerate(methods):
        own = [row[column] for row in table]
        theirs = errors[:, column]
        beaten_by = {
            name: 100 * float(((ours < theirs) + 0.5 * (ours == theirs)).mean())
            for name, ours in ((name, errors[:, methods.index(name)]) for name in OURS if name in methods)
            if name != method
        }
        seconds = [one.seconds for one in own if one.seconds is not None]
        found.append(
            Standing(
                method,
                title_of(method),
                float(rank[column]),
                float(distance[column]),
                statistics.median(seconds) if seconds else None,
                sum(one.error is None for one in own),
                beaten_by,
            )
        )
    return found


def _farthest(methods: Sequence[str], pairs: Sequence[tuple[str, int]], errors: Array) -> list[Distance]:
    """Return the tables on which glassnet (quality good, if it was measured) is farthest from the best contestant."""
    ours = next((methods.index(name) for name in ("glassnet", *OURS) if name in methods), None)
    if ours is None:
        return []
    distances: dict[str, list[float]] = {}
    best: dict[str, list[int]] = {}
    for (table, _), row, distance in zip(pairs, errors, improvability(errors)[:, ours].tolist(), strict=True):
        distances.setdefault(table, []).append(distance)
        best.setdefault(table, []).append(int(np.argmin(row)))
    found = [
        Distance(table, title_of(methods[statistics.mode(best[table])]), statistics.mean(own))
        for table, own in distances.items()
    ]
    found.sort(key=lambda one: -one.improvability)
    return [one for one in found[:FARTHEST] if one.improvability > 0]
