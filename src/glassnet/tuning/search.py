"""A search going on: workers that try settings side by side, replaced where one dies, and how far they are by now."""

from __future__ import annotations

import math
import os
import pickle
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from glassnet.engines.compiled.thread_team import VARIABLES
from glassnet.tuning.storage import check_installed, quiet_optuna
from glassnet.tuning.study import Tried, counts, finished, in_memory, open_study, put_back_lost, tried_by_now
from glassnet.tuning.worker import PATIENCE, WorkerTask

if TYPE_CHECKING:
    from optuna.study import Study

LOOK = 0.5
"""Seconds between two looks at the workers."""

TIDY = 5.0
"""Seconds between two looks for trials that nobody works at any more."""

AWAY = 300.0
"""Seconds for which a database that has answered before is waited for: it may be started anew."""

MOST_DEATHS = 10
"""So many workers may die without a result in between; more is no accident."""


@dataclass(frozen=True)
class Search(WorkerTask):
    """The task of all workers together.

    trials: those of former searches and other machines count, too. seconds: for this time. jobs: how many settings are
    tried at once, each on one thread.
    """

    jobs: int
    began: float = field(default_factory=time.monotonic)

    @property
    def elapsed(self) -> float:
        """Seconds since the search began."""
        return time.monotonic() - self.began

    @property
    def is_late(self) -> bool:
        """Whether its time is over."""
        return self.seconds is not None and self.elapsed >= self.seconds

    def is_over(self, study: Study) -> bool:
        """Return whether there is nothing left to be done."""
        return self.is_late or (self.trials is not None and len(finished(study)) >= self.trials)

    def wanted(self, study: Study) -> int:
        """Return how many more trials may begin now: those still to be done, as many as jobs at the most."""
        if self.trials is None:
            return self.jobs
        now = counts(study)
        return min(self.jobs, max(self.trials - now.tried - now.running, 0))

    def run(self) -> Generator[Tried]:
        """Search, and give what was tried by now twice a second; whoever stops asking for it ends the search.

        A database that was reached once may be away for a while; then all waits, and goes on. Raises ValueError for a
        storage or study that cannot be used, ConnectionError for one that is not there, ChildProcessError where workers
        cannot work.
        """
        check_installed(self.where)
        answered, is_away = -math.inf, False
        while True:
            try:
                with closing(self._while_it_answers()) as states:
                    for tried in states:
                        answered, is_away = time.monotonic(), False
                        yield tried
                return
            except ConnectionError as error:
                if math.isinf(answered):
                    raise
                if self.is_late:
                    return
                if time.monotonic() - answered > AWAY:
                    raise ConnectionError(f"{error}; once it is back, the same command goes on") from None
                if not is_away:
                    warnings.warn(f"{error}; waiting for it", stacklevel=2)
                is_away = True
                time.sleep(LOOK)

    def _while_it_answers(self) -> Generator[Tried]:
        unnamed: dict[int, float] = {}
        with quiet_optuna(), open_study(self.where, self.study, self.plan) as study:
            put_back_lost(study, unnamed)
            yield tried_by_now(study)
            with closing(_Workers(self)) as workers:
                tidied = time.monotonic()
                while not self.is_over(study):
                    if workers.bury(len(finished(study))) or time.monotonic() - tidied > TIDY:
                        put_back_lost(study, unnamed)
                        tidied = time.monotonic()
                    workers.start(self.wanted(study))
                    yield tried_by_now(study)
                    time.sleep(LOOK)
            put_back_lost(study, unnamed)
            yield tried_by_now(study)

    def by_now(self) -> Tried:
        """Read what was tried so far, by this search and others."""
        with quiet_optuna(), open_study(self.where, self.study, self.plan) as study:
            return tried_by_now(study)

    def result(self) -> Study:
        """Search to the end, and return all that was tried, with no file or database behind it any more."""
        with closing(self.run()) as states:
            for tried in states:
                last = tried
        return in_memory(last)


class _Workers:
    """The processes that work for a search."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.deaths, self.results = 0, 0
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, wanted: int) -> None:
        """Start workers for so many trials; those that run already look for more by themselves."""
        while len(self.running) < min(wanted, self.search.jobs):
            self.running.append(self._one())

    def _one(self) -> subprocess.Popen[bytes]:
        search = self.search
        left = None if search.seconds is None else max(search.seconds - search.elapsed, 0)
        task = WorkerTask(search.plan, search.data, search.where, search.study, search.trials, left)
        with _interrupts_held_back():
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

    def bury(self, results: int) -> bool:
        """Let go of the workers that have ended, and return whether any has died; results: finished trials by now.

        Raises ChildProcessError with what a worker has said that cannot work, and where they die again and again.
        """
        if results > self.results:
            self.results, self.deaths = results, 0
        ended = [process for process in self.running if process.poll() is not None]
        for process in ended:
            self.running.remove(process)
            said = _last_words(process)
            if process.returncode and said:
                raise ChildProcessError(f"a worker of the search failed: {said}")
            self.deaths += process.returncode != 0
            if self.deaths > MOST_DEATHS:
                raise ChildProcessError(
                    f"{self.deaths} workers of the search died one after the other (exit status {process.returncode}); "
                    "is there enough memory?"
                )
        return any(process.returncode for process in ended)

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


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Hear Ctrl-C after this only; a process started in it never does, from its first moment on."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _last_words(process: subprocess.Popen[bytes]) -> str:
    """Return the last line that a worker has written, and let go of its pipes."""
    assert process.stdout is not None
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.close()
    with process.stdout:
        lines = process.stdout.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
