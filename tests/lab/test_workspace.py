"""The folder of a learner and its commands: written, checked, and saved files, none of them overwritten."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from glassnet.cli.main import run
from glassnet.lab.course import course, find_exercise
from glassnet.lab.learning.workspace import PROGRESS, Workspace
from helpers.lab_answers import solved, with_mistake

pytestmark = pytest.mark.usefixtures("forked_answers")

SOFTMAX = find_exercise("10")


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new folder of a learner, as the current folder."""
    folder = tmp_path / "mine"
    Workspace.create(folder)
    monkeypatch.chdir(folder)
    return folder


def output_of(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


class TestNew:
    def test_a_file_per_exercise_in_order(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["lab", "new", str(tmp_path / "a")]) == 0
        assert f"Wrote {len(course())} exercises" in capsys.readouterr().out
        files = sorted(path.name for path in (tmp_path / "a").glob("*.py"))
        assert files == [f"{exercise.key}.py" for exercise in course()]
        text = (tmp_path / "a" / "10_softmax.py").read_text(encoding="utf-8")
        assert "# YOUR CODE HERE" in text
        assert "keepdims=True)" not in text.split("YOUR CODE HERE")[1].split("# %%")[0]
        compile(text, "10_softmax.py", "exec")

    def test_existing_files_are_not_changed(self, lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (lab / "10_softmax.py").write_text("mine")
        (lab / "07_sigmoid.py").unlink()
        assert run(["lab", "new", "."]) == 0
        assert "Wrote 1 exercise to this folder" in capsys.readouterr().out
        assert (lab / "10_softmax.py").read_text() == "mine"
        assert (lab / "07_sigmoid.py").is_file()

    def test_a_folder_with_other_content_is_an_error(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "notes.txt").write_text("mine")
        assert run(["lab", "new", str(tmp_path)]) == 2
        assert "is not empty; give a new folder" in capsys.readouterr().err
        assert run(["lab", "new", str(tmp_path / "notes.txt")]) == 1
        assert "is a file; give a folder" in capsys.readouterr().err
        assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.txt"]

    @pytest.mark.parametrize("command", [["check"], ["hint"], ["status"], ["reset", "10"], ["skip"], []])
    def test_outside_a_lab_folder_the_error_suggests_creating_one(
        self, command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert run(["lab", *command]) == 2
        assert "is not a lab folder; run `glassnet lab new DIR` to create one" in capsys.readouterr().err


class TestChecking:
    def test_right_wrong_and_unwritten_answers(self, lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["lab", "check", "10"]) == 1
        assert "Not started." in output_of(capsys)
        (lab / "10_softmax.py").write_text(with_mistake(SOFTMAX, "sums over the whole array"), encoding="utf-8")
        assert run(["lab", "check", "10"]) == 1
        printed = output_of(capsys)
        assert "✗ two equal rows" in printed
        assert "Your Softmax divides by the sum of the whole array" in printed
        assert "every number is half of the correct value" in printed
        (lab / "10_softmax.py").write_text(solved(SOFTMAX), encoding="utf-8")
        assert run(["lab", "check", "softmax"]) == 0
        printed = output_of(capsys)
        assert "8 of 8 points Passed." in printed
        assert "Explanation" in printed
        assert re.search(r"In glassnet \S*maths/activations/\w+\.py: ?\d+ Softmax", printed)
        assert f"1 of {len(course())}" in printed

    def test_progress_is_saved_and_withdrawn_if_an_answer_breaks(
        self, lab: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (lab / "10_softmax.py").write_text(solved(SOFTMAX), encoding="utf-8")
        run(["lab", "check", "10"])
        assert json.loads((lab / PROGRESS).read_text())["states"] == {"10": "passed"}
        assert Workspace.open(lab).states == {"10": "passed"}
        (lab / "10_softmax.py").write_text(with_mistake(SOFTMAX, "overflows"), encoding="utf-8")
        run(["lab", "check", "10"])
        assert Workspace.open(lab).states == {}

    def test_the_current_exercise_is_the_first_that_is_not_done(self, lab: Path) -> None:
        first, second = course()[:2]
        assert Workspace.open(lab).current() == first
        (lab / f"{first.key}.py").write_text(solved(first), encoding="utf-8")
        assert run(["lab", "check"]) == 0
        assert Workspace.open(lab).current() == second

    def test_notebooks_are_checked_like_scripts(self, lab: Path) -> None:
        source = ["%matplotlib inline\n", "!pip list\n", *solved(SOFTMAX).splitlines(keepends=True)]
        cells = [{"cell_type": "markdown", "source": "text"}, {"cell_type": "code", "source": source}]
        (lab / "10_softmax.py").unlink()
        (lab / "10_softmax.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
        assert run(["lab", "check", "10"]) == 0
        (lab / "10_softmax.ipynb").write_text("[]", encoding="utf-8")
        assert run(["lab", "check", "10"]) == 1

    def test_a_missing_file_or_damaged_progress_is_reported(
        self, lab: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (lab / "10_softmax.py").unlink()
        assert run(["lab", "check", "10"]) == 2
        assert "10_softmax.py is missing; run `glassnet lab reset 10`" in capsys.readouterr().err
        (lab / PROGRESS).write_text("{")
        assert run(["lab", "status"]) == 2
        assert "to create it again (your answers stay)" in capsys.readouterr().err
        (lab / "11_forward_layer.py").write_text("mine", encoding="utf-8")
        assert run(["lab", "new", str(lab)]) == 0
        assert "Wrote 1 exercise " in capsys.readouterr().out
        assert run(["lab", "status"]) == 0
        assert (lab / "11_forward_layer.py").read_text(encoding="utf-8") == "mine"

    def test_the_newer_of_a_script_and_a_notebook_is_read(self, lab: Path) -> None:
        cells = [{"cell_type": "code", "source": solved(SOFTMAX)}]
        notebook = lab / "10_softmax.ipynb"
        notebook.write_text(json.dumps({"cells": cells}), encoding="utf-8")
        os.utime(lab / "10_softmax.py", (1, 1))
        assert run(["lab", "check", "10"]) == 0
        os.utime(notebook, (0, 0))
        assert run(["lab", "check", "10"]) == 1

    def test_answers_can_import_modules_next_to_them(self, lab: Path) -> None:
        (lab / "mine.py").write_text("import numpy as np\n", encoding="utf-8")
        source = solved(SOFTMAX).replace("import numpy as np", "from mine import np")
        (lab / "10_softmax.py").write_text(source, encoding="utf-8")
        assert run(["lab", "check", "10"]) == 0

    def test_all_exercises_can_be_checked_at_once(self, lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (lab / "10_softmax.py").write_text(solved(SOFTMAX), encoding="utf-8")
        assert run(["lab", "check", "all"]) == 0
        assert f"1 of {len(course())} done" in output_of(capsys)
        (lab / "07_sigmoid.py").write_text("def Sigmoid(x):\n    return x\n", encoding="utf-8")
        assert run(["lab", "check", "all"]) == 1


class TestHelp:
    def test_hints_are_shown_one_at_a_time(self, lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
        for level in (1, 2, 3, 3):
            assert run(["lab", "hint", "10"]) == 0
            printed = output_of(capsys)
            for i, hint in enumerate(SOFTMAX.hints, start=1):
                assert (f"Hint {i} of 3 {hint}" in printed) == (i <= level)

    def test_all_hints_of_a_passed_exercise_are_shown(self, lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
        Workspace.open(lab).set_state(SOFTMAX, "passed")
        assert run(["lab", "hint", "10"]) == 0
        printed = output_of(capsys)
        assert all(hint in printed for hint in SOFTMAX.hints)
        assert Workspace.open(lab).hints == {}

    def test_a_solution_is_shown_only_after_passing(self, lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["lab", "solution", "10"]) == 2
        assert "exercise 10 has not passed yet" in capsys.readouterr().err
        (lab / "10_softmax.py").write_text(solved(SOFTMAX), encoding="utf-8")
        run(["lab", "check", "10"])
        capsys.readouterr()
        assert run(["lab", "solution", "10"]) == 0
        assert "e.sum(axis=axis, keepdims=True)" in capsys.readouterr().out

    def test_reset_keeps_a_copy_of_the_old_file(self, lab: Path) -> None:
        for count in (1, 2):
            (lab / "10_softmax.py").write_text(f"mine {count}")
            assert run(["lab", "reset", "10", "--yes"]) == 0
            assert (lab / f"10_softmax.before-reset-{count}.py").read_text() == f"mine {count}"
            assert (lab / "10_softmax.py").read_text(encoding="utf-8") == SOFTMAX.lesson.file_text()

    def test_reset_keeps_copies_of_script_and_notebook(self, lab: Path) -> None:
        (lab / "10_softmax.py").write_text("mine")
        (lab / "10_softmax.ipynb").write_text("mine, too")
        assert run(["lab", "reset", "10", "--yes"]) == 0
        assert (lab / "10_softmax.before-reset-1.py").read_text() == "mine"
        assert (lab / "10_softmax.before-reset-1.ipynb").read_text() == "mine, too"

    def test_an_unreadable_file_does_not_stop_the_others(self, lab: Path) -> None:
        (lab / "data.py").write_bytes(b"a\0b")
        (lab / "05_normalize.py").unlink()
        (lab / "05_normalize.ipynb").write_text("{")
        (lab / "10_softmax.py").write_text(solved(SOFTMAX), encoding="utf-8")
        assert run(["lab", "check", "all"]) == 1
        assert Workspace.open(lab).states == {"10": "passed"}

    def test_reset_asks_for_confirmation(self, lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (lab / "10_softmax.py").write_text("mine")
        monkeypatch.setattr("typer.confirm", lambda text: False)
        assert run(["lab", "reset", "10"]) == 0
        assert (lab / "10_softmax.py").read_text() == "mine"

    def test_an_exercise_is_skipped_by_answering_a_quiz(self, lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("secrets.randbits", lambda bits: 1)
        import numpy as np

        _, answer = SOFTMAX.quiz(np.random.default_rng(1))
        typed = iter(["0.5", "many", f"{answer:.3f}".replace(".", ",")])
        monkeypatch.setattr("typer.prompt", lambda text, prompt_suffix: next(typed))
        assert run(["lab", "skip", "10"]) == 1
        assert run(["lab", "skip", "10"]) == 0
        assert Workspace.open(lab).states == {"10": "skipped"}
        assert run(["lab", "skip", "10"]) == 0

    def test_list_and_explain(self, lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["lab", "status"]) == 0
        assert "10 Softmax 10_softmax.py" in output_of(capsys)
        assert run(["lab", "explain", "10"]) == 0
        assert "converts the scores of a sample to probabilities" in output_of(capsys)

    def test_known_mistakes_can_be_shown(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["lab", "mistakes", "10"]) == 0
        assert "overflows" in capsys.readouterr().out
        assert run(["lab", "mistakes", "10", "overflows"]) == 0
        printed = output_of(capsys)
        assert "correct: x - x.max(axis=axis, keepdims=True) mistake: x" in printed
        assert "nan but should be finite" in printed
        assert run(["lab", "mistakes", "10", "overflow"]) == 2
        assert "did you mean 'overflows'?" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("which", "words"),
        [
            ("loss", ["epoch 3: loss 2485.615864", "After 3234 updates, no parameter has changed"]),
            ("accuracy", ["class 8 (1795 times)", "0.0968 (174 of 1797)", "0.9012517385257302 = 648/719"]),
        ],
    )
    def test_errata_are_demonstrated_on_the_network_of_the_notebook(
        self, which: str, words: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(["lab", "errata", which]) == 0
        printed = output_of(capsys)
        assert all(word in printed for word in words)
        assert run(["lab", "errata", "weights"]) == 2


AN_HOUR = (
    "from glassnet.lab.autograder.running import Limits; Limits.__init__.__defaults__ = (3600.0, 4 << 30, 10**7, 10**7)"
)
"""A time limit of one hour per answer, so that none is stopped on a busy machine."""


class Terminal:
    """`glassnet lab` in a terminal of its own, 100 columns wide."""

    def __init__(self, folder: Path) -> None:
        import fcntl
        import struct
        import termios

        self.main, other = pty.openpty()
        fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        code = f"{AN_HOUR}; from glassnet.cli.main import main; main(['lab'])"
        environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", code], stdin=other, stdout=other, stderr=other, cwd=folder, env=environment
        )
        os.close(other)
        self.text = ""

    def press(self, key: str) -> None:
        self.text = ""
        os.write(self.main, key.encode())

    def until(self, words: str, seconds: float = 120.0) -> str:
        """Read until this text has been shown; return all output in one line without colors."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if select.select([self.main], [], [], 0.02)[0]:
                try:
                    self.text += os.read(self.main, 1 << 16).decode(errors="replace")
                except OSError:
                    break
            plain = " ".join(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.text).split())
            if words in plain:
                return plain
        raise AssertionError(f"{words!r} was not shown: {plain}")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.main)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
class TestWatch:
    @pytest.fixture
    def terminal(self, lab: Path):  # type: ignore[no-untyped-def]
        one = Terminal(lab)
        one.until("q quit")
        yield one
        one.close()

    @pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
    def test_a_signal_ends_it_and_restores_the_terminal(self, name: str, terminal: Terminal) -> None:
        import termios

        number = getattr(signal, name)
        assert not termios.tcgetattr(terminal.main)[3] & termios.ECHO
        terminal.process.send_signal(number)
        if name != "SIGHUP":  # after which there is no terminal to print to
            terminal.until("exercises done. Run `glassnet lab` to continue.")
        assert terminal.process.wait(timeout=120) == 128 + number
        if name != "SIGHUP":
            assert termios.tcgetattr(terminal.main)[3] & termios.ECHO

    def test_a_save_is_checked_at_once_and_the_mistake_is_named(self, lab: Path, terminal: Terminal) -> None:
        terminal.text = ""
        (lab / "10_softmax.py").write_text(with_mistake(SOFTMAX, "overflows"), encoding="utf-8")
        terminal.until("Checking")
        printed = terminal.until("it is larger than any float")
        assert "Exercise 10 · Softmax" in printed
        terminal.text = ""
        (lab / "10_softmax.py").write_text(solved(SOFTMAX), encoding="utf-8")
        assert "Explanation" in terminal.until("Further question")
        assert Workspace.open(lab).states == {"10": "passed"}

    def test_keys(self, lab: Path, terminal: Terminal) -> None:
        terminal.press("h")
        terminal.until("Hint 1 of 3")
        terminal.press("h")
        assert "Hint 1 of 3" in terminal.until("Hint 2 of 3")
        terminal.press("l")
        terminal.until("▸ 0 Concepts and derivatives")
        terminal.press("n")
        terminal.until("This exercise has not passed yet")
        terminal.press("e")
        terminal.until("q quit")
        first = course()[0]
        terminal.text = ""
        (lab / f"{first.key}.py").write_text(solved(first), encoding="utf-8")
        terminal.until("Passed.")
        terminal.press("n")
        terminal.until(f"Exercise {course()[1].number} ·")
        terminal.press("x")
        terminal.until("(y/n)")
        terminal.press("n")
        terminal.until("q quit")
        terminal.press("c")
        terminal.until("✓ 0 Concepts and derivatives")
        terminal.press("q")
        assert terminal.process.wait(timeout=120) == 0

    def test_long_output_can_be_scrolled(self, lab: Path, terminal: Terminal) -> None:
        terminal.press("e")
        assert "# Exercise 0" not in terminal.until("↓")
        terminal.press(" ")
        terminal.until("↑")
        terminal.press("\x1b[A")
        terminal.until("↑")

    def test_a_missing_file_is_reported_and_watching_continues(self, lab: Path, terminal: Terminal) -> None:
        file = lab / f"{course()[0].key}.py"
        file.unlink()
        terminal.until(f"{file.name} is missing")
        terminal.text = ""
        file.mkdir()
        (lab / "10_softmax.py").write_text(solved(SOFTMAX), encoding="utf-8")
        terminal.until("Passed.")

    def test_a_save_cancels_the_running_check(self, lab: Path, terminal: Terminal) -> None:
        (lab / "10_softmax.py").write_text("import time\ndef Softmax(x, axis=-1):\n    time.sleep(10_000)\n")
        terminal.until("Exercise 10 · Softmax")
        time.sleep(0.5)
        (lab / "10_softmax.py").write_text(solved(SOFTMAX), encoding="utf-8")
        assert "stopped after" not in terminal.until("Passed.")

    def test_watching_continues_after_suspension(self, lab: Path, terminal: Terminal) -> None:
        os.kill(terminal.process.pid, signal.SIGSTOP)
        terminal.text = ""
        os.kill(terminal.process.pid, signal.SIGCONT)
        terminal.until("q quit")
        terminal.press("h")
        terminal.until("Hint 1 of 3")

    def test_ctrl_c_quits_like_q(self, lab: Path, terminal: Terminal) -> None:
        os.kill(terminal.process.pid, signal.SIGINT)
        assert "Run `glassnet lab` to continue" in terminal.until("Run `glassnet lab` to continue")
        assert terminal.process.wait(timeout=120) == 130

    def test_watching_needs_a_terminal(self, lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["lab"]) == 2
        assert "watch mode needs a terminal; use `glassnet lab check` instead" in capsys.readouterr().err
