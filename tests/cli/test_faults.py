"""Faults of the machine: signals, missing standard streams, full disks. A trained network is never lost silently."""

import errno
import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.cli import saving
from glassnet.cli.main import run
from glassnet.common import files
from glassnet.model import load_model
from glassnet.recipes.recipe import Recipe
from glassnet.runs.load import read_run
from glassnet.runs.run import run_recipe
from glassnet.runs.save import write_run

pytestmark = [
    pytest.mark.usefixtures("in_a_folder_of_its_own"),
    pytest.mark.skipif(sys.platform == "win32", reason="needs signals, descriptors, and pseudo-terminals"),
]

RUN_FILES = {"activations.safetensors", "history.csv", "metrics.json", "model.safetensors", "recipe.toml"}

SLOW = """
import functools, sys, time
from glassnet.cli import main
from glassnet.runs import evaluate, run
from glassnet.tabular import portfolio
from glassnet.training import fit

records, measure, program = fit.epoch_records, evaluate.measure, main.program
train_member = portfolio.train_member

@functools.cache
def here():
    print("here", flush=True)

def slow_records(*data, **options):
    for record in records(*data, **options):
        if record.epoch == 2 and stage == "training":
            here()
        yield record
        if stage == "training" and record.epoch > 1:
            time.sleep(0.01)

def slow_member(setting, problem, scale, fold, seed, stop, *others):
    if stage == f"network {fold + 1}":
        here()
        stop.wait(60)
    return train_member(setting, problem, scale, fold, seed, stop, *others)

def slow(function, name):
    def call(*arguments, **options):
        if stage == name:
            here()
            # As in dataclasses: after a KeyboardInterrupt in exec, `python -m` ends by SIGINT even if it is caught.
            exec("ends = time.monotonic() + 60\\n"
                 "while time.monotonic() < ends and not interrupts._state.is_waiting: time.sleep(0.01)")
        return function(*arguments, **options)
    return call

from glassnet.common import interrupts
stage = sys.argv.pop(1)
fit.epoch_records = slow_records
portfolio.train_member = slow_member
evaluate.measure = slow(measure, "measuring")
run.resolve = slow(run.resolve, "loading")
main.program = slow(program, "importing")
main.main(sys.argv[1:])
"""
"""The command, which prints "here" and waits at the stage named by its first argument."""


