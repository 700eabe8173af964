"""Image files of every kind that a user may have: formats, depths, palettes, transparency, orientations."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from glassnet.data.images.decode import ORIENTATION

COLORS = (np.add.outer(np.arange(37), np.arange(53))[..., None] * np.array([3, 2, 5]) % 256).astype(np.uint8)

ALPHA = np.random.default_rng(0).integers(0, 256, (37, 53, 1)).astype(np.uint8)

RGB, RGBA = Image.fromarray(COLORS), Image.fromarray(np.concatenate([COLORS, ALPHA], axis=2))

GRAY, DEEP = RGB.getchannel(0), Image.fromarray(COLORS[..., 0].astype(np.uint16) * 251 + 77)


def held(orientation: int) -> Image.Exif:
    """The EXIF orientation of a camera held like this."""
    note = Image.Exif()
    note[ORIENTATION] = orientation
    return note


def many_bits(path: Path, array: Any) -> None:
    """Write 16 bits per channel, which Pillow does not."""
    import cv2

    cv2.imwrite(str(path), array.astype(np.uint16) * 251 + 99)


KINDS: dict[str, Callable[[Path], Any]] = {
    "black and white.png": GRAY.convert("1").save,
    "gray.png": GRAY.save,
    "gray and alpha.png": RGBA.convert("LA").save,
    "palette.png": RGB.convert("P").save,
    "palette with a hole.png": lambda path: RGB.quantize(16).save(path, transparency=3),
    "colors.png": RGB.save,
    "colors and alpha.png": RGBA.save,
    "one color transparent.png": lambda path: RGB.save(path, transparency=tuple(map(int, COLORS[0, 0]))),
    "one gray transparent.png": lambda path: GRAY.save(path, transparency=int(COLORS[0, 0, 0])),
    "16 bits of gray.png": DEEP.save,
    "16 bits.png": lambda path: many_bits(path, COLORS),
    "16 bits and alpha.png": lambda path: many_bits(path, np.asarray(RGBA)),
    **{
        f"quality {quality}, sampling {sampling}{', progressive' * progressive}.jpg": (
            lambda path, options=(quality, sampling, progressive): RGB.save(
                path, quality=options[0], subsampling=options[1], progressive=options[2]
            )
        )
        for quality, sampling, progressive in itertools.product((75, 95), (0, 2), (False, True))
    },
    "gray.jpg": GRAY.save,
    "printer's colors.jpg": RGB.convert("CMYK").save,
    **{f"held {i}.jpg": (lambda path, i=i: RGB.save(path, exif=held(i))) for i in range(1, 9)},
    "held 6.png": lambda path: RGBA.save(path, exif=held(6)),
    "held 6.webp": lambda path: RGB.save(path, exif=held(6), lossless=True),
    **{f"{image.mode}.bmp": image.save for image in (GRAY.convert("1"), GRAY, RGB.convert("P"), RGB, RGBA)},
    "colors.webp": lambda path: RGB.save(path, lossless=True),
    "lossy.webp": lambda path: RGB.save(path, quality=80),
    "alpha.webp": lambda path: RGBA.save(path, lossless=True),
    "two images.gif": lambda path: RGB.convert("P").save(path, save_all=True, append_images=[GRAY.convert("P")]),
    "colors.tif": RGB.save,
    "alpha.tif": RGBA.save,
    "16 bits.tif": DEEP.save,
    "floats.tif": Image.fromarray((COLORS[..., 0] / 255).astype(np.float32)).save,
}
