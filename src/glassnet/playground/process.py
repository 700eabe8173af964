"""The training process of a playground, as the server sees it: started, fed with records, and ended."""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from contextlib import suppress

from glassnet.engines.compiled.processors import cores
from glassnet.engines.compiled.thread_team import VARIABLES
from glassnet.playground.channel import Record, receive_record
from glassnet.playground.worker import WorkerTask

READ_AHEAD = 1 << 20
"""Bytes from the process that wait here; the process itself waits with more."""

MOST_THREADS = 8
"""Threads of the process; each of them takes some of its limited memory."""

PATIENCE = 1.0
"""Seconds for the process to end by itself, before it is killed."""


class TrainingProcess:
    """A running training process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._input, self._output = process, process.stdin, process.stdout

    @classmethod
    async def start(cls, task: WorkerTask) -> TrainingProcess:
        """Start a process with a task."""
        # One processor is left to the browser. A session of its own: the signals of the terminal are the server's.
        threads = str(min(MOST_THREADS, max(1, cores() - 1)))
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "glassnet.playground.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=READ_AHEAD,
            env=dict.fromkeys(VARIABLES, threads) | os.environ,
            start_new_session=True,
        )
        started = cls(process)
        with suppress(ConnectionError):  # it has ended already, which the reader notices
            started._input.write(pickle.dumps(task))
            await started._input.drain()
        return started

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    async def send(self, record: Record) -> None:
        """Send a record; waits while the process does not read. A process that has ended gets nothing."""
        with suppress(ConnectionError, RuntimeError):
            self._input.write(record.pack())
            await self._input.drain()

    async def receive(self) -> Record | None:
        """Return its next record, or None when it has ended."""
        return await receive_record(self._output)

    async def end(self) -> int:
        """End it, if it has not ended, and return its exit status."""
        self._input.close()  # which ends it
        try:
            return await asyncio.wait_for(self._process.wait(), PATIENCE)
        except TimeoutError:  # it is stopped, perhaps
            with suppress(ProcessLookupError):
                self._process.kill()
            return await self._process.wait()
