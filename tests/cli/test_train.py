"""Tests of `glassnet train`: output on stdout and stderr, saved files, and one clear line per error."""

import csv
import json
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import glassnet
from glassnet.cli.main import main, run
from glassnet.data.sources import SOURCES, load
from glassnet.model import Model, load_model
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.recipes.recipe import read_recipe
from helpers.interrupts import ctrl_c_heard

RUN_FILES = [
    "activations.safetensors",
    "history.csv",
    "metrics.json",
    "model.safetensors",
    "recipe.toml",
    "report.html",
]


def glassnet_command(*arguments: str | Path) -> list[str]:
    """The command that runs the program in a process of its own."""
    return [sys.executable, "-c", "from glassnet.cli.main import main; main()", *map(str, arguments)]


def files(folder: Path) -> dict[str, bytes | None]:
    """The contents of all files below a folder, for comparison."""
    return {
        str(path.relative_to(folder)): None if path.is_dir() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
    }


pytestmark = pytest.mark.usefixtures("in_a_folder_of_its_own")


# glassnet train


def test_train_prints_tables_and_writes_a_run_folder(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["train", "iris", "--epochs", "3"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    metrics = json.loads(Path("runs/iris/metrics.json").read_text())
    for key in ("train", "valid", "test"):
        assert f"{100 * metrics[f'{key}_accuracy']:.2f}%" in out
    expected = ("iris: 4-64-32-3, adamw", "most frequent class", "33.33%", "2,499", "training time", "Confusion matrix")
    for text in expected:
        assert text in out
    assert "setosa" in out
    assert "Saved to runs/iris: model, recipe, history, metrics, report.html" in out
    assert sorted(files(tmp_path / "runs" / "iris")) == RUN_FILES
    assert read_recipe("runs/iris/recipe.toml").epochs == 3
    with Path("runs/iris/history.csv").open() as file:
        assert [row["epoch"] for row in csv.DictReader(file)] == ["1", "2", "3"]
    assert "<h1>iris</h1>" in Path("runs/iris/report.html").read_text(encoding="utf-8")


def test_train_prints_errors_of_regression(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "diabetes", "--epochs", "2"]) == 0
    out, _ = capsys.readouterr()
    assert "test RMSE" in out
    assert "baseline RMSE (mean)" in out
    assert "onfusion" not in out


def test_json_prints_exactly_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "iris", "--epochs", "2", "--json", "--out", "here"]) == 0
    out, err = capsys.readouterr()
    printed = json.loads(out)
    assert printed.pop("folder") == "here"
    assert printed == json.loads(Path("here/metrics.json").read_text())
    assert err == ""


