"""Limits of a process: memory, processor time, and the size of files."""

from __future__ import annotations

import math
import time


def limit(memory: int | None = None, seconds: int | None = None, file: int | None = None) -> None:
    """Limit memory, CPU time from now on, and file sizes, if the system supports it (Windows does not).

    memory, file: bytes. No core is written when the process is killed.
    """
    try:
        import resource
    except ImportError:
        return
    given = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: None if seconds is None else seconds + math.ceil(time.process_time()),
        resource.RLIMIT_FSIZE: file,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in given.items():
        if most is None:
            continue
        hard = resource.getrlimit(kind)[1]  # the hard limit may be lower
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))
