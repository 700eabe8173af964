"""How many threads work together, and starting them: plain Python threads around code that needs no interpreter lock.

They live as long as one call and are gone when it returns, so a program that forks later forks no threads.
"""

from __future__ import annotations

import ctypes
import functools
import itertools
import os
import threading
from collections.abc import Callable
from pathlib import Path

from glassnet.network.network import Network

WORTH_A_THREAD = 4e6
"""How many multiplications a second thread must be able to take over before starting it pays."""

VARIABLES = ("GLASSNET_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Environment variables that say how many threads a process may use; joblib sets them in its workers."""


def threads_for(network: Network, rows: int) -> int:
    """Return how many threads the forward pass of so many rows is worth."""
    return max(1, min(allowed(), int(rows * network.parameters.size / WORTH_A_THREAD)))


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


def run_parts(part: Callable[[int, int], None], rows: int, threads: int, multiple: int = 8) -> None:
    """Call part(first, last) for as many parts of the rows as there are threads, side by side."""
    pieces = -(-rows // multiple)
    threads = min(threads, pieces) or 1
    bounds = [min(rows, pieces * i // threads * multiple) for i in range(threads)] + [rows]
    run_side_by_side([functools.partial(part, *pair) for pair in itertools.pairwise(bounds)])


@functools.cache
def yield_function() -> int:
    """Return the address of the system's function that lets other threads run, or 0."""
    try:
        library = ctypes.windll.kernel32 if os.name == "nt" else ctypes.CDLL(None)  # type: ignore[attr-defined]
        function = library.SwitchToThread if os.name == "nt" else library.sched_yield
    except (OSError, AttributeError):
        return 0
    return ctypes.cast(function, ctypes.c_void_p).value or 0


def run_side_by_side(calls: list[Callable[[], None]]) -> None:
    """Make all calls at the same time, the first in this thread, and return when all have returned."""
    others = [threading.Thread(target=call, daemon=True) for call in calls[1:]]
    for thread in others:
        thread.start()
    try:
        calls[0]()
    finally:
        for thread in others:
            thread.join()


def team_size(network: Network, batch_rows: int, wanted: int | None) -> int:
    """Return how many threads the steps of batches of so many rows are worth."""
    if wanted is not None:
        return wanted
    work = 3 * batch_rows * network.parameters.size  # forward, dx and dW, a multiplication per weight and row each
    return max(1, min(allowed(), int(work / WORTH_A_THREAD) + 1, batch_rows // 8)) if work > WORTH_A_THREAD else 1
