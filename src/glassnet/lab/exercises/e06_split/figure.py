"""Figure of Exercise 6: the classes in each part of the learner's split."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Bars, Figure
from glassnet.lab.exercise import Namespace
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw the number of digits of each class in each part."""
    from glassnet.data.sources import load

    classes = load("digits").y
    found = answer.split(len(classes), 0.6, 0.2, np.random.default_rng(0))
    parts = dict(zip((text("train"), text("valid"), text("test")), found, strict=True))
    groups = {name: np.bincount(classes[rows], minlength=10) for name, rows in parts.items()}
    sizes = ", ".join(f"{name} {len(rows)}" for name, rows in parts.items())
    return Figure(text("title"), [Bars("", [str(i) for i in range(10)], groups)], text("note", sizes=sizes))
