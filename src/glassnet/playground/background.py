"""A playground in the background of a program, such as a notebook's kernel: a thread trains while somebody looks."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from glassnet.playground.frame import Message
from glassnet.playground.session import Session

MOST_WAITING = 256
"""Messages that wait for the thread, at most; further ones are dropped."""

PAUSE = 0.004
"""Seconds between two slices of training, in which the program's own threads have Python for themselves."""

SILENCE = 10.0
"""Seconds after which a page that does not draw what it was sent counts as closed; it comes back with its next word."""

StartThread = Callable[[Callable[[], None]], None]


def start_thread(work: Callable[[], None]) -> None:
    """Run a function in a thread that ends with the program."""
    threading.Thread(target=work, name="glassnet playground", daemon=True).start()


class Background:
    """Runs a session in a thread, which is there only while there is something to do.

    session: what is trained; to look at it, hold `lock`. send: takes messages to the pages, in the thread. start:
    starts a thread. stopped: called, in the thread, when the training has come to rest.
    """

    def __init__(
        self,
        session: Session,
        send: Callable[[Message], None],
        start: StartThread = start_thread,
        stopped: Callable[[], None] = lambda: None,
    ) -> None:
        self.session, self.lock = session, threading.RLock()
        self._send, self._start, self._stopped = send, start, stopped
        self._inbox: queue.Queue[tuple[int, Mapping[str, Any]]] = queue.Queue(MOST_WAITING)
        self._heard: dict[int, float] = {}
        self._silent: set[int] = set()
        self._guard = threading.Lock()
        self._is_alive = self._is_closed = False

    def receive(self, page: int, request: Mapping[str, Any]) -> None:
        """Take a message of a page; besides those of a session, there are "join" and "leave"."""
        with contextlib.suppress(queue.Full):
            self._inbox.put_nowait((page, request))
        with self._guard:
            if self._is_alive or self._is_closed:
                return
            self._is_alive = True
        self._start(self._work)

    def close(self) -> None:
        """End the thread, and take no further messages."""
        self._is_closed = True

    @property
    def is_alive(self) -> bool:
        """Whether there is a thread."""
        return self._is_alive

    def _work(self) -> None:
        try:
            while not self._is_closed and self._step():
                time.sleep(PAUSE)
        finally:
            with self._guard:
                self._is_alive = False
            # A message may have come in between.
            if not self._is_closed and not self._inbox.empty():
                self.receive(*self._inbox.get())

    def _step(self) -> bool:
        """Carry out what has come in, and train for a slice of time; return False if nothing is left to do."""
        session = self.session
        was_running = session.is_training and bool(session.viewers)
        with contextlib.suppress(queue.Empty):
            while True:
                self._carry_out(*self._inbox.get_nowait())
        self._forget_silent_pages()
        is_idle = session.is_idle
        if not is_idle:
            with self.lock:
                messages = list(session.tick())
            for one in messages:
                self._send(one)
        if was_running and not (session.is_training and session.viewers):
            self._stopped()
        return not is_idle

    def _carry_out(self, page: int, request: Mapping[str, Any]) -> None:
        kind = request.get("type") if isinstance(request, Mapping) else None
        if kind == "leave":
            self.session.leave(page)
            self._heard.pop(page, None)
            self._silent.discard(page)
            return
        # What is still on its way from a page that has left does not bring it back.
        is_new = kind == "join" or page in self._silent
        self._silent.discard(page)
        with self.lock:
            messages = list(self.session.opening(page)) if is_new else []
            if kind != "join":
                messages += self.session.handle(request, page)
        if page in self.session.viewers:
            self._heard[page] = time.monotonic()
        for one in messages:
            self._send(one)

    def _forget_silent_pages(self) -> None:
        """A tab that was closed does not say so; and a kernel that is busy with a cell does not hear."""
        if self.session.is_training:
            oldest = time.monotonic() - SILENCE
            for page in [page for page, heard in self._heard.items() if heard < oldest]:
                self.session.leave(page)
                del self._heard[page]
                self._silent.add(page)
