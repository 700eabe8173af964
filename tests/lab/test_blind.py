"""How the lab tells wrong answers that were written from the texts alone: rejected, and never named wrongly."""

import copy
import dataclasses
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from glassnet.lab.autograder.checking import checker_for
from helpers.lab_answers import Blind, blind_answers, seen_of, told_rightly

ANSWERS = blind_answers()

BY_PATH = {answer.path: answer for answer in ANSWERS}


def each(answers: Sequence[Blind]) -> pytest.MarkDecorator:
    """Every answer, of which each third is in the quick tier: some of every exercise."""
    chosen = [one if i % 3 == 0 else pytest.param(one, marks=pytest.mark.slow) for i, one in enumerate(answers)]
    return pytest.mark.parametrize("answer", chosen, ids=lambda answer: answer.path.stem)


@cache
def told(path: Path) -> str:
    """How the answer in a file is told; found out once."""
    return told_rightly(BY_PATH[path])


@each(ANSWERS)
def test_a_wrong_answer_is_rejected_and_not_named_wrongly(answer: Blind) -> None:
    assert told(answer.path) in ("named rightly", "unsure")


@each([one for one in ANSWERS if one.known_as])
def test_a_mistake_that_is_not_known_is_not_taken_for_another(answer: Blind) -> None:
    """Without the mistakes it is named as, an answer is told as unsure, unless others explain all that was seen."""
    exercise = answer.exercise
    others = tuple(one for one in exercise.mistakes if one.name not in answer.known_as)
    checker = copy.copy(checker_for(exercise.folder))  # which has looked at the others already
    checker.exercise = dataclasses.replace(exercise, mistakes=others)
    named, explains_all = checker.find_mistakes(seen_of(answer.path))
    assert explains_all or not named


@pytest.mark.slow
def test_most_are_named_rightly() -> None:
    counts = Counter(told(answer.path) for answer in ANSWERS)
    assert len(ANSWERS) >= 60
    assert sum(len(answer.mistakes) > 1 for answer in ANSWERS) >= len(ANSWERS) / 3
    assert counts["named rightly"] >= 0.8 * len(ANSWERS), counts
