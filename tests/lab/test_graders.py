"""The lab's assignments in the real nbgrader and Otter-Grader."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from glassnet.lab.course import find_exercise
from glassnet.lab.exercise import Exercise
from helpers.lab_answers import with_mistake, written
from helpers.needs import needs_installed

pytestmark = pytest.mark.graders

SOFTMAX, SLOPES = find_exercise("10"), find_exercise("14")


def filled(notebook: Path, exercise: Exercise, source: str | None) -> None:
    """Put an answer into the cell of a released notebook that has the definition of the learner."""
    if source is None:
        return
    made = nbformat.read(notebook, 4)
    name = f"def {exercise.defines[0]}("
    cell = next(one for one in made.cells if one.cell_type == "code" and name in one.source)
    cell.source = source
    nbformat.write(made, notebook)


def the_answer(exercise: Exercise, *mistakes: str) -> str:
    """The code of an answer, as in its cell."""
    text = with_mistake(exercise, *mistakes)
    return next(part for part in text.split("# %%\n") if f"def {exercise.defines[0]}(" in part).split("# %% [")[0]


ANSWERS = {
    "solved": (the_answer(SOFTMAX), the_answer(SLOPES)),
    "empty": (None, None),
    "half": (the_answer(SOFTMAX, "overflows"), None),
}
"""The submissions of each student for one function, and for four in one cell."""

EXPECTED = {"solved": (SOFTMAX.points, SLOPES.points), "empty": (0, 0), "half": (5, 0)}


def tool(*command: str | Path, cwd: Path) -> str:
    """Run a program of a grader and return its output."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout + done.stderr


def test_nbgrader_generates_autogrades_and_gives_feedback(tmp_path: Path) -> None:
    needs_installed("nbgrader")
    course = written(tmp_path / "course", "nbgrader", "10,14")
    tool("nbgrader", "generate_assignment", "lab", cwd=course)
    released = (course / "release" / "lab" / "10_softmax.ipynb").read_text(encoding="utf-8")
    assert "YOUR CODE HERE" in released
    assert "HIDDEN TESTS" not in released
    assert "keepdims=True)" not in json.dumps(
        [cell.source for cell in nbformat.reads(released, 4).cells if cell.cell_type == "code"]
    )
    for student, answers in ANSWERS.items():
        folder = course / "submitted" / student / "lab"
        folder.mkdir(parents=True)
        for exercise, answer in zip((SOFTMAX, SLOPES), answers, strict=True):
            shutil.copy(course / "release" / "lab" / f"{exercise.key}.ipynb", folder)
            filled(folder / f"{exercise.key}.ipynb", exercise, answer)
    tool("nbgrader", "autograde", "lab", cwd=course)
    tool("nbgrader", "generate_feedback", "lab", cwd=course)
    tool("nbgrader", "export", "--to", "grades.csv", cwd=course)
    with (course / "grades.csv").open(encoding="utf-8") as file:
        scores = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(file)}
    assert scores == {name: (sum(points), SOFTMAX.points + SLOPES.points) for name, points in EXPECTED.items()}
    graded = nbformat.read(course / "autograded" / "solved" / "lab" / "10_softmax.ipynb", 4)
    (shown,) = (one.outputs for one in graded.cells if one.metadata.get("nbgrader", {}).get("grade_id") == "show")
    assert "Passed." in json.dumps(shown)
    assert "image" not in json.dumps(shown)  # nobody looks at a figure, and nobody waits for a live one
    page = (course / "feedback" / "half" / "lab" / "10_softmax.html").read_text(encoding="utf-8")
    assert "it is larger than any float" in page


@pytest.mark.parametrize("exercise", [SOFTMAX, SLOPES], ids=lambda exercise: exercise.key)
def test_otter_assigns_and_grades(exercise: Exercise, tmp_path: Path) -> None:
    needs_installed("otter")
    source = written(tmp_path / "source", "otter", exercise.number)
    notebook = f"{exercise.key}.ipynb"
    tool("otter", "assign", notebook, "dist", cwd=source)
    (configuration,) = (source / "dist" / "autograder").glob("*.zip")
    released = source / "dist" / "student" / notebook
    assert "SOLUTION" not in released.read_text(encoding="utf-8")
    which = [SOFTMAX, SLOPES].index(exercise)
    for student in ANSWERS if exercise == SOFTMAX else ["solved"]:
        folder = tmp_path / student
        folder.mkdir()
        shutil.copy(released, folder)
        filled(folder / notebook, exercise, ANSWERS[student][which])
        tool("otter", "run", folder / notebook, "-a", configuration, "-o", folder, "--no-logo", cwd=folder)
        results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
        scored = sum(test["score"] for test in results["tests"] if test.get("score") is not None)
        assert scored == pytest.approx(EXPECTED[student][which])
