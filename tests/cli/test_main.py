"""`python -m glassnet` is the program `glassnet`."""

import subprocess
import sys
from pathlib import Path

import pytest

import glassnet
from glassnet.cli.main import run
from glassnet.report import page


def run_module(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "glassnet", *arguments], capture_output=True, text=True, check=False)


def test_the_module_can_be_run_as_the_program() -> None:
    done = run_module("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"glassnet {glassnet.__version__}\n", "")


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"]])
def test_help_shows_the_command_as_called(arguments: list[str]) -> None:
    usage = " ".join(["Usage: python -m glassnet", *arguments[:-1]])
    assert usage in run_module(*arguments).stdout


def test_errors_show_how_to_get_help() -> None:
    done = run_module("train", "iris", "--hiden", "3")
    assert done.returncode == 2
    assert done.stderr.startswith("glassnet: No such option: --hiden")
    assert done.stderr.endswith("; see python -m glassnet train --help\n")


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_need_no_numpy(option: str) -> None:
    code = f"import sys; from glassnet.cli.main import run; run([{option!r}]); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "glassnet.cli.train" in done.stderr.split()
    assert "numpy" not in done.stderr.split()


@pytest.mark.usefixtures("in_a_folder_of_its_own")
def test_results_are_printed_before_the_report_is_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = []
    monkeypatch.setattr(page, "report_page", lambda run: printed.append(capsys.readouterr().out) or "")
    assert run(["train", "iris", "--epochs", "3"]) == 0
    assert "test accuracy" in printed[0]
    assert "Saved to" not in printed[0]
    assert capsys.readouterr().out.startswith("Saved to runs/iris: model, recipe, history, metrics, report.html")


@pytest.mark.usefixtures("in_a_folder_of_its_own")
def test_an_interrupt_while_writing_the_report_loses_only_the_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(run: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(page, "report_page", interrupted)
    assert run(["train", "iris", "--epochs", "3", "--quiet"]) == 130
    assert capsys.readouterr().err == "glassnet: interrupted; the run was saved to runs/iris, without report.html\n"
    assert Path("runs/iris/model.safetensors").exists()
