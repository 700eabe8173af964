"""The scripts: all can be imported; those that prove something by volume run for a short time."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import glassnet as gn

SCRIPTS_FOLDER = Path(__file__).parents[2] / "scripts"
SCRIPTS = sorted(SCRIPTS_FOLDER.glob("*.py"))

LOAD = (  # with the folder of the script in the path, as if the script were run
    "import runpy, sys; sys.path.insert(0, sys.argv[1].rpartition('/')[0]); "
    "script = runpy.run_path(sys.argv[1], run_name='imported')"
)


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_script_can_be_imported(script: Path) -> None:
    done = subprocess.run([sys.executable, "-c", LOAD, script.as_posix()], capture_output=True, text=True, timeout=300)
    if missing := re.search(r"No module named '(torch|playwright)", done.stderr):
        pytest.skip(f"needs {missing[1]}")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("cases", [30, pytest.param(400, marks=pytest.mark.slow)])
def test_damaged_files_are_read_or_refused_in_one_line(cases: int, tmp_path: Path) -> None:
    command = [sys.executable, str(SCRIPTS_FOLDER / "fuzz.py"), "--cases", str(cases), "--seed", "3"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=tmp_path)
    assert re.search(rf"fuzz: seed 3, {cases} cases of \d+ kinds: \d+ read, \d+ refused, 0 escapes", done.stdout), done
    assert done.returncode == 0


def test_the_fuzzer_counts_what_escapes(tmp_path: Path) -> None:
    """A reader of arrays that raises what it should not, and one that prints what it should not."""
    code = (
        "import glassnet.data.arrays as arrays\n"
        "def broken(*_, **__): raise KeyError('array')\n"
        "arrays._npz = arrays._npy = broken\n"
        f"{LOAD}\n"
        "print(script['outcome'](['predict', sys.argv[2], 'rows.npy']), script['outcome'](['train', 'nothing.csv']))"
    )
    (tmp_path / "rows.npy").write_bytes(b"x")
    model = tmp_path / "m.safetensors"
    gn.Model(None, gn.Network(2, [gn.Dense(2, "softmax")])).save(model)
    command = [sys.executable, "-c", code, (SCRIPTS_FOLDER / "fuzz.py").as_posix(), str(model)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=tmp_path, check=True)
    assert re.fullmatch(r"\(-1, .KeyError at <string>:2.*\(2, ''\)\n", done.stdout), done.stdout


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_commands_that_are_killed_leave_the_old_state_or_the_new_one(tmp_path: Path) -> None:
    command = [sys.executable, str(SCRIPTS_FOLDER / "kill.py"), "--kills", "6", "--seed", "3"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=tmp_path)
    assert re.search(r"kill: seed 3, 6 kills: \d+ left files of two runs and were reported, 0 escapes ", done.stdout)
    assert done.returncode == 0
