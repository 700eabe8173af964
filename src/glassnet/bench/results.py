"""Results of a benchmark: seconds per step of every contestant in every round, and their ratios."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from glassnet.bench.workloads import Workload

UNSTEADY = 3.0
"""How many times as long as while getting ready a step may take in the rounds; beyond, others use the machine."""

TOLERANCE = 0.05
"""Maximum difference of the contestants' losses, relative to the decrease of the loss."""

CLOSE = 1e-4
"""Maximum difference of predicted probabilities from those of the plain formulas."""


@dataclass
class Entry:
    """One contestant in one workload.

    step_seconds: one number per round, in the order of the rounds. ready_seconds: the same while it got ready. first:
    seconds for compiling and setting up.
    loss, loss_before: after and before the same few epochs from the same weights; expected: what the loss should be,
    if its network is another than the others'. difference: the largest one to the right probabilities. problem: why
    there are no numbers.
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
    """The ratios of all rounds, or why there are none: median and extremes, and whether the median is good enough."""

    target: float
    is_limit: bool = False
    median: float | None = None
    lowest: float | None = None
    highest: float | None = None
    problem: str | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached, or the limit kept; None without numbers."""
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
        """Return the ratio to a peer, their time / ours, or to a limit, ours / theirs; None if it does not take part.

        Each round's two times are divided by each other first, and then the median of the quotients is taken, since
        the two were measured under the same circumstances.
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
        """Return why the two times cannot be compared: other results, or something else that kept the machine busy."""
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
        """The median of the losses of all who trained the same network."""
        losses = [entry.loss for entry in self.entries.values() if entry.loss is not None and entry.expected is None]
        return statistics.median(losses)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        contestants = {}
        for name, entry in self.entries.items():
            described = {key: value for key, value in vars(entry).items() if key != "name"} | {"seconds": entry.seconds}
            ratio = self.ratio(name)
            if ratio is not None:
                described["ratio"] = vars(ratio) | {"reached": ratio.reached}
            contestants[name] = described
        return {"title": self.workload.title, "notes": list(self.notes), "contestants": contestants}


def paired(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """Return the quotients round by round.

    >>> paired([6.0, 8.0], [2.0, 4.0])
    [3.0, 2.0]
    """
    return [a / b for a, b in zip(above, below, strict=True)]