@contextmanager
def command_at(stage: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own, once it has reached the stage."""
    Path("slow_command.py").write_text(SLOW)
    with subprocess.Popen(
        [sys.executable, "-m", "slow_command", stage, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        yield process


def saved_in(folder: str) -> set[str]:
    return {path.name for path in Path(folder).iterdir()}


# Signals


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_keeps_the_best_epoch(number: int, status: int) -> None:
    with command_at("training", "train", "iris", "--epochs", "100000", "--no-report", "--json") as process:
        process.send_signal(number)
        out, err = process.communicate(timeout=600)
    assert process.returncode == status
    first, second = err.splitlines()
    assert first == "glassnet: stopping; keeping the best epoch"
    assert "the best so far, are kept" in second
    assert json.loads(out)["stop_reason"] == "interrupted"
    assert saved_in("runs/iris") == RUN_FILES
    assert read_run("runs/iris")[1] == []


def test_a_signal_keeps_the_finished_networks_of_a_portfolio() -> None:
    with command_at("network 3", "train", "iris", "--threads", "1", "--no-report") as process:
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=600)
    assert (process.returncode, err) == (143, "glassnet: stopping; keeping the 2 finished networks\n")
    assert "ensemble of 2 networks, quality quick" in out
    metrics = json.loads(Path("runs/iris/metrics.json").read_text())
    assert (metrics["stop_reason"], metrics["ensemble_size"], metrics["folds"]) == ("interrupted", 2, 2)
    assert saved_in("runs/iris") == RUN_FILES - {"activations.safetensors"}


def test_a_signal_before_the_first_network_of_a_portfolio_is_finished_saves_nothing() -> None:
    with command_at("network 1", "train", "iris", "--threads", "1") as process:
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=600)
    told = "glassnet: stopping; no network is finished\nglassnet: interrupted; nothing was saved\n"
    assert (process.returncode, out, err) == (143, "", told)
    assert not Path("runs").exists()


def test_one_held_out_fold_is_not_called_cross_validation() -> None:
    with command_at("network 2", "train", "iris", "--threads", "1") as process:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=600)
    assert (process.returncode, err) == (130, "glassnet: stopping; keeping the finished network\n")
    assert "held-out (1 of 4 folds) accuracy" in out
    page = Path("runs/iris/report.html").read_text(encoding="utf-8")
    assert "1-fold" not in out + page
    assert "1 of 1 trained, on 1 of 4 folds<" in page


def test_a_second_signal_waits_until_the_run_is_saved() -> None:
    with command_at("measuring", "train", "iris", "--epochs", "3") as process:
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=600)
    assert (process.returncode, out) == (143, "")
    assert err == (
        "glassnet: saving the run first; interrupt again to quit without saving\n"
        "glassnet: interrupted; the run was saved to runs/iris, without report.html\n"
    )
    assert saved_in("runs/iris") == RUN_FILES


SIGNALED = """
import signal, sys
from glassnet.cli import main

function, file = sys.argv.pop(1).split(":")

def at_return(frame, event, value):
    if event == "return" and frame.f_code.co_name == function and str(frame.f_locals.get("target", "")).endswith(file):
        sys.setprofile(None)
        for _ in range(2):
            signal.raise_signal(signal.SIGTERM)

sys.setprofile(at_return)
main.main(sys.argv[1:])
"""
"""The command, which gets two signals in a row when the function named by its first argument returns."""


TRAIN, TUNE = "train iris --epochs 2", "tune iris --trials 1 --jobs 1 --ensemble-size 1 --quiet"
REPORT, PREDICT = "report {iris} --out page.html", "predict {iris} rows.npy --out p.csv"
SAVED, WITHOUT = "the run was saved to runs/iris", ", without report.html"


@pytest.mark.parametrize(
    ("at", "command", "saved"),
    [
        ("replace:model.safetensors", TRAIN, SAVED + WITHOUT),
        ("write_run:", TRAIN, SAVED + WITHOUT),
        ("save_run:", f"{TRAIN} --no-report", SAVED),
        ("replace:report.html", TRAIN, SAVED),
        ("show_saved:", TRAIN, SAVED),
        ("write_run:", TUNE, f"{SAVED}-tuned{WITHOUT}"),
        ("replace:report.html", TUNE, f"{SAVED}-tuned"),
        ("in_memory:", TUNE, "every complete trial was kept; run the same command to resume"),
        ("replace:page.html", REPORT, "page.html was written"),
        ("report:", REPORT, "page.html was written"),
        ("replace:p.csv", PREDICT, "the predictions were written to p.csv"),
        ("write_predictions:", PREDICT, "the predictions were written to p.csv"),
    ],
)
def test_two_signals_at_the_end_of_saving_do_not_hide_what_is_saved(
    at: str, command: str, saved: str, iris: Path
) -> None:
    np.save("rows.npy", np.ones((2, 4)))
    words = [word.format(iris=iris) for word in command.split()]
    done = subprocess.run([sys.executable, "-c", SIGNALED, at, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (143, f"glassnet: interrupted; {saved}")
    assert "nothing was saved" not in done.stderr


def test_the_status_is_that_of_the_signal_wherever_it_arrives() -> None:
    with command_at("loading", "train", "iris") as process:
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=600) == ("", "glassnet: interrupted; nothing was saved\n")
    assert process.returncode == 143


def test_two_signals_in_a_row_are_reported_once() -> None:
    with command_at("loading", "train", "iris") as process:
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=600) == ("", "glassnet: interrupted; nothing was saved\n")
    # The system may deliver either first, and the second when the command has ended, with its default action.
    assert process.returncode in (130, 143, -signal.SIGINT, -signal.SIGTERM)
    assert not Path("runs").exists()


def test_a_signal_in_the_callback_of_a_weak_reference_is_not_lost() -> None:
    code = """
import os, signal, time, weakref
from glassnet.common import interrupts

class Thing: ...

thing = Thing()
reference = weakref.ref(thing, lambda _: (os.kill(os.getpid(), signal.SIGTERM), time.sleep(0.1)))
with interrupts.handled():
    interrupts.started()
    try:
        with interrupts.announced("stopping"):
            del thing
            time.sleep(60)
    except KeyboardInterrupt:
        print(interrupts.status())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("143\n", "glassnet: stopping\n")


def test_a_signal_while_modules_are_imported_prints_one_line() -> None:
    with command_at("importing", "train", "iris") as process:
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=600) == ("", "glassnet: interrupted\n")
    assert process.returncode == 130


