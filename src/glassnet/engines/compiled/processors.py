"""The processor cores that this process may use."""

from __future__ import annotations

import functools
import os
from pathlib import Path


@functools.cache
def cores() -> int:
    """Return the number of physical cores that this process may use; hardware threads of one core count once."""
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
    """Return the CPU quota of the container, in processors."""
    try:
        granted, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        return max(1, int(granted) // int(period))
    except (OSError, ValueError):
        return 1 << 30
