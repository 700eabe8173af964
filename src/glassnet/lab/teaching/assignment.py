"""Handing the course out: scripts, Jupyter notebooks, and source assignments for nbgrader and otter-grader.

All are made from one source, an exercise's lesson and its cases, a file for each exercise. An nbgrader source
assignment holds the answers between ### BEGIN SOLUTION marks, and a locked cell with hidden tests for every case, worth
its points.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from glassnet.common.files import write_text
from glassnet.lab.exercise import Exercise
from glassnet.lab.lesson import BEGIN, END, Cell

NAME = "lab"
"""What the assignment is called in nbgrader."""

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}

NBGRADER_CONFIG = """c = get_config()
c.CourseDirectory.course_id = "glassnet-lab"
c.ExecutePreprocessor.timeout = 60
# A submission may run what it likes: grade those of people you do not trust in a container.
"""


NEXT = {
    "nbgrader": "next, in {folder}: nbgrader generate_assignment lab; learners and the grader need glassnet[lab], too",
    "otter": "next, in {folder}: otter assign {first} dist, and so on; for the grading system see --requirement",
}
"""What is done with an assignment once it is written."""


def write_assignment(
    folder: Path, form: str, exercises: Sequence[Exercise], requirement: str | None = None
) -> list[Path]:
    """Write the exercises into a folder that is new or empty, and return the files. form: one of FORMS.

    requirement: from where otter's grading system installs glassnet, in pip's words.
    """
    if form not in FORMS:
        raise ValueError(f"--format {form!r} is none of {', '.join(FORMS)}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} is there already and not empty; name a new folder")
    if requirement is not None and form != "otter":
        raise ValueError(f"--requirement is for otter; {form} installs nothing")
    return otter(folder, exercises, requirement) if form == "otter" else FORMS[form](folder, exercises)


def scripts(folder: Path, exercises: Sequence[Exercise]) -> list[Path]:
    """Write a Python file in cells for each exercise."""
    written = []
    for exercise in exercises:
        write_text(path := folder / f"{exercise.key}.py", exercise.lesson.learners_file())
        written.append(path)
    return written


def notebooks(folder: Path, exercises: Sequence[Exercise]) -> list[Path]:
    """Write a notebook for each exercise, with a last cell that checks it."""
    written = []
    for exercise in exercises:
        cells = [_cell(Cell(cell.kind, cell.blank())) for cell in exercise.lesson.cells]
        written.append(_write(folder / f"{exercise.key}.ipynb", [*cells, _code(_shows(exercise))]))
    return written


def nbgrader(folder: Path, exercises: Sequence[Exercise]) -> list[Path]:
    """Write an nbgrader course folder with one source assignment, a notebook for each exercise."""
    write_text(config := folder / "nbgrader_config.py", NBGRADER_CONFIG)
    written = [config]
    for exercise in exercises:
        cells = []
        for i, cell in enumerate(exercise.lesson.cells):
            made = _cell(Cell(cell.kind, _marked(cell.source, "### BEGIN SOLUTION", "### END SOLUTION")))
            words = {"solution": True, "locked": False} if cell.has_answer else {"solution": False, "locked": True}
            cells.append(_graded(made, f"cell-{i}", **words))
        cells.append(_graded(_code(_shows(exercise)), "show", solution=False, locked=True))
        for i, case in enumerate(exercise.cases):
            test = (
                f"# {case.about} ({case.points} point{'s' * (case.points > 1)})\n"
                "from glassnet.lab.notebook_api import require\n"
                "### BEGIN HIDDEN TESTS\n"
                f"require({exercise.number!r}, {case.about!r}, globals())\n"
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
            made = _cell(Cell(cell.kind, _marked(cell.source, "# BEGIN SOLUTION", "# END SOLUTION")))
            if cell.has_answer:
                begin = f"# BEGIN QUESTION\nname: q{exercise.number}\npoints: {exercise.points}"
                cells += [_raw(begin), _raw("# BEGIN SOLUTION"), made, _raw("# END SOLUTION")]
                cells += [_raw("# BEGIN TESTS"), *map(_otter_test, *_tests(exercise)), _raw("# END TESTS")]
                cells.append(_raw("# END QUESTION"))
            else:
                cells.append(made)
        written.append(_write(folder / f"{exercise.key}.ipynb", [*cells, _code(_shows(exercise))]))
    return written


FORMS: dict[str, Callable[[Path, Sequence[Exercise]], list[Path]]] = {
    "script": scripts,
    "jupyter": notebooks,
    "nbgrader": nbgrader,
    "otter": otter,
}


def _tests(exercise: Exercise) -> tuple[list[str], list[int]]:
    lines = [f"require({exercise.number!r}, {case.about!r}, globals())" for case in exercise.cases]
    return lines, [case.points for case in exercise.cases]


def _otter_test(line: str, points: int) -> Any:
    config = f'""" # BEGIN TEST CONFIG\npoints: {points}\nhidden: true\n""" # END TEST CONFIG'
    return _code(f"{config}\nfrom glassnet.lab.notebook_api import require\n{line}")


def _marked(source: str, begin: str, end: str) -> str:
    return source.replace(BEGIN, begin).replace(END, end)


def _shows(exercise: Exercise) -> str:
    return (
        f"# Run this cell to see what is right, what is not, and why.\nfrom glassnet.lab.notebook_api import show\n\n"
        f"show({exercise.number!r}, globals())"
    )


def _graded(cell: Any, name: str, *, solution: bool, locked: bool, points: int | None = None) -> Any:
    """Give a cell nbgrader's words, schema 3; points make it a test."""
    words: dict[str, Any] = {"schema_version": 3, "grade_id": name, "solution": solution, "locked": locked}
    words |= {"grade": points is not None, "task": False}
    cell.metadata["nbgrader"] = words if points is None else words | {"points": points}
    return cell


def _cell(cell: Cell) -> Any:
    return _format().v4.new_markdown_cell(cell.source) if cell.kind == "markdown" else _code(cell.source)


def _code(source: str) -> Any:
    return _format().v4.new_code_cell(source)


def _raw(source: str) -> Any:
    return _format().v4.new_raw_cell(source)


def _format() -> ModuleType:
    if importlib.util.find_spec("nbformat") is None:
        raise ValueError('notebooks need the package nbformat: pip install "glassnet[lab]"')
    import nbformat

    return nbformat


def _write(path: Path, cells: list[Any]) -> Path:
    """Write a notebook of these cells; the same cells give the same bytes."""
    nbformat = _format()
    for i, cell in enumerate(cells):
        cell["id"] = f"cell-{i}"
    notebook = nbformat.v4.new_notebook(
        cells=cells, metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}}
    )
    nbformat.validate(notebook)
    write_text(path, nbformat.writes(notebook) + "\n")
    return path
