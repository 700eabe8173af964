"""Measurement: each contestant runs in a separate process, is prepared once, and then takes turns, round after round.

With the order A B C A B C …, changes of the machine's load affect all of them, and ratios are computed per round.
"""

from __future__ import annotations

import importlib.util
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glassnet.bench.contestants.contestants import CONTESTANTS
from glassnet.bench.contestants.runner import RunnerSetting
from glassnet.bench.process import ContestantError, Process
from glassnet.bench.results import Entry, WorkloadResult
from glassnet.bench.tasks import make_task, with_activations
from glassnet.bench.workloads import Workload

PAUSE = 0.05
"""Pause in seconds between two turns, until the threads of the last one are asleep."""

STRETCH = 0.2
"""Minimum seconds per turn, in whole epochs."""

PREPARING, RUNNING = 900, 300
"""Time limits in seconds, for the preparation of a contestant in all its settings and for one turn."""

LATE_RUNS = 3
"""Number of runs per round, of which the median epoch times are used."""

EARLY, LATE = slice(1, 4), slice(98, 101)
"""Epochs 2 to 4, and 99 to 101."""

Report = Callable[[str], None]


@dataclass(frozen=True)
class BenchmarkOptions:
    """Settings of a benchmark: engine, peers, number of rounds, and number of processors."""

    engine: str
    peers: tuple[str, ...]
    runs: int = 7
    threads: int | None = None
    mnist: Path | None = None

    @property
    def processors(self) -> int:
        """Number of processors per contestant."""
        return self.threads or processors()


def processors() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def missing(packages: tuple[str, ...]) -> str | None:
    """Return a message with the packages that are not installed, or None."""
    gone = [name for name in packages if importlib.util.find_spec(name) is None]
    return f"not installed: {', '.join(gone)}; pip install 'glassnet[bench]'" if gone else None


def measure(name: str, workload: Workload, plan: BenchmarkOptions, report: Report) -> WorkloadResult:
    """Return the result of one workload; report: called with a short progress message."""
    notes = [note for note in workload.notes if not note.startswith("scikit-learn") or "sklearn" in plan.peers]
    if workload.data == "mnist" and plan.mnist is None:
        notes.append("synthetic data in the shape of MNIST; use --mnist DIR for the real data")
    entries = {
        who: Entry(who, CONTESTANTS[who].TITLE)
        for who in ("glassnet", *(peer for peer in workload.targets if peer in plan.peers), *workload.limits)
        if who in CONTESTANTS
    }
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="glassnet-bench-")))
        report(f"{name}: data")
        task = make_task(workload, plan.mnist)
        tasks = {(): folder / "task"} | {hidden: folder / "-".join(hidden) for hidden in workload.stand_ins.values()}
        for hidden, place in tasks.items():
            place.mkdir()
            (with_activations(task, hidden) if hidden else task).save(place)
        ready: dict[str, Process] = {}
        for who, entry in entries.items():
            report(f"{name}: preparing {entry.title}")
            stand_in = workload.stand_ins.get(who, ())
            try:
                ready[who] = prepare(entry, tasks[stand_in], workload, plan, stack)
                if stand_in:
                    entry.expected = right_loss(tasks[stand_in], workload, plan)
            except ContestantError as error:
                entry.problem = str(error)
        if workload.kind == "late":
            entries["early"] = Entry("early", "epoch 3")
            late(name, entries, ready, plan, report)
        else:
            take_turns(name, entries, ready, plan, report)
    return WorkloadResult(name, workload, entries, notes)


def prepare(entry: Entry, folder: Path, workload: Workload, plan: BenchmarkOptions, stack: ExitStack) -> Process:
    """Prepare a contestant in all its settings, and return the process of the fastest; the others are terminated."""
    contestant = CONTESTANTS[entry.name]
    if problem := missing(contestant.PACKAGES):
        raise ContestantError(problem)
    options = (plan.engine,) if entry.name == "glassnet" else ()
    best: tuple[dict[str, Any], Process] | None = None
    for group in by_environment(contestant.settings(workload.kind, plan.processors, *options)):
        process = stack.enter_context(Process(group[0].environment, plan.threads))
        reply = process.ask(
            "prepare",
            PREPARING,
            contestant=entry.name,
            folder=str(folder),
            ways=[dict(setting.options) for setting in group],
            check_after=workload.loss_after,
            stretch=STRETCH,
        )
        if best is None or reply["step"] < best[0]["step"]:
            if best is not None:
                best[1].close()
            best = reply, process
            entry.setting = group[reply["way"]].name
        else:
            process.close()
    assert best is not None
    reply, process = best
    entry.first, entry.ready_seconds, entry.difference = reply["first"], reply["step"], reply.get("difference")
    entry.loss, entry.loss_before = reply.get("loss"), reply.get("loss_before")
    return process


def by_environment(settings: list[RunnerSetting]) -> list[list[RunnerSetting]]:
    """Group settings by environment variables, which libraries read only once per process."""
    groups: dict[tuple[tuple[str, str], ...], list[RunnerSetting]] = {}
    for setting in settings:
        groups.setdefault(tuple(sorted(setting.environment.items())), []).append(setting)
    return list(groups.values())


def right_loss(folder: Path, workload: Workload, plan: BenchmarkOptions) -> float:
    """Return the reference loss of a network that only one contestant trains, computed by the numpy engine."""
    with Process(threads=plan.threads) as process:
        reply = process.ask(
            "prepare",
            PREPARING,
            contestant="glassnet",
            folder=str(folder),
            ways=[{"engine": "numpy"}],
            check_after=workload.loss_after,
            stretch=STRETCH,
        )
    return float(reply["loss"])


def take_turns(
    name: str, entries: Mapping[str, Entry], ready: dict[str, Process], plan: BenchmarkOptions, report: Report
) -> None:
    """Run all prepared contestants in turn, round after round, and drop those that fail."""
    for turn in range(plan.runs):
        for who, process in list(ready.items()):
            report(f"{name}: round {turn + 1} of {plan.runs}, {entries[who].title}")
            time.sleep(PAUSE)
            try:
                reply = process.ask("run", RUNNING)
                entries[who].step_seconds.append(reply["seconds"] / reply["steps"])
            except ContestantError as error:
                entries[who].problem = str(error)
                entries[who].step_seconds.clear()
                del ready[who]


def late(
    name: str, entries: Mapping[str, Entry], ready: dict[str, Process], plan: BenchmarkOptions, report: Report
) -> None:
    """Time the epochs around the 100th and around the 3rd of the same runs."""
    steps = None
    entries["glassnet"].ready_seconds = None  # slow late epochs are the subject of this measurement, not a disturbance
    for turn in range(plan.runs if "glassnet" in ready else 0):
        report(f"{name}: round {turn + 1} of {plan.runs}")
        process, early, at_end = ready["glassnet"], [], []
        try:
            steps = steps or process.ask("run", RUNNING, count=1)["steps"]
            for _ in range(LATE_RUNS):
                seconds = process.ask("epochs", RUNNING, count=LATE.stop)["seconds"]
                early += seconds[EARLY]
                at_end += seconds[LATE]
        except ContestantError as error:
            entries["glassnet"].problem = str(error)
            return
        entries["early"].step_seconds.append(statistics.median(early) / steps)
        entries["glassnet"].step_seconds.append(statistics.median(at_end) / steps)
