"""Running somebody's file in a process of its own, with limits, and learning what was seen of it.

What it protects against: answers that never end, that take all memory, print without end, read the keyboard, call
sys.exit, start processes or delete the folder they run in. It does not protect against somebody who wants to do harm:
the process has the rights of whoever starts it, and can read and delete their files, use the network, and look the
answers up in the installed package. For submissions of people you do not trust, run the grader in a container or as a
user of its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import selectors
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from glassnet.lab.exercise import Exercise
from glassnet.lab.judging.observations import Seen, too_long

MARK = "GLASSNET_LAB_RUN"
"""An environment variable by which processes that a submission has started are known."""


@dataclass(frozen=True)
class Limits:
    """What a run may take: seconds of the clock from where the file is begun; bytes of memory, of what is printed, and
    of a file that is written."""

    seconds: float = 10.0
    memory: int = 4 << 30
    printed: int = 10 << 20
    file: int = 64 << 20

    def shorter(self) -> Limits:
        """Return what a run may take that goes on behind a case in which the one before had to be stopped."""
        return replace(self, seconds=min(self.seconds / 2, 3.0))


START_SECONDS = 60.0
"""How long Python may take to start before the file is begun: a slow machine is no fault of an answer."""

PATIENCE = 0.1
"""How often, in seconds, it is asked whether a result is still wanted."""

MOST_STOPS = 3
"""After so many cases in which a run had to be stopped, the others are not tried."""

ENVIRONMENT = re.compile(
    r"(PATH|HOME|USERPROFILE|SYSTEMROOT|LOCALAPPDATA|TE?MP|TMPDIR|LANG|LC_\w+|VIRTUAL_ENV|(LD|DYLD)_LIBRARY_PATH|XDG_\w+"
    r"|PYTHON\w+|MPLCONFIGDIR|NUMBA_\w+|GLASSNET_\w+)"
)
"""The variables a run gets; others may hold what is not meant for it, such as passwords."""


class AbandonedError(Exception):
    """Nobody wants the result of a run any more."""


@dataclass(frozen=True)
class Handed:
    """What a run is given. source: the learner's text. shown_as: what its file is called. beside: the text of other
    modules that lie beside it, by the names of their files. is_wanted: says whether the result still is."""

    source: str
    shown_as: str
    beside: Mapping[str, str] = field(default_factory=dict)
    is_wanted: Callable[[], bool] = lambda: True


@dataclass
class Shown:
    """What a run has shown. seen: of every case, None for those it did not come to. trouble: what is to be told.

    is_broken: nothing could be looked at. borrowed: functions that are the lab's own. unwritten: those not begun yet.
    """

    seen: list[Seen | None]
    trouble: str = ""
    is_broken: bool = False
    borrowed: list[str] = field(default_factory=list)
    unwritten: list[str] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)


def run(exercise: Exercise, handed: Handed, limits: Limits | None = None) -> Shown:
    """Run a learner's text and return what is seen of it in the exercise's cases.

    Where it has to be stopped in one case, another process goes on with the next. Raises AbandonedError where
    `is_wanted` says that nobody waits for the result any more.
    """
    limits = limits or Limits()
    shown = Shown([None] * len(exercise.cases))
    left = range(len(exercise.cases))
    for _ in range(1 + MOST_STOPS):
        stage: dict[str, Any] = {"stage": "start"}
        with tempfile.TemporaryDirectory(prefix="glassnet-lab-", ignore_cleanup_errors=True) as folder:
            for words in lines_of(exercise, handed, Path(folder), limits, left):
                stage = words
                take(words, shown)
        if stage.get("stage") in ("done", "syntax"):
            break
        case = stopped(stage, shown)
        if case is None or case not in left:
            break
        left, limits = range(case + 1, len(exercise.cases)), limits.shorter()
    return shown


def take(words: dict[str, Any], shown: Shown) -> None:
    """Take in one line of what a run tells; it may be forged, so nothing in it is believed."""
    match words:
        case {"stage": "syntax", "where": where, "message": message, "text": text}:
            shown.is_broken, shown.trouble = True, f"{where} is not Python: {message}: {text}"
        case {"stage": "ran", "troubles": list(troubles), "borrowed": list(borrowed), "unwritten": list(unwritten)}:
            shown.trouble, shown.borrowed = "; ".join(map(str, troubles)), [str(name) for name in borrowed]
            shown.unwritten = [str(name) for name in unwritten]
        case {"stage": "seen", "case": int(i), "seen": dict(seen)} if 0 <= i < len(shown.seen):
            shown.seen[i] = Seen.from_words(seen)
        case {"stage": "measured", "lines": list(lines)}:
            shown.evidence = [str(line) for line in lines]


def stopped(last: dict[str, Any], shown: Shown) -> int | None:
    """Write down where a run that did not come to its end was, and why; return in which case, if it was in one."""
    why = last.get("why", "the process ended before the checks were through")
    match last.get("while", last):
        case {"stage": "case", "case": int(i)} if 0 <= i < len(shown.seen):
            shown.seen[i] = Seen(error="Stopped", message=why)
            return i
        case {"stage": "seen" | "evidence" | "measured" | "ran"}:
            where = "while the answer was looked at"
        case of_file:
            where = "before the file was run" if of_file.get("stage") == "start" else "while the file was run"
            shown.is_broken = all(seen is None for seen in shown.seen)  # else it has run before, up to some case
    shown.trouble = "; ".join(filter(None, [shown.trouble, f"{why}, {where}"]))
    return None


def lines_of(
    exercise: Exercise, handed: Handed, folder: Path, limits: Limits, cases: Sequence[int]
) -> Iterator[dict[str, Any]]:
    """Start the process and give what it tells, line by line; where it has to be stopped, a last line says why."""
    for name, text in {**handed.beside, "answer.py": handed.source}.items():
        (folder / Path(name).name).write_text(text, encoding="utf-8")
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    run_mark = uuid.uuid4().hex
    system = {"memory": limits.memory, "seconds": int(limits.seconds) + 1, "file": limits.file}
    process = subprocess.Popen(
        [
            sys.executable,
            "-P",  # what lies beside an answer must not stand in for what is installed
            "-m",
            "glassnet.lab.judging.child",
            exercise.folder,
            str(folder / "answer.py"),
            handed.shown_as,
            str(writing),
            json.dumps(system),
            json.dumps(list(cases)),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        pass_fds=(writing,),
        start_new_session=True,
        env=environment() | {MARK: run_mark},
    )
    os.close(writing)
    try:
        yield from _told(process, reading, limits, handed.is_wanted)
    finally:
        end(process, run_mark)
        os.close(reading)


def environment() -> dict[str, str]:
    """Return the variables of a run: one thread, no window, no colors, and Python's own bits in the same order."""
    own = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg", "PYTHONHASHSEED": "0"}
    passed_on = {name: value for name, value in os.environ.items() if ENVIRONMENT.fullmatch(name)}
    return {**passed_on, **own, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}


