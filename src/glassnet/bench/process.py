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
"""Seconds for a process to end after it was asked to."""


class ContestantError(Exception):
    """A contestant failed, or took too long; the message is one line."""


class Process:
    """A child that runs `glassnet.bench.child`; a `with` block ends it, whatever happens.

    environment: additional environment variables. threads: how many processors it may use, or None for all; where the
    system cannot keep a process to some of them, the usual variables still ask libraries to.
    """

    def __init__(self, environment: Mapping[str, str] | None = None, threads: int | None = None) -> None:
        limits = {} if threads is None else dict.fromkeys(LIMITING, str(threads))
        # A file and not a pipe: a pipe that nobody reads would fill up and stop the child.
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        # A killed process cleans nothing up, so what it writes goes where we do.
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
            # In time: it loads nothing that looks for processors before its first order.
            os.sched_setaffinity(self._child.pid, sorted(os.sched_getaffinity(0))[:threads])
        self._answers: queue.Queue[str] = queue.Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self._child.stdout is not None
        with self._child.stdout as lines:
            for line in lines:
                self._answers.put(line)
        self._answers.put("")  # it is gone

    def ask(self, do: str, limit: float, **order: Any) -> dict[str, Any]:
        """Send a request and return the reply; raise ContestantError for a failure, and after `limit` seconds."""
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
        """End the process, at once."""
        if self._child.poll() is None:
            self._child.kill()
            self._child.wait(GRACE)
        assert self._child.stdin is not None
        with suppress(BrokenPipeError):  # of an order that was not read any more
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
