"""Figure of Exercise 10a: the learner's initial weights as images."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Figure, Images
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import weight_images
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw the input weights of the six units of the first layer."""
    W, _ = answer.initialize([64, 6, 5, 10], np.random.default_rng(27))
    return Figure(text("title"), [Images("", weight_images(W[1], text), signed=True)], text("note"))
