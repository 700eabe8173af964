"""How an image becomes a row like those of the training images: its ink is located, scaled, and moved to its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from glassnet.common.arrays import AnyArray, Array

MIN_INK = 0.2
"""Ink below this share of the maximum counts as paper; JPEG artifacts and camera noise stay below it."""

MIN_CONTRAST = 0.02
"""An image whose range of gray values is smaller than this, on a scale from 0 to 1, is blank."""


class Placement(Protocol):
    """What the training images have in common; `DrawingTransform`, which has it, describes the attributes."""

    @property
    def image_shape(self) -> tuple[int, int]:
        """Height and width in pixels."""

    @property
    def low(self) -> float:
        """Value of the background."""

    @property
    def high(self) -> float:
        """Value of full ink."""

    @property
    def fill(self) -> float:
        """Share of the image that the object fills."""

    @property
    def balance(self) -> tuple[float, float]:
        """Weight of the bounding box in the position, down and across."""

    @property
    def center(self) -> tuple[float, float]:
        """Typical position, down and across."""


@dataclass(frozen=True, eq=False)
class Framing:
    """How an image becomes a row: its ink, and the window of it that the row shows.

    Attributes
    ----------
    ink : Array, (height, width)
        Ink of the image, from 0 (paper) to 1.
    transform : DrawingTransform
        Transform fitted to the training images.
    box : tuple of int, or None
        First and last row and column of the object, each last one exclusive: (top, bottom, left, right). None if the
        image has the size of the training images and stays as it is.
    start : tuple of float
        Position of the window's upper left corner in the image, down and across; it may lie outside.
    scale : float
        Pixels of the image per pixel of the row.
    """

    ink: Array
    transform: Placement
    box: tuple[int, int, int, int] | None = None
    start: tuple[float, float] = (0.0, 0.0)
    scale: float = 1.0

    @property
    def row(self) -> Array:
        """The row, (features,) float32, in the units of the training images."""
        shown, transform = self.window(), self.transform
        return (transform.low + (transform.high - transform.low) * (shown / shown.max())).astype(np.float32).ravel()

    def window(self, detail: int = 1) -> Array:
        """Return the ink in the window, (detail · height, detail · width) of the training images' height and width.

        Parameters
        ----------
        detail : int, default 1
            Number of pixels per pixel of the row, down and across.

        Returns
        -------
        Array
            Mean ink over the area that each pixel covers.
        """
        if self.box is None and detail == 1:
            return self.ink
        (rows, columns), step = self.transform.image_shape, self.scale / detail
        down = _shares(self.start[0], step, detail * rows, self.ink.shape[0])
        across = _shares(self.start[1], step, detail * columns, self.ink.shape[1])
        return down @ self.ink @ across.T


def framing(image: AnyArray, transform: Placement, name: str = "the image") -> Framing:
    """Return how an image becomes a row, with the parameters and errors of `fit_to_model`."""
    image = np.asarray(image, dtype=np.float32)
    if image.ndim != 2 or not image.size:
        raise ValueError(f"{name} must be gray values of shape (height, width), got {image.shape}")
    lightest, darkest = image.max(), image.min()
    if not (darkest >= 0 and lightest <= 1):  # also where NaN
        raise ValueError(
            f"{name} must contain gray values from 0 (black) to 1 (white), got {darkest:g} to {lightest:g}"
        )
    if lightest - darkest < MIN_CONTRAST:
        raise ValueError(f"{name} is blank")

    paper = np.median(border(image))
    ink_is_dark = paper - darkest > lightest - paper
    if image.shape == transform.image_shape:
        ink = lightest - image if ink_is_dark else image - darkest
        return Framing(ink / ink.max(), transform)
    ink = np.maximum(paper - image if ink_is_dark else image - paper, 0)
    ink = without_faint(ink / ink.max())  # (height, width) of the image
    place = bounds(ink)
    scale = max(place.box / (transform.fill * np.array(transform.image_shape)))  # source pixels per target pixel
    balance = np.array(transform.balance)
    center = balance * place.middle + (1 - balance) * place.mass
    down, across = center - scale * np.array(transform.center)  # position of the target's upper left corner
    (top, left), (bottom, right) = place.middle - place.box / 2, place.middle + place.box / 2
    return Framing(ink, transform, (int(top), int(bottom), int(left), int(right)), (down, across), float(scale))


def _shares(start: float, step: float, count: int, length: int) -> Array:
    """Return the share that each of `length` pixels has in each of `count` cells of width `step`, (count, length).

    Cell i extends from start + i · step to start + (i + 1) · step, pixel k from k to k + 1.
    """
    left = start + step * np.arange(count)[:, None]
    k = np.arange(length)
    return np.maximum(np.minimum(left + step, k + 1) - np.maximum(left, k), 0) / step


@dataclass(frozen=True)
class _Bounds:
    """Position of an object: size and center of its bounding box, and its center of mass; each (down, across)."""

    box: Array
    middle: Array
    mass: Array


def bounds(ink: Array) -> _Bounds:
    """Return the position of an object, the pixels that are not 0."""
    box, middle, mass = [], [], []
    for axis in (0, 1):
        profile = ink.sum(axis=1 - axis, dtype=np.float64)  # (height,), then (width,)
        inked = np.flatnonzero(profile)
        first, last = inked[0], inked[-1]
        box.append(last + 1 - first)
        middle.append((first + last + 1) / 2)
        mass.append(profile @ (np.arange(len(profile)) + 0.5) / profile.sum())
    return _Bounds(np.array(box), np.array(middle), np.array(mass))


def without_faint(ink: Array) -> Array:
    """Return ink, 0 to 1, without what counts as paper."""
    return np.where(ink >= MIN_INK, ink, 0)


def border(image: AnyArray) -> AnyArray:
    """Return the values of an image's outermost pixels, the corners twice, (2 · height + 2 · width,)."""
    return np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
