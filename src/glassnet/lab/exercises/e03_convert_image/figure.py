"""Figure of Exercise 3: digits, reshaped by the learner."""

from __future__ import annotations

from glassnet.lab.drawing.panels import Figure, Images, Picture
from glassnet.lab.exercise import Namespace


def figure(answer: Namespace) -> Figure:
    """Draw the first four digits."""
    from glassnet.data.sources import load

    digits = load("digits")
    pictures = [Picture(f"row {i}: a {digits.y[i]}", answer.convert_image(digits.X[i].astype(float))) for i in range(4)]
    return Figure("Rows of 64 numbers as images", [Images("", pictures)])