def _told(
    process: subprocess.Popen[bytes], reading: int, limits: Limits, is_wanted: Callable[[], bool]
) -> Iterator[dict[str, Any]]:
    """Give the lines that a process tells, until it is through or has to be stopped."""
    assert process.stdout is not None
    printed, rest, last, has_started = 0, b"", {"stage": "start"}, False
    deadline, too_late = time.monotonic() + START_SECONDS, f"Python had not started after {START_SECONDS:g} seconds"
    with selectors.DefaultSelector() as selector:
        selector.register(reading, selectors.EVENT_READ)
        selector.register(process.stdout, selectors.EVENT_READ)
        while reading in (key.fd for key in selector.get_map().values()):
            left = deadline - time.monotonic()
            if left <= 0:
                yield {"while": last, "why": too_late}
                return
            if not is_wanted():
                raise AbandonedError
            for key, _ in selector.select(min(left, PATIENCE)):
                data = os.read(key.fd, 1 << 16)
                if not data:
                    selector.unregister(key.fileobj)
                elif key.fd != reading:
                    printed += len(data)
                else:
                    *whole, rest = (rest + data).split(b"\n")
                    for line in whole:
                        if not has_started:
                            deadline, too_late = time.monotonic() + limits.seconds, too_long(limits.seconds)
                            has_started = True
                        last = _words(line)
                        yield last
            if printed > limits.printed:
                yield {"while": last, "why": f"it was stopped after printing {printed >> 20} megabytes"}
                return
    if last.get("stage") not in ("done", "syntax"):
        yield {"while": last, "why": _why_ended(process)}


def _words(line: bytes) -> dict[str, Any]:
    try:
        words = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return words if isinstance(words, dict) else {}


def _why_ended(process: subprocess.Popen[bytes]) -> str:
    try:
        status = process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        return "it went on without the checks"
    if status < 0:
        name = signal.Signals(-status).name if -status in [one.value for one in signal.Signals] else str(-status)
        return f"the process was ended by {name}" + (
            ", after too much computing" if name in ("SIGXCPU", "SIGKILL") else ""
        )
    return f"the process ended itself with status {status}"


def end(process: subprocess.Popen[bytes], run_mark: str) -> None:
    """End a run and everything it has started."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()
    for pid in started_by(run_mark):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def started_by(run_mark: str) -> list[int]:
    """Return the processes that carry a run's mark, also those that have left its group; on Linux only."""
    mark, found = f"{MARK}={run_mark}".encode(), []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found
