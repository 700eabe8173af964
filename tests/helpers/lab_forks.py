"""Answers to the lab's exercises, run quickly: in processes forked from one that has started Python once.

`run` and `frames` here stand in for those of `glassnet.lab.autograder.running` and `figures`. Every answer still has a
process of its own with its limits, but none waits for Python, NumPy, and the lab to be imported.
`tests/lab/test_running.py` and `test_figures.py` start real processes.
"""

import atexit
import contextlib
import importlib
import os
import pickle
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from glassnet.lab.autograder import child, figures, running
from glassnet.lab.autograder.running import Limits, RunRequest, RunResult
from glassnet.lab.course import exercise_in
from glassnet.lab.exercise import Exercise

IMPORTED = (
    "matplotlib.pyplot",
    "sklearn.datasets",
    *(f"glassnet.lab.{name}" for name in ("given", "figures", "autograder.answer_modules", "autograder.sources")),
)
"""The modules that answers and their process import."""

_one_at_a_time = threading.Lock()


def run(exercise: Exercise, request: RunRequest, limits: Limits | None = None) -> RunResult:
    """Run the code of a learner in a forked process and return its observations."""
    result: RunResult = _reply("run", exercise, request, limits)
    return result


def frames(exercise: Exercise, request: RunRequest, limits: Limits | None = None) -> Iterator[Any]:
    """Draw the figure of a learner's code in a forked process and yield its frames."""
    yield from _reply("frames", exercise, request, limits)


def _reply(task: str, exercise: Exercise, request: RunRequest, limits: Limits | None) -> Any:
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    with _one_at_a_time:
        pickle.dump(
            (task, exercise.folder, exercise.level, request.source, request.filename, dict(request.modules), limits),
            server.stdin,
        )
        server.stdin.flush()
        return pickle.load(server.stdout)


@cache
def _server() -> subprocess.Popen[bytes]:
    """Start the process to fork from, which ends with this one."""
    command = [sys.executable, "-P", __file__]
    measured = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
    environment = running.environment() | measured
    environment.pop("GLASSNET_TEST", None)  # marks the processes of tests/lab/test_running.py
    started = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)

    def end() -> None:
        with started:  # which closes its files, and waits
            assert started.stdin is not None
            started.stdin.close()

    atexit.register(end)
    return started


class Forked:
    """The part of `subprocess.Popen` that a run uses, with a fork in place of a new Python process."""

    def __init__(
        self, command: Sequence[str], *, cwd: Path, pass_fds: Sequence[int], env: Mapping[str, str], **_: Any
    ) -> None:
        reading, writing = os.pipe()
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            _be_the_child(command[4:], cwd, writing, pass_fds, env)
        os.close(writing)
        self.stdout = os.fdopen(reading, "rb", 0)

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status, which is negative after a signal."""
        ends = None if timeout is None else time.monotonic() + timeout
        while self.returncode is None:
            pid, status = os.waitpid(self.pid, 0 if ends is None else os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
            elif ends is not None and time.monotonic() > ends:
                raise subprocess.TimeoutExpired("a forked answer", timeout or 0.0)
            else:
                time.sleep(0.001)
        return self.returncode

    def kill(self) -> None:
        """End the process, if it has not ended yet."""
        if self.returncode is None:
            os.kill(self.pid, 9)


def _be_the_child(
    arguments: Sequence[str], cwd: Path, writing: int, pass_fds: Sequence[int], env: Mapping[str, str]
) -> NoReturn:
    """Set folder, files, environment variables, and random numbers as in a newly started child."""
    status = 1
    try:
        os.setsid()
        os.chdir(cwd)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(writing, 1)
        os.dup2(writing, 2)
        for number in {*range(3, 64)} - set(pass_fds):
            with contextlib.suppress(OSError):
                os.close(number)
        os.environ.clear()
        os.environ.update(env)
        sys.argv = [str(child.__file__), *arguments]
        random.seed()
        __import__("numpy").random.seed()
        child.main(*arguments)
        status = 0
    finally:
        os._exit(status)


def serve() -> None:
    """Answer requests on stdin until it is closed."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # accidental output is not a reply
    for module in IMPORTED:
        importlib.import_module(module)
    running.subprocess.Popen = Forked  # type: ignore[misc, assignment]
    while True:
        try:
            task, folder, level, source, filename, modules, limits = pickle.load(requests)
        except EOFError:
            return
        exercise, request = exercise_in(folder).at_level(level), RunRequest(source, filename, modules)
        if task == "run":
            pickle.dump(running.run(exercise, request, limits), replies)
        else:
            pickle.dump(list(figures.frames(exercise, request, limits)), replies)
        replies.flush()


if __name__ == "__main__":
    serve()
