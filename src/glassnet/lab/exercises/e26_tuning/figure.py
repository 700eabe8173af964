"""Figure of Exercise 26: the settings that the learner's random search tries."""

from __future__ import annotations

import math

import numpy as np

from glassnet.lab.drawing.panels import Curve, Figure, Lines
from glassnet.lab.exercise import Namespace


def figure(answer: Namespace) -> Figure:
    """Draw the score of each learning rate, on a logarithmic scale."""

    def score(rate: float) -> float:
        return math.exp(-((math.log10(rate) + 1.4) ** 2))

    rng = np.random.default_rng(0)
    best, best_score, history = answer.random_search(lambda rng: answer.log_uniform(1e-4, 1, rng), score, 30, rng)
    rates, scores = zip(*history, strict=True)
    curves = [
        Curve("trials", rates, scores, "points"),
        Curve(f"best: {float(best):.3g}", [best], [best_score], "points"),
    ]
    note = "Log-uniform draws try every power of ten equally often. Uniform draws would put nine of ten above 0.1."
    panel = Lines("a made-up score with one maximum", curves, "learning rate", "score", log="x")
    return Figure("A random search with 30 trials", [panel], note)
