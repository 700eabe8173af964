"""Small images inside a page, each a PNG in a data URI: rows of the data, and weights."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.data.dataset import Dataset

LARGEST = 96
"""Images with more pixels per side than this are downsized, so that the page stays small."""


@dataclass(frozen=True)
class PixelRange:
    """The pixel values that are drawn black and white."""

    low: float
    high: float

    @classmethod
    def of(cls, images: Dataset) -> PixelRange:
        """Return 0 to 255 for bytes, else the range of the first thousand images."""
        if images.X.dtype == np.uint8:
            return cls(0, 255)
        few = np.asarray(images.X[:1000])
        return cls(float(few.min()), float(few.max()))

    def bytes(self, row: AnyArray, shape: tuple[int, ...]) -> AnyArray:
        """Return one image as bytes, (height, width) or (height, width, 3)."""
        span = (self.high - self.low) or 1.0
        return (
            ((np.asarray(row, np.float64) - self.low) / span * 255).clip(0, 255).round().astype(np.uint8).reshape(shape)
        )


def is_image_shape(shape: tuple[int, ...] | None) -> bool:
    """Return whether this is the shape of an image: (height, width), gray, or (height, width, 3)."""
    return shape is not None and (len(shape) == 2 or (len(shape) == 3 and shape[2] == 3)) and min(shape[:2]) > 1


def weight_image(column: Array, shape: tuple[int, ...], largest: float) -> AnyArray:
    """Return the input weights of one unit as an image.

    column: (features,). largest: the magnitude that is drawn in full color. For gray images, positive weights are
    blue-green and negative ones red-brown; for color images, the channels are centered on middle gray.
    """
    from glassnet.report.svg import diverging

    scaled = column.reshape(shape) / (largest or 1.0)
    return diverging(scaled) if len(shape) == 2 else ((scaled.clip(-1, 1) + 1) * 127.5).round().astype(np.uint8)


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
