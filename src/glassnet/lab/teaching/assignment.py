"""Assignments: scripts, Jupyter notebooks, and source assignments for nbgrader and otter-grader.

All formats are generated from the lessons and the test cases, one file per exercise. An nbgrader source assignment has
the solutions between ### BEGIN SOLUTION markers, and a locked cell with hidden tests and points for every test case.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import Any

from glassnet.common.files import write_text
from glassnet.lab.course import chapter_of
from glassnet.lab.exercise import Exercise
from glassnet.lab.lesson import BEGIN, END, Cell

NAME = "lab"
"""Name of the assignment in nbgrader."""

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}

NBGRADER_CONFIG = """c = get_config()
c.CourseDirectory.course_id = "glassnet-lab"
c.ExecutePreprocessor.timeout = 60
# Submissions run arbitrary code: grade those of people you do not trust in a container.
"""


CONTENTS, FINALE = "contents.ipynb", "finale.ipynb"

CONTENTS_TEXT = """# A neural network by hand

Each notebook is an exercise. Read it, replace `# YOUR CODE HERE` with your code, and run its last cell to check it."""

PROGRESS_CELL = """# Save your notebooks, and run this cell to see your progress.
from glassnet.lab.notebook_api import progress

progress()"""

FINALE_TEXT = """# The finale

This cell checks the saved notebooks in this folder. It trains a 64-6-5-10 network on handwritten digits with your
functions, and shows loss and accuracy after each epoch, next to the network of the original notebook. The reference
solution is used for functions that do not pass. At the end it saves a model, which `glassnet predict` reads.

100 epochs take about 20 seconds."""

FINALE_CELL = """from glassnet.lab.notebook_api import finale

finale(epochs=100)"""

NEXT_STEPS = {
    "jupyter": "Begin with contents.ipynb; learners need glassnet[lab]",
    "nbgrader": "Next, in {folder}: nbgrader generate_assignment lab; learners and the autograder need glassnet[lab]",
    "otter": "Next, in {folder}: otter assign {first} dist, and so on; for the grading system see --requirement",
}
"""What to do with an assignment after writing it."""


def write_assignment(
    folder: Path, form: str, exercises: Sequence[Exercise], requirement: str | None = None
) -> list[Path]:
    """Write exercises into a new or empty folder, and return the files. form: a key of FORMATS.

    requirement: the pip requirement with which otter's grading system installs glassnet.
    """
    if form not in FORMATS:
        raise ValueError(f"--format should be one of {', '.join(FORMATS)}, got {form!r}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} exists and is not empty; give a new folder")
    if requirement is not None and form != "otter":
        raise ValueError(f"--requirement is for --format otter, got --format {form}")
    return otter(folder, exercises, requirement) if form == "otter" else FORMATS[form](folder, exercises)


def scripts(folder: Path, exercises: Sequence[Exercise]) -> list[Path]:
    """Write a Python script for each exercise."""
    written = []
    for exercise in exercises:
        write_text(path := folder / f"{exercise.key}.py", exercise.lesson.file_text())
        written.append(path)
    return written


def notebooks(folder: Path, exercises: Sequence[Exercise]) -> list[Path]:
    """Write a notebook for each exercise, with a final cell that checks it; one with links to them; and the finale."""
    written = []
    for exercise in exercises:
        cells = [_cell(Cell(cell.kind, cell.blank())) for cell in exercise.lesson.cells]
        written.append(_write(folder / f"{exercise.key}.ipynb", [*cells, _code(_check_cell_source(exercise))]))
    contents = [Cell("markdown", _contents(exercises)), Cell("code", PROGRESS_CELL)]
    finale = [Cell("markdown", FINALE_TEXT), Cell("code", FINALE_CELL)]
    written.append(_write(folder / CONTENTS, list(map(_cell, contents))))
    written.append(_write(folder / FINALE, list(map(_cell, finale))))
    return written


def _contents(exercises: Sequence[Exercise]) -> str:
    """Return the text of the contents: links to the exercises, by chapter."""
    lines = [CONTENTS_TEXT]
    for chapter, inside in groupby(exercises, key=chapter_of):
        lines += [f"\n## {chapter}\n", *(f"- [{one.number} · {one.title}]({one.key}.ipynb)" for one in inside)]
    return "\n".join([*lines, f"\nAt the end: [the finale]({FINALE})"])


def nbgrader(folder: Path, exercises: Sequence[Exercise]) -> list[Path]:
    """Write an nbgrader course folder with a source assignment, one notebook for each exercise."""
    write_text(config := folder / "nbgrader_config.py", NBGRADER_CONFIG)
    written = [config]
    for exercise in exercises:
        cells = []
        for i, cell in enumerate(exercise.lesson.cells):
            made = _cell(Cell(cell.kind, _with_markers(cell.source, "### BEGIN SOLUTION", "### END SOLUTION")))
            flags = {"solution": True, "locked": False} if cell.has_solution else {"solution": False, "locked": True}
            cells.append(_graded(made, f"cell-{i}", **flags))
        cells.append(_graded(_code(_check_cell_source(exercise)), "show", solution=False, locked=True))
        for i, case in enumerate(exercise.cases):
            test = (
                f"# {case.name} ({case.points} point{'s' * (case.points > 1)})\n"
                "from glassnet.lab.notebook_api import require\n"
                "### BEGIN HIDDEN TESTS\n"
                f"require({exercise.number!r}, {case.name!r}, globals())\n"
                "### END HIDDEN TESTS"
            )
            cells.append(_graded(_code(test), f"test-{i}", solution=False, locked=True, points=case.points))
        written.append(_write(folder / "source" / NAME / f"{exercise.key}.ipynb", cells))
    return written


def otter(folder: Path, exercises: Sequence[Exercise], requirement: str | None = None) -> list[Path]:
    """Write a notebook for `otter assign` for each exercise."""
    written = []
    needs = f"\nrequirements:\n  - {requirement}" if requirement else ""
    for exercise in exercises:
        name = f"exercise-{exercise.number}"
        cells = [_raw(f"# ASSIGNMENT CONFIG\nname: {name}\nexport_cell: false{needs}")]
        for cell in exercise.lesson.cells:
            made = _cell(Cell(cell.kind, _with_markers(cell.source, "# BEGIN SOLUTION", "# END SOLUTION")))
            if cell.has_solution:
                begin = f"# BEGIN QUESTION\nname: q{exercise.number}\npoints: {exercise.points}"
                cells += [_raw(begin), _raw("# BEGIN SOLUTION"), made, _raw("# END SOLUTION")]
                cells += [_raw("# BEGIN TESTS"), *map(_otter_test, *_tests(exercise)), _raw("# END TESTS")]
                cells.append(_raw("# END QUESTION"))
            else:
                cells.append(made)
        written.append(_write(folder / f"{exercise.key}.ipynb", [*cells, _code(_check_cell_source(exercise))]))
    return written


FORMATS: dict[str, Callable[[Path, Sequence[Exercise]], list[Path]]] = {
    "script": scripts,
    "jupyter": notebooks,
    "nbgrader": nbgrader,
    "otter": otter,
}


def _tests(exercise: Exercise) -> tuple[list[str], list[int]]:
    lines = [f"require({exercise.number!r}, {case.name!r}, globals())" for case in exercise.cases]
    return lines, [case.points for case in exercise.cases]


def _otter_test(line: str, points: int) -> Any:
    config = f'""" # BEGIN TEST CONFIG\npoints: {points}\nhidden: true\n""" # END TEST CONFIG'
    return _code(f"{config}\nfrom glassnet.lab.notebook_api import require\n{line}")


