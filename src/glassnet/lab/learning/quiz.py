"""Skipping an exercise by answering a question: one number, which somebody who could write the answer can compute."""

from __future__ import annotations

import numpy as np

from glassnet.lab.exercise import Exercise

TOLERANCE = 6e-4
"""How far an answer to three decimals may be from the exact one."""


def question(exercise: Exercise, seed: int) -> tuple[str, float]:
    """Return a question about an exercise, and its answer."""
    return exercise.quiz(np.random.default_rng(seed))


def is_number(typed: str) -> bool:
    """Return whether what was typed is a number, with a point or a comma."""
    return _number(typed) is not None


def is_right(answer: float, typed: str) -> bool:
    """Return whether what was typed is the answer.

    >>> is_right(2 / 3, "0.667"), is_right(2 / 3, "0,667"), is_right(2 / 3, "0.66"), is_right(3, "3")
    (True, True, False, True)
    """
    number = _number(typed)
    return number is not None and abs(number - answer) <= TOLERANCE + 1e-9 * abs(answer)


def _number(typed: str) -> float | None:
    try:
        return float(typed.strip().replace(",", "."))
    except ValueError:
        return None
