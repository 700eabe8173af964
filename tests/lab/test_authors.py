"""A new exercise: its skeleton runs at once, and the example of docs/lab-authors.md has no problems."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "lab-authors.md"
COPIED = (
    "src",
    "tests/helpers",
    "tests/conftest.py",
    "tests/lab/conftest.py",
    "tests/lab/test_course.py",
    "docs/guide",
)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository, as far as an author needs it."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in (*COPIED, "pyproject.toml"):
        source, copy = ROOT / name, folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy)
    return folder


def run(checkout: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(checkout / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=checkout, env=environment, capture_output=True, text=True, check=False
    )


Ran = tuple[subprocess.CompletedProcess[str], subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def skeleton(checkout: Path) -> Ran:
    """The command that creates a skeleton, and the check of it."""
    return run(checkout, "glassnet", "lab", "dev", "new", "8a_leaky"), run(
        checkout, "glassnet", "lab", "dev", "check", "8a"
    )


def test_a_new_exercise_is_entered_and_checked_at_once(skeleton: Ran) -> None:
    made, checked = skeleton
    assert made.returncode == 0
    assert "and entered the exercise in lab/course.py (chapter Functions)" in made.stdout
    assert "Next: `glassnet lab dev check 8a` lists what is still to be written." in made.stdout
    assert checked.returncode == 1
    assert "08a_leaky: lesson.py, line 20 is still to be written: the reference solution\n" in checked.stdout
    assert "08a_leaky: texts.toml, line 4 is still to be written: an idea\n" in checked.stdout
    assert "08a_leaky: checks.py, line 18 is still to be written: test cases, in which" in checked.stdout


@pytest.mark.usefixtures("skeleton")
def test_the_example_of_the_documentation_has_no_problems(checkout: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    entry = re.search(r"(?ms)^```python\n(    \"Functions\".*?)^```$", text)
    assert entry
    assert entry[1] in (checkout / "src/glassnet/lab/course.py").read_text(encoding="utf-8")
    files = re.findall(r"(?ms)^<!-- file: (\S+) -->\n```\w+\n(.*?)^```$", text)
    assert len(files) == 6
    for name, code in files:
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text(code, encoding="utf-8")
    checked = run(checkout, "glassnet", "lab", "dev", "check", "8a")
    assert checked.stdout == "1 exercise, 3 tests, 4 known mistakes: no problems\n"
    command = "tests/lab/test_course.py -k leaky"
    assert f"pytest {command}" in text
    tested = run(checkout, "pytest", "-q", "-p", "no:cacheprovider", *command.split())
    assert "3 passed" in tested.stdout, tested.stdout


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("8a", "an exercise should be a number and a name, such as 8a_leaky, got '8a'"),
        ("27_Leaky", "an exercise should be a number and a name, such as 8a_leaky, got '27_Leaky'"),
        ("27_class", "an exercise should be a number and a name, such as 8a_leaky, got '27_class'"),
        ("8_other", "the course has 08_relu; give the new exercise another number and name, such as 8a_leaky"),
        ("27_relu", "the course has 08_relu; give the new exercise another number and name, such as 8a_leaky"),
    ],
)
def test_an_invalid_name_raises(checkout: Path, wanted: str, message: str) -> None:
    made = run(checkout, "glassnet", "lab", "dev", "new", wanted)
    assert (made.returncode, made.stderr) == (2, f"glassnet: {message}\n")


def test_an_exercise_is_not_written_into_an_installation(checkout: Path) -> None:
    away = (checkout / "pyproject.toml").rename(checkout / "away")
    made = run(checkout, "glassnet", "lab", "dev", "new", "27_other")
    away.rename(checkout / "pyproject.toml")
    assert made.returncode == 2
    assert "is not in a checkout of glassnet, and the next installation would remove the exercise" in made.stderr
    assert not (checkout / "src/glassnet/lab/exercises/e27_other").exists()