def test_what_is_ignored_stays_ignored() -> None:
    program = [sys.executable, "-c", SLOW, "training", "train", "iris", "--epochs", "5", "--quiet"]
    command = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *program]  # as nohup does
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        process.send_signal(signal.SIGHUP)
        assert process.communicate(timeout=600) == ("", "")
    assert process.returncode == 0


def test_a_closed_terminal_keeps_the_best_epoch() -> None:
    terminal, inside = pty.openpty()
    # The first process of a session that opens a terminal gets a SIGHUP when it is closed.
    become = (
        "import os, sys; inside = os.open(sys.argv[1], os.O_RDWR); [os.dup2(inside, i) for i in range(3)]; "
        "os.execv(sys.executable, [sys.executable, *sys.argv[2:]])"
    )
    program = ["-c", SLOW, "training", "train", "iris", "--epochs", "100000"]
    process = subprocess.Popen([sys.executable, "-c", become, os.ttyname(inside), *program], start_new_session=True)
    seen = b""
    while b"here" not in seen:
        seen += os.read(terminal, 1 << 12)
    os.close(inside)
    os.close(terminal)
    assert process.wait(timeout=600) == 129
    assert saved_in("runs/iris") >= RUN_FILES
    assert load_model("runs/iris").metrics is not None


@pytest.mark.parametrize("command", ["predict runs/iris X.npy", "evaluate runs/iris iris", "inspect runs/iris"])
def test_other_commands_end_with_one_line_and_the_status_of_the_signal(
    command: str, iris: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*anything: Any) -> None:
        raise KeyboardInterrupt

    for module in ("glassnet.runs.prediction_inputs", "glassnet.model"):  # which is imported by the other
        monkeypatch.setattr(f"{module}.load_model", interrupted)
    assert run(command.split()) == 130
    assert re.fullmatch("glassnet: interrupted(; nothing was saved)?\n", capsys.readouterr().err)


# Standard streams


