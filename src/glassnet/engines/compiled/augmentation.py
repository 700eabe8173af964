"""Augmentation of images with the compiled kernel, in parallel."""

from __future__ import annotations

import ctypes

import numpy as np

from glassnet.common.arrays import Array
from glassnet.engines.compiled import kernel_families, kernel_loader
from glassnet.engines.compiled.chunking import run_parts

MIN_IMAGES = 32
"""Minimum number of images per call."""

MULTIPLICATIONS_PER_VALUE = 60
"""Number of multiplications of a matrix product that take as long as one value of a distorted image."""


def warp_images(
    images: Array, affine: Array, field: Array | None, fill: float | None, threads: int | None = None
) -> Array:
    """Return the same as `warp_images` in maths/augmentation.py, in the network's dtype."""
    n, height, width, channels = images.shape
    dtype = images.dtype
    entry = kernel_loader.addresses(kernel_families.AUGMENTATION, "distort", dtype.name)["warp"]
    kernel = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 7)(entry)
    images, affine = np.ascontiguousarray(images), np.ascontiguousarray(affine)
    field = None if field is None else np.ascontiguousarray(field)
    outside = np.array([0 if fill is None else fill], dtype)
    fetched = np.empty_like(images)

    def part(first: int, last: int) -> None:
        sizes = np.array([last - first, height, width, channels, field is not None, fill is not None], np.int64)
        padded = np.empty((height + 2, width + 2, channels), dtype)
        rows = (images[first:], fetched[first:], padded, affine[first:], affine if field is None else field[first:])
        kernel(*(array.ctypes.data for array in (*rows, sizes, outside)))

    run_parts(part, n, MULTIPLICATIONS_PER_VALUE * height * width * channels, MIN_IMAGES, threads)
    return fetched
