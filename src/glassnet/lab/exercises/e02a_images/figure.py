"""Figure of Exercise 2a: an image after each of the learner's operations."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Figure, Images, Picture
from glassnet.lab.exercise import Namespace
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw a color gradient, with swapped channels, and with transparency over white."""
    across, down = np.meshgrid(np.linspace(0, 1, 8), np.linspace(0, 1, 8))
    colors = np.stack([across, down, 1 - across], axis=2)  # (8, 8, 3), 0 to 1
    pixels = np.asarray(answer.to_bytes(colors))
    alpha = np.rint(255 * down)[:, :, None].astype(np.uint8)
    on_white = answer.on_white(np.concatenate([pixels, alpha], axis=2))
    width, height = answer.quarter_size(pixels)
    return Figure(
        text("title"),
        [
            Images(
                "",
                [
                    Picture("to_bytes", pixels),
                    Picture("bgr_to_rgb", answer.bgr_to_rgb(pixels)),
                    Picture("on_white", on_white),
                    Picture(text("quarter", width=width), np.asarray(pixels)[:: 8 // height, :: 8 // width]),
                ],
            )
        ],
        text("note"),
    )
