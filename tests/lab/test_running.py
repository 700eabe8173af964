"""Running an answer: any behavior gives a clear result, other tests continue, and no process remains."""

import contextlib
import dataclasses
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from glassnet.lab.autograder import running
from glassnet.lab.autograder.checking import check
from glassnet.lab.autograder.diagnosis import BROKEN, FAILED, PASSED
from glassnet.lab.autograder.running import RUN_ID, CanceledError, Limits, RunRequest, find_processes, run
from glassnet.lab.course import course, find_exercise
from glassnet.lab.exercise import Exercise
from glassnet.lab.learning.feedback import verdict_text
from helpers import lab_forks
from helpers.lab_answers import solved

SOFTMAX = find_exercise("10")

LIMITS = Limits(seconds=2.0, memory=2 << 30, printed=1 << 20, file=1 << 20)
PATIENT = dataclasses.replace(LIMITS, seconds=100.0)
"""Limits for answers that end or are stopped, also on a busy machine."""

LOOP = "stopped after 2 seconds; is there an infinite loop?"

HEAD = "import os, sys, time\nimport numpy as np\n\n\ndef Softmax(x, axis=-1):\n"

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux: limits are the system's")

WILD = {
    "an endless loop": (HEAD + "    while True:\n        pass\n", FAILED, LOOP),
    "an endless loop in the file": (
        "n = 0\nwhile n >= 0:\n    n += 1\n" + HEAD + "    return n\n",
        BROKEN,
        LOOP,
    ),
    "an endless loop that tries": ("while True:\n    pass\n" + solved(SOFTMAX), PASSED, ""),
    "sleep": (HEAD + "    time.sleep(1000)\n", FAILED, "stopped after 2 seconds"),
    "sys.exit": (HEAD + "    sys.exit()\n", FAILED, "raises SystemExit in line 6 of your file"),
    "sys.exit in the file": (
        "import sys\ncode = sys.exit(3)\n" + HEAD + "    return code\n",
        FAILED,
        "line 2: SystemExit: 3",
    ),
    "os._exit": (HEAD + "    os._exit(0)\n", FAILED, "the process exited with status 0"),
    "its own death": (HEAD + "    os.kill(os.getpid(), 9)\n", FAILED, "the process was killed by SIGKILL"),
    "a crash": (HEAD + "    import ctypes\n    ctypes.string_at(0)\n", FAILED, "the process was killed by SIGSEGV"),
    "a fork": (HEAD + "    os.fork()\n    return np.zeros(3)\n", FAILED, "but is (3,)"),
    "much memory": (HEAD + "    return np.ones(10**11)\n", FAILED, "MemoryError"),
    "memory that grows": (
        HEAD + "    y = []\n    while True:\n        y.append(bytes(10**7))\n",
        FAILED,
        "raises MemoryError",
    ),
    "the keyboard": (HEAD + "    return input()\n", FAILED, "EOFError"),
    "endless printing": (
        HEAD + "    while True:\n        os.write(1, b'a' * 10000)\n",
        FAILED,
        "stopped after printing 1 MB",
    ),
    "printing much": (HEAD + "    print('a' * 10**7)\n    return x\n", FAILED, ""),
    "a large file": (HEAD + "    open('f', 'wb').write(bytes(10**8))\n    return x\n", FAILED, ""),
    "its folder": (HEAD + "    import shutil\n    shutil.rmtree(os.getcwd())\n    return x\n", FAILED, ""),
    "a thread that stays": (
        HEAD + "    import threading\n    threading.Thread(target=time.sleep, args=(1000,)).start()\n    return x\n",
        FAILED,
        "",
    ),
    "an exit handler": ("import atexit, time\natexit.register(time.sleep, 1000)\n" + solved(SOFTMAX), PASSED, ""),
    "a closed channel": (HEAD + "    os.closerange(3, 100)\n    return x\n", FAILED, "the process exited"),
    "forged starts": (
        HEAD
        + """    while True:
        time.sleep(0.1)
        os.write(int(sys.argv[4]), b'{"stage": "start"}\\n')
""",
        BROKEN,
        LOOP,
    ),
    "deep recursion": (HEAD + "    return Softmax(x)\n", FAILED, "raises RecursionError"),
    "a huge answer": (HEAD + "    return np.ones(10**7)\n", FAILED, "an array of shape (10000000,)"),
    "another numpy": (HEAD + "    np.exp = None\n    return np.exp(x)\n", FAILED, "TypeError"),
}


