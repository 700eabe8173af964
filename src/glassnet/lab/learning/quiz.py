"""Quiz questions for skipping an exercise; each has one number as its answer."""

from __future__ import annotations

import numpy as np

from glassnet.lab.exercise import Exercise

TOLERANCE = 6e-4
"""Absolute tolerance for an answer with three decimals."""


def question(exercise: Exercise, seed: int) -> tuple[str, float]:
    """Return a quiz question and its answer."""
    return exercise.quiz(np.random.default_rng(seed))


def is_number(typed: str) -> bool:
    """Return whether the input is a number, with a decimal point or comma."""
    return _number(typed) is not None


def is_correct(answer: float, typed: str) -> bool:
    """Return whether the input is the answer.

    >>> is_correct(2 / 3, "0.667"), is_correct(2 / 3, "0,667"), is_correct(2 / 3, "0.66"), is_correct(3, "3")
    (True, True, False, True)
    """
    number = _number(typed)
    return number is not None and abs(number - answer) <= TOLERANCE + 1e-9 * abs(answer)


def _number(typed: str) -> float | None:
    try:
        return float(typed.strip().replace(",", "."))
    except ValueError:
        return None
