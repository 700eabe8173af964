"""Levels of a check: `formula` accepts what is right on ordinary inputs; the full check tests robustness as well."""

from itertools import pairwise
from pathlib import Path

import pytest

from glassnet.cli.main import run
from glassnet.lab.autograder.checking import check
from glassnet.lab.autograder.diagnosis import FAILED, PASSED
from glassnet.lab.course import course, find_exercise
from glassnet.lab.exercise import FORMULA, Exercise
from glassnet.lab.learning.feedback import next_step
from glassnet.lab.learning.workspace import Workspace
from helpers.lab_answers import solved, with_mistake

pytestmark = pytest.mark.usefixtures("forked_answers")

FRAGILE = [
    ("5", "compares std with 0"),
    ("5", "accepts nan and inf"),
    ("6", "sizes truncated"),
    ("7", "overflows for negative x"),
    ("10", "overflows"),
    ("13", "small constant added"),
    ("13", "no shape check"),
    ("14", "tanh: overflow"),
    ("16", "input arrays modified"),
    ("19", "no shape check"),
]
"""Mistakes that ordinary inputs do not show."""

WRONG = [
    ("5", "variance"),
    ("5", "z-scores clipped"),
    ("7", "tanh"),
    ("10", "sums over the whole array"),
    ("13", "wrong sign"),
    ("14", "tanh: missing square"),
    ("15", "db not summed"),
    ("19", "error rate"),
]


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "lab"
    assert run(["lab", "new", str(folder)]) == 0
    monkeypatch.chdir(folder)
    return folder


def put(folder: Path, exercise: Exercise, source: str) -> None:
    (folder / f"{exercise.key}.py").write_text(source, encoding="utf-8")


@pytest.mark.parametrize(("number", "mistake"), FRAGILE)
def test_an_answer_that_is_right_on_ordinary_inputs_passes_at_level_formula_only(number: str, mistake: str) -> None:
    exercise = find_exercise(number)
    source = with_mistake(exercise, mistake)
    assert check(exercise, source, "answer.py").state == FAILED
    verdict = check(exercise.at_level(FORMULA), source, "answer.py")
    assert verdict.state == PASSED
    assert verdict.points == len(exercise.formula_cases) < exercise.points
    assert "For the tests of robustness, run `glassnet lab check" in next_step(verdict)


@pytest.mark.parametrize(("number", "mistake"), WRONG)
def test_a_wrong_formula_fails_at_both_levels(number: str, mistake: str) -> None:
    exercise = find_exercise(number)
    for one in (exercise, exercise.at_level(FORMULA)):
        verdict = check(one, with_mistake(exercise, mistake), "answer.py")
        assert verdict.state == FAILED
        assert [known.name for known in verdict.mistakes] == [mistake]


@pytest.mark.parametrize("exercise", course(), ids=lambda exercise: exercise.key)
def test_every_exercise_has_a_level_formula_that_its_solution_passes(exercise: Exercise) -> None:
    formula = exercise.at_level(FORMULA)
    assert 3 <= len(formula.cases) <= len(exercise.cases)
    verdict = check(formula, solved(exercise), "answer.py")
    assert (verdict.state, verdict.points) == (PASSED, formula.points)
    assert check(formula, exercise.lesson.file_text(), "answer.py").points == 0


def test_what_passed_at_level_formula_is_done_until_its_formula_is_wrong(
    lab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sigmoid = find_exercise("7")
    put(lab, sigmoid, with_mistake(sigmoid, "overflows for negative x"))
    assert run(["lab", "check", "7", "--level", "formula"]) == 0
    assert "3 of 3 points" in capsys.readouterr().out
    assert run(["lab", "check", "7"]) == 1
    assert Workspace.open(lab).states == {"7": FORMULA}
    put(lab, sigmoid, with_mistake(sigmoid, "tanh"))
    assert run(["lab", "check", "7"]) == 1
    assert Workspace.open(lab).states == {}
    put(lab, sigmoid, solved(sigmoid))
    assert run(["lab", "check", "7"]) == 0
    assert run(["lab", "check", "7", "--level", "formula"]) == 0
    assert Workspace.open(lab).states == {"7": "passed"}


def test_an_unknown_level_is_an_error(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lab", "check", "7", "--level", "easy"]) == 2
    assert "--level should be formula or full, got 'easy'" in capsys.readouterr().err


def test_submissions_can_be_graded_at_level_formula(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sigmoid = find_exercise("7")
    (tmp_path / "in" / "ada").mkdir(parents=True)
    put(tmp_path / "in" / "ada", sigmoid, with_mistake(sigmoid, "overflows for negative x"))
    grade = ["lab", "grade", str(tmp_path / "in"), "--exercises", "7", "--seconds", "100"]
    for level, points, possible in (("formula", 3, 3), ("full", 6, sigmoid.points)):
        assert run([*grade, "--level", level]) == 0
        header, row = capsys.readouterr().out.splitlines()
        assert header.startswith(f"name,exercise 7 ({possible}),")
        assert row.startswith(f"ada,{points},{points},{possible},")
    assert run([*grade, "--level", "easy"]) == 2
    assert "--level should be formula or full, got 'easy'" in capsys.readouterr().err


def test_checking_all_prints_points_and_the_first_reason(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    softmax, sigmoid, derivatives = map(find_exercise, ("10", "7", "14"))
    put(lab, softmax, solved(softmax))
    put(lab, sigmoid, with_mistake(sigmoid, "tanh"))
    put(lab, derivatives, derivatives.lesson.file_text().replace("raise NotImplementedError", "return 7 * x", 1))
    put(lab, find_exercise("8"), "def ReLu(x:\n")
    put(lab, find_exercise("9"), solved(find_exercise("9")).replace("np.tanh(", "1.5 * np.tanh("))
    capsys.readouterr()
    assert run(["lab", "check", "all"]) == 1
    rows = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    after = {row.split()[1]: following for row, following in pairwise(rows) if " of " in row}
    assert "✓ 10 Softmax 8 of 8" in rows
    assert "✗ 7 Sigmoid 0 of 7" in rows
    assert after["7"].startswith("This is tanh, which ranges from -1 to 1.")
    assert after["9"] == "a vector: every number is 1.5 times the correct value"
    assert after["14"].startswith("linear, a vector: ")
    assert "SyntaxError" in after["8"]
    assert after["15"] == "not started"
    assert f"8 of {sum(one.points for one in course())} points, 1 of {len(course())} done" in rows


def test_teachers_see_solutions_outside_a_lab_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["lab", "solution", "softmax"]) == 0
    assert "e / e.sum(axis=axis, keepdims=True)" in capsys.readouterr().out
    assert run(["lab", "explain", "10"]) == 0
    assert "Exercise 10 · Softmax" in capsys.readouterr().out


def test_the_finale_uses_files_that_were_never_checked_or_passed_one_check(
    lab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in ("7", "10", "14"):
        put(lab, find_exercise(number), solved(find_exercise(number)))
    put(lab, find_exercise("8"), with_mistake(find_exercise("8"), "modifies its input"))
    assert run(["lab", "check", "7"]) == 0
    assert run(["lab", "check", "8", "--level", "formula"]) == 0
    capsys.readouterr()
    assert run(["lab", "finale", "--epochs", "1"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "5 of 21 functions are yours" in printed
    assert "no longer passes" not in printed
