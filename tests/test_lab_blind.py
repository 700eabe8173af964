"""How the lab tells wrong answers that were written from the texts alone: rejected, and never named wrongly."""

from collections import Counter

import pytest

from answers import Blind, blind_answers, told_rightly

ANSWERS = blind_answers()


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.path.stem)
def test_a_wrong_answer_is_rejected_and_not_named_wrongly(answer: Blind) -> None:
    assert told_rightly(answer) in ("named rightly", "unsure")


def test_most_are_named_rightly() -> None:
    counts = Counter(map(told_rightly, ANSWERS))
    assert sum(len(answer.mistakes) > 1 for answer in ANSWERS) >= len(ANSWERS) / 3
    assert counts["named rightly"] >= 0.8 * len(ANSWERS), counts
