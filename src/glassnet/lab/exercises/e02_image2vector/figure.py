"""Figure of Exercise 2: where each number of an image ends up in the learner's vector."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Figure, Formula, Term
from glassnet.lab.exercise import Namespace


def figure(answer: Namespace) -> Figure:
    """Draw a small image with numbered entries, and its vector."""
    image = np.arange(12).reshape(2, 3, 2)
    vector = np.asarray(answer.image2vector(image))
    return Figure(
        "From an image to a vector",
        [
            Formula("an image (2, 3, 2)", [Term("channel 0", image[:, :, 0]), Term("channel 1", image[:, :, 1])]),
            Formula(f"your vector, {vector.shape}, here as a row", [Term("vector", vector.reshape(1, -1))]),
        ],
        "The numbers are positions in memory. The channels of a pixel are neighbors; columns and rows follow.",
    )
