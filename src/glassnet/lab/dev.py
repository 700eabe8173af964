"""Validation of exercises, for their authors. Each problem is one line."""

from __future__ import annotations

import ast
import json
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from glassnet.lab.autograder.checking import check, checker_for
from glassnet.lab.autograder.diagnosis import NOT_STARTED, PASSED
from glassnet.lab.autograder.observations import Observation
from glassnet.lab.drawing.sources import drawer, has_figure
from glassnet.lab.exercise import FORMULA, Exercise
from glassnet.lab.formatting import format_number
from glassnet.lab.lesson import FOLDER
from glassnet.lab.skeleton import FILES, UNWRITTEN
from glassnet.lab.texts import FIGURE, FILE, line_of

LIBRARY = Path(__file__).parents[1]


def problems(exercise: Exercise) -> Iterator[str]:
    """Yield the problems of an exercise."""
    unwritten = list(_unwritten(exercise))
    for line in unwritten:
        yield f"{exercise.key}: {line}"
    if unwritten:
        return
    validators = (_edits,) if list(_edits(exercise)) else (_solutions, _mistakes, _texts, _figure, _quiz)
    for validator in validators:
        for problem in validator(exercise):
            yield f"{exercise.key}: {problem}"


def course_problems(exercises: list[Exercise]) -> Iterator[str]:
    """Yield the problems between exercises."""
    owner: dict[str, str] = {}
    for exercise in exercises:
        for name in exercise.defines:
            if name in owner:
                yield f"{exercise.key}: {name} is already defined in {owner[name]}"
            owner[name] = exercise.key


def _unwritten(exercise: Exercise) -> Iterator[str]:
    """Nothing of the skeleton is left."""
    for file in FILES:
        lines = (FOLDER / exercise.folder / file).read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, start=1):
            if UNWRITTEN in line:
                what = line.partition(UNWRITTEN)[2].lstrip(":, ").rstrip("',.\"")
                yield f"{file}, line {number} is still to be written: {what}"


def _edits(exercise: Exercise) -> Iterator[str]:
    """Every known mistake applies to the reference solution."""
    source = exercise.lesson.solution
    for number, mistake in enumerate(exercise.mistakes):
        for form in mistake.forms:
            wrong = [(old, count) for old, _ in form.edits if (count := source.count(old)) != 1]
            for old, count in wrong:
                line = line_of(exercise.texts_path, old, number)
                cure = "extend it by the code next to it" if count else "copy it from the solution in lesson.py"
                yield (
                    f"{FILE}, line {line}: mistake {mistake.name!r}: {old!r} should occur once in the solution but "
                    f"occurs {count} times; {cure}"
                )
            if wrong:
                continue
            try:
                exercise.solution_namespace(form)
            except Exception as error:  # the edited solution may raise anything
                yield f"mistake {mistake.name!r} raises {type(error).__name__}: {error}"


def _solutions(exercise: Exercise) -> Iterator[str]:
    """The reference solution passes, the starter code is not started, and an empty file earns nothing."""
    verdict = check(exercise, exercise.lesson.file_text(solved=True), "answer.py")
    if verdict.state != PASSED or verdict.problem:
        failures = [f"{result.case.name}: {'; '.join(result.facts)}" for result in verdict.failed_results]
        yield f"the reference solution has {verdict.state}: {verdict.problem} {failures}"
    verdict = check(exercise, exercise.lesson.file_text(), "answer.py")
    if verdict.state != NOT_STARTED or verdict.points:
        yield f"the starter code should be {NOT_STARTED} with 0 points but is {verdict.state} with {verdict.points}"
    if check(exercise, "", "answer.py").points:
        yield "an empty file earns points"


def _mistakes(exercise: Exercise) -> Iterator[str]:
    """Every known mistake, in each of its forms, fails and is diagnosed as itself; so no two behave alike."""
    checker = checker_for(exercise.folder)
    for mistake in exercise.mistakes:
        for i, form in enumerate(mistake.forms):
            behavior = checker.behavior(form)
            decoded = [Observation.from_json(json.loads(json.dumps(one.to_json()))) for one in behavior]
            verdict = checker.verdict(decoded)
            which = f"mistake {mistake.name!r}" + (f", variant {i}," if i else "")
            if verdict.state == PASSED:
                yield f"{which} passes"
            elif verdict.mistakes != (mistake,):
                yield f"{which} is diagnosed as {[one.name for one in verdict.mistakes]}"


