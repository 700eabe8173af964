"""Tests of `glassnet bench`: fair pairing, rejected comparisons, and named problems; never a measured time."""

import dataclasses
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from glassnet.bench import growth, results, rounds, tables
from glassnet.bench.contestants import sklearn
from glassnet.bench.process import ContestantError, Process
from glassnet.bench.results import Entry, Ratio, WorkloadResult
from glassnet.bench.rounds import BenchmarkOptions, late, measure, take_turns
from glassnet.bench.tasks import Task, initial_layers, make_task, synthetic_rows
from glassnet.bench.workloads import PEERS, WORKLOADS
from glassnet.cli.main import run


def quiet(text: str) -> None:
    """Ignore progress messages."""


@pytest.fixture
def short_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "STRETCH", 0.001)
    monkeypatch.setattr(growth, "STRETCH", 0.001)
    # Timings of such short runs are noisy, and speed is not tested here.
    monkeypatch.setattr(results, "UNSTEADY", float("inf"))


def small_task(kind: str = "train", activations: tuple[str, ...] = ("relu", "relu"), classes: int = 3) -> Task:
    """A network and data that need almost no time: 75 rows, the last batch smaller."""
    X, y = synthetic_rows(75, 5, classes)
    widths = (5, 4, 4, classes)
    return Task(kind, widths, activations, "adam", 0.01, 8, X, y, initial_layers(widths, activations))


# Ratios


def row(ours: Any, theirs: Any, **workload: Any) -> WorkloadResult:
    """W1 with PyTorch as the only peer; each contestant is given by its fields."""
    one = dataclasses.replace(WORKLOADS["W1"], targets={"torch": 2.0}, limits={"c": 1.7}, **workload)
    entries = {"glassnet": Entry("glassnet", "glassnet", **ours), "torch": Entry("torch", "PyTorch", **theirs)}
    return WorkloadResult("W1", one, entries)


def test_ratios_are_computed_per_round() -> None:
    """The ratio of the medians would be 3; the ratios per round are 2, 2, and 5."""
    found = row({"step_seconds": [1.0, 2.0, 1.0]}, {"step_seconds": [2.0, 4.0, 5.0]})
    assert found.ratio("torch") == Ratio(2.0, False, median=2.0, lowest=2.0, highest=5.0)
    assert found.entries["torch"].seconds == 4.0
    assert found.ratio("jax") is None
    assert found.ratio("glassnet") is None


def test_a_limit_is_the_ratio_of_glassnet_to_the_peer() -> None:
    found = row({"step_seconds": [1.0, 3.0]}, {"step_seconds": [2.0, 2.0]})
    found = dataclasses.replace(found, entries={**found.entries, "c": Entry("c", "C", step_seconds=[1.0, 1.0])})
    ratio = found.ratio("c")
    assert ratio == Ratio(1.7, True, median=2.0, lowest=1.0, highest=3.0)
    assert ratio.reached is False
    assert Ratio(1.7, True, median=1.7).reached is True
    assert Ratio(1.7, False, median=1.7).reached is True
    assert Ratio(1.7, False, median=1.6).reached is False
    assert Ratio(1.7, False).reached is None


STEPS = {"step_seconds": [1.0]}

