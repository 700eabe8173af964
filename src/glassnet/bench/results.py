"""Results of a benchmark: seconds per step of every contestant in every round, and their ratios."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from glassnet.bench.workloads import Workload

UNSTEADY = 3.0
"""Maximum ratio of the time per step in the rounds to that during preparation; above, the machine is busy."""

TOLERANCE = 0.05
"""Maximum difference of the contestants' losses, relative to the decrease of the loss."""

CLOSE = 1e-4
"""Maximum difference of predicted probabilities from the reference."""


@dataclass
class Entry:
    """One contestant in one workload.

    step_seconds: seconds per step, one value per round. ready_seconds: the same during preparation. first: seconds for
    compilation and setup. loss, loss_before: after and before the same few epochs from the same weights; expected: the
    expected loss if the network differs from that of the others. difference: the largest error of the probabilities.
    problem: the reason if there are no results.
    """

    name: str
    title: str
    setting: str = ""
    first: float | None = None
    loss: float | None = None
    loss_before: float | None = None
    expected: float | None = None
    difference: float | None = None
    ready_seconds: float | None = None
    step_seconds: list[float] = field(default_factory=list)
    problem: str | None = None

    @property
    def seconds(self) -> float | None:
        """The median of the seconds per step."""
        return statistics.median(self.step_seconds) if self.step_seconds else None


@dataclass(frozen=True)
class Ratio:
    """Median and extremes of the ratios of all rounds, with the target, or the problem that prevented them."""

    target: float
    is_limit: bool = False
    median: float | None = None
    lowest: float | None = None
    highest: float | None = None
    problem: str | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached, or the limit kept; None without results."""
        if self.median is None:
            return None
        return self.median <= self.target if self.is_limit else self.median >= self.target


@dataclass(frozen=True)
class WorkloadResult:
    """One workload with all its contestants, and notes on its data."""

    name: str
    workload: Workload
    entries: Mapping[str, Entry]
    notes: Sequence[str] = ()

    def ratio(self, name: str) -> Ratio | None:
        """Return the ratio to a peer, their time / ours, or to a lower bound, ours / theirs; None if it was not run.

        The median of the ratios per round is used, since the two times of a round were measured under the same
        conditions.
        """
        is_limit = name in self.workload.limits
        targets = self.workload.limits if is_limit else self.workload.targets
        if name not in self.entries or name not in targets:
            return None
        ours, theirs = self.entries["glassnet"], self.entries[name]
        problem = theirs.problem or (ours.problem and f"glassnet: {ours.problem}") or self.disagreement(name)
        if problem:
            return Ratio(targets[name], is_limit, problem=problem)
        above, below = (ours, theirs) if is_limit else (theirs, ours)
        ratios = paired(above.step_seconds, below.step_seconds)
        return Ratio(targets[name], is_limit, statistics.median(ratios), min(ratios), max(ratios))

    def disagreement(self, name: str) -> str | None:
        """Return the reason why two times cannot be compared, different results or a busy machine, or None."""
        peers = {"glassnet": self.entries["glassnet"], name: self.entries[name]}
        for entry in peers.values():
            if entry.seconds and entry.ready_seconds and entry.seconds > UNSTEADY * entry.ready_seconds:
                times = entry.seconds / entry.ready_seconds
                return f"{entry.title} was {times:.1f} times as fast before the rounds; the machine may be busy"
            if entry.difference is not None and not entry.difference <= CLOSE:
                return f"{entry.title}'s probabilities are off by {entry.difference:.1g}"
        for entry in peers.values():
            if entry.loss is None or entry.loss_before is None:
                continue
            usual = self.usual_loss if entry.expected is None else entry.expected
            if not abs(entry.loss - usual) <= TOLERANCE * abs(entry.loss_before - usual):
                return f"loss differs: {entry.title} {entry.loss:.4g}, usual {usual:.4g}"
        return None

    @property
    def usual_loss(self) -> float:
        """The median loss of the contestants that trained the same network."""
        losses = [entry.loss for entry in self.entries.values() if entry.loss is not None and entry.expected is None]
        return statistics.median(losses)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data."""
        contestants = {}
        for name, entry in self.entries.items():
            described = {key: value for key, value in vars(entry).items() if key != "name"} | {"seconds": entry.seconds}
            ratio = self.ratio(name)
            if ratio is not None:
                described["ratio"] = vars(ratio) | {"reached": ratio.reached}
            contestants[name] = described
        return {"title": self.workload.title, "notes": list(self.notes), "contestants": contestants}


def paired(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """Return the ratios round by round.

    >>> paired([6.0, 8.0], [2.0, 4.0])
    [3.0, 2.0]
    """
    return [a / b for a, b in zip(above, below, strict=True)]