def shell(command: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a line of shell; `glassnet` in it is the program."""
    program = f"'{sys.executable}' -m glassnet"
    return subprocess.run(
        command.replace("glassnet", program, 1), shell=True, capture_output=True, text=True, check=False, **options
    )


@pytest.mark.parametrize("closed", ["2>&-", "<&- >&- 2>&-", "<&- 2>&-"])
def test_closed_streams_lose_nothing(closed: str) -> None:
    """A file that is opened later must not become standard error: its content would be mixed with messages."""
    np.savez("rows.npz", X=np.eye(30), y=np.arange(30) % 3)
    done = shell(f"glassnet train rows.npz --epochs 2 --json {closed}")
    assert done.returncode == 0
    assert done.stderr == ""
    if ">&- 2" not in closed:
        assert json.loads(done.stdout)["epochs"] == 2
    assert saved_in("runs/rows") == RUN_FILES | {"report.html"}
    assert read_run("runs/rows")[1] == []


def test_messages_never_go_to_standard_output() -> None:
    done = shell("glassnet train nothing.csv 2>&-")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")


class Bare:
    """A stream as some frameworks put in place of stderr: it can be written to, and nothing else."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        pass


def closed_file() -> Any:
    stream = Path("closed").open("w")  # noqa: SIM115
    stream.close()
    return stream


@pytest.mark.parametrize("stream", [lambda: None, Bare, closed_file], ids=["none", "bare", "closed"])
def test_the_library_and_the_commands_work_without_a_proper_stderr(
    stream: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stderr", stream())
    network = gn.Network(2, [gn.Dense(2, "softmax")])
    assert len(gn.fit(network, (np.eye(2), [0, 1]), epochs=2)) == 2
    assert gn.run_recipe(gn.load_recipe("iris"), progress=None).metrics["epochs"] > 0
    assert run(["train", "iris", "--epochs", "2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["epochs"] == 2
    assert run(["train", "nothing.csv"]) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_standard_output_is_reported_in_one_line(iris: Path) -> None:
    done = shell(f"glassnet inspect '{iris}' --json > /dev/full")
    assert (done.returncode, done.stderr) == (1, "glassnet: standard output: No space left on device\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_standard_output_does_not_hide_that_the_run_is_saved() -> None:
    done = shell("glassnet train iris --epochs 2 > /dev/full")
    where = "the run was saved to runs/iris, without report.html"
    assert (done.returncode, done.stderr) == (1, f"glassnet: standard output: No space left on device; {where}\n")
    assert saved_in("runs/iris") == RUN_FILES


# Full disks


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder on a full disk: files in it can be created, but not written. Temporary files go elsewhere."""
    folder = tmp_path / "full"
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))

    def wrap(name: str) -> None:
        write = getattr(Path, name)

        def limited(path: Path, *content: Any, **options: Any) -> int:
            if folder in path.absolute().parents:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            written: int = write(path, *content, **options)
            return written

        monkeypatch.setattr(Path, name, limited)

    wrap("write_bytes")
    wrap("write_text")
    return folder


def test_a_run_that_cannot_be_saved_is_saved_elsewhere(full: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "iris", "--epochs", "3", "--out", str(full / "iris"), "--json"]) == 1
    out, err = capsys.readouterr()
    folder = json.loads(out)["folder"]
    assert err == (
        f"glassnet: {full}/iris/model.safetensors: No space left on device; the run was saved to {folder} instead\n"
    )
    assert saved_in(folder) == RUN_FILES | {"report.html"}
    assert list((full / "iris").iterdir()) == []


def test_a_person_at_the_terminal_is_asked_for_another_folder(
    full: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter([f"{full}/again\n", "elsewhere\n"])
    monkeypatch.setattr(saving, "is_terminal", lambda stream: True)
    monkeypatch.setattr(sys, "stdin", type("Typed", (), {"readline": lambda self: next(answers)})())
    assert run(["train", "iris", "--epochs", "3", "--out", str(full / "iris"), "--quiet"]) == 0
    assert capsys.readouterr().err.count("No space left on device\nAnother folder") == 2
    assert saved_in("elsewhere") == RUN_FILES | {"report.html"}


def test_no_place_at_all_is_reported_in_one_line(
    full: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(full))
    monkeypatch.setenv("HOME", str(full))
    full.mkdir()
    assert run(["train", "iris", "--epochs", "3", "--out", str(full / "iris")]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(r"glassnet: .*No space left on device; the run could not be saved elsewhere either\n", err)


def test_a_model_on_a_full_disk_raises_with_its_path_and_leaves_the_old_file(full: Path) -> None:
    model, path = gn.Model(None, gn.Network(2, [gn.Dense(2, "softmax")])), full / "mine.safetensors"
    full.mkdir()
    with path.open("wb") as file:
        file.write(b"before")
    with pytest.raises(OSError, match="No space left on device") as raised:
        model.save(path)
    assert raised.value.filename == str(path)
    assert path.read_bytes() == b"before"
    assert saved_in(str(full)) == {"mine.safetensors"}


def test_a_report_that_cannot_be_written_is_reported_and_the_run_is_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(path: Path, text: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(saving, "write_text", full)
    assert run(["train", "iris", "--epochs", "3", "--quiet"]) == 1
    assert capsys.readouterr().err == (
        "glassnet: runs/iris/report.html: No space left on device; "
        "the run was saved to runs/iris, without report.html\n"
    )
    assert saved_in("runs/iris") == RUN_FILES


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="needs the right to mount a small disk")
def test_a_real_disk_of_half_a_megabyte(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "none", str(disk)], capture_output=True).returncode:
        pytest.skip("needs the right to mount a small disk")
    try:
        (disk / "filler").write_bytes(bytes(370_000))
        done = shell(f"glassnet train digits --epochs 2 --json --out {disk}/digits")
        folder = json.loads(done.stdout)["folder"]
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert done.stderr.endswith(f"No space left on device; the run was saved to {folder} instead\n")
        assert load_model(folder).features == 64
        assert list((disk / "digits").iterdir()) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_link_to_nowhere_is_named_before_the_training(capsys: pytest.CaptureFixture[str]) -> None:
    Path("link").symlink_to("nowhere")
    assert run(["train", "iris", "--out", "link"]) == 2
    assert "link cannot be a run folder: it is a link to nowhere, which does not exist" in capsys.readouterr().err


# Files of several runs


def test_files_of_another_run_are_reported(capsys: pytest.CaptureFixture[str]) -> None:
    for name, more in (("a", ["--seed", "1"]), ("b", ["--seed", "2", "--lr", "0.01"])):
        assert run(["train", "iris", "--epochs", "3", *more, "--out", name, "--no-report", "--quiet"]) == 0
    assert read_run("a")[1] == []
    for name in ("metrics.json", "history.csv", "recipe.toml", "activations.safetensors"):
        before = Path("a", name).read_bytes()
        Path("a", name).write_bytes(Path("b", name).read_bytes())
        note = f"{name} in a belongs to another run than model.safetensors; train again to replace it"
        assert read_run("a")[1][0] == note
        Path("a", name).write_bytes(before)
    Path("a/metrics.json").write_bytes(Path("b/metrics.json").read_bytes())
    np.save("X.npy", np.zeros((1, 4)))
    for command in (["predict", "a", "X.npy"], ["evaluate", "a", "iris"], ["inspect", "a"]):
        with pytest.warns(UserWarning, match=r"metrics\.json in a belongs to another run"):
            assert run(command) == 0
    capsys.readouterr()
    assert run(["report", "a"]) == 0
    assert "metrics.json in a belongs to another run" in capsys.readouterr().out


def test_the_model_is_the_last_file_that_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    replaced, replace = [], Path.replace
    monkeypatch.setattr(Path, "replace", lambda path, to: (replaced.append(Path(to).name), replace(path, to))[1])
    assert run(["train", "iris", "--epochs", "2", "--no-report", "--quiet"]) == 0
    assert {name for name in replaced if not name.startswith(".")} == RUN_FILES
    assert replaced[-1] == "model.safetensors"


def test_a_kill_between_two_files_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(["train", "iris", "--epochs", "2", "--quiet"]) == 0
    script = (
        "import os, pathlib\nreplace = pathlib.Path.replace\n"
        "def once(path, to):\n    replace(path, to)\n    if not str(to.name).startswith('.'): os._exit(9)\n"
        "pathlib.Path.replace = once\nfrom glassnet.cli.main import main\n"
        "main(['train', 'iris', '--epochs', '3', '--seed', '5', '--quiet'])"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 9
    assert "metrics.json in runs/iris belongs to another run than model.safetensors" in read_run("runs/iris")[1][0]
    assert load_model("runs/iris").metrics is not None


def test_a_network_without_epochs_does_not_change_the_identity(tmp_path: Path) -> None:
    found = run_recipe(Recipe("x", "iris", epochs=2, ensemble_size=2))
    found.histories[1].records.clear()  # as after Ctrl-C before its first epoch
    write_run(found, tmp_path)
    loaded, notes = read_run(tmp_path)
    assert (len(loaded.histories), notes) == (1, [])


def test_a_repeated_run_has_the_same_identity() -> None:
    for name in ("a", "b"):
        assert run(["train", "iris", "--epochs", "2", "--no-report", "--quiet", "--out", name]) == 0
    ids = [json.loads(Path(name, "metrics.json").read_text())["run_id"] for name in ("a", "b")]
    assert ids[0] == ids[1] == (load_model("a").metrics or {})["run_id"]


def test_atomic_files_are_gone_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="too large") as raised, files.atomic_file(tmp_path / "x.txt"):
        raise OSError(errno.EFBIG, "too large")
    assert raised.value.filename == str(tmp_path / "x.txt")
    assert list(tmp_path.iterdir()) == []