OURS = f"GLASSNET_TEST={uuid.uuid4().hex}"


@pytest.fixture(autouse=True)
def mark_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mark the processes that this file starts: other tests may run at the same time."""
    monkeypatch.setenv(*OURS.split("="))


def own_processes() -> list[int]:
    """Processes left over from runs of this file."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if OURS.encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
    return found


@linux
@pytest.mark.parametrize("what", WILD)
def test_any_behavior_of_an_answer_gives_a_clear_result(what: str) -> None:
    source, state, message = WILD[what]
    is_stopped = "stopped after 2 seconds" in message or what == "an endless loop that tries"
    verdict = check(SOFTMAX, source, "answer.py", LIMITS if is_stopped else PATIENT)
    assert verdict.state == state
    assert message in " ".join(verdict_text(verdict).split())
    assert own_processes() == []


@linux
def test_tests_passed_before_a_stop_count() -> None:
    source = solved(SOFTMAX).replace(
        "    x = np.asarray(x, dtype=float)",
        "    x = np.asarray(x, dtype=float)\n    if x.max() > 500:\n        while True:\n            pass",
    )
    verdict = check(SOFTMAX, source, "answer.py", LIMITS)
    assert [result.is_correct for result in verdict.results] == [True] * 5 + [False, True, False]
    assert verdict.points == 6


@linux
def test_after_repeated_stops_the_remaining_tests_are_skipped() -> None:
    verdict = check(SOFTMAX, HEAD + "    os._exit(0)\n", "answer.py", PATIENT)
    assert [result.got.error for result in verdict.results] == ["Stopped"] * 4 + ["NotRun"] * 4
    assert "Some tests did not run" in verdict_text(verdict)


