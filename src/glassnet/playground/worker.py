"""The training process of a playground: it trains and draws, and ends when the server does.

    python -m glassnet.playground.worker

It reads a pickled `WorkerTask` from standard input, which only the server writes to, and then records, see `channel`.
The end of standard input, as when the server dies, ends it.
"""

from __future__ import annotations

import json
import os
import pickle
import queue
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from glassnet.common.limits import limit
from glassnet.playground.channel import (
    EVERY_PAGE,
    FAILED,
    JOIN,
    KEEP_OWN,
    KEEP_STATE,
    LEAVE,
    TO_PAGE,
    Record,
    read_record,
)
from glassnet.playground.frame import Message, parse
from glassnet.playground.own import Own
from glassnet.playground.session import Session
from glassnet.playground.state import State

MEMORY = 4 << 30
"""Limit on the memory of the process, in bytes."""

MOST_WAITING = 64
"""Messages that wait here; more of them wait at the pages."""


@dataclass(frozen=True)
class WorkerTask:
    """What a training process begins with.

    state: plain data, or None for the default. own: data of one's own, pickled, which only this process reads.
    """

    state: Mapping[str, Any] | None = None
    own: bytes | None = None
    memory: int = MEMORY


def work(session: Session, inbox: queue.Queue[Record], send: Callable[[Record], None]) -> None:
    """Carry out records, train, and send what the pages draw, without end."""
    kept = [session.own]

    def answer(message: Message) -> None:
        if message.plain["type"] == "state":
            if session.own is not kept[0]:
                kept[0] = session.own
                send(Record(KEEP_OWN, EVERY_PAGE, pickle.dumps(session.own)))
            send(Record(KEEP_STATE, EVERY_PAGE, json.dumps(message.plain["state"]).encode()))
        send(Record(TO_PAGE, message.to or EVERY_PAGE, message.pack()))

    while True:
        try:
            record = inbox.get(block=session.is_idle)
            while True:
                carry_out(record, session, answer)
                record = inbox.get_nowait()
        except queue.Empty:
            pass
        for message in session.tick():
            answer(message)


def carry_out(record: Record, session: Session, answer: Callable[[Message], None]) -> None:
    """Carry out a record of a page."""
    if record.kind == LEAVE:
        session.leave(record.page)
        return
    if record.kind == JOIN:
        messages = session.opening(record.page)
    else:
        try:
            messages = session.handle(parse(record.data), record.page)
        except ValueError as error:
            answer(Message({"type": "error", "message": str(error)}, to=record.page))
            return
    for message in messages:
        answer(message)


def main() -> None:
    """Run the task from standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the server ends this one
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # whatever prints must not come between records
    warnings.simplefilter("ignore")  # an overflow is shown as divergence

    def send(record: Record) -> None:
        target.write(record.pack())
        target.flush()

    try:
        task: WorkerTask = pickle.load(source)
    except EOFError:  # the server ended at once
        return
    inbox: queue.Queue[Record] = queue.Queue(MOST_WAITING)

    def listen() -> None:
        while (record := read_record(source)) is not None:
            inbox.put(record)
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    try:
        limit(memory=task.memory)
        state = State() if task.state is None else State.from_json(task.state)
        own: Own | None = None if task.own is None else pickle.loads(task.own)
        work(Session(state, own), inbox, send)
    except BrokenPipeError:  # the server has ended
        os._exit(1)
    except Exception as error:
        reason = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
        send(Record(FAILED, EVERY_PAGE, " ".join(reason.split()).encode()))
        sys.stdout.flush()
        os._exit(1)


if __name__ == "__main__":
    main()
