"""Threads that compute together: how many are worth it, and how a call is made by all of them at once.

A team lives as long as the job it works for. There is no pool that a process could fork with or two jobs could share.
"""

from __future__ import annotations

import ctypes
import functools
import os
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

from glassnet.common.arrays import AnyArray
from glassnet.engines.compiled.fields import ABORT, LINE, MISSING, YIELD

VARIABLES = ("GLASSNET_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Environment variables that say how many threads a process may use; joblib sets them in its workers."""


def allowed() -> int:
    """Return how many threads may be used: what an environment variable says, else one per processor core of ours."""
    for variable in VARIABLES:
        word = os.environ.get(variable, "").split(",")[0].strip()
        if word.isdigit() and int(word) > 0:
            return min(int(word), cores())
    return cores()


@functools.cache
def cores() -> int:
    """Return how many cores this process may run on; two threads of one core share its arithmetic and count once."""
    try:
        mine = os.sched_getaffinity(0)
    except AttributeError:  # not on Linux
        return os.cpu_count() or 1
    siblings = set()
    for cpu in mine:
        path = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        try:
            siblings.add(path.read_text(encoding="ascii"))
        except OSError:
            siblings.add(str(cpu))
    return max(1, min(len(siblings), _quota()))


def _quota() -> int:
    """Return how many processors' time a container grants us."""
    try:
        granted, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        return max(1, int(granted) // int(period))
    except (OSError, ValueError):
        return 1 << 30


class Team:
    """Up to `size` threads that make the same call at the same time; this thread is one of them, or only waits.

    counters: what the program's threads tell each other through, laid out as fields.py says.
    """

    def __init__(self, size: int, counters: AnyArray) -> None:
        self.size, self.counters = size, counters
        self.helpers: list[_Helper] = []
        self.process = os.getpid()

    def call(self, function: Callable[[int], Any], threads: int, patient: bool = False) -> None:
        """Call function(0) … function(threads - 1) side by side, and return when all have returned.

        With `patient`, this thread leaves all work to others, so that Ctrl-C is answered while they compute: they are
        told to stop, and KeyboardInterrupt is raised when they have.
        """
        self.counters[:] = 0
        if threads == 1 and not patient:
            function(0)
            return
        self.counters[YIELD * LINE] = yield_function()
        helpers = self._helpers(threads - 1 + patient)
        begun: list[_Helper] = []
        try:
            for number, helper in enumerate(helpers, start=1 - patient):
                begun.append(helper)
                helper.begin(functools.partial(function, number))
            if not patient:
                function(0)
            for helper in helpers:
                helper.wait()
        except BaseException:
            # Whoever has begun waits for whoever has not, and must not wait for ever.
            self.counters[(ABORT if patient and len(begun) == threads else MISSING) * LINE] = 1
            for helper in begun:
                helper.wait_in_any_case()
            raise

    def _helpers(self, count: int) -> list[_Helper]:
        if self.process != os.getpid():  # a fork has no threads but the one that forked
            self.helpers, self.process = [], os.getpid()
        while len(self.helpers) < count:
            helper = _Helper()
            weakref.finalize(self, helper.end)
            self.helpers.append(helper)
        return self.helpers[:count]


class _Helper:
    """A thread that waits for calls to make."""

    def __init__(self) -> None:
        self.is_called, self.is_done = threading.Lock(), threading.Lock()
        self.is_called.acquire()
        self.is_done.acquire()
        self.call: Callable[[], Any] | None = None
        self.is_busy = False
        threading.Thread(target=self._work, daemon=True, name="glassnet").start()

    def _work(self) -> None:
        while True:
            self.is_called.acquire()
            if self.call is None:
                return
            self.call()
            self.call = None
            self.is_done.release()

    def begin(self, call: Callable[[], Any]) -> None:
        """Let the thread make this call."""
        self.call, self.is_busy = call, True
        self.is_called.release()

    def wait(self) -> None:
        """Return when the call has returned."""
        if self.is_busy:
            self.is_done.acquire()
            self.is_busy = False

    def wait_in_any_case(self) -> None:
        """Return when the call has returned, whatever signals arrive meanwhile."""
        while self.is_busy:
            try:
                self.wait()
            except KeyboardInterrupt:
                continue

    def end(self) -> None:
        """Let the thread end."""
        self.call = None
        self.is_called.release()


@functools.cache
def yield_function() -> int:
    """Return the address of the system's function that lets other threads run, or 0."""
    try:
        library = ctypes.windll.kernel32 if os.name == "nt" else ctypes.CDLL(None)  # type: ignore[attr-defined]
        function = library.SwitchToThread if os.name == "nt" else library.sched_yield
    except (OSError, AttributeError):
        return 0
    return ctypes.cast(function, ctypes.c_void_p).value or 0