REFUSED: list[tuple[str, dict[str, Any], dict[str, Any], str | None]] = [
    ("equal", {"loss": 1.0, "loss_before": 2.0}, {"loss": 1.0, "loss_before": 2.0}, None),
    ("other shuffles", {"loss": 1.0, "loss_before": 2.0}, {"loss": 1.05, "loss_before": 2.0}, None),
    ("worse", {"loss": 1.0, "loss_before": 2.0}, {"loss": 1.3, "loss_before": 2.0}, "loss differs: .* usual 1.15"),
    ("better", {"loss": 1.0, "loss_before": 2.0}, {"loss": 0.5, "loss_before": 2.0}, "loss differs"),
    ("nan", {"loss": 1.0, "loss_before": 2.0}, {"loss": float("nan"), "loss_before": 2.0}, "loss differs"),
    (
        "another network, as expected",
        {"loss": 1.0, "loss_before": 2.0},
        {"loss": 1.6, "loss_before": 2.0, "expected": 1.59},
        None,
    ),
    (
        "another network, wrong",
        {"loss": 1.0, "loss_before": 2.0},
        {"loss": 1.0, "loss_before": 2.0, "expected": 1.59},
        "loss differs: PyTorch 1, usual 1.59",
    ),
    ("probabilities", {"difference": 1e-7}, {"difference": 1e-6}, None),
    ("their probabilities", {"difference": 1e-7}, {"difference": 0.02}, "PyTorch's probabilities are off by 0.02"),
    ("our probabilities", {"difference": 0.02}, {"difference": 1e-7}, "glassnet's probabilities are off by 0.02"),
    ("no probabilities", {"difference": float("nan")}, {"difference": 0.0}, "glassnet's probabilities are off"),
    ("we were disturbed", {"ready_seconds": 0.2}, {}, "glassnet was 5.0 times as fast before the rounds"),
    ("they were disturbed", {}, {"ready_seconds": 0.3}, "PyTorch was 3.3 times as fast before the rounds"),
    ("a little disturbed", {"ready_seconds": 0.5}, {"ready_seconds": 0.5}, None),
    ("they failed", {}, {"problem": "RuntimeError: no"}, "RuntimeError: no"),
    ("we failed", {"problem": "no kernel"}, {}, "glassnet: no kernel"),
]


@pytest.mark.parametrize(("ours", "theirs", "problem"), [case[1:] for case in REFUSED], ids=[c[0] for c in REFUSED])
def test_different_work_gives_no_ratio(ours: dict[str, Any], theirs: dict[str, Any], problem: str | None) -> None:
    ratio = row(STEPS | ours, STEPS | theirs).ratio("torch")
    assert ratio is not None
    if problem is None:
        assert (ratio.problem, ratio.median) == (None, 1.0)
    else:
        assert re.search(problem, ratio.problem or "")
        assert ratio.median is None


def test_of_three_the_one_that_differs_is_rejected() -> None:
    found = row(STEPS | {"loss": 1.0, "loss_before": 2.0}, STEPS | {"loss": 1.01, "loss_before": 2.0})
    odd = Entry("jax", "JAX", loss=1.4, loss_before=2.0, step_seconds=[1.0])
    targets = {"torch": 2.0, "jax": 2.0}
    found = dataclasses.replace(
        found, entries={**found.entries, "jax": odd}, workload=dataclasses.replace(found.workload, targets=targets)
    )
    torch_ratio, jax_ratio = found.ratio("torch"), found.ratio("jax")
    assert torch_ratio is not None
    assert jax_ratio is not None
    assert torch_ratio.median == 1.0
    assert jax_ratio.problem == "loss differs: JAX 1.4, usual 1.01"


# Rounds and processes


class Actor:
    """A process that records requests and returns the given replies."""

    def __init__(self, name: str, asked: list[str], answers: list[Any]) -> None:
        self.name, self.asked, self.answers = name, asked, answers

    def ask(self, do: str, limit: float, **order: Any) -> Any:
        self.asked.append(self.name)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_contestants_take_turns_and_failing_ones_are_excluded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "PAUSE", 0)
    entries = {name: Entry(name, name) for name in "abc"}
    asked: list[str] = []
    turns = {
        "a": [{"seconds": 6.0, "steps": 3}, {"seconds": 8.0, "steps": 2}, {"seconds": 1.0, "steps": 1}],
        "b": [{"seconds": 1.0, "steps": 1}, ContestantError("fell over")],
        "c": [{"seconds": 1.0, "steps": 1}] * 3,
    }
    ready: Any = {name: Actor(name, asked, answers) for name, answers in turns.items()}
    take_turns("W1", entries, ready, BenchmarkOptions("numpy", PEERS, runs=3), quiet)
    assert "".join(asked) == "abcabcac"
    assert entries["a"].step_seconds == [2.0, 4.0, 1.0]
    assert (entries["b"].step_seconds, entries["b"].problem) == ([], "fell over")


