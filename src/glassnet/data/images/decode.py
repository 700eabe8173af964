"""Decoding of image files into upright RGB arrays with values from 0 to 255, with any of three libraries.

OpenCV returns blue first; Matplotlib returns 0 to 1 for PNG files; both ignore the camera's orientation; and each has
its own shape for grayscale and transparent images. Here, all three return the same array.
"""

from __future__ import annotations

import importlib.util
import mmap
import re
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from glassnet.common import specs
from glassnet.common.arrays import AnyArray

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

ORIENTATION = 0x0112
"""Number of the EXIF tag of the orientation, whose values are 1 to 8."""

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "PPM", "WEBP", "TIFF")
"""Supported formats, regardless of the file's name. Pillow supports more, but some of them start other programs."""

LARGE_IMAGE_PIXELS = 1 << 24
"""Images with more pixels than this are decoded one at a time."""

DRAFT_FACTOR = 4
"""A JPEG is decoded at no less than this multiple of the target size, which is four times as fast for large ones."""

MAX_SCANS = 100
"""Maximum number of scans of a progressive JPEG, of which each takes about 100 bytes; real files have about ten."""

_open_lock = threading.Lock()


class LargeImageError(Exception):
    """Raised for an image with more than LARGE_IMAGE_PIXELS pixels that is not read on its own."""


def read(path: str | Path, backend: str = "pillow") -> AnyArray:
    """Read an image file as RGB values.

    Grayscale becomes three equal channels, transparent pixels are composited on white, 16-bit values are reduced to
    their upper 8 bits, and only the first image of a file is read.

    Parameters
    ----------
    path : str or Path
        The file.
    backend : {"pillow", "matplotlib", "opencv"}, default "pillow"
        Library; all return the same numbers.

    Returns
    -------
    Array of uint8, (height, width, 3)
        The image, upright.

    Raises
    ------
    FileNotFoundError
        If the file does not exist.
    ValueError
        If it is not a complete image, has too many pixels, or the backend is unknown or not installed.

    Examples
    --------
    >>> import matplotlib.cbook
    >>> with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as file:
    ...     image = read(file.name)
    >>> image.shape, image[0, 0]
    ((600, 512, 3), array([21, 24, 77], dtype=uint8))
    """
    if backend not in BACKENDS:
        raise specs.unknown("backend", backend, BACKENDS)
    path = Path(path)
    with open_image(path) as file:
        decode = _by_pillow if _is_special(file) else BACKENDS[backend]
        return _upright(_rgb(decode(file, path)), _orientation(file))


def read_small(path: str | Path, height: int, width: int, alone: bool = True) -> AnyArray:
    """Return the image as `read` does, resized to (height, width, 3) uint8.

    The aspect ratio is not preserved; each pixel is the mean over the area it covers. alone: whether no other image is
    read at the same time; otherwise, a large image raises LargeImageError. Raises the same errors as `read`.

    >>> import matplotlib.cbook
    >>> with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as file:
    ...     print(read_small(file.name, 2, 2)[0].tolist())
    [[92, 70, 80], [113, 118, 152]]
    """
    from PIL import Image

    path = Path(path)
    with open_image(path) as file:
        orientation = _orientation(file)
        size = (width, height) if orientation < 5 else (height, width)
        drafted = None
        if not file.info.get("progressive"):  # progressive images are decoded in full size anyway
            drafted = file.draft(None, (DRAFT_FACTOR * size[0], DRAFT_FACTOR * size[1]))
        # 53 pixels decoded at half the size become 27, of which the last is only half covered.
        box = None if drafted is None else drafted[1]
        check_image_size(file, alone)
        small = _averageable(file, path).resize(size, Image.Resampling.BOX, box)
        return _upright(_rgb(_by_pillow(small, path)), orientation)


def check_image_size(file: PillowImage, alone: bool) -> None:
    """Raise LargeImageError if a large image would be decoded while others are read at the same time."""
    if not alone and file.width * file.height > LARGE_IMAGE_PIXELS:
        raise LargeImageError


def shape_of(path: str | Path) -> tuple[int, int]:
    """Return (height, width) of the upright image in a file without decoding it; raises the same errors as `read`."""
    with open_image(Path(path)) as file:
        return (file.height, file.width) if _orientation(file) < 5 else (file.width, file.height)


@contextmanager
def open_image(path: Path) -> Iterator[PillowImage]:
    """Open an image with Pillow; check its declared size before decoding, and raise errors with clear messages."""
    from PIL import Image, UnidentifiedImageError

    if not path.exists():
        raise FileNotFoundError(f"there is no file {path}")
    if path.is_dir():
        raise ValueError(f"{path} is a folder, not an image")
    try:
        # Warning filters are global, so one thread at a time may change them.
        with _open_lock, warnings.catch_warnings():
            # Pillow only warns about images above its limit, and raises above twice the limit.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(path, formats=FORMATS)
        with image as file:
            if file.info.get("progressive") and _scans(path) > MAX_SCANS:
                raise ValueError(f"{path} has more than {MAX_SCANS} progressive scans")
            yield file
    except UnidentifiedImageError:
        raise ValueError(f"{path} is not a supported image; use PNG or JPEG") from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise ValueError(f"{path} has more than {Image.MAX_IMAGE_PIXELS} pixels; resize it first") from None
    except MemoryError:
        raise ValueError(f"{path} needs more memory than available; resize it first") from None
    except LargeImageError:
        raise
    except Exception as error:  # decoders raise many types for a damaged file: OSError, SyntaxError, EOFError, ...
        if isinstance(error, ValueError) and str(path) in str(error):  # has a clear message already
            raise
        raise ValueError(f"{path} is a damaged image: {error}") from None


