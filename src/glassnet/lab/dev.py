"""What authors of exercises ask for: does everything in an exercise hold? Every complaint is a line; none means yes."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from glassnet.lab.exercise import Exercise
from glassnet.lab.formatting import number
from glassnet.lab.judging.checking import check, judge_of
from glassnet.lab.judging.diagnosis import PASSED, TO_DO
from glassnet.lab.judging.observations import Seen

LIBRARY = Path(__file__).parents[1]


def complaints(exercise: Exercise) -> Iterator[str]:
    """Give what does not hold in an exercise."""
    unmade = list(_edits(exercise))
    for look in (_edits,) if unmade else (_answers, _wrongs, _words, _quiz):
        for complaint in look(exercise):
            yield f"{exercise.key}: {complaint}"


def complaints_of_all(exercises: list[Exercise]) -> Iterator[str]:
    """Give what does not hold between exercises."""
    owner: dict[str, str] = {}
    for exercise in exercises:
        for name in exercise.defines:
            if name in owner:
                yield f"{exercise.key}: {name} is defined in {owner[name]} already"
            owner[name] = exercise.key


def _edits(exercise: Exercise) -> Iterator[str]:
    """Every known wrong answer can be made from the reference."""
    for wrong in exercise.wrongs:
        try:
            exercise.answers(wrong)
        except Exception as error:  # whatever an author's text may raise
            yield f"{wrong.name!r} cannot be made: {type(error).__name__}: {error}"


def _answers(exercise: Exercise) -> Iterator[str]:
    """The reference passes, the learner's file as it is handed out is to do, and an empty one fails."""
    verdict = check(exercise, exercise.lesson.learners_file(solved=True), "answer.py")
    if verdict.state != PASSED or verdict.trouble:
        what = [f"{result.case.about}: {'; '.join(result.facts)}" for result in verdict.wrong_results]
        yield f"the reference answer is {verdict.state}: {verdict.trouble} {what}"
    verdict = check(exercise, exercise.lesson.learners_file(), "answer.py")
    if verdict.state != TO_DO or verdict.points:
        yield f"the learner's file is {verdict.state} with {verdict.points} points, and should be to do with none"
    if check(exercise, "", "answer.py").points:
        yield "an empty file earns points"


def _wrongs(exercise: Exercise) -> Iterator[str]:
    """Every known wrong answer fails and is named as itself; no two behave alike."""
    judge = judge_of(exercise.folder)
    for wrong in exercise.wrongs:
        behavior = judge.behavior(wrong)
        travelled = [Seen.from_words(json.loads(json.dumps(seen.words()))) for seen in behavior]
        verdict = judge.verdict(travelled)
        if verdict.state == PASSED:
            yield f"{wrong.name!r} passes"
        elif verdict.named != (wrong,):
            yield f"{wrong.name!r} is named {[one.name for one in verdict.named]}"
    if len({wrong.name for wrong in exercise.wrongs}) < len(exercise.wrongs):
        yield "two wrong answers have one name"


def _words(exercise: Exercise) -> Iterator[str]:
    """Texts are there, the library's line exists, links lead somewhere, and shown names are defined."""
    for name in exercise.defines:
        if not hasattr(exercise.answers(), name):
            yield f"the reference answer does not define {name}"
    for hint in (
        *exercise.hints,
        exercise.why,
        exercise.question,
        exercise.title,
        *(one.says for one in exercise.wrongs),
    ):
        if len(hint) < 3 or hint != hint.strip():
            yield f"an empty or untidy text: {hint!r}"
    if len({case.about for case in exercise.cases}) < len(exercise.cases):
        yield "two cases have one name"
    if library_line(exercise) is None:
        yield f"there is no {exercise.library!r} in the library"
    text = "\n".join(cell.source for cell in exercise.lesson.cells if cell.kind == "markdown")
    if not re.match(rf"# Exercise {exercise.number} · \S", text):
        yield f"the lesson does not begin with '# Exercise {exercise.number} · …'"
    for target in re.findall(r"\]\((?!https?://)([^)]+)\)", text):
        yield f"a link that leads nowhere from a learner's folder: {target}"
    if (places := sum(cell.has_answer for cell in exercise.lesson.cells)) != 1:
        yield f"answers stand in {places} cells of the lesson; graders need them in one"


def library_line(exercise: Exercise) -> tuple[Path, int] | None:
    """Return the file and the line at which glassnet does what an exercise is about."""
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
    """The quiz asks for one number that can be typed."""
    for seed in range(20):
        text, answer = exercise.quiz(np.random.default_rng(seed))
        if not text.endswith("?") and "?" not in text:
            yield f"the quiz asks nothing: {text!r}"
        if not np.isfinite(answer):
            yield f"the quiz has the answer {number(answer)}"
