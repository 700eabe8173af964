"""`python -m glassnet` is the program `glassnet`."""

import subprocess
import sys

import pytest

import glassnet


def run_module(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "glassnet", *arguments], capture_output=True, text=True, check=False)


def test_the_module_is_the_program() -> None:
    done = run_module("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"glassnet {glassnet.__version__}\n", "")


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"]])
def test_its_help_shows_how_it_was_called(arguments: list[str]) -> None:
    usage = " ".join(["Usage: python -m glassnet", *arguments[:-1]])
    assert usage in run_module(*arguments).stdout


def test_its_errors_show_how_to_get_help() -> None:
    done = run_module("train", "iris", "--hiden", "3")
    assert done.returncode == 2
    assert done.stderr.startswith("glassnet: No such option: --hiden")
    assert done.stderr.endswith("; see python -m glassnet train --help\n")