MARKER = re.compile(rb"\xff[\x01-\xcf\xd9-\xfe]", re.DOTALL)
"""Start of a segment of a JPEG file: its marker, followed by its length in two bytes."""

START_OF_SCAN, END_OF_IMAGE = b"\xff\xda", b"\xff\xd9"


def _scans(path: Path) -> int:
    """Return the number of scans of a JPEG, counted up to just above MAX_SCANS."""
    scans, at = 0, 2
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        while scans <= MAX_SCANS and (found := MARKER.search(data, at)) and found[0] != END_OF_IMAGE:
            scans += found[0] == START_OF_SCAN
            at = found.end() + int.from_bytes(data[found.end() : found.end() + 2], "big")
    return scans


def _orientation(file: PillowImage) -> int:
    """Return the EXIF orientation, 1 to 8; 1 if it is missing or invalid."""
    orientation = file.getexif().get(ORIENTATION, 1)
    return orientation if orientation in range(1, 9) else 1


def _is_special(file: PillowImage) -> bool:
    """Return whether the libraries would decode an image differently; Pillow then decodes it for all of them.

    These are CMYK and similar color spaces, floats, a transparent color key, and transparency in TIFF.
    """
    is_key = "transparency" in file.info and file.mode != "P"
    return is_key or file.mode in ("CMYK", "YCCK", "LAB", "HSV", "F") or (file.format == "TIFF" and "A" in file.mode)


# Each decoder returns gray (h, w), gray and alpha (h, w, 2), RGB (h, w, 3), or RGBA (h, w, 4), as uint8, uint16, or
# floats from 0 to 1, not yet rotated.


def _by_pillow(image: PillowImage, path: Path) -> AnyArray:
    if image.mode.startswith("I"):  # 16 bits of gray
        return np.clip(np.asarray(image), 0, 65535).astype(np.uint16)
    if image.mode == "F":
        return np.asarray(image)
    return np.asarray(image.convert("RGBA" if image.has_transparency_data else "RGB"))


def _averageable(image: PillowImage, path: Path) -> PillowImage:
    """Return an image whose pixels can be averaged: 8 bits per channel, without a palette."""
    from PIL import Image

    if image.mode.startswith(("I", "F")):
        return Image.fromarray(_rgb(_by_pillow(image, path)))
    if image.mode in ("L", "RGB") and not image.has_transparency_data:
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _by_matplotlib(file: PillowImage, path: Path) -> AnyArray:
    from matplotlib.image import imread

    return np.asarray(imread(path))


def _by_opencv(file: PillowImage, path: Path) -> AnyArray:
    if importlib.util.find_spec("cv2") is None:
        raise ValueError(f'{path}: backend "opencv" is not installed: pip install opencv-python-headless')
    import cv2

    # Not by its path: OpenCV cannot open non-ASCII paths on every system.
    found = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)
    if found is None:
        raise ValueError(f"{path} is a damaged image, or in a format that OpenCV does not support")
    array = np.asarray(found)
    if array.ndim == 3 and array.shape[2] >= 3:  # blue, green, red
        array = np.concatenate([array[..., 2::-1], array[..., 3:]], axis=-1)
    return array


BACKENDS: dict[str, Callable[[PillowImage, Path], AnyArray]] = {
    "pillow": _by_pillow,
    "matplotlib": _by_matplotlib,
    "opencv": _by_opencv,
}
"""Decoders by library; their arguments are the image opened by Pillow, and the path of the file."""


def _rgb(numbers: AnyArray) -> AnyArray:
    """Return the array of any decoder as (h, w, 3) uint8."""
    if numbers.dtype.kind == "f":  # 0 to 1, converted to 16 bits, of which the upper eight are used below
        numbers = np.rint(np.clip(numbers, 0, 1) * 65535).astype(np.uint16)
    if numbers.dtype == np.uint16:
        numbers = numbers >> 8
    numbers = numbers.astype(np.uint8)
    if numbers.ndim == 2:
        numbers = numbers[..., None]
    colors = numbers[..., : 1 if numbers.shape[2] < 3 else 3]
    if numbers.shape[2] in (2, 4):
        alpha = numbers[..., -1:].astype(np.float32) / 255
        colors = np.rint(alpha * colors + (1 - alpha) * 255).astype(np.uint8)
    return np.repeat(colors, 3, axis=2) if colors.shape[2] == 1 else np.ascontiguousarray(colors)


def _upright(image: AnyArray, orientation: int) -> AnyArray:
    """Return an upright image, mirrored and rotated according to its EXIF orientation."""
    down, across = {2: (1, -1), 3: (-1, -1), 4: (-1, 1), 6: (-1, 1), 7: (-1, -1), 8: (1, -1)}.get(orientation, (1, 1))
    image = image[::down, ::across]
    return np.ascontiguousarray(image.swapaxes(0, 1) if orientation >= 5 else image)
