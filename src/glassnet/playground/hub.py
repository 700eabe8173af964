"""The pages of a playground and its training process: records are passed on, and a process that died is replaced."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field, replace

from glassnet.playground.channel import EVERY_PAGE, FAILED, JOIN, KEEP_OWN, KEEP_STATE, LEAVE, MESSAGE, TO_PAGE, Record
from glassnet.playground.frame import Message
from glassnet.playground.process import TrainingProcess
from glassnet.playground.worker import WorkerTask

MOST_PAGES = 16
"""Limit on the number of open pages."""

MOST_WAITING = 64
"""Messages that wait for a page; one that is slower is closed, and gets the whole state when it returns."""

FAITHFUL, HOPELESS = 2, 4
"""Deaths in a row after which the process begins with the first state, and after which the server gives up."""

LONG = 30.0
"""Seconds after which a death is the first one again."""


@dataclass(eq=False)
class Page:
    """An open page: its number, and packed messages for it; None asks it to close."""

    number: int
    waiting: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING + 1))
    is_slow: bool = False

    def put(self, data: bytes) -> None:
        """Add a message, or give up if too many wait."""
        if self.is_slow:
            return
        if self.waiting.qsize() >= MOST_WAITING:
            self.is_slow = True
            while not self.waiting.empty():
                self.waiting.get_nowait()
            self.waiting.put_nowait(None)
        else:
            self.waiting.put_nowait(data)

    def close(self) -> None:
        """Ask the page to close when it has got what waits."""
        if not self.is_slow:
            self.waiting.put_nowait(None)


class Hub:
    """What the server knows: open pages, the training process, and the state to begin again with."""

    def __init__(self, task: WorkerTask) -> None:
        self.first = self.task = task
        self.pages: dict[int, Page] = {}
        self.process: TrainingProcess | None = None
        self.last_message = time.monotonic()
        self._last_number = EVERY_PAGE

    async def run(self) -> None:
        """Keep a training process, and pass on what it sends.

        Raises ValueError with its reason if it cannot begin, ChildProcessError if it dies again and again.
        """
        deaths = 0
        while True:
            began = time.monotonic()
            self.process = process = await TrainingProcess.start(self.task)
            try:
                for number in tuple(self.pages):
                    await process.send(Record(JOIN, number))
                reason = await self._pass_on(process)
            finally:
                self.process = None
                status = await process.end()
            deaths = 1 if time.monotonic() - began > LONG else deaths + 1
            if reason is not None and self.task is self.first:
                raise ValueError(reason)
            if deaths >= HOPELESS:
                raise ChildProcessError(f"the training process died {deaths} times in a row (exit status {status})")
            if deaths >= FAITHFUL:
                self.task = self.first
            self._say(_epitaph(reason, status, is_first=self.task is self.first))

    async def _pass_on(self, process: TrainingProcess) -> str | None:
        """Pass on records until the process ends; return the reason that it gave, or None."""
        while (record := await process.receive()) is not None:
            if record.kind == FAILED:
                return record.data.decode()
            if record.kind == KEEP_STATE:
                self.task = replace(self.task, state=json.loads(record.data))
            elif record.kind == KEEP_OWN:
                self.task = replace(self.task, own=record.data)
            elif record.kind == TO_PAGE:
                chosen = self.pages.values() if record.page == EVERY_PAGE else [self.pages.get(record.page)]
                for page in chosen:
                    if page is not None:
                        page.put(record.data)
        return None

    def _say(self, text: str) -> None:
        data = Message({"type": "error", "message": text}).pack()
        for page in self.pages.values():
            page.put(data)

    async def join(self) -> Page | None:
        """Return a new page, or None if there are too many."""
        if len(self.pages) >= MOST_PAGES:
            return None
        self._last_number += 1
        page = self.pages[self._last_number] = Page(self._last_number)
        await self._send(Record(JOIN, page.number))
        return page

    async def message(self, page: Page, data: bytes) -> None:
        """Pass on a message of a page; waits while the process has enough of them."""
        await self._send(Record(MESSAGE, page.number, data))

    async def leave(self, page: Page) -> None:
        """Forget a page."""
        self.pages.pop(page.number, None)
        await self._send(Record(LEAVE, page.number))

    async def _send(self, record: Record) -> None:
        self.last_message = time.monotonic()
        if self.process is not None:  # a new process gets the open pages by itself
            await self.process.send(record)

    async def idle(self, seconds: float) -> None:
        """Return when no page has sent anything for some seconds; 0 for never."""
        if not seconds:
            await asyncio.Event().wait()
        while (left := self.last_message + seconds - time.monotonic()) > 0:
            await asyncio.sleep(left)


def _epitaph(reason: str | None, status: int, is_first: bool) -> str:
    how = reason or (f"it was killed by signal {-status}" if status < 0 else f"exit status {status}")
    again = "the state that it was started with" if is_first else "the same settings"
    return f"the training process ended ({how}); it begins again with {again}"
