"""How the lab tells wrong answers that were written from the texts alone: rejected, and never named wrongly."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from answers import Blind, blind_answers, told_rightly

ANSWERS = blind_answers()

BY_PATH = {answer.path: answer for answer in ANSWERS}


@cache
def told(path: Path) -> str:
    """How the answer in a file is told; found out once."""
    return told_rightly(BY_PATH[path])


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.path.stem)
def test_a_wrong_answer_is_rejected_and_not_named_wrongly(answer: Blind) -> None:
    assert told(answer.path) in ("named rightly", "unsure")


def test_most_are_named_rightly() -> None:
    counts = Counter(told(answer.path) for answer in ANSWERS)
    assert len(ANSWERS) >= 60
    assert sum(len(answer.mistakes) > 1 for answer in ANSWERS) >= len(ANSWERS) / 3
    assert counts["named rightly"] >= 0.8 * len(ANSWERS), counts
