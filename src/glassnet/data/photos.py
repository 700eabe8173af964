"""A photograph, or any picture that is looked at as a whole, as one row of numbers of the size a model was trained on.

Nothing is looked for in it, other than with a drawn digit (`ImageFrame`): the whole picture is stretched to the model's
size, each number the mean over the area it stands for. Nothing is cut off and no border is made up.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from glassnet.common import checks, names
from glassnet.common.arrays import AnyArray
from glassnet.data.images import ImageFrame
from glassnet.data.pictures import read_small


@dataclass(frozen=True)
class PhotoFrame:
    """What size the training pictures have, and whether they are gray, (height, width), or coloured, (…, 3).

    >>> PhotoFrame((32, 32, 3)).told
    'stretched to 32×32, red, green and blue from 0 to 255'
    """

    image_shape: tuple[int, ...]
    dtype: ClassVar[type[np.generic]] = np.uint8

    def __post_init__(self) -> None:
        shape = self.image_shape
        if not isinstance(shape, (tuple, list)) or len(shape) not in (2, 3) or (len(shape) == 3 and shape[2] != 3):
            raise ValueError(
                f"image_shape of a photo frame must be (height, width), or (height, width, 3) in colour, got {shape!r}"
            )
        sides = tuple(checks.whole_number("image_shape of a photo frame", side, at_least=1) for side in shape)
        object.__setattr__(self, "image_shape", sides)

    @property
    def told(self) -> str:
        """What is done to pictures, in words."""
        colours = "gray" if len(self.image_shape) == 2 else "red, green and blue"
        return f"stretched to {self.image_shape[0]}×{self.image_shape[1]}, {colours} from 0 to 255"

    def row(self, path: str | Path, alone: bool = True) -> AnyArray:
        """Return the picture in this file as one row of training data, (features,) uint8; see `read_small`."""
        from PIL import Image

        picture = read_small(path, self.image_shape[0], self.image_shape[1], alone)
        return np.asarray(Image.fromarray(picture).convert("L") if len(self.image_shape) == 2 else picture).ravel()

    def as_dict(self) -> dict[str, Any]:
        """Return the frame as words and lists, as a model file keeps it."""
        return {"kind": "photo", "image_shape": list(self.image_shape)}

    @classmethod
    def from_dict(cls, words: Mapping[str, Any]) -> PhotoFrame:
        """Return the frame that `as_dict` described; ValueError if something is missing, unknown or out of range."""
        known = ["kind", *(field.name for field in dataclasses.fields(cls))]
        for word in words:
            if word not in known:
                raise names.unknown("entry of a photo frame", word, known)
        return cls(words.get("image_shape", ()))


Frame = ImageFrame | PhotoFrame
"""How a picture becomes a row: both have `image_shape`, `dtype`, `told` and `row`."""

FRAMES: dict[str, type[Frame]] = {"drawing": ImageFrame, "photo": PhotoFrame}
"""What a model file calls them; those that say nothing hold the frame of a drawing, the first there was."""


def frame_from_words(words: Mapping[str, Any]) -> Frame:
    """Return the frame that a model file describes; ValueError where it describes none.

    >>> frame_from_words({"kind": "photo", "image_shape": [8, 8]})
    PhotoFrame(image_shape=(8, 8))
    """
    kind = words.get("kind", "drawing")
    if not isinstance(kind, str) or kind not in FRAMES:
        raise names.unknown("kind of image frame", kind, FRAMES)
    return FRAMES[kind].from_dict(words)
