"""A file in which a search keeps, line by line, all that its workers tell; they may write to it at once.

It is what Optuna's journal file is, quicker and safer to write. A worker that is killed loses no line that it has
and keeps nobody waiting, since the operating system lets go of its lock. A line cut short, by a full disk perhaps, is
taken away before the next is written. When power fails, what was told in the last second may be missing.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
import weakref
from pathlib import Path
from typing import Any

from optuna.storages.journal import BaseJournalBackend

SYNCED = 1.0
"""Seconds between two times that all is brought to the disk; after every line it would take longer than all else."""


class Journal(BaseJournalBackend):
    """The lines of a search in a file; ValueError for a file that holds something else."""

    def __init__(self, path: Path) -> None:
        self.file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        weakref.finalize(self, os.close, self.file)
        if os.pread(self.file, 1, 0) not in (b"", b"{"):
            raise ValueError("it does not begin as one")
        self.lines, self.place = 0, 0  # so many were read, and there the next one begins
        self.synced = 0.0

    def read_logs(self, log_number_from: int) -> list[dict[str, Any]]:
        """Return what the lines hold that are whole, from that one on."""
        if log_number_from != self.lines:
            self.lines, self.place = 0, 0
        data = os.pread(self.file, max(self._size() - self.place, 0), self.place)
        whole = data[: data.rfind(b"\n") + 1]
        logs = [json.loads(line) for line in whole.split(b"\n")[:-1]]
        known = log_number_from - self.lines
        self.lines += len(logs)
        self.place += len(whole)
        return logs[known:]

    def append_logs(self, logs: list[dict[str, Any]]) -> None:
        """Write a line for each log."""
        text = "".join(json.dumps(log, separators=(",", ":")) + "\n" for log in logs).encode()
        fcntl.flock(self.file, fcntl.LOCK_EX)
        try:
            self._take_away_half_a_line()
            while text:
                text = text[os.write(self.file, text) :]
            if time.monotonic() - self.synced > SYNCED:
                os.fsync(self.file)
                self.synced = time.monotonic()
        finally:
            fcntl.flock(self.file, fcntl.LOCK_UN)

    def _take_away_half_a_line(self) -> None:
        size = self._size()
        if size and os.pread(self.file, 1, size - 1) != b"\n":
            os.ftruncate(self.file, os.pread(self.file, size, 0).rfind(b"\n") + 1)

    def _size(self) -> int:
        return os.fstat(self.file).st_size