@pytest.mark.parametrize("source", ["digits", "iris", "diabetes", "moons"])
def test_quiet_prints_nothing(source: str) -> None:
    command = glassnet_command("train", source, "--epochs", "1", "--quiet")
    done = subprocess.run(command, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
    assert sorted(path.name for path in Path("runs", source).iterdir()) == RUN_FILES


@pytest.mark.skipif(sys.platform == "win32", reason="needs a system with pseudo-terminals")
@pytest.mark.parametrize("columns", [60, 80])
def test_on_a_terminal_a_bar_is_drawn_on_stderr_while_stdout_stays_json(columns: int) -> None:
    ours, theirs = pty.openpty()
    size = {"COLUMNS": str(columns), "TERM": "xterm-256color"}
    command = glassnet_command("train", "iris", "--epochs", "30", "--json")
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, env=os.environ | size, check=True)
    os.close(theirs)
    drawn = os.read(ours, 1 << 16).decode(errors="replace")
    os.close(ours)
    assert json.loads(done.stdout)["epochs"] == 30
    last = [line for line in re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", drawn).splitlines() if "30/30" in line][-1]
    assert last.strip().startswith("training ━")
    assert "valid accuracy" in last
    assert "…" not in last
    assert len(last.split("\r")[-1].rstrip()) <= columns


def test_a_run_is_repeated_from_its_own_recipe() -> None:
    assert run(["train", "wine", "--quiet", "--epochs", "5", "--seed", "3", "--out", "first"]) == 0
    assert run(["train", "first/recipe.toml", "--quiet", "--out", "second"]) == 0
    first, second = (json.loads(Path(name, "metrics.json").read_text()) for name in ("first", "second"))
    assert first.pop("seconds") >= 0
    assert second.pop("seconds") >= 0
    assert first == second
    theta = [load_model(name).networks[0].parameters for name in ("first", "second")]
    np.testing.assert_array_equal(*theta)
    kept = [Path(name, "recipe.toml").read_text().splitlines() for name in ("first", "second")]
    assert kept[0][1:] == kept[1][1:]
    # The name is that of the folder, so that repeating a saved recipe never writes into another run folder.
    assert [lines[0] for lines in kept] == ['name = "first"', 'name = "second"']
    assert run(["train", "first", "--quiet"]) == 0
    assert json.loads(Path("runs/first/metrics.json").read_text())["seed"] == 3


def test_names_with_brackets_and_dollars_print_unchanged(capsys: pytest.CaptureFixture[str]) -> None:
    Path("own.toml").write_text('name = "[x] $\\\\a$"\n[data]\nsource = "iris"\n[training]\nepochs = 1')
    assert run(["train", "own.toml"]) == 0
    assert run(["evaluate", "runs/[x] $\\a$", "iris"]) == 0
    assert run(["train", "own.toml", "--out", "[/b] [red]"]) == 0
    out, err = capsys.readouterr()
    assert "Saved to runs/[x] $\\a$: model" in out
    assert "runs/[x] $\\a$ on iris" in out
    assert "Saved to [/b] [red]: model" in out
    assert "[x] $\\a$: 4-3" in out
    assert err == ""


# Usage errors


def prepare(folder: Path) -> None:
    """Write files with misleading names, and models that do not match."""
    (folder / "text.safetensors").write_text("no model")
    (folder / "text.png").write_text("no image")
    (folder / "empty.png").touch()
    Image.new("L", (80, 60), 255).save(folder / "blank.png")
    Image.effect_noise((80, 60), 90).save(folder / "whole.png")
    whole = (folder / "whole.png").read_bytes()
    (folder / "half.png").write_bytes(whole[: len(whole) // 2])
    (folder / "bad.toml").write_text("[data]\nsource = 'iris'\n[training]\nepoch = 3")
    (folder / "text.toml").write_text("hello")
    (folder / "a file").touch()
    Model(None, Network(4, [Dense(3, "softmax")]), "abc").save(folder / "abc.safetensors")


WRONG: list[tuple[str, str]] = [
    ("train digit", r"unknown source 'digit'; did you mean 'digits'\? known: digits, .*spirals.*recipe file"),
    ("train text.txt", "unknown source 'text.txt'"),
    ("train gone.toml", "there is no recipe gone.toml"),
    ("train bad.toml", r"recipe bad.toml: unknown key of \[training\] in a recipe: 'epoch'; did you mean 'epochs'"),
    ("train text.toml", "text.toml is not a TOML file"),
    ("train", "Missing argument .*; see glassnet train --help"),
    ("train iris wine", "unexpected extra argument"),
    ("train iris --hiden 3", "No such option: --hiden.*--hidden.*; see glassnet train --help"),
    ("train iris --lr", "--lr.*argument"),
    ("train iris --lr -1", "learning_rate must be above 0, got -1"),
    ("train iris --lr nan", "learning_rate must be finite and above 0, got nan"),
    ("train iris --lr inf", "learning_rate must be finite and above 0, got inf"),
    ("train iris --lr x", "--lr must be a number; see"),
    ("train iris --epochs 1.5", "--epochs must be a whole number; see glassnet train --help"),
    ("train iris --epochs 0", "epochs must be at least 1, got 0"),
    ("train iris --batch-size 0", "batch_size must be at least 1, got 0"),
    ("train iris --seed -1", "seed must be at least 0, got -1"),
    ("train iris --split 60/50", "split 60/50 sums to 110, not 100"),
    ("train iris --split 60", "split 60 sums to 60, not 100"),
    ("train iris --split x", "split 'x' must be numbers"),
    ("train iris --split 0/100", "split 0/100 leaves no training rows"),
    ("train iris --hidden x", "--hidden must be numbers of units such as 128,64, or 0 for no hidden layer; got 'x'"),
    ("train iris --hidden 5,,4", "--hidden must be numbers of units"),
    ("train iris --hidden -5", "--hidden must be numbers of units"),
    ("train iris --hidden 5,0", "--hidden must be numbers of units"),
    ("train iris --optimizer adamm", r"unknown optimizer 'adamm'; did you mean 'adam'\?"),
    ("train iris --activation rleu", r"unknown activation 'rleu'; did you mean 'relu'\?"),
    ("train iris --engine nunpy", r"unknown engine 'nunpy'; did you mean 'numpy'\?"),
    ("train iris --out 'a file'", "a file cannot be a run folder: .*a file is a file"),
    ("train iris --out 'a file/below'", "a file/below cannot be a run folder: .*a file is a file"),
    ("predict gone.safetensors whole.png", "there is no model file gone.safetensors"),
    ("predict text.safetensors whole.png", "text.safetensors is not a glassnet model"),
    ("predict . whole.png", "there is no model file model.safetensors"),
    ("predict DIGITS", "Missing argument 'INPUT...'; see glassnet predict --help"),
    ("predict DIGITS gone.png", "there is no file gone.png"),
    ("predict DIGITS text.png", "text.png is not a supported image; use PNG or JPEG"),
    ("predict DIGITS empty.png", "empty.png is not a supported image; use PNG or JPEG"),
    ("predict DIGITS half.png", "half.png is a damaged image"),
    ("predict DIGITS blank.png", "blank.png is blank"),
    ("predict DIGITS .", r"9 of \d+ files cannot be read: .*half.png is a damaged image.*; use --skip-invalid"),
    (
        "predict DIGITS text.png gone.png",
        "2 of 2 files cannot be read: text.png is not a supported image; there is no file gone.png",
    ),
    ("predict DIGITS whole.png blank.png", "blank.png is blank"),
    ("predict IRIS whole.png", "whole.png is not a supported file for this model; use a table"),
    ("evaluate gone.safetensors digits", "there is no model file gone.safetensors"),
    ("evaluate text.safetensors digits", "text.safetensors is not a glassnet model"),
    ("evaluate DIGITS digit", r"unknown data source 'digit'; did you mean 'digits'\?"),
    ("evaluate DIGITS iris", "iris has 4 features, the model expects 64"),
    (
        "evaluate abc.safetensors iris",
        "iris has the classes setosa, .*, but the model was trained on the classes a, b, c",
    ),
    ("evaluate DIGITS", "Missing argument"),
    ("inspect", "Missing argument"),
    ("inspect gone", "there is no model file gone"),
    ("inspect text.safetensors", "text.safetensors is not a glassnet model"),
    ("inspect IRIS --sample 150", "--sample must be a row of iris, 0 to 149, got 150"),
    ("inspect IRIS --sample -1", "--sample must be a row of iris, 0 to 149, got -1"),
    ("inspect IRIS --sample x", "--sample must be a whole number; see glassnet inspect --help"),
    ("inspect IRIS --graph a.svg", "--graph needs --sample, the row whose values and gradients it shows"),
    ("inspect IRIS --sample 1 --graph a.png", "a graph is saved as .svg, .dot, .mmd; got a.png"),
    ("inspect abc.safetensors --sample 1", "--sample needs the recipe of the model"),
    ("inspect abc.safetensors --path 1", "--path needs the recipe of the model"),
    ("inspect IRIS --path 150", "--path must be a row of iris, 0 to 149, got 150"),
    ("inspect IRIS --path 1 --sample 1", "--sample and --path print different things; use one of them"),
    ("inspect IRIS --weights a.jpg", "weights are drawn to a .png file, got a.jpg"),
    ("trian digits", r"No such command 'trian'. Did you mean 'train'\?"),
    ("--versoin", "No such option: --versoin"),
]


@pytest.mark.parametrize(("command", "message"), WRONG, ids=[command for command, _ in WRONG])
def test_usage_errors_are_reported_in_one_line(
    command: str, message: str, digits: Path, iris: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(tmp_path)
    before = files(tmp_path)
    arguments = [{"DIGITS": str(digits), "IRIS": str(iris)}.get(word, word) for word in shlex.split(command)]
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch("glassnet: .+\n", err), err
    assert re.search(message, err), err
    assert files(tmp_path) == before


def test_an_unknown_source_lists_all_sources(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "mnisst"]) == 2
    _, err = capsys.readouterr()
    assert all(re.search(rf"\b{name}\b", err) for name in [*SOURCES, "notebook"])


def test_usage_errors_exit_with_status_2() -> None:
    done = subprocess.run(glassnet_command("train", "digit"), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch("glassnet: unknown source 'digit'.+\n", done.stderr)
    with ctrl_c_heard(), pytest.raises(SystemExit) as leaving:
        main(["train", "digit"])
    assert leaving.value.code == 2


# Errors during a run


def test_a_diverging_run_fails_and_keeps_the_earlier_run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["train", "diabetes", "--quiet", "--epochs", "2"]) == 0
    before = files(tmp_path)
    diverging = ["train", "diabetes", "--hidden", "9", "--optimizer", "sgd", "--lr", "1e6"]
    assert run(diverging) == 1
    assert run([*diverging, "--out", "new", "--json"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(r"(glassnet: training diverged in epoch \d+: .*lower the learning rate.*\n){2}", err)
    assert files(tmp_path) == before


def test_a_folder_without_write_permission_is_reported_before_training(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "access", lambda *anything: False)  # root may write anywhere
    assert run(["train", "iris"]) == 1
    assert capsys.readouterr() == (
        "",
        f"glassnet: runs/iris cannot be a run folder: no permission to write to {tmp_path}\n",
    )


def test_an_interrupt_before_the_first_epoch_writes_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def stopped(*anything: Any, **options: Any) -> Any:
        raise KeyboardInterrupt

    for place in ("glassnet.runs.run.resolve", "glassnet.training.fit.epoch_records", "glassnet.runs.evaluate.measure"):
        with monkeypatch.context() as patched:
            patched.setattr(place, stopped)
            assert run(["train", "iris", "--epochs", "1"]) == 130
        assert capsys.readouterr() == ("", "glassnet: interrupted; nothing was saved\n")
    assert files(tmp_path) == {}


INTERRUPTED = """
import sys, time
from glassnet.cli.main import main
from glassnet.training import fit

train = fit.epoch_records

def announced(*data, **options):
    print("started", flush=True)
    if "--batch-size" in sys.argv:
        time.sleep(600)  # the signal comes before the first epoch, however busy the machine is
    for record in train(*data, **options):
        if record.epoch == 2:
            print("learning", flush=True)
        yield record

fit.epoch_records = announced
main(sys.argv[1:])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a system that can send an interrupt to one process")
@pytest.mark.parametrize("quiet", [[], ["--quiet"]], ids=["", "quiet"])
def test_ctrl_c_keeps_the_best_so_far_and_prints_a_note(quiet: list[str]) -> None:
    command = [sys.executable, "-c", INTERRUPTED, "train", "notebook", "--epochs", "100000", *quiet]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "learning" in [process.stdout.readline().strip() for _ in range(2)]
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=600)
    assert process.returncode == 130
    reported = re.fullmatch(
        r"glassnet: stopping; keeping the best epoch\n"
        r"glassnet: training was interrupted in epoch (\d+); the parameters of epoch (\d+), "
        r"the best so far, are kept\n",
        err,
    )
    assert reported, err
    assert out == "" if quiet else "test accuracy" in out
    assert sorted(path.name for path in Path("runs/notebook").iterdir()) == RUN_FILES
    model = load_model("runs/notebook")
    assert model.metrics is not None
    assert model.metrics["stop_reason"] == "interrupted"
    assert model.metrics["best_epoch"] == int(reported[2])
    assert 1 <= int(reported[2]) < int(reported[1])
    assert model.predict(load("digits").X[:3]).shape == (3,)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a system that can send an interrupt to one process")
def test_ctrl_c_before_training_writes_nothing_and_prints_a_note() -> None:
    command = [sys.executable, "-c", INTERRUPTED, "train", "notebook", "--batch-size", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=600)
    told = "glassnet: stopping; no epoch is finished\nglassnet: interrupted; nothing was saved\n"
    assert (process.returncode, out, err) == (130, "", told)
    assert not Path("runs").exists()


def test_a_closed_pipe_is_not_an_error(iris: Path) -> None:
    for arguments in (["inspect", iris], ["inspect", iris, "--json"], ["train", "iris", "--epochs", "1"]):
        with subprocess.Popen(
            glassnet_command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            assert process.stderr.read() == b""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_terminals_without_unicode_are_supported(encoding: str, iris: Path) -> None:
    for arguments in (["inspect", iris], ["evaluate", iris, "iris"], ["inspect", iris, "--sample", "0"]):
        environment = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
        done = subprocess.run(glassnet_command(*arguments), env=environment, capture_output=True, check=True)
        assert done.stderr == b""
        assert len(done.stdout.decode(encoding)) > 100


# The program


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr() == (f"glassnet {glassnet.__version__}\n", "")
    assert run(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(command in out for command in ("train", "predict", "evaluate", "inspect"))
    for command in ("train", "predict", "evaluate", "inspect"):
        assert run([command, "--help"]) == 0
        assert "Usage: " in capsys.readouterr().out
    assert run([]) == 2
    assert "Usage: " in "".join(capsys.readouterr())


@pytest.mark.parametrize("columns", [20, 60])
def test_narrow_terminals_are_supported(
    columns: int, digits: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for arguments in (["evaluate", str(digits), "digits"], ["inspect", str(digits)], ["--help"], ["train", "--help"]):
        assert run(arguments) == 0
        out, err = capsys.readouterr()
        assert err == ""
        if arguments[0] == "evaluate" and columns == 60:
            assert max(map(len, out.splitlines()[1:])) <= 60
            assert "…" not in out


def test_starting_the_program_loads_no_unneeded_library() -> None:
    heavy = ["matplotlib", "scipy", "sklearn", "PIL", "safetensors", "rich.progress"]
    script = f"import sys, glassnet.cli.main; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
