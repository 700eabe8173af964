"""Data augmentation of images: random shifts, rotations, scaling, shear, and elastic distortion.

Pixel (r, c) of the new image takes its value from a position of the old one,

    position = A · (r − middle, c − middle) + t + middle + D[r, c]

where A rotates, scales, and shears, t shifts, and D is a smooth random displacement field. Values between pixels are
interpolated with bicubic (Catmull-Rom) interpolation.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from glassnet.common import checks, specs
from glassnet.common.arrays import Array

Warp = Callable[[Array, Array, "Array | None", "float | None"], Array]
"""The signature of `warp_images`, in NumPy or a kernel."""


AMOUNTS = ("shift", "rotate", "scale", "stretch", "shear", "elastic")
"""The amounts of RandomDistortion; 0 turns one off."""


class Augmentation(Protocol):
    """Protocol of an augmentation; a custom class needs only this method."""

    def apply(self, images: Array, rng: np.random.Generator) -> Array:
        """Return changed images; both arrays are (n, height, width, channels)."""


@dataclass(frozen=True)
class RandomDistortion:
    """Random distortion of images, drawn separately for every image and epoch.

        A = rotation(φ) · shear · diag(s q, s / q),   t = (t₁, t₂),   D = elastic · (L Z Lᵀ) for each direction

    Parameters
    ----------
    shift : float, default 0.0
        Largest shift in pixels: t₁, t₂ ~ U(−shift, shift).
    rotate : float, default 0.0
        Largest rotation in degrees: φ ~ U(−rotate, rotate).
    scale : float, default 0.0
        Largest relative change of size: s between 1 / (1 + scale) and 1 + scale.
    stretch : float, default 0.0
        Largest relative change of the aspect ratio: q between 1 / (1 + stretch) and 1 + stretch.
    shear : float, default 0.0
        Largest shear, in pixels per row.
    elastic : float, default 0.0
        Standard deviation of the elastic displacements, in pixels.
    smooth : float, default 3.0
        Correlation length of the elastic displacements, in pixels: the noise Z is smoothed by a Gaussian of this
        standard deviation.
    fill : float, optional
        Value outside the image, in the image's units; by default, the edge is extended.

    Raises
    ------
    ValueError
        If an amount is below 0, or all are 0.

    References
    ----------
    Simard, Steinkraus & Platt, "Best practices for convolutional neural networks applied to visual document analysis",
    ICDAR 2003.

    Keys, "Cubic convolution interpolation for digital image processing", 1981.

    Examples
    --------
    >>> images = np.zeros((1, 3, 3, 1))
    >>> images[0, 1, 1] = 1.0
    >>> rng = np.random.default_rng(0)
    >>> RandomDistortion(shift=0.5).apply(images, rng)[0, :, :, 0].round(2)
    array([[ 0.14,  0.21, -0.02],
           [ 0.35,  0.54, -0.06],
           [-0.03, -0.05,  0.01]])
    """

    shift: float = 0.0
    rotate: float = 0.0
    scale: float = 0.0
    stretch: float = 0.0
    shear: float = 0.0
    elastic: float = 0.0
    smooth: float = 3.0
    fill: float | None = None

    def __post_init__(self) -> None:
        amounts = [checks.number(f"{name} of distort", getattr(self, name), at_least=0) for name in AMOUNTS]
        if not any(amounts):
            raise ValueError(
                f"no augmentation is set; pass at least one of {', '.join(AMOUNTS[:-1])}, or {AMOUNTS[-1]}"
            )
        checks.number("smooth of distort", self.smooth, above=0)
        if self.fill is not None:
            checks.number("fill of distort", self.fill)

    def draw(self, images: int, height: int, width: int, rng: np.random.Generator) -> tuple[Array, Array | None]:
        """Draw the random transformations of some images.

        Parameters
        ----------
        images : int
            Number of images.
        height : int
            Height in pixels.
        width : int
            Width in pixels.
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        tuple of (Array, Array or None)
            A and t, (images, 6), as a₁₁ a₁₂ t₁ a₂₁ a₂₂ t₂; and D, (images, 2, height, width).
        """

        def between(most: float) -> Array:
            return rng.uniform(-most, most, images)

        angle = np.deg2rad(between(self.rotate))
        size, ratio = np.exp(between(math.log1p(self.scale))), np.exp(between(math.log1p(self.stretch)))
        shear = between(self.shear)
        affine = np.empty((images, 6))
        cos, sin = np.cos(angle), np.sin(angle)
        # turn · ((1, 0), (shear, 1)) · diag(down, across)
        down, across = size * ratio, size / ratio
        affine[:, 0], affine[:, 1], affine[:, 2] = (cos - sin * shear) * down, -sin * across, between(self.shift)
        affine[:, 3], affine[:, 4], affine[:, 5] = (sin + cos * shear) * down, cos * across, between(self.shift)
        if not self.elastic:
            return affine, None
        along, aside = smooth_waves(height, self.smooth), smooth_waves(width, self.smooth)
        Z = rng.standard_normal((images, 2, along.shape[1], aside.shape[1]), dtype=np.float32)
        return affine, np.float32(self.elastic) * (along @ Z @ aside.T)

    def apply(self, images: Array, rng: np.random.Generator, warp: Warp | None = None) -> Array:
        """Return the images, each distorted at random.

        Parameters
        ----------
        images : Array, (n, height, width, channels)
            Images.
        rng : numpy.random.Generator
            Source of randomness.
        warp : callable, optional
            Function that computes the distorted images; by default, in NumPy.

        Returns
        -------
        Array, (n, height, width, channels)
            Distorted images.
        """
        n, height, width, _ = images.shape
        affine, field = self.draw(n, height, width, rng)
        affine, field = (
            affine.astype(images.dtype),
            None if field is None else field.astype(images.dtype, copy=False),
        )
        return (warp_images if warp is None else warp)(images, affine, field, self.fill)


@functools.lru_cache(maxsize=64)
def smooth_waves(length: int, smooth: float) -> Array:
    """Return a factor L of the covariance of smooth noise, so that L z has variance 1 for standard normal z.

    Parameters
    ----------
    length : int
        Number of pixels.
    smooth : float
        Correlation length in pixels.

    Returns
    -------
    Array, (length, k)
        The factor L.

    Examples
    --------
    >>> L = smooth_waves(28, 4.0)
    >>> L.shape, bool(np.allclose((L**2).sum(axis=1), 1, atol=0.01))
    ((28, 7), True)
    """
    apart = np.subtract.outer(np.arange(length), np.arange(length))
    strengths, waves = np.linalg.eigh(np.exp(-((apart / (2 * smooth)) ** 2)))
    kept = strengths > 1e-3 * strengths[-1]
    L: Array = (waves[:, kept] * np.sqrt(strengths[kept])).astype(np.float32)
    L.flags.writeable = False
    return L


def warp_images(images: Array, affine: Array, field: Array | None, fill: float | None) -> Array:
    """Return warped images; see the module docstring.

    images: (n, height, width, channels). affine: (n, 6). field: (n, 2, height, width) or None. All of one dtype.
    fill: the value outside the image; None extends the edge.
    """
    n, height, width, _ = images.shape
    down, across = np.mgrid[:height, :width].astype(images.dtype)  # (height, width) each
    number = images.dtype.type
    down, across = down - number((height - 1) / 2), across - number((width - 1) / 2)
    positions = []
    for axis, middle, length in ((0, (height - 1) / 2, height), (1, (width - 1) / 2, width)):
        a, b, t = (affine[:, 3 * axis + i, None, None] for i in range(3))
        position = a * down + b * across + (t + number(middle))  # (n, height, width)
        position = position if field is None else position + field[:, axis]
        positions.append(np.clip(position, -3, length + 2))  # further outside all is the same
    around = [(0, 0), (1, 1), (1, 1), (0, 0)]
    padded = np.pad(images, around, "edge") if fill is None else np.pad(images, around, constant_values=fill)
    first = [np.floor(position) for position in positions]
    weights = [_curve(position - whole) for position, whole in zip(positions, first, strict=True)]
    rows = [np.clip(first[0].astype(np.int64) + k, 0, height + 1) for k in range(4)]  # in `padded`, from −1 of images
    columns = [np.clip(first[1].astype(np.int64) + k, 0, width + 1) for k in range(4)]
    image = np.arange(n)[:, None, None]
    fetched = np.zeros_like(images)
    for row, of_row in zip(rows, weights[0], strict=True):
        line = np.zeros_like(images)
        for column, of_column in zip(columns, weights[1], strict=True):
            line += of_column[..., None] * padded[image, row, column]
        fetched += of_row[..., None] * line
    return fetched


def _curve(t: Array) -> tuple[Array, Array, Array, Array]:
    """Return the Catmull-Rom weights of the pixels at −1, 0, 1, and 2 for position t between 0 and 1."""
    before = ((2 - t) * t - 1) * t / 2
    left = ((3 * t - 5) * t * t + 2) / 2
    right = ((4 - 3 * t) * t + 1) * t / 2
    after = (t - 1) * t * t / 2
    return before, left, right, after


AugmentationLike = specs.Spec | Augmentation
"""A name, a name with options, or an object."""

AUGMENTATIONS: dict[str, type[Augmentation]] = {"distort": RandomDistortion}
"""Augmentations by name, applied to training images in each epoch."""


def augmentation(choice: AugmentationLike) -> Augmentation:
    """Return an augmentation by name, from a spec, or as it is.

    >>> augmentation({"name": "distort", "shift": 1.0})
    RandomDistortion(shift=1.0, rotate=0.0, scale=0.0, stretch=0.0, shear=0.0, elastic=0.0, smooth=3.0, fill=None)
    """
    component = specs.from_spec("augmentation", choice, AUGMENTATIONS)
    if not callable(getattr(component, "apply", None)):
        raise TypeError(f"an augmentation must have a method apply(images, rng), {type(component).__name__} has none")
    return component