def _texts(exercise: Exercise) -> Iterator[str]:
    """Texts are present, the line in the library exists, links have targets, and names are defined."""
    for name in exercise.defines:
        if not hasattr(exercise.solution_namespace(), name):
            yield f"the reference solution does not define {name}"
    for text in (
        *exercise.hints,
        exercise.explanation,
        exercise.question,
        exercise.title,
        *(one.feedback for one in exercise.mistakes),
    ):
        if len(text) < 3 or text != text.strip():
            yield f"a text is empty or has surrounding spaces: {text!r}"
    for case in exercise.cases:
        if case.text == case.name:
            yield f"test {case.name!r} needs a description, since it is not a call"
    if not exercise.mistakes:
        yield f"{FILE} has no known mistake; add [[mistakes]]"
    if missing := set(exercise.robustness) - {case.name for case in exercise.cases}:
        yield f"tests of robustness are not among the tests: {', '.join(sorted(missing))}"
    used = checker_for(exercise.folder, FORMULA).credit.used
    if untested := set(exercise.defines).difference(*used):
        yield f"only tests of robustness use {', '.join(sorted(untested))}"
    if len({case.name for case in exercise.cases}) < len(exercise.cases):
        yield "two tests have the same name"
    if library_line(exercise) is None:
        yield f"the library has no {exercise.library!r}"
    text = "\n".join(cell.source for cell in exercise.lesson.cells if cell.kind == "markdown")
    if not re.match(rf"# Exercise {exercise.number} · \S", text):
        yield f"the lesson should begin with '# Exercise {exercise.number} · …'"
    for target in re.findall(r"\]\((?!https?://)([^)]+)\)", text):
        yield f"a link has no target in a learner's folder: {target}"
    if (count := sum(cell.has_solution for cell in exercise.lesson.cells)) != 1:
        yield f"the lesson should have one cell with a solution but has {count}"


def _figure(exercise: Exercise) -> Iterator[str]:
    """The figure of the reference solution is drawn, and its texts are those that it uses."""
    texts = exercise.figure_texts
    if not has_figure(exercise):
        if texts.texts:
            yield f"{FILE} has texts of a figure, [{FIGURE}], but there is no figure.py"
        return
    try:
        deque(drawer(exercise, texts)(exercise.solution_namespace()), maxlen=0)
    except Exception as error:  # an author's function may raise anything
        yield f"figure.py raises {type(error).__name__}: {error}"
        return
    for key in sorted(set(texts.texts) - texts.used):
        line = line_of(exercise.texts_path, f"{key} =", FIGURE)
        yield f"{FILE}, line {line}: figure.py does not use the text {key!r}"


def library_line(exercise: Exercise) -> tuple[Path, int] | None:
    """Return the file and line of `Exercise.library`, None if it does not exist."""
    file, _, name = exercise.library.partition(" ")
    path = LIBRARY / file
    if not path.is_file():
        return None
    scope: list[ast.stmt] = ast.parse(path.read_text(encoding="utf-8")).body
    line = 1
    for part in name.split(".") if name else []:
        found = [one for one in scope if isinstance(one, (ast.FunctionDef, ast.ClassDef)) and one.name == part]
        if not found:
            return None
        line, scope = found[0].lineno, found[0].body
    return path, line


def _quiz(exercise: Exercise) -> Iterator[str]:
    """The quiz asks for one finite number."""
    for seed in range(20):
        text, answer = exercise.quiz(np.random.default_rng(seed))
        if not text.endswith("?") and "?" not in text:
            yield f"the quiz has no question mark: {text!r}"
        if not np.isfinite(answer):
            yield f"the answer of the quiz should be finite but is {format_number(answer)}"
