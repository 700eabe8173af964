"""Parent side of a contestant's process: start, request with a time limit, and termination."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any

GRACE = 5
"""Seconds for a process to end after a request."""


class ContestantError(Exception):
    """Raised if a contestant failed or took too long; the message is one line."""


class Process:
    """A child process that runs `glassnet.bench.child`; a `with` block always terminates it.

    environment: additional environment variables. threads: number of processors it may use, or None for all; if the
    system does not support processor affinity, only the usual environment variables limit the threads of libraries.
    """

    def __init__(self, environment: Mapping[str, str] | None = None, threads: int | None = None) -> None:
        limits = {} if threads is None else dict.fromkeys(LIMITING, str(threads))
        # A file, not a pipe: a pipe that is not read would fill up and block the child.
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        # A killed process does not clean up, so its temporary files go to our temporary folder.
        self._scratch = tempfile.TemporaryDirectory(prefix="glassnet-bench-", ignore_cleanup_errors=True)
        self._child = subprocess.Popen(
            [sys.executable, "-m", "glassnet.bench.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env={**os.environ, **limits, **(environment or {}), "TMPDIR": self._scratch.name},
            text=True,
            encoding="utf-8",
        )
        if threads is not None and hasattr(os, "sched_setaffinity"):
            # Early enough: the child imports no library that counts processors before its first request.
            os.sched_setaffinity(self._child.pid, sorted(os.sched_getaffinity(0))[:threads])
        self._answers: queue.Queue[str] = queue.Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self._child.stdout is not None
        with self._child.stdout as lines:
            for line in lines:
                self._answers.put(line)
        self._answers.put("")  # the process has ended

    def ask(self, do: str, limit: float, **order: Any) -> dict[str, Any]:
        """Send a request and return the reply; raise ContestantError on failure, or after `limit` seconds."""
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(json.dumps({"do": do, **order}) + "\n")
            self._child.stdin.flush()
            line = self._answers.get(timeout=limit)
        except queue.Empty:
            self.close()
            raise ContestantError(f"took longer than {limit:g} s") from None
        except (BrokenPipeError, ValueError):
            line = ""
        if not line:
            raise ContestantError(self._last_words())
        reply: dict[str, Any] = json.loads(line)
        if "error" in reply:
            raise ContestantError(reply["error"])
        return reply

    def _last_words(self) -> str:
        try:
            status = self._child.wait(GRACE)
        except subprocess.TimeoutExpired:
            return "stopped answering"
        if self._stderr.closed:
            return "was ended"
        self._stderr.seek(0)
        lines = self._stderr.read().decode(errors="replace").strip().splitlines()
        return f"its process ended with status {status}" + (f": {lines[-1][:200]}" if lines else "")

    def close(self) -> None:
        """Terminate the process immediately."""
        if self._child.poll() is None:
            self._child.kill()
            self._child.wait(GRACE)
        assert self._child.stdin is not None
        with suppress(BrokenPipeError):  # about a request that was not read
            self._child.stdin.close()
        self._listener.join(GRACE)
        self._scratch.cleanup()
        self._stderr.close()

    def __enter__(self) -> Process:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


LIMITING = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
