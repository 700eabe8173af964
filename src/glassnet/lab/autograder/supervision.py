"""Supervision of a run on Linux: no process that an answer starts outlives the run, or the grader.

A supervisor process is between the grader and the answer. It is a subreaper: processes whose parent has ended become
its children, in whichever session or process group they are, and whatever their environment. When the answer ends, or
the grader ends or is killed, the supervisor kills all of them. Other systems have process groups only.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
"""Options of prctl(2): the signal that a process gets when its parent ends; adopt orphaned descendants."""

MAX_SECONDS = 5.0
"""Time limit for killing processes, which may start others meanwhile."""

PAUSE_SECONDS = 0.002
"""Pause between two rounds of killing."""


def prctl(option: int, value: int) -> bool:
    """Call prctl(2); return whether it succeeded."""
    import ctypes

    return bool(ctypes.CDLL(None).prctl(option, value, 0, 0, 0) == 0)


def supervise(*descriptors: int) -> None:
    """Continue in a child process, which this one supervises; return in the child only.

    Where this is not supported, return in this process. descriptors: files that only the child needs.
    """
    if not sys.platform.startswith("linux") or not prctl(PR_SET_CHILD_SUBREAPER, 1):
        return
    grader = os.getppid()
    signal.signal(signal.SIGTERM, lambda *_: _end(128 + signal.SIGTERM))
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != grader:  # it has ended meanwhile
        os._exit(1)
    supervisor, answer = os.getpid(), os.fork()
    if answer == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != supervisor:
            os._exit(1)
        return
    for descriptor in (*descriptors, 1, 2):
        with contextlib.suppress(OSError):
            os.close(descriptor)
    while (ended := os.wait())[0] != answer:
        pass
    _end(os.waitstatus_to_exitcode(ended[1]))


def _end(status: int) -> NoReturn:
    """Kill all descendants of this process, and end it like a process with this exit status, negative for a signal."""
    kill_descendants(os.getpid())
    if status < 0:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if -status not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status if status >= 0 else 128 - status)


def kill_descendants(pid: int) -> None:
    """Kill the processes that a process has started, directly or not, until there are none; Linux only."""
    deadline = time.monotonic() + MAX_SECONDS
    while (found := descendants(pid)) and time.monotonic() < deadline:
        for one in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(one, signal.SIGKILL)
        if pid == os.getpid():
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
        time.sleep(PAUSE_SECONDS)


def descendants(pid: int) -> list[int]:
    """Return the running processes that a process has started, directly or not; Linux only."""
    children: dict[int, list[int]] = {}
    zombies = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # The name of the program, in parentheses, may contain anything.
            state, parent = (folder / "stat").read_bytes().rpartition(b")")[2].split()[:2]
        except (OSError, ValueError):
            continue
        children.setdefault(int(parent), []).append(int(folder.name))
        if state in (b"Z", b"X"):
            zombies.add(int(folder.name))
    found, waiting = [], [pid]
    while waiting:
        new = children.get(waiting.pop(), [])
        waiting += new
        found += [one for one in new if one not in zombies]
    return found
