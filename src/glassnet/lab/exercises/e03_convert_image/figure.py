"""Figure of Exercise 3: digits, reshaped by the learner."""

from __future__ import annotations

from glassnet.lab.drawing.panels import Figure, Images, Picture
from glassnet.lab.exercise import Namespace
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw the first four digits."""
    from glassnet.data.sources import load

    digits = load("digits")
    pictures = [
        Picture(text("row", row=i, digit=digits.y[i]), answer.convert_image(digits.X[i].astype(float)))
        for i in range(4)
    ]
    return Figure(text("title"), [Images("", pictures)])