@pytest.fixture
def slow_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Delay the start of Python by four seconds."""
    (tmp_path / "sitecustomize.py").write_text("import time\ntime.sleep(4)\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))


@pytest.mark.slow
def test_a_slow_start_of_python_does_not_count_against_the_time_limit(slow_start: None) -> None:
    assert check(SOFTMAX, solved(SOFTMAX), "answer.py", Limits(seconds=3.0)).state == PASSED
    verdict = check(SOFTMAX, HEAD + "    while True:\n        pass\n", "answer.py", Limits(seconds=3.0))
    assert (verdict.state, verdict.results[0].got.error) == (FAILED, "Stopped")


def test_python_that_does_not_start_is_reported(slow_start: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "START_SECONDS", 0.5)
    verdict = check(SOFTMAX, solved(SOFTMAX), "answer.py")
    assert verdict.state == BROKEN
    assert "Python had not started after 0.5 seconds, before the file ran" in verdict_text(verdict)


def test_a_check_starts_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []

    def start(*command: Any, **options: Any) -> Any:
        started.append(command)
        return popen(*command, **options)

    popen = subprocess.Popen
    monkeypatch.setattr(running.subprocess, "Popen", start)
    assert check(SOFTMAX, solved(SOFTMAX), "answer.py").state == PASSED
    assert len(started) == 1


@linux
@pytest.mark.parametrize("exercise", course(), ids=lambda exercise: exercise.key)
@pytest.mark.slow
def test_a_forked_answer_gives_the_same_result_as_a_new_process(exercise: Exercise) -> None:
    """The other tests of the lab fork their answers."""
    for source in (solved(exercise), exercise.lesson.file_text()):
        request = RunRequest(source, "answer.py")
        assert repr(lab_forks.run(exercise, request)) == repr(run(exercise, request))


def test_a_file_that_ran_once_is_not_broken_if_it_times_out_later() -> None:
    source = f"import time\n\nwaited = time.sleep(1.2)\n\n{HEAD}    while not waited:\n        pass\n"
    verdict = check(SOFTMAX, source, "answer.py", LIMITS)
    assert (verdict.state, [result.got.error for result in verdict.results][:2]) == (FAILED, ["Stopped", "NotRun"])


def test_excessive_printing_is_stopped() -> None:
    source = solved(SOFTMAX).replace("    x = np", "    print('a' * 10**6) if np.size(x) == 5 else None\n    x = np")
    verdict = check(SOFTMAX, source, "answer.py", PATIENT)
    assert verdict.state == PASSED
    source = HEAD + "    for _ in range(20):\n        print('a' * 10**6)\n    return x\n"
    assert "stopped after printing 10 million characters" in verdict_text(check(SOFTMAX, source, "answer.py", PATIENT))


def test_a_run_gets_no_unrelated_environment_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_PASSWORD", "secret")
    source = HEAD + "    raise ValueError(str('MY_PASSWORD' in os.environ))\n"
    assert "raises ValueError in line 6 of your file: False" in verdict_text(check(SOFTMAX, source, "answer.py"))


def test_modules_next_to_an_answer_can_be_imported_but_replace_nothing() -> None:
    source = "from helper import small\n" + solved(SOFTMAX)
    assert check(SOFTMAX, source, "answer.py", modules={"helper.py": "small = 1\n"}).problem == ""
    assert check(SOFTMAX, solved(SOFTMAX), "answer.py", modules={"numpy.py": "1 / 0\n"}).state == PASSED


def test_a_run_can_be_canceled() -> None:
    asked = iter([True] * 5)
    request = RunRequest(HEAD + "    time.sleep(1000)\n", "answer.py", is_wanted=lambda: next(asked, False))
    with pytest.raises(CanceledError):
        run(SOFTMAX, request, Limits(seconds=1000.0))
    assert own_processes() == []


@linux
def test_processes_that_leave_their_group_are_ended() -> None:
    away = "        os.setsid()\n        if os.fork() == 0:\n            time.sleep(1000)\n        os._exit(0)\n"
    source = f"{HEAD}    if os.fork() == 0:\n{away}    return x\n"
    check(SOFTMAX, source, "answer.py", LIMITS)
    until = time.monotonic() + 60
    while own_processes() and time.monotonic() < until:
        time.sleep(0.05)
    assert own_processes() == []


AWAY = """
    import subprocess
    code = "import time; time.sleep(1000)  # {mark}"
    environment = {{"PATH": os.environ["PATH"]}}
    subprocess.Popen([sys.executable, "-S", "-c", code], env=environment, start_new_session=True, close_fds=True)
"""
"""A process without the marks of a run, in a session of its own."""


def processes_with(mark: str) -> list[int]:
    """The running processes with this text in their command line."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark.encode() in (folder / "cmdline").read_bytes() and int(folder.name) != os.getpid():
                found.append(int(folder.name))
    return found


def all_end(mark: str) -> bool:
    """Whether all processes with this text in their command line end within a minute."""
    until = time.monotonic() + 60
    while processes_with(mark) and time.monotonic() < until:
        time.sleep(0.05)
    left = processes_with(mark)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    return not left


@linux
@pytest.mark.parametrize("ending", ["return x", "os._exit(3)", "os.kill(os.getpid(), 9)", "time.sleep(1000)"])
def test_a_process_in_a_session_of_its_own_ends_with_the_run(ending: str) -> None:
    mark = uuid.uuid4().hex
    check(SOFTMAX, f"{HEAD}{AWAY.format(mark=mark)}    {ending}\n", "answer.py", LIMITS)
    assert all_end(mark)


@linux
def test_a_process_that_starts_another_in_a_session_of_its_own_ends_with_the_run() -> None:
    mark = uuid.uuid4().hex
    twice = AWAY.format(mark=mark).replace("\n", "\n        ")
    source = f"{HEAD}    if os.fork() == 0:\n        os.setsid()\n{twice}\n        os._exit(0)\n    return x\n"
    check(SOFTMAX, source, "answer.py", PATIENT)
    assert all_end(mark)


