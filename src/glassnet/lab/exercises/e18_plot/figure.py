"""Figure of Exercise 18: the line and the labels of the learner's figure."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.lab.drawing.panels import Curve, Figure, Lines
from glassnet.lab.exercise import Namespace
from glassnet.lab.texts import FigureTexts

LOSSES = [2494.0, 2484.7, 2477.0, 2455.3, 2369.8, 2148.6, 1920.4, 1729.2, 1570.8, 1436.5]


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw what the learner's figure contains."""
    axes: Any = answer.plot_loss(LOSSES).axes[0]
    curves = [Curve("", np.asarray(line.get_xdata()), np.asarray(line.get_ydata())) for line in axes.lines]
    panel = Lines(axes.get_title(), curves, axes.get_xlabel(), axes.get_ylabel())
    return Figure(text("title"), [panel], text("note"))
