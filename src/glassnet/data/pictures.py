"""A picture file as numbers: red, green and blue from 0 to 255, upright, whichever library reads the file.

Three libraries read pictures, each in its own way: OpenCV has blue first, Matplotlib gives 0 to 1 for PNG, both ignore
the camera's orientation, and each has its own shape for gray and for what is transparent. Here all three give the same.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.common import names
from glassnet.common.arrays import AnyArray

ORIENTATION = 0x0112
"""Under which number a camera notes in a file how it was held, 1 to 8."""


def read(path: str | Path, backend: str = "pillow") -> AnyArray:
    """Return the picture in this file as red, green and blue, (height, width, 3) uint8, upright.

    Gray becomes three equal channels, what is transparent is laid on white, of 16 bits the upper eight are taken, of
    several pictures in one file the first. backend: "pillow", "matplotlib" or "opencv"; they give the same numbers.

    Raises FileNotFoundError if there is no such file, ValueError if it is no whole picture, has too many pixels, or if
    the backend is not known or not installed.

    >>> import matplotlib.cbook
    >>> with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as file:
    ...     picture = read(file.name)
    >>> picture.shape, picture[0, 0]
    ((600, 512, 3), array([21, 24, 77], dtype=uint8))
    """
    if backend not in BACKENDS:
        raise names.unknown("backend", backend, BACKENDS)
    path = Path(path)
    with opened(path) as file:
        decode = _by_pillow if _is_special(file) else BACKENDS[backend]
        return _upright(_rgb(decode(file, path)), file.getexif().get(ORIENTATION, 1))


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """Give a picture file as Pillow opens it, its size checked before anything is unpacked; errors in our own words."""
    from PIL import Image, UnidentifiedImageError

    if not path.exists():
        raise FileNotFoundError(f"there is no file {path}")
    if path.is_dir():
        raise ValueError(f"{path} is a folder, not a picture")
    try:
        with warnings.catch_warnings():
            # Pillow only warns of a small file that unpacks to a huge picture, unless it is twice as huge.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as file:
                yield file
    except UnidentifiedImageError:
        raise ValueError(f"{path} is not a picture that can be read; use PNG or JPEG") from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise ValueError(f"{path} has more than {Image.MAX_IMAGE_PIXELS} pixels; make it smaller first") from None
    except ValueError:
        raise
    except Exception as error:  # decoders raise many kinds for a damaged file: OSError, SyntaxError, EOFError, ...
        raise ValueError(f"{path} is a damaged picture: {error}") from None


def _is_special(file: Any) -> bool:
    """Return whether a picture is of a kind that each library makes something else of; then Pillow reads it for all.

    These are the colours of printers, floats, a single colour that counts as transparent, and transparency in TIFF.
    """
    is_key = "transparency" in file.info and file.mode != "P"
    return is_key or file.mode in ("CMYK", "YCCK", "LAB", "HSV", "F") or (file.format == "TIFF" and "A" in file.mode)


# Each gives gray (h, w), gray and alpha (h, w, 2), colours (h, w, 3) or colours and alpha (h, w, 4), of bytes, of 16
# bits, or floats from 0 to 1, as the camera was held.


def _by_pillow(image: Any, path: Path) -> AnyArray:
    if image.mode.startswith("I"):  # 16 bits of gray
        return np.clip(np.asarray(image), 0, 65535).astype(np.uint16)
    if image.mode == "F":
        return np.asarray(image)
    return np.asarray(image.convert("RGBA" if image.has_transparency_data else "RGB"))


def _by_matplotlib(file: Any, path: Path) -> AnyArray:
    from matplotlib.image import imread

    return np.asarray(imread(path))


def _by_opencv(file: Any, path: Path) -> AnyArray:
    if importlib.util.find_spec("cv2") is None:
        raise ValueError('backend "opencv" needs the package opencv-python-headless: pip install "glassnet[opencv]"')
    import cv2

    # Not by its name: OpenCV does not find names with an umlaut on every system.
    found = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)
    if found is None:
        raise ValueError(f"{path} is a damaged picture, or of a kind that OpenCV does not read")
    array = np.asarray(found)
    if array.ndim == 3 and array.shape[2] >= 3:  # blue, green, red
        array = np.concatenate([array[..., 2::-1], array[..., 3:]], axis=-1)
    return array


BACKENDS: dict[str, Callable[[Any, Path], AnyArray]] = {
    "pillow": _by_pillow,
    "matplotlib": _by_matplotlib,
    "opencv": _by_opencv,
}
"""What each library makes of a file: as Pillow has opened it, and where it lies."""


def _rgb(numbers: AnyArray) -> AnyArray:
    """Return any library's numbers as (h, w, 3) uint8."""
    if numbers.dtype.kind == "f":  # 0 to 1; as 16 bits, of which the upper eight are taken below
        numbers = np.rint(np.clip(numbers, 0, 1) * 65535).astype(np.uint16)
    if numbers.dtype == np.uint16:
        numbers = numbers >> 8
    numbers = numbers.astype(np.uint8)
    if numbers.ndim == 2:
        numbers = numbers[..., None]
    colours = numbers[..., : 1 if numbers.shape[2] < 3 else 3]
    if numbers.shape[2] in (2, 4):
        alpha = numbers[..., -1:].astype(np.float32) / 255
        colours = np.rint(alpha * colours + (1 - alpha) * 255).astype(np.uint8)
    return np.repeat(colours, 3, axis=2) if colours.shape[2] == 1 else np.ascontiguousarray(colours)


def _upright(image: AnyArray, orientation: int) -> AnyArray:
    """Return an image as it was seen, from how the camera was held: mirrored, turned, or both."""
    down, across = {2: (1, -1), 3: (-1, -1), 4: (-1, 1), 6: (-1, 1), 7: (-1, -1), 8: (1, -1)}.get(orientation, (1, 1))
    image = image[::down, ::across]
    return np.ascontiguousarray(image.swapaxes(0, 1) if orientation >= 5 else image)
