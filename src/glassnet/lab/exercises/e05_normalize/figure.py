"""Figure of Exercise 5: the learner's means and standard deviations of pixels, and a normalized digit."""

from __future__ import annotations

from glassnet.lab.drawing.panels import Figure, Images
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import image
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw mean, std, and a digit before and after."""
    from glassnet.data.sources import load

    X = load("digits").X.astype(float)
    mean, std = answer.fit_normalizer(X)
    after = answer.normalize(X[:1], mean, std)
    return Figure(
        text("title"),
        [
            Images(text("all"), [image(text("mean"), mean), image(text("std"), std), image(text("image"), X[0])]),
            Images(text("first"), [image(text("scores"), after)], signed=True),
        ],
        text("note"),
    )
