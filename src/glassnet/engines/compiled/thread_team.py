"""Teams of threads: the number of threads, and calls that all threads of a team run together.

A team lives as long as its job. There is no global pool that could be forked or shared by two jobs.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import threading
import weakref
from collections.abc import Callable, Mapping

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.engines.compiled.plan import aligned
from glassnet.engines.compiled.processors import cores
from glassnet.engines.compiled.program_layout import (
    ABORT,
    FIRST_THREAD,
    LINE,
    MISSING,
    NAP,
    NEXT_STEP,
    STOP,
    TEAM_AT,
    TICKET,
    WAS_ASLEEP,
)

VARIABLES = ("GLASSNET_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Environment variables with the maximum number of threads; joblib sets them in its workers."""


def allowed() -> int:
    """Return the maximum number of threads: from an environment variable, or one per available core.

    Raises ValueError if GLASSNET_THREADS is invalid; invalid values of the other variables are ignored.
    """
    ours = os.environ.get(VARIABLES[0], "").strip()
    if ours and not (ours.isdecimal() and int(ours) > 0):
        raise ValueError(f"{VARIABLES[0]} must be a whole number of at least 1, got {ours!r}")
    for variable in VARIABLES:
        setting = os.environ.get(variable, "").split(",")[0].strip()
        if setting.isdigit() and int(setting) > 0:
            return min(int(setting), cores())
    return cores()


class ThreadTeam:
    """The threads that run a job's steps: this one and `size` - 1 helpers, which poll for the next call.

    program: the compiled functions by name. frame: the frame of the job, which contains the address of the team's
    counters.
    """

    def __init__(self, size: int, program: Mapping[str, Callable[..., object]], frame: AnyArray) -> None:
        self.size, self.program, self.frame, self.frame_at = size, program, frame, frame.ctypes.data
        self._begin()

    def _begin(self) -> None:
        """Set the counters to zero, without helpers."""
        self.process, self.helpers = os.getpid(), list[_Helper]()
        self.counters = aligned((FIRST_THREAD + self.size) * LINE, np.int64)
        self.counters[:] = 0
        self.counters[NAP * LINE] = nap_function()
        self.frame[TEAM_AT] = self.counters.ctypes.data

    def steps(self, threads: int) -> None:
        """Run the steps of the frame with this number of threads: 1, or the whole team."""
        if self.process != os.getpid():  # a forked process has no helper threads
            self._begin()
        if threads == 1:
            self.program["steps"](self.frame_at, 0)
            return
        while len(self.helpers) < threads - 1:
            number = len(self.helpers) + 1
            helper = _Helper(
                functools.partial(self.program["run_worker"], self.frame_at, number), self.frame, self.counters
            )
            weakref.finalize(self, helper.end)
            self.helpers.append(helper)
        try:
            self.program["call_threads"](self.frame_at)
            for number, helper in enumerate(self.helpers, start=1):
                if self.counters[(FIRST_THREAD + number) * LINE + WAS_ASLEEP]:
                    helper.wake()
            self.program["steps"](self.frame_at, 0)
        except BaseException:
            # Ctrl-C before this thread had started: the others must not wait for it forever.
            self.counters[MISSING * LINE] = 1
            for helper in self.helpers:
                helper.end()
            while any(helper.thread.is_alive() for helper in self.helpers):  # they still use the job's arrays
                with contextlib.suppress(KeyboardInterrupt):
                    self.helpers[0].thread.join(0.01)
            self._begin()
            raise

    @property
    def next_step(self) -> int:
        """The step after the last call, which ends early if threads wait too long for each other."""
        return int(self.counters[NEXT_STEP * LINE])

    def slow_steps(self, threads: int) -> None:
        """Run the steps of the frame while this thread only waits, so that Ctrl-C works.

        On Ctrl-C, the other threads stop, and KeyboardInterrupt is raised afterwards.
        """
        self.counters[ABORT * LINE] = self.counters[STOP * LINE] = 0
        arguments = [(self.frame_at, number) for number in range(threads)]
        workers = [threading.Thread(target=self.program["steps"], args=pair, daemon=True) for pair in arguments]
        try:
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        except BaseException:
            begun = [worker for worker in workers if worker.ident is not None]
            self.counters[(ABORT if len(begun) == threads else MISSING) * LINE] = 1
            while any(worker.is_alive() for worker in begun):
                with contextlib.suppress(KeyboardInterrupt):
                    begun[-1].join(0.01)
            self._begin()
            raise


class _Helper:
    """A helper thread of a team: it polls while calls follow each other, and sleeps otherwise."""

    def __init__(self, serve: Callable[[], object], frame: AnyArray, counters: AnyArray) -> None:
        self.counters, self.is_called = counters, threading.Lock()
        self.is_called.acquire()
        # The thread needs references to the arrays, which it uses until it ends.
        arguments = serve, self.is_called, frame, counters
        self.thread = threading.Thread(target=_serve, args=arguments, daemon=True, name=NAME)
        self.thread.start()

    def wake(self) -> None:
        """Wake the thread to poll for calls."""
        with contextlib.suppress(RuntimeError):  # it has not yet handled the previous request
            self.is_called.release()

    def end(self) -> None:
        """End the thread."""
        self.counters[TICKET * LINE] = -1
        self.wake()


def _serve(serve: Callable[[], object], is_called: threading.Lock, frame: AnyArray, counters: AnyArray) -> None:
    while counters[TICKET * LINE] >= 0:
        is_called.acquire()
        serve()


NAME = "glassnet"
"""Name of the helper threads."""


@functools.cache
def nap_function() -> int:
    """Return the address of the system's function that pauses a thread for some microseconds, or 0.

    On Windows, which has none, it is the function that yields the core.
    """
    try:
        library = ctypes.windll.kernel32 if os.name == "nt" else ctypes.CDLL(None)  # type: ignore[attr-defined]
        function = library.SwitchToThread if os.name == "nt" else library.usleep
    except (OSError, AttributeError):
        return 0
    return ctypes.cast(function, ctypes.c_void_p).value or 0