def _with_markers(source: str, begin: str, end: str) -> str:
    return source.replace(BEGIN, begin).replace(END, end)


def _check_cell_source(exercise: Exercise) -> str:
    return (
        f"# Run this cell to check your answer.\nfrom glassnet.lab.notebook_api import show\n\n"
        f"show({exercise.number!r}, globals())"
    )


def _graded(cell: Any, name: str, *, solution: bool, locked: bool, points: int | None = None) -> Any:
    """Add nbgrader metadata (schema 3) to a cell; a cell with points is a test."""
    metadata: dict[str, Any] = {"schema_version": 3, "grade_id": name, "solution": solution, "locked": locked}
    metadata |= {"grade": points is not None, "task": False}
    cell.metadata["nbgrader"] = metadata if points is None else metadata | {"points": points}
    return cell


def _cell(cell: Cell) -> Any:
    return _format().v4.new_markdown_cell(cell.source) if cell.kind == "markdown" else _code(cell.source)


def _code(source: str) -> Any:
    return _format().v4.new_code_cell(source)


def _raw(source: str) -> Any:
    return _format().v4.new_raw_cell(source)


def _format() -> ModuleType:
    if importlib.util.find_spec("nbformat") is None:
        raise ValueError("notebooks need the package nbformat: pip install nbformat")
    import nbformat

    return nbformat


def _write(path: Path, cells: list[Any]) -> Path:
    """Write a notebook; the same cells give the same bytes."""
    nbformat = _format()
    for i, cell in enumerate(cells):
        cell["id"] = f"cell-{i}"
    notebook = nbformat.v4.new_notebook(
        cells=cells, metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}}
    )
    nbformat.validate(notebook)
    write_text(path, nbformat.writes(notebook) + "\n")
    return path
