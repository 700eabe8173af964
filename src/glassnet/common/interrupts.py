"""Signals of a command: SIGTERM and SIGHUP act like Ctrl-C, and what happens next is printed at once.

Only commands use the handler, through `handled`. In a program that imports glassnet, the functions here change nothing:
Ctrl-C raises KeyboardInterrupt.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from types import FrameType
from typing import Any

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))

STARTING, RUNNING, TRAINING, SAVING, WRITING = "starting", "running", "training", "saving", "writing"
"""Stages of a command. A signal ends it at once; raises KeyboardInterrupt; raises it, and the best epoch is kept; waits
until the run is saved, unless it is the second one; waits until the files are written, however many there are."""

GRACE = 1.0
"""Seconds after a KeyboardInterrupt in which signals are ignored: another one would interrupt the messages about it."""

WAITING = "saving the run first; interrupt again to quit without saving"


class _State:
    """What is known about the signals of this process."""

    def __init__(self) -> None:
        self.received: int | None = None
        self.stage = RUNNING
        self.is_waiting = self.is_protected = False
        self.announcement: Callable[[], str] | None = None
        self.saved: str | None = None
        self.deaf_until = 0.0
        self.raised_in = RUNNING
        self.report_unraisable = sys.unraisablehook
        self.terminals: tuple[int, ...] = ()


_state = _State()


@contextmanager
def handled() -> Iterator[None]:
    """Handle the signals in this block, until `started` by ending the process. What is ignored stays ignored (nohup).

    At the end of the block, the signals get their default action: they end the process without a traceback.
    """
    global _state
    before: dict[int, Any] = {}
    _state = _State()
    _state.stage = STARTING
    _state.terminals = tuple(descriptor for descriptor in range(3) if os.isatty(descriptor))
    if threading.current_thread() is threading.main_thread():
        for number in SIGNALS:
            if (handler := signal.getsignal(number)) not in (signal.SIG_IGN, None):
                before[number] = handler
                signal.signal(number, _handle)
    sys.unraisablehook = _raise_again
    try:
        yield
    finally:
        sys.unraisablehook = _state.report_unraisable
        for number in before:
            signal.signal(number, signal.SIG_DFL)


def started() -> None:
    """From now on, signals raise KeyboardInterrupt: there is something to clean up."""
    if _state.stage == STARTING:
        _state.stage = RUNNING


def received() -> bool:
    """Return whether a signal has asked the command to end."""
    return _state.received is not None


def status() -> int:
    """Return the exit status after a signal: 128 plus its number, as shells do."""
    return 128 + (_state.received or signal.SIGINT)


def nothing_saved() -> None:
    """A command begins: forget about what an earlier one in this process has saved."""
    _state.saved = None


def now_saved(text: str) -> None:
    """Remember what is saved from now on, for the message that ends an interrupted command."""
    _state.saved = text


def saved() -> str | None:
    """Return what the command has saved, such as "the run was saved to runs/iris", or None."""
    return _state.saved


@contextmanager
def announced(text: str | Callable[[], str]) -> Iterator[None]:
    """In this block, a signal prints this text at once: "stopping; keeping every trial"."""
    before = _state.announcement
    _state.announcement = text if callable(text) else lambda: text
    try:
        yield
    finally:
        _state.announcement = before


@contextmanager
def until_saved() -> Iterator[None]:
    """Protect what is trained in this block: after the training, signals wait until the end of the block.

    A second signal while one waits raises KeyboardInterrupt. So does the end of the block, if one waits.
    """
    state = _state
    state.is_protected = True
    try:
        yield
    finally:
        state.is_protected = False
        if state.stage != STARTING:
            state.stage = RUNNING
    _raise_if_waiting(state)


@contextmanager
def training(text: Callable[[], str]) -> Iterator[None]:
    """In this block, a signal ends the training and prints this text: what is kept by then."""
    state = _state
    if not state.is_protected:
        yield
        return
    state.stage = TRAINING
    with announced(text):
        yield


def trained() -> None:
    """The training has ended: from here to the end of `until_saved`, signals wait."""
    if _state.is_protected:
        _state.stage = SAVING


@contextmanager
def uninterrupted() -> Iterator[None]:
    """In this block, which must be short, signals wait for its end.

    Within `until_saved`, they wait for the end of that, unless this block fails: once a run is in its place, the caller
    has to learn of it.
    """
    state = _state
    before = state.stage
    if before == STARTING:
        yield
        return
    state.stage = WRITING
    try:
        yield
    except BaseException:
        state.stage = before
        raise
    if not state.is_protected:
        state.stage = before
        _raise_if_waiting(state)


def _raise_if_waiting(state: _State) -> None:
    if state.is_waiting:
        state.is_waiting = False
        state.deaf_until = time.monotonic() + GRACE
        raise KeyboardInterrupt


def _handle(number: int, frame: FrameType | None) -> None:
    state = _state
    if state.received is None:
        state.received = number
    if number == getattr(signal, "SIGHUP", None):
        _leave_terminal(state)
    if state.stage == STARTING:
        _print("interrupted")
        os._exit(status())
    if state.stage == WRITING or (state.stage == SAVING and not state.is_waiting):
        if not state.is_waiting:
            _print(WAITING if state.stage == SAVING else "stopping; saving first")
        state.is_waiting = True
        return
    if time.monotonic() < state.deaf_until:
        return
    state.raised_in = state.stage
    if state.stage == TRAINING:
        state.stage = SAVING
    if state.announcement is not None and not state.is_waiting:
        _print(state.announcement())
    state.is_waiting = False
    state.deaf_until = time.monotonic() + GRACE
    raise KeyboardInterrupt


def _raise_again(unraisable: sys.UnraisableHookArgs) -> None:
    """Raise a KeyboardInterrupt again that was lost: nothing leaves a finalizer or the callback of a weak reference."""
    state = _state
    if unraisable.exc_type is not KeyboardInterrupt or state.received is None:
        state.report_unraisable(unraisable)
        return
    state.stage, state.deaf_until, state.announcement = state.raised_in, 0.0, None
    # Later, when the callback has ended. The signal is sent to the main thread, so that it ends a sleep, too.
    if hasattr(signal, "pthread_kill"):
        again = partial(signal.pthread_kill, threading.main_thread().ident or 0, state.received)
    else:
        again = partial(signal.raise_signal, state.received)
    threading.Timer(0.05, again).start()


def _leave_terminal(state: _State) -> None:
    """Redirect what pointed at a terminal, which is gone: writing there would raise an error."""
    with suppress(OSError):
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in state.terminals:
            os.dup2(null, descriptor)
        os.close(null)


def _print(text: str) -> None:
    # Not print(): a handler may run in the middle of one, and its buffer cannot be entered twice.
    begin, end = ("\r", "\x1b[K\n") if 2 in _state.terminals else ("", "\n")
    with suppress(OSError):
        os.write(2, f"{begin}glassnet: {text}{end}".encode())