def test_late_epochs_are_compared_with_early_epochs_of_the_same_run() -> None:
    seconds = [100.0, 1.0, 2.0, 3.0, *[50.0] * 94, 4.0, 6.0, 5.0]
    entries = {name: Entry(name, name, ready_seconds=0.5) for name in ("glassnet", "early")}
    ready: Any = {"glassnet": Actor("", [], [{"steps": 2}, *[{"seconds": seconds}] * rounds.LATE_RUNS])}
    late("late", entries, ready, BenchmarkOptions("numpy", (), runs=1), quiet)
    found = WorkloadResult("late", WORKLOADS["late"], entries).ratio("early")
    assert (entries["early"].step_seconds, entries["glassnet"].step_seconds) == ([1.0], [2.5])
    assert found == Ratio(1.2, True, median=2.5, lowest=2.5, highest=2.5)


def prepared(process: Process, folder: Path, **order: Any) -> dict[str, Any]:
    small_task().save(folder)
    usual = {"contestant": "glassnet", "folder": str(folder), "ways": [{"engine": "numpy"}], "check_after": 0}
    return process.ask("prepare", **{"limit": 60, "stretch": 0.001, **usual, **order})


def test_a_process_serves_requests_until_it_fails_and_then_ends(tmp_path: Path) -> None:
    with Process({"LOUD": "1"}, threads=1) as process:
        reported = prepared(process, tmp_path, ways=[{"engine": "numpy"}] * 2, check_after=2)
        assert reported["loss"] < reported["loss_before"]
        assert reported["way"] in (0, 1)
        assert reported["step"] > 0
        assert process.ask("run", 60, count=3)["steps"] == 3 * 10
        assert len(process.ask("epochs", 60, count=5)["seconds"]) == 5
        with pytest.raises(ContestantError, match="ValueError: unknown engine 'nunpy'; did you mean 'numpy'"):
            prepared(process, tmp_path, ways=[{"engine": "nunpy"}])
        assert process.ask("run", 60, count=1)["steps"] == 10
        with pytest.raises(ContestantError, match=r"took longer than 0.2 s"):
            process.ask("run", 0.2, count=10**6)
        assert process._child.poll() is not None


def test_a_dead_process_is_named() -> None:
    with Process() as process:
        process._child.kill()
        with pytest.raises(ContestantError, match=r"its process ended with status -?\d+"):
            process.ask("run", 60)
        with pytest.raises(ContestantError, match="ended"):
            process.ask("run", 60)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a system with process groups")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_ctrl_c_ends_all_processes_and_leaves_no_files(number: int, status: int, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from glassnet.cli.main import main; main()", "bench", "--only", "W2"]
    command += ["--peers", "sklearn", "--runs", "1000", "--engine", "numpy"]
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stdout=-1, stderr=-1, text=True, start_new_session=True, env=environment) as process:
        while process.poll() is None and not children(process.pid):
            time.sleep(0.05)
        process.send_signal(number)
        out, err = process.communicate(timeout=600)
    assert (process.returncode, out, err) == (status, "", "glassnet: stopping\nglassnet: interrupted\n")
    assert list(tmp_path.iterdir()) == []
    # A process that has ended belongs to its group until the system has taken note.
    with pytest.raises(ProcessLookupError):  # noqa: PT012 - until then
        for _ in range(2000):
            os.killpg(process.pid, 0)
            time.sleep(0.05)


def children(pid: int) -> list[psutil.Process]:
    """The processes of contestants, without those that describe the machine."""
    found = []
    for child in psutil.Process(pid).children():
        with suppress(psutil.Error):  # it has ended
            if "glassnet.bench.child" in child.cmdline():
                found.append(child)
    return found


@pytest.mark.usefixtures("short_turns")
def test_a_missing_peer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sklearn, "PACKAGES", ("sklearn", "nowhere_to_be_had"))
    found = measure("W7", WORKLOADS["W7"], BenchmarkOptions("numpy", ("sklearn",), runs=1), quiet)
    problem = "not installed: nowhere_to_be_had; pip install 'glassnet[bench]'"
    assert found.entries["sklearn"].problem == problem
    assert found.entries["glassnet"].step_seconds
    assert tables.remarks([found]).plain == f"W7  scikit-learn: {problem}"
    ratio = found.ratio("sklearn")
    assert ratio is not None
    assert tables.cell(ratio).plain == "not installed\n≥ 25"


