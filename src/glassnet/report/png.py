"""Small pictures inside a page: rows of the data as images, weights as images, each a PNG in a data URI."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.data.dataset import Dataset

LARGEST = 96
"""Pictures with more pixels a side than this are made smaller: a page with two dozen of them should stay small."""


@dataclass(frozen=True)
class Shades:
    """Which numbers of the data are shown black and white: the ends of what pixels can be, or are."""

    low: float
    high: float

    @classmethod
    def of(cls, images: Dataset) -> Shades:
        """Return 0 to 255 for bytes, else the smallest and largest pixel of a thousand pictures."""
        if images.X.dtype == np.uint8:
            return cls(0, 255)
        few = np.asarray(images.X[:1000])
        return cls(float(few.min()), float(few.max()))

    def bytes(self, row: AnyArray, shape: tuple[int, ...]) -> AnyArray:
        """Return one picture as bytes, (height, width) or (height, width, 3)."""
        span = (self.high - self.low) or 1.0
        return (
            ((np.asarray(row, np.float64) - self.low) / span * 255).clip(0, 255).round().astype(np.uint8).reshape(shape)
        )


def is_image_shape(shape: tuple[int, ...] | None) -> bool:
    """Return whether rows of this shape can be shown as pictures: (height, width), gray, or (height, width, 3)."""
    return shape is not None and (len(shape) == 2 or (len(shape) == 3 and shape[2] == 3)) and min(shape[:2]) > 1


def weight_picture(column: Array, shape: tuple[int, ...], largest: float) -> AnyArray:
    """Return the weights that lead to one unit as a picture of their pixels.

    column: (features,). largest: the absolute weight that is shown in full color. Of gray images, weights above 0 are
    blue-green, below 0 red-brown; of colored ones each color is shown on middle gray.
    """
    from glassnet.report.svg import signed

    scaled = column.reshape(shape) / (largest or 1.0)
    return signed(scaled) if len(shape) == 2 else ((scaled.clip(-1, 1) + 1) * 127.5).round().astype(np.uint8)


def data_uri(pixels: AnyArray) -> str:
    """Return bytes (height, width) or (height, width, 3 or 4) as a PNG in a data URI.

    >>> data_uri(np.zeros((2, 2), np.uint8))[:22]
    'data:image/png;base64,'
    """
    from PIL import Image

    image: Any = Image.fromarray(pixels)
    image.thumbnail((LARGEST, LARGEST))
    out = io.BytesIO()
    image.save(out, "png", optimize=True)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
