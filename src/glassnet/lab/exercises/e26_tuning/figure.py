"""Figure of Exercise 26: the settings that the learner's random search tries."""

from __future__ import annotations

import math

import numpy as np

from glassnet.lab.drawing.panels import Curve, Figure, Lines
from glassnet.lab.exercise import Namespace
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw the score of each learning rate, on a logarithmic scale."""

    def score(rate: float) -> float:
        return math.exp(-((math.log10(rate) + 1.4) ** 2))

    rng = np.random.default_rng(0)
    best, best_score, history = answer.random_search(lambda rng: answer.log_uniform(1e-4, 1, rng), score, 30, rng)
    rates, scores = zip(*history, strict=True)
    curves = [
        Curve(text("trials"), rates, scores, "points"),
        Curve(text("best", rate=f"{float(best):.3g}"), [best], [best_score], "points"),
    ]
    panel = Lines(text("score"), curves, text("x"), text("y"), log="x")
    return Figure(text("title", count=30), [panel], text("note"))