@pytest.mark.peers
@pytest.mark.usefixtures("short_turns")
def test_a_peer_with_other_activations_is_compared_on_its_own_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def few_rows(*anything: Any) -> Task:
        task = make_task(*anything)
        return dataclasses.replace(task, X=task.X[:100], y=task.y[:100])

    monkeypatch.setattr(rounds, "make_task", few_rows)
    workload = dataclasses.replace(WORKLOADS["W1"], loss_after=5, limits={})
    found = measure("W1", workload, BenchmarkOptions("numpy", ("sklearn",), runs=2, threads=1), quiet)
    theirs = found.entries["sklearn"]
    assert theirs.expected is not None
    assert theirs.problem is None
    assert theirs.expected != found.usual_loss
    ratio = found.ratio("sklearn")
    assert ratio is not None
    assert ratio.median is not None
    assert len(theirs.step_seconds) == len(found.entries["glassnet"].step_seconds) == 2
    assert found.notes == list(WORKLOADS["W1"].notes)


# The command


@pytest.mark.usefixtures("short_turns")
def test_json_prints_exactly_one_document(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    image = tmp_path / "ratios.png"
    command = ["bench", "--only", "W7", "--runs", "2", "--peers", "sklearn", "--engine", "numpy", "--threads", "1"]
    assert run([*command, "--json", "--plot", str(image)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    reported = json.loads(out)
    assert (reported["runs"], reported["threads"], reported["engine"]) == (2, 1, "numpy")
    assert reported["machine"]["versions"]["numpy"] == np.__version__
    contestants = reported["workloads"]["W7"]["contestants"]
    assert list(contestants) == ["glassnet", "sklearn"]
    theirs = contestants["sklearn"]
    assert len(theirs["step_seconds"]) == 2
    assert theirs["difference"] < 1e-4
    ratios = [t / o for t, o in zip(theirs["step_seconds"], contestants["glassnet"]["step_seconds"], strict=True)]
    assert theirs["ratio"]["median"] == pytest.approx(sum(ratios) / 2)
    assert theirs["ratio"]["target"] == 25
    assert theirs["setting"] == "1 thread"
    assert image.stat().st_size > 1000


@pytest.mark.usefixtures("short_turns")
def test_without_peers_glassnet_is_timed_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "--only", "w7", "--runs", "1", "--peers", "", "--engine", "numpy"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "W7" in out
    assert "engine numpy" in out
    assert "PyTorch" not in out


WRONG = [
    ("bench --only W9", r"unknown workload 'W9'; did you mean 'W\d'\? known: W"),
    ("bench --only ''", "unknown workload ''"),
    ("bench --only W1,", "unknown workload ''"),
    ("bench --peers touch", r"unknown peer 'touch'; did you mean 'torch'\? known: torch, "),
    ("bench --runs 0", "--runs must be at least 1, got 0"),
    ("bench --runs x", "--runs must be a whole number; see"),
    ("bench --threads 0", r"--threads must be from 1 to \d+, the number of processors, got 0"),
    ("bench --threads 100000", "--threads must be from 1 to"),
    ("bench --engine nunpy", r"unknown engine 'nunpy'; did you mean 'numpy'\?"),
    ("bench --mnist .", "has no train-images-idx3-ubyte or train-images-idx3-ubyte.gz; --mnist must be the folder"),
    ("bench --mnist gone", "gone has no train-images"),
    ("bench --plot .", "--plot must be a file, but . is a folder"),
    ("bench growht", "No such command 'growht'"),
    ("bench growth --only dept", r"unknown axis 'dept'; did you mean 'depth'\?"),
    ("bench growth --threads 0", "--threads must be from 1"),
    ("bench growth --plot .", "--plot must be a file"),
    ("bench vectorize --repeats 0", "--repeats must be at least 1, got 0"),
]


@pytest.mark.usefixtures("in_a_folder_of_its_own")
@pytest.mark.parametrize(("command", "message"), WRONG, ids=[command for command, _ in WRONG])
def test_usage_errors_are_reported_in_one_line(command: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(shlex.split(command)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch("glassnet: .+\n", err), err
    assert re.search(message, err), err


@pytest.mark.parametrize("command", ["bench", "bench vectorize", "bench growth"])
def test_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*command.split(), "--help"]) == 0
    assert "Usage: " in capsys.readouterr().out
