"""The page about the errata of the notebook: every command works and shows a mistake."""

import re
from pathlib import Path

import pytest

from glassnet.cli.main import run
from glassnet.lab.autograder.checking import checker_for
from glassnet.lab.autograder.diagnosis import FAILED, find_mistake
from glassnet.lab.course import find_exercise

pytestmark = pytest.mark.usefixtures("forked_answers")

PAGE = (Path(__file__).parents[2] / "docs" / "errata.md").read_text(encoding="utf-8")

COMMANDS = sorted(
    set(
        re.findall(
            r"`(?:glassnet lab mistakes|…) (\w+) (\"[^\"]+\")`|^    glassnet lab mistakes (\w+) (\"[^\"]+\")$",
            PAGE,
            re.M,
        )
    )
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda parts: " ".join(filter(None, parts)))
def test_every_mistake_on_the_page_is_a_known_mistake(command: tuple[str, ...]) -> None:
    number, name = (part for part in command if part)
    exercise = find_exercise(number)
    judge = checker_for(exercise.folder)
    assert judge.verdict(judge.behavior(find_mistake(exercise, name.strip('"')))).state == FAILED


def test_the_other_commands_work(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["lab", "new", str(tmp_path / "lab")]) == 0
    monkeypatch.chdir(tmp_path / "lab")
    for number in set(re.findall(r"`glassnet lab explain (\w+)`", PAGE)):
        assert run(["lab", "explain", number]) == 0
    assert len(COMMANDS) > 40
    capsys.readouterr()
