"""A search going on: workers that try settings side by side, replaced where one dies, and how far they are by now."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from glassnet.data.dataset import Dataset
from glassnet.engines.compiled.teams import VARIABLES
from glassnet.tuning.plan import Plan
from glassnet.tuning.storage import check_installed, quiet_optuna
from glassnet.tuning.study import finished, open_study, put_back_orphans
from glassnet.tuning.worker import PATIENCE, Task

if TYPE_CHECKING:
    from optuna.study import Study

LOOK = 0.25
"""Seconds between two looks at the workers."""

MOST_DEATHS = 10
"""So many workers may die without a result in between; more is no accident."""


@dataclass(frozen=True)
class Search:
    """What is searched, where it is kept and how much of it is wanted.

    data: the parts a search may see, None where workers read them by the plan's recipe. trials: how many finished ones
    there shall be in all, those of former searches and other machines included; None for no limit. seconds: how long
    it may take this time. jobs: how many settings are tried at once, each on one thread.
    """

    plan: Plan
    data: Mapping[str, Dataset] | None
    where: str | Path
    study: str
    trials: int | None
    seconds: float | None
    jobs: int
    began: float = field(default_factory=time.monotonic)

    @property
    def elapsed(self) -> float:
        """Seconds since the search began."""
        return time.monotonic() - self.began

    def is_over(self, study: Study) -> bool:
        """Return whether there is nothing left to be done."""
        is_late = self.seconds is not None and self.elapsed >= self.seconds
        return is_late or (self.trials is not None and len(finished(study)) >= self.trials)

    def run(self) -> Generator[Study]:
        """Search, and give the study several times a second; whoever stops asking for it ends the search.

        Raises ValueError for a storage or study that cannot be used, RuntimeError where workers cannot work.
        """
        check_installed(self.where)
        with quiet_optuna():
            study = open_study(self.where, self.study, self.plan)
            is_here = isinstance(self.where, Path)
            put_back_orphans(study, is_here)
            yield study
            with closing(_Workers(self, len(study.get_trials(deepcopy=False)))) as workers:
                while not self.is_over(study):
                    time.sleep(LOOK)
                    if workers.look(len(finished(study))):
                        put_back_orphans(study, is_here)
                    yield study
            put_back_orphans(study, is_here)
            yield study


class _Workers:
    """The processes that work for a search."""

    def __init__(self, search: Search, first: int) -> None:
        self.search, self.count = search, first
        self.deaths, self.results = 0, 0
        self.running = [self._start() for _ in range(search.jobs)]

    def _start(self) -> subprocess.Popen[bytes]:
        search = self.search
        self.count += 1
        left = None if search.seconds is None else max(search.seconds - search.elapsed, 0)
        seed = (search.plan.recipe.seed, self.count)
        task = Task(search.plan, search.data, search.where, search.study, search.trials, left, seed)
        process = subprocess.Popen(
            [sys.executable, "-m", "glassnet.tuning.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # One thread each: with more, workers would take the processors from each other.
            env=os.environ | dict.fromkeys(VARIABLES, "1"),
        )
        assert process.stdin is not None
        with suppress(BrokenPipeError):  # it has died already, which is noticed soon
            pickle.dump(task, process.stdin)
            process.stdin.flush()
        return process

    def look(self, results: int) -> bool:
        """Replace the workers that have died, and return whether there were any; results: finished trials by now."""
        ended = [process for process in self.running if process.poll() is not None]
        if results > self.results:
            self.results, self.deaths = results, 0
        for process in ended:
            self.running.remove(process)
            said = _last_words(process)
            if process.returncode == 0:
                continue  # there is nothing left for it to do
            self.deaths += 1
            if said:
                raise RuntimeError(f"a worker of the search failed: {said}")
            if self.deaths > MOST_DEATHS:
                raise RuntimeError(
                    f"{self.deaths} workers of the search died one after the other (exit status {process.returncode}); "
                    "is there enough memory?"
                )
        while len(self.running) < self.search.jobs and any(process.returncode for process in ended):
            self.running.append(self._start())
        return bool(ended)

    def close(self) -> None:
        """Tell all workers to stop, and wait until they have; those that do not are ended."""
        for process in self.running:
            assert process.stdin is not None
            with suppress(BrokenPipeError):
                process.stdin.close()
        for process in self.running:
            try:
                process.wait(PATIENCE + 5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            _last_words(process)


def _last_words(process: subprocess.Popen[bytes]) -> str:
    assert process.stdout is not None
    with process.stdout:
        lines = process.stdout.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
