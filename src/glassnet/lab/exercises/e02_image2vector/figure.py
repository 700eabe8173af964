"""Figure of Exercise 2: where each number of an image ends up in the learner's vector."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Figure, Formula, Term
from glassnet.lab.exercise import Namespace
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw a small image with numbered entries, and its vector."""
    image = np.arange(12).reshape(2, 3, 2)
    vector = np.asarray(answer.image2vector(image))
    return Figure(
        text("title"),
        [
            Formula(text("image"), [Term(text("channel", number=i), image[:, :, i]) for i in (0, 1)]),
            Formula(text("row", shape=vector.shape), [Term(text("vector"), vector.reshape(1, -1))]),
        ],
        text("note"),
    )
