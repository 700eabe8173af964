"""Figure of Exercise 5: the learner's means and standard deviations of pixels, and a normalized digit."""

from __future__ import annotations

from glassnet.lab.drawing.panels import Figure, Images
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import image


def figure(answer: Namespace) -> Figure:
    """Draw mean, std, and a digit before and after."""
    from glassnet.data.sources import load

    X = load("digits").X.astype(float)
    mean, std = answer.fit_normalizer(X)
    after = answer.normalize(X[:1], mean, std)
    return Figure(
        "Normalized pixels",
        [
            Images("of all images, and the first one", [image("mean", mean), image("std", std), image("image", X[0])]),
            Images("the first one, normalized", [image("z-scores", after)], signed=True),
        ],
        "Pixels at the edge are always 0: their std is set to 1. After normalization, all pixels have the same scale.",
    )
