"""Image transforms: new images are adapted to the images that a model was trained on.

Training images of drawings, such as digits, have more in common than their size: bright ink on a dark background, or
the reverse, and a typical size and position of the object. `DrawingTransform` stores these statistics, so that an image
of any size and color can be adapted:

    read as grayscale → separate ink from paper → locate the object → scale it and move it to its typical position
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from glassnet.common import checks, specs
from glassnet.common.arrays import AnyArray, Array
from glassnet.data.dataset import Dataset
from glassnet.data.images.decode import check_image_size, open_image, read_small
from glassnet.data.images.framing import MIN_CONTRAST, border, bounds, framing, without_faint

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage


def read_gray(path: str | Path, alone: bool = True) -> Array:
    """Read an image file as grayscale values from 0 (black) to 1 (white).

    The camera's orientation is applied. Colors become their luminance. Transparent pixels are composited on white, or
    on black if nothing would be visible on white.

    Parameters
    ----------
    path : str or Path
        The file.
    alone : bool, default True
        Whether no other image is read at the same time; see `read_small`.

    Returns
    -------
    Array of float32, (height, width)
        The image.

    Raises
    ------
    FileNotFoundError
        If the file does not exist.
    ValueError
        If it is not a complete image or has too many pixels.
    """
    from PIL import ImageOps

    with open_image(Path(path)) as file:
        check_image_size(file, alone)
        return _gray(ImageOps.exif_transpose(file))


def _gray(image: PillowImage) -> Array:
    from PIL import Image

    if image.mode.startswith(("I", "F")):  # 16 bits a pixel, or floats
        gray = np.asarray(image, dtype=np.float32)
        full = 65535.0 if image.mode.startswith("I") else 1.0
        return np.clip(gray / max(full, float(gray.max())), 0, 1)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        on_white = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
        shades = np.asarray(on_white.convert("L"))
        # White ink on a transparent background would be invisible on white, so it is composited on black.
        shown = np.ptp(shades) > 255 * MIN_CONTRAST
        image = on_white if shown else Image.alpha_composite(Image.new("RGBA", image.size, "black"), image)
    if image.mode not in ("1", "L"):
        image = image.convert("RGB")
    return np.asarray(image.convert("L"), dtype=np.float32) / np.float32(255)


@dataclass(frozen=True)
class DrawingTransform:
    """Position, size, and brightness that the training images have in common; new images are adapted to them.

    Attributes
    ----------
    image_shape : tuple of int
        Height and width in pixels.
    low, high : float
        Values of the background and of full ink.
    fill : float
        Share of the image that the bounding box of the object fills, in height or in width, whichever is larger.
    balance : tuple of float
        How the position of the object is measured, down and across: 1 for the center of its bounding box, 0 for its
        center of mass, and values in between for their weighted mean.
    center : tuple of float
        Typical position of the object, down and across, in pixels from the upper left corner.
    """

    image_shape: tuple[int, int]
    low: float
    high: float
    fill: float
    balance: tuple[float, float]
    center: tuple[float, float]
    dtype: ClassVar[type[np.generic]] = np.float32

    def __post_init__(self) -> None:
        for field in ("image_shape", "balance", "center"):
            pair = getattr(self, field)
            if not isinstance(pair, (tuple, list)) or len(pair) != 2:
                raise ValueError(f"{field} of an image transform must be two numbers (down, across), got {pair!r}")
            object.__setattr__(self, field, tuple(pair))
        for side in self.image_shape:
            checks.whole_number("image_shape of an image transform", side, at_least=1)
        for share in self.balance:
            checks.number("balance of an image transform", share, at_least=0, at_most=1)
        for value in (self.low, self.high, *self.center):
            checks.number("low, high and center of an image transform", value)
        checks.number("fill of an image transform", self.fill, above=0, at_most=1)
        if self.low == self.high:
            raise ValueError(f"low and high of an image transform must differ, both are {self.low}")

    @classmethod
    def fit(cls, images: Dataset | AnyArray, image_shape: tuple[int, ...] | None = None) -> DrawingTransform:
        """Return the transform fitted to training images.

        Parameters
        ----------
        images : Dataset or array-like, (n, features)
            Training images.
        image_shape : tuple of int, optional
            Layout of a row, if X is an array.

        Returns
        -------
        DrawingTransform
            The transform.

        Raises
        ------
        ValueError
            If they are not grayscale images, or all are blank.
        """
        X: Any = images
        if isinstance(images, Dataset):
            image_shape, X = image_shape or images.image_shape, images.X
        if image_shape is None or len(image_shape) != 2:
            raise ValueError(f"an image transform needs an image_shape (height, width), got {image_shape}")
        few = X[:: max(1, len(X) // 2000)]  # a few thousand images suffice for the statistics
        pixels = np.asarray(few, dtype=np.float64).reshape(-1, *image_shape)  # (n, height, width)

        low = float(np.median(np.concatenate([border(image) for image in pixels]))) if len(pixels) else 0.0
        brightest = np.median(pixels.max(axis=(1, 2)) - low) if len(pixels) else 0.0
        darkest = np.median(low - pixels.min(axis=(1, 2))) if len(pixels) else 0.0
        full = float(brightest if brightest >= darkest else -darkest)
        if full == 0:
            raise ValueError("the training images are blank, so no image transform can be fitted")
        inks = without_faint(np.clip((pixels - low) / full, 0, 1))
        places = [bounds(ink) for ink in inks if ink.any()]

        fill = np.median([max(place.box / image_shape) for place in places])
        middle = np.array([place.middle for place in places])  # (n, 2)
        mass = np.array([place.mass for place in places])  # (n, 2)
        # Training images were aligned by the position that varies less. Weighting the two in inverse proportion to
        # their variances gives the mean with the least variance.
        spread = middle.var(axis=0) + mass.var(axis=0)
        balance = np.where(spread > 0, mass.var(axis=0) / np.where(spread > 0, spread, 1), 1.0)
        center = (balance * middle + (1 - balance) * mass).mean(axis=0)
        height, width = image_shape
        return cls(
            (int(height), int(width)), low, low + full, float(fill), tuple(balance.tolist()), tuple(center.tolist())
        )

    @property
    def description(self) -> str:
        """Description of the transform."""
        return f"centered and scaled to {self.image_shape[0]}×{self.image_shape[1]} like the training images"

    def row(self, path: str | Path, alone: bool = True) -> Array:
        """Return an image file as one row of training data.

        Parameters
        ----------
        path : str or Path
            The file.
        alone : bool, default True
            Whether no other image is read at the same time; see `read_small`.

        Returns
        -------
        Array of float32, (features,)
            The row.

        Raises
        ------
        ValueError
            If the image cannot be read or is blank.
        """
        return fit_to_model(read_gray(path, alone), self, str(path))

    def to_spec(self) -> dict[str, Any]:
        """Return the transform as plain numbers and lists, for a model file."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in vars(self).items()}

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> DrawingTransform:
        """Return the transform described by a spec.

        Parameters
        ----------
        spec : dict
            Spec, as `to_spec` returned it.

        Returns
        -------
        DrawingTransform
            The transform.

        Raises
        ------
        ValueError
            If an entry is missing, unknown, or out of range.
        """
        fields = [field.name for field in dataclasses.fields(cls)]
        for key in spec:
            if key not in fields:
                raise specs.unknown("entry of an image transform", key, fields)
        missing = [field for field in fields if field not in spec]
        if missing:
            raise ValueError(f"an image transform needs {', '.join(missing)}")
        return cls(**spec)


