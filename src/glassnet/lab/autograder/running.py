"""Running an answer in a separate process, with limits, and collecting its observations.

This protects against accidents: answers that never return, use all memory, print without end, read the keyboard, call
sys.exit, start processes, or delete their working directory. It is not a security sandbox: the process has the rights
of the user who starts it. It can read and delete files, use the network, and read the solutions in the package.
Run the autograder in a container, or as a separate user, for submissions of people you do not trust.
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

from glassnet.lab.autograder.observations import Observation, clean, timeout_message
from glassnet.lab.autograder.supervision import kill_descendants
from glassnet.lab.exercise import Exercise

RUN_ID = "GLASSNET_LAB_RUN"
"""Environment variable that identifies the processes of a run."""


@dataclass(frozen=True)
class Limits:
    """Limits of a run.

    Parameters
    ----------
    seconds : float
        Wall-clock time from the start of the file.
    memory, printed, file : int
        Bytes of memory, of output, and of a file.
    """

    seconds: float = 10.0
    memory: int = 4 << 30
    printed: int = 10 << 20
    file: int = 64 << 20

    def shorter(self) -> Limits:
        """Return the limits of a run that continues after a test in which the previous run was stopped."""
        return replace(self, seconds=min(self.seconds / 2, 3.0))


START_SECONDS = 60.0
"""Time limit for starting Python, which does not count toward the limit of an answer."""

POLL_SECONDS = 0.1
"""Interval at which cancellation is checked."""

MAX_RESTARTS = 3
"""Maximum number of restarts after a test that was stopped; remaining tests do not run."""

ENVIRONMENT = re.compile(
    r"(PATH|HOME|USERPROFILE|SYSTEMROOT|LOCALAPPDATA|TE?MP|TMPDIR|LANG|LC_\w+|VIRTUAL_ENV|(LD|DYLD)_LIBRARY_PATH|XDG_\w+"
    r"|PYTHON\w+|MPLCONFIGDIR|NUMBA_\w+|GLASSNET_\w+)"
)
"""Environment variables passed to a run; others may contain secrets."""


class CanceledError(Exception):
    """The run was canceled."""


@dataclass(frozen=True)
class RunRequest:
    """The input of a run.

    Parameters
    ----------
    source : str
        The learner's source.
    filename : str
        The file name in messages.
    modules : mapping of str to str
        Sources of other modules that the answer may import, by file name.
    is_wanted : callable
        Returns False to cancel the run.
    """

    source: str
    filename: str
    modules: Mapping[str, str] = field(default_factory=dict)
    is_wanted: Callable[[], bool] = lambda: True


@dataclass
class RunResult:
    """The output of a run.

    Parameters
    ----------
    observations : list of (Observation or None)
        One per test case; None if the test did not run.
    problem : str
        Errors raised on the way.
    is_broken : bool
        Whether the file does not run at all.
    reused : list of str
        Functions that are reference solutions.
    unimplemented : list of str
        Functions that are still starter code.
    diagnostics : list of str
        Additional lines from the exercise.
    """

    observations: list[Observation | None]
    problem: str = ""
    is_broken: bool = False
    reused: list[str] = field(default_factory=list)
    unimplemented: list[str] = field(default_factory=list)
    diagnostics: list[str] = field(default_factory=list)


def run(exercise: Exercise, request: RunRequest, limits: Limits | None = None) -> RunResult:
    """Run an answer and return its observations.

    If a test has to be stopped, another process continues with the next one. Raises CanceledError if `is_wanted`
    returns False.
    """
    limits = limits or Limits()
    result = RunResult([None] * len(exercise.cases))
    left = range(len(exercise.cases))
    for _ in range(1 + MAX_RESTARTS):
        stage: dict[str, Any] = {"stage": "start"}
        with tempfile.TemporaryDirectory(prefix="glassnet-lab-", ignore_cleanup_errors=True) as folder:
            for event in events(exercise, request, Path(folder), limits, left):
                stage = event
                record(event, result)
        if stage.get("stage") in ("done", "syntax"):
            break
        case = record_stop(stage, result)
        if case is None or case not in left:
            break
        left, limits = range(case + 1, len(exercise.cases)), limits.shorter()
    return result


def record(event: dict[str, Any], result: RunResult) -> None:
    """Record one event of a run. It is validated, since a submission may have forged it."""
    match event:
        case {"stage": "syntax", "where": where, "message": message, "text": text}:
            result.is_broken, result.problem = True, f"{where}: SyntaxError: {message}: {text}"
        case {"stage": "ran", "problems": list(problems), "reused": list(reused), "unimplemented": list(unimplemented)}:
            result.problem, result.reused = clean("; ".join(map(str, problems))), [str(name) for name in reused]
            result.unimplemented = [str(name) for name in unimplemented]
        case {"stage": "observed", "case": int(i), "observation": dict(data)} if 0 <= i < len(result.observations):
            result.observations[i] = Observation.from_json(data)
        case {"stage": "measured", "lines": list(lines)}:
            result.diagnostics = [str(line) for line in lines]


def record_stop(last: dict[str, Any], result: RunResult) -> int | None:
    """Record where and why a run ended early; return the index of the test that was running, if one was."""
    why = last.get("why", "the process ended before all tests had run")
    match last.get("while", last):
        case {"stage": "case", "case": int(i)} if 0 <= i < len(result.observations):
            result.observations[i] = Observation(error="Stopped", message=why)
            return i
        case {"stage": "observed" | "diagnostics" | "measured" | "ran"}:
            where = "while the tests ran"
        case of_file:
            where = "before the file ran" if of_file.get("stage") == "start" else "while the file ran"
            result.is_broken = all(one is None for one in result.observations)  # else it ran before, up to some test
    result.problem = "; ".join(filter(None, [result.problem, f"{why}, {where}"]))
    return None


def events(
    exercise: Exercise, request: RunRequest, folder: Path, limits: Limits, cases: Sequence[int] | None
) -> Iterator[dict[str, Any]]:
    """Start the process and yield its events; if it has to be stopped, the last event gives the reason.

    cases: indices of the test cases; None for the exercise's figure.
    """
    for name, text in {**request.modules, "answer.py": request.source}.items():
        (folder / Path(name).name).write_text(text, encoding="utf-8")
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    run_id = uuid.uuid4().hex
    system = {"memory": limits.memory, "seconds": int(limits.seconds) + 1, "file": limits.file}
    process = subprocess.Popen(
        [
            sys.executable,
            "-P",  # modules next to an answer must not shadow installed ones
            "-m",
            "glassnet.lab.autograder.child",
            exercise.folder,
            str(folder / "answer.py"),
            request.filename,
            str(writing),
            json.dumps(system),
            json.dumps(cases if cases is None else list(cases)),
            exercise.level,
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        pass_fds=(writing,),
        start_new_session=True,
        env=environment() | {RUN_ID: run_id},
    )
    os.close(writing)
    try:
        yield from _read_events(process, reading, limits, request.is_wanted)
    finally:
        kill(process, run_id)
        os.close(reading)


def environment() -> dict[str, str]:
    """Return the environment of a run: one thread, no windows, reproducible hashes."""
    own = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg", "PYTHONHASHSEED": "0"}
    passed_on = {name: value for name, value in os.environ.items() if ENVIRONMENT.fullmatch(name)}
    return {**passed_on, **own, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}


def _read_events(
    process: subprocess.Popen[bytes], reading: int, limits: Limits, is_wanted: Callable[[], bool]
) -> Iterator[dict[str, Any]]:
    """Yield the events of a process until it ends or has to be stopped."""
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
                raise CanceledError
            for key, _ in selector.select(min(left, POLL_SECONDS)):
                data = os.read(key.fd, 1 << 16)
                if not data:
                    selector.unregister(key.fileobj)
                elif key.fd != reading:
                    printed += len(data)
                else:
                    *whole, rest = (rest + data).split(b"\n")
                    for line in whole:
                        if not has_started:
                            deadline, too_late = time.monotonic() + limits.seconds, timeout_message(limits.seconds)
                            has_started = True
                        last = _parse(line)
                        yield last
            if printed > limits.printed:
                yield {"while": last, "why": f"stopped after printing {printed >> 20} MB"}
                return
    if last.get("stage") not in ("done", "syntax"):
        yield {"while": last, "why": _why_ended(process)}


def _parse(line: bytes) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}


def _why_ended(process: subprocess.Popen[bytes]) -> str:
    try:
        status = process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        return "the process continued without running the tests"
    if status < 0:
        name = signal.Signals(-status).name if -status in [one.value for one in signal.Signals] else str(-status)
        return f"the process was killed by {name}" + (
            "; it may have exceeded a limit" if name in ("SIGXCPU", "SIGKILL") else ""
        )
    return f"the process exited with status {status}"


def kill(process: subprocess.Popen[bytes], run_id: str) -> None:
    """Kill a run and every process it has started. On Linux, this finds processes in other sessions as well."""
    if sys.platform.startswith("linux"):  # before the supervisor, which has adopted them
        kill_descendants(process.pid)
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()
    for pid in find_processes(run_id):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def find_processes(run_id: str) -> list[int]:
    """Return the processes of a run, including those that left its process group; Linux only."""
    marker, found = f"{RUN_ID}={run_id}".encode(), []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if marker in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found
