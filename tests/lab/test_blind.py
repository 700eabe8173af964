"""Wrong answers that were written from the lessons alone are rejected and never misdiagnosed."""

import copy
import dataclasses
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from glassnet.lab.autograder.checking import checker_for
from helpers.lab_answers import Blind, blind_answers, diagnosis_of, observations_of

ANSWERS = blind_answers()

BY_PATH = {answer.path: answer for answer in ANSWERS}


def each(answers: Sequence[Blind]) -> pytest.MarkDecorator:
    """Every answer; every third one is in the quick tier, which has some of every exercise."""
    chosen = [one if i % 3 == 0 else pytest.param(one, marks=pytest.mark.slow) for i, one in enumerate(answers)]
    return pytest.mark.parametrize("answer", chosen, ids=lambda answer: answer.path.stem)


@cache
def diagnosis(path: Path) -> str:
    """The diagnosis of the answer in a file, cached."""
    return diagnosis_of(BY_PATH[path])


@each(ANSWERS)
def test_a_wrong_answer_is_rejected_and_not_misdiagnosed(answer: Blind) -> None:
    assert diagnosis(answer.path) in ("correct", "unsure")


@each([one for one in ANSWERS if one.known_as])
def test_an_unknown_mistake_is_not_diagnosed_as_another(answer: Blind) -> None:
    """Without its own mistakes in the catalog, the diagnosis is unsure, unless others explain all failures."""
    exercise = answer.exercise
    others = tuple(one for one in exercise.mistakes if one.name not in answer.known_as)
    checker = copy.copy(checker_for(exercise.folder))  # which has run the others before
    checker.exercise = dataclasses.replace(exercise)
    vars(checker.exercise)["mistakes"] = others  # a cached property
    mistakes, explains_all = checker.find_mistakes(observations_of(answer.path))
    assert explains_all or not mistakes


@pytest.mark.slow
def test_most_wrong_answers_are_diagnosed_correctly() -> None:
    counts = Counter(diagnosis(answer.path) for answer in ANSWERS)
    assert len(ANSWERS) >= 60
    assert sum(len(answer.mistakes) > 1 for answer in ANSWERS) >= len(ANSWERS) / 3
    assert counts["correct"] >= 0.8 * len(ANSWERS), counts