@linux
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_answers_end_if_the_grader_is_killed_and_the_grades_so_far_are_kept(number: int, tmp_path: Path) -> None:
    mark = uuid.uuid4().hex
    for name, source in (
        ("ada", solved(SOFTMAX)),
        ("ben", solved(SOFTMAX)),
        ("zoe", f"{HEAD}{AWAY.format(mark=mark)}    time.sleep(1000)\n"),
    ):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "10_softmax.py").write_text(source, encoding="utf-8")
    table = tmp_path / "grades.csv"
    command = "import sys; from glassnet.cli.main import main; main()"
    options = ["lab", "grade", str(tmp_path / "in"), "--exercises", "10", "--csv", str(table), "--seconds", "900"]
    with (tmp_path / "log").open("wb") as log:
        grader = subprocess.Popen([sys.executable, "-c", command, *options], stderr=log, stdout=log)
        until = time.monotonic() + 120
        while not processes_with(mark) and time.monotonic() < until:
            time.sleep(0.05)
        try:
            assert processes_with(mark), (tmp_path / "log").read_text()
            grader.send_signal(number)
            grader.wait(timeout=120)
        finally:
            grader.kill()
            grader.wait()
    assert all_end(mark)
    rows = table.read_text(encoding="utf-8-sig").splitlines()
    assert [row.split(",")[:2] for row in rows] == [["name", "exercise 10 (8)"], ["ada", "8"], ["ben", "8"]]


LESSON = "glassnet.lab.exercises.e10_softmax.lesson"

STOLEN = {
    "an import": f"from {LESSON} import Softmax\n",
    "an import of a module": f"import {LESSON} as lesson\nSoftmax = lesson.Softmax\n",
    "an import of the course": "from glassnet.lab.course import find_exercise\n"
    "Softmax = find_exercise('10').solution_namespace().Softmax\n",
    "an import in a function": f"{HEAD}    from importlib import import_module\n    return import_module({LESSON!r})\n",
    "the module cache": f"{HEAD}    return sys.modules['glassnet.lab.course'].find_exercise('10')\n",
    "the file": f"{HEAD}    import glassnet\n    folder = os.path.dirname(glassnet.__file__)\n"
    "    return open(os.path.join(folder, 'lab', 'exercises', 'e10_softmax', 'lesson.py')).read()\n",
    "the compiled file": f"{HEAD}    import glob, glassnet\n    folder = os.path.dirname(glassnet.__file__)\n"
    "    return open(os.path.join(folder, 'lab', 'exercises', 'e10_softmax', 'checks.py'), 'rb').read()\n",
    "a source": f"{HEAD}    import inspect\n    import glassnet.lab.given as g\n    return inspect.getsource(g.ReLu)\n",
}


@pytest.mark.parametrize("way", STOLEN)
def test_the_reference_solution_cannot_be_imported_or_read(way: str) -> None:
    verdict = check(SOFTMAX, STOLEN[way], "answer.py", PATIENT)
    assert (verdict.state, verdict.points) == (FAILED, 0)
    said = " ".join(verdict_text(verdict).split())
    assert re.search("is not available to answers|KeyError|could not get source code|source code not available", said)
    assert "np.exp(x - x.max" not in said


def test_solutions_of_earlier_exercises_are_available_to_answers() -> None:
    source = "import numpy as np\nfrom glassnet.lab.given import forward_layer\n\n\ndef forward_one_step(X, W, B, g):\n"
    source += "    from glassnet.lab.given import Sigmoid, one_hot_is_not_there\n"
    exercise = find_exercise("12")
    assert check(exercise, solved(exercise), "answer.py").state == PASSED
    said = verdict_text(check(exercise, source, "answer.py", PATIENT))
    assert "cannot import name 'one_hot_is_not_there' from 'glassnet.lab.given'" in said


@linux
def test_processes_of_a_run_are_identified_by_its_mark() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(1000)"], env={**os.environ, RUN_ID: "abc"}
    )
    try:
        until = time.monotonic() + 60
        while process.pid not in find_processes("abc") and time.monotonic() < until:
            time.sleep(0.02)
        assert find_processes("abc") == [process.pid]
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def test_forged_results_earn_no_points() -> None:
    """Results that a submission forges in the channel are checked like any others."""
    lines = b'{"stage": "seen", "case": 99, "seen": []}\n[1]\nnonsense\n'
    forged = f"{HEAD}    os.write(int(sys.argv[4]), {lines!r})\n    return x\n"
    verdict = check(SOFTMAX, forged, "answer.py", PATIENT)
    assert (verdict.state, verdict.points) == (FAILED, 0)
