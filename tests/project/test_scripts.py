"""The scripts import only names that exist; what they measure or make takes too long for a test."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).parents[2] / "scripts").glob("*.py"))


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_script_can_be_imported(script: Path) -> None:
    code = "import runpy, sys; runpy.run_path(sys.argv[1], run_name='imported')"
    done = subprocess.run([sys.executable, "-c", code, str(script)], capture_output=True, text=True, timeout=300)
    if missing := re.search(r"No module named '(torch|playwright)", done.stderr):
        pytest.skip(f"needs {missing[1]}")
    assert done.returncode == 0, done.stderr