def fit_to_model(image: AnyArray, transform: DrawingTransform, name: str = "the image") -> Array:
    """Return an image as one row of training data.

    The image may be dark on light or light on dark. An image of the training images' size is only rescaled in value.
    Otherwise the object is located, scaled with its aspect ratio, and placed where training images have it; each pixel
    is the mean over the area it covers.

    Parameters
    ----------
    image : Array, (height, width)
        Grayscale values from 0 (black) to 1 (white).
    transform : DrawingTransform
        Transform fitted to the training images.
    name : str, default "the image"
        Name of the image, for messages.

    Returns
    -------
    Array of float32, (features,)
        The row.

    Raises
    ------
    ValueError
        If the image is blank.

    Examples
    --------
    >>> transform = DrawingTransform((3, 3), low=0, high=16, fill=1, balance=(1, 1), center=(1.5, 1.5))
    >>> page = np.ones((40, 60))
    >>> page[5:35, 45:55] = 0
    >>> fit_to_model(page, transform).reshape(3, 3)
    array([[ 0., 16.,  0.],
           [ 0., 16.,  0.],
           [ 0., 16.,  0.]], dtype=float32)
    """
    return framing(image, transform, name).row


@dataclass(frozen=True)
class PhotoTransform:
    """Size of the training images; new images are resized to it as a whole.

    Attributes
    ----------
    image_shape : tuple of int
        (height, width) for grayscale, (height, width, 3) for color.

    Examples
    --------
    >>> PhotoTransform((32, 32, 3)).description
    'resized to 32×32, RGB from 0 to 255'
    """

    image_shape: tuple[int, ...]
    dtype: ClassVar[type[np.generic]] = np.uint8

    def __post_init__(self) -> None:
        shape = self.image_shape
        if not isinstance(shape, (tuple, list)) or len(shape) not in (2, 3) or (len(shape) == 3 and shape[2] != 3):
            raise ValueError(
                f"image_shape of a photo transform must be (height, width), or (height, width, 3) in color, "
                f"got {shape!r}"
            )
        sides = tuple(checks.whole_number("image_shape of a photo transform", side, at_least=1) for side in shape)
        object.__setattr__(self, "image_shape", sides)

    @property
    def description(self) -> str:
        """Description of the transform."""
        colors = "gray" if len(self.image_shape) == 2 else "RGB"
        return f"resized to {self.image_shape[0]}×{self.image_shape[1]}, {colors} from 0 to 255"

    def row(self, path: str | Path, alone: bool = True) -> AnyArray:
        """Return an image file as one row of training data, (features,) uint8; see `read_small`."""
        from PIL import Image

        image = read_small(path, self.image_shape[0], self.image_shape[1], alone)
        return np.asarray(Image.fromarray(image).convert("L") if len(self.image_shape) == 2 else image).ravel()

    def to_spec(self) -> dict[str, Any]:
        """Return the transform as plain data, for a model file."""
        return {"kind": "photo", "image_shape": list(self.image_shape)}

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> PhotoTransform:
        """Return the transform described by a spec; raise ValueError if an entry is missing or invalid."""
        known = ["kind", *(field.name for field in dataclasses.fields(cls))]
        for key in spec:
            if key not in known:
                raise specs.unknown("entry of a photo transform", key, known)
        return cls(spec.get("image_shape", ()))


ImageTransform = DrawingTransform | PhotoTransform
"""A transform of images into rows: both have `image_shape`, `dtype`, `description`, and `row`."""

TRANSFORMS: dict[str, type[ImageTransform]] = {"drawing": DrawingTransform, "photo": PhotoTransform}
"""Transforms by their names in model files; files without a name contain a DrawingTransform."""


def image_transform_from_spec(spec: Mapping[str, Any]) -> ImageTransform:
    """Return the transform described in a model file; raise ValueError if the description is invalid.

    >>> image_transform_from_spec({"kind": "photo", "image_shape": [8, 8]})
    PhotoTransform(image_shape=(8, 8))
    """
    kind = spec.get("kind", "drawing")
    if not isinstance(kind, str) or kind not in TRANSFORMS:
        raise specs.unknown("kind of image transform", kind, TRANSFORMS)
    return TRANSFORMS[kind].from_spec(spec)
