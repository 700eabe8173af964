"""Answers to the lab's exercises: alternative correct answers, and wrong answers by independent authors."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from glassnet.cli.main import run as glassnet
from glassnet.lab.autograder.checking import checker_for
from glassnet.lab.autograder.diagnosis import PASSED, find_mistake
from glassnet.lab.autograder.observations import Observation
from glassnet.lab.autograder.running import Limits, RunRequest
from glassnet.lab.course import find_exercise
from glassnet.lab.exercise import Exercise
from glassnet.lab.mistakes import with_mistakes
from helpers import lab_forks

ANSWERS = Path(__file__).parents[1] / "lab" / "answers"
"""Correct answers: a file per exercise with several of them."""

BLIND = Path(__file__).parents[1] / "lab" / "blind"
"""Wrong answers, one file each."""


def correct_answers(exercise: Exercise) -> dict[str, str]:
    """The correct answers to an exercise, by their descriptions."""
    text = (ANSWERS / f"{exercise.key}.py").read_text(encoding="utf-8")
    parts = [part.partition("\n") for part in f"\n{text}".split("\n# %% ")[1:]]
    return {about: source for about, _, source in parts}


def solved(exercise: Exercise) -> str:
    """The learner's file with the reference answer in it."""
    return exercise.lesson.file_text(solved=True)


def written(folder: Path, form: str, exercises: str = "10,15") -> Path:
    """A folder with an assignment, as teachers get it."""
    assert glassnet(["lab", "assignment", str(folder), "--format", form, "--exercises", exercises]) == 0
    return folder


def with_mistake(exercise: Exercise, *names: str) -> str:
    """The learner's file with these known mistakes in it."""
    return with_mistakes(solved(exercise), *(find_mistake(exercise, name) for name in names))


@dataclass(frozen=True)
class Blind:
    """A wrong answer, written from the text of the exercise without knowing the known mistakes.

    mistakes: its author's description of each deliberate mistake, one or two. known_as: names of the known mistakes
    that match them, assigned by hand; empty if none does.
    """

    path: Path
    exercise: Exercise
    source: str
    mistakes: tuple[str, ...]
    known_as: tuple[str, ...]


@cache
def blind_answers() -> tuple[Blind, ...]:
    """All of them, in order; each file starts with comments that name its mistakes."""
    found = []
    for path in sorted(BLIND.glob("*.py")):
        source = path.read_text(encoding="utf-8")
        made, known = (re.findall(rf"^# {kind}: (.+)$", source, re.MULTILINE) for kind in ("mistake", "known mistake"))
        exercise = find_exercise(path.stem.split("__")[0])
        found.append(Blind(path, exercise, source, tuple(made), tuple(known)))
    return tuple(found)


@cache
def observations_of(path: Path) -> tuple[Observation, ...]:
    """The observations of a blind answer, one per case; it is run once."""
    answer = next(one for one in blind_answers() if one.path == path)
    request = RunRequest(answer.source, f"{answer.exercise.key}.py")
    result = lab_forks.run(answer.exercise, request, Limits(seconds=100.0))
    assert not result.is_broken
    return tuple(Observation.not_run() if one is None else one for one in result.observations)


def diagnosis_of(answer: Blind) -> str:
    """The diagnosis of a blind answer: "correct", "wrong", "unsure", or "accepted"."""
    verdict = checker_for(answer.exercise.folder).verdict(observations_of(answer.path))
    if verdict.state == PASSED:
        return "accepted"
    named = {mistake.name for mistake in verdict.mistakes}
    if not named:
        return "unsure"
    return "correct" if named <= set(answer.known_as) else "wrong"
