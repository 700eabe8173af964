"""A running search: workers that run trials in parallel, replaced when they die, and the progress so far."""

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
from glassnet.tuning.study import StudySnapshot, counts, finished, in_memory, open_study, requeue_lost, snapshot
from glassnet.tuning.worker import PATIENCE, USAGE_ERROR, WorkerTask

if TYPE_CHECKING:
    from optuna.study import Study

POLL = 0.5
"""Seconds between two checks of the workers."""

CLEANUP = 5.0
"""Seconds between two checks for trials without a living worker."""

MAX_OUTAGE = 300.0
"""Seconds to wait for a database that has responded before: it may be restarting."""

MOST_DEATHS = 10
"""Maximum number of workers that may die without a result in between."""


@dataclass(frozen=True)
class Search(WorkerTask):
    """The task of all workers together.

    trials: including those of earlier searches and other machines. seconds: of this search. jobs: number of parallel
    trials, each on one thread.
    """

    jobs: int
    began: float = field(default_factory=time.monotonic)

    @property
    def elapsed(self) -> float:
        """Seconds since the search began."""
        return time.monotonic() - self.began

    @property
    def is_late(self) -> bool:
        """Whether the time limit is reached."""
        return self.seconds is not None and self.elapsed >= self.seconds

    def is_over(self, study: Study) -> bool:
        """Return whether the search has reached its limit of time or trials."""
        return self.is_late or (self.trials is not None and len(finished(study)) >= self.trials)

    def wanted(self, study: Study) -> int:
        """Return the number of trials that may start now: those that remain, at most `jobs`."""
        if self.trials is None:
            return self.jobs
        now = counts(study)
        return min(self.jobs, max(self.trials - now.finished - now.running, 0))

    def run(self) -> Generator[StudySnapshot]:
        """Search, yielding a snapshot of the study twice a second; closing the generator ends the search.

        A database that has responded may become unavailable for a while; the search waits and resumes. Raises
        ValueError for an unusable storage, study, or data, ConnectionError for an unreachable storage, and
        ChildProcessError if the workers fail.
        """
        check_installed(self.where)
        answered, is_down = -math.inf, False
        while True:
            try:
                with closing(self._while_it_answers()) as states:
                    for state in states:
                        answered, is_down = time.monotonic(), False
                        yield state
                return
            except ConnectionError as error:
                if math.isinf(answered):
                    raise
                if self.is_late:
                    return
                if time.monotonic() - answered > MAX_OUTAGE:
                    raise ConnectionError(f"{error}; run the same command to resume once it responds") from None
                if not is_down:
                    warnings.warn(f"{error}; waiting for it", stacklevel=2)
                is_down = True
                time.sleep(POLL)

    def _while_it_answers(self) -> Generator[StudySnapshot]:
        unnamed: dict[int, float] = {}
        with quiet_optuna(), open_study(self.where, self.study, self.plan) as study:
            requeue_lost(study, unnamed)
            yield snapshot(study)
            with closing(_Workers(self)) as workers:
                cleaned = time.monotonic()
                while not self.is_over(study):
                    if workers.reap(len(finished(study))) or time.monotonic() - cleaned > CLEANUP:
                        requeue_lost(study, unnamed)
                        cleaned = time.monotonic()
                    workers.start(self.wanted(study))
                    yield snapshot(study)
                    time.sleep(POLL)
            requeue_lost(study, unnamed)
            yield snapshot(study)

    def current(self) -> StudySnapshot:
        """Return the current state of the study, including the trials of other searches."""
        with quiet_optuna(), open_study(self.where, self.study, self.plan) as study:
            return snapshot(study)

    def result(self) -> Study:
        """Search to the end, and return the study in memory."""
        with closing(self.run()) as states:
            for state in states:
                last = state
        return in_memory(last)


class _Workers:
    """The worker processes of a search."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.deaths, self.results = 0, 0
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, wanted: int) -> None:
        """Start workers for this many trials; running workers continue with the next trial by themselves."""
        while len(self.running) < min(wanted, self.search.jobs):
            self.running.append(self._one())

    def _one(self) -> subprocess.Popen[bytes]:
        search = self.search
        left = None if search.seconds is None else max(search.seconds - search.elapsed, 0)
        task = WorkerTask(search.plan, search.data, search.where, search.study, search.trials, left)
        with _interrupts_blocked():
            process = subprocess.Popen(
                [sys.executable, "-m", "glassnet.tuning.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # One thread each: with more, workers would take the processors from each other.
                env=os.environ | dict.fromkeys(VARIABLES, "1"),
            )
        assert process.stdin is not None
        with suppress(BrokenPipeError):  # it has died already; the next check notices
            pickle.dump(task, process.stdin)
            process.stdin.flush()
        return process

    def reap(self, results: int) -> bool:
        """Remove the workers that have ended, and return whether any has died; results: number of finished trials.

        Raises ValueError or ChildProcessError with the message of a worker that failed, the latter also if workers die
        repeatedly.
        """
        if results > self.results:
            self.results, self.deaths = results, 0
        ended = [process for process in self.running if process.poll() is not None]
        for process in ended:
            self.running.remove(process)
            message = _last_line(process)
            if process.returncode == USAGE_ERROR and message:
                raise ValueError(message)
            if process.returncode and message:
                raise ChildProcessError(f"a worker of the search failed: {message}")
            self.deaths += process.returncode != 0
            if self.deaths > MOST_DEATHS:
                raise ChildProcessError(
                    f"{self.deaths} workers died in a row (exit status {process.returncode}); they may need more "
                    "memory, or fewer --jobs"
                )
        return any(process.returncode for process in ended)

    def close(self) -> None:
        """Stop all workers and wait for them; kill those that do not stop."""
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
            _last_line(process)


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Block Ctrl-C and SIGHUP within this context; a process started in it never receives them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _last_line(process: subprocess.Popen[bytes]) -> str:
    """Return the last line that a worker has written, and close its pipes."""
    assert process.stdout is not None
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.close()
    with process.stdout:
        lines = process.stdout.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
