"""What a user may rely on from picture files: three libraries, one array; upright, three channels, on white."""

import itertools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from glassnet.api import images
from glassnet.data.pictures import BACKENDS, ORIENTATION, read

COLOURS = (np.add.outer(np.arange(37), np.arange(53))[..., None] * np.array([3, 2, 5]) % 256).astype(np.uint8)

ALPHA = np.random.default_rng(0).integers(0, 256, (37, 53, 1)).astype(np.uint8)

RGB, RGBA = Image.fromarray(COLOURS), Image.fromarray(np.concatenate([COLOURS, ALPHA], axis=2))

GRAY, DEEP = RGB.getchannel(0), Image.fromarray(COLOURS[..., 0].astype(np.uint16) * 251 + 77)


def held(orientation: int) -> Image.Exif:
    """The note of a camera that was held like this."""
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
    "colours.png": RGB.save,
    "colours and alpha.png": RGBA.save,
    "one colour transparent.png": lambda path: RGB.save(path, transparency=tuple(map(int, COLOURS[0, 0]))),
    "one gray transparent.png": lambda path: GRAY.save(path, transparency=int(COLOURS[0, 0, 0])),
    "16 bits of gray.png": DEEP.save,
    "16 bits.png": lambda path: many_bits(path, COLOURS),
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
    "printer's colours.jpg": RGB.convert("CMYK").save,
    **{f"held {i}.jpg": (lambda path, i=i: RGB.save(path, exif=held(i))) for i in range(1, 9)},
    "held 6.png": lambda path: RGBA.save(path, exif=held(6)),
    "held 6.webp": lambda path: RGB.save(path, exif=held(6), lossless=True),
    **{f"{image.mode}.bmp": image.save for image in (GRAY.convert("1"), GRAY, RGB.convert("P"), RGB, RGBA)},
    "colours.webp": lambda path: RGB.save(path, lossless=True),
    "lossy.webp": lambda path: RGB.save(path, quality=80),
    "alpha.webp": lambda path: RGBA.save(path, lossless=True),
    "two pictures.gif": lambda path: RGB.convert("P").save(path, save_all=True, append_images=[GRAY.convert("P")]),
    "colours.tif": RGB.save,
    "alpha.tif": RGBA.save,
    "16 bits.tif": DEEP.save,
    "floats.tif": Image.fromarray((COLOURS[..., 0] / 255).astype(np.float32)).save,
}
"""How a file of each kind is written."""


@pytest.mark.parametrize("kind", KINDS)
def test_all_libraries_give_the_same_array(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"ä {kind}"
    KINDS[kind](path)
    found = {backend: read(path, backend) for backend in BACKENDS}
    for array in found.values():
        assert (array.dtype, array.ndim, array.shape[2]) == (np.uint8, 3, 3)
        np.testing.assert_array_equal(array, found["pillow"])


@pytest.mark.parametrize("backend", BACKENDS)
class TestWhatComes:
    def test_colours_in_the_order_red_green_blue(self, backend: str, tmp_path: Path) -> None:
        RGB.save(tmp_path / "a.png")
        np.testing.assert_array_equal(images.read(tmp_path / "a.png", backend=backend), COLOURS)

    def test_transparent_parts_are_laid_on_white(self, backend: str, tmp_path: Path) -> None:
        Image.new("RGBA", (2, 1), (200, 100, 0, 51)).save(tmp_path / "a.png")
        assert read(tmp_path / "a.png", backend)[0, 0].tolist() == [244, 224, 204]

    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_upright_however_the_camera_was_held(self, backend: str, orientation: int, tmp_path: Path) -> None:
        seen = np.zeros((3, 2, 3), np.uint8)
        seen[0, 0] = 255  # white in the upper left corner
        # The eight ways in which a sensor may have written what was seen upright.
        written = {1: seen, 2: seen[:, ::-1], 3: seen[::-1, ::-1], 4: seen[::-1], 5: seen.swapaxes(0, 1)}
        written |= {6: np.rot90(seen), 7: seen[::-1, ::-1].swapaxes(0, 1), 8: np.rot90(seen, -1)}
        Image.fromarray(np.ascontiguousarray(written[orientation])).save(tmp_path / "a.png", exif=held(orientation))
        np.testing.assert_array_equal(read(tmp_path / "a.png", backend), seen)

    def test_the_upper_eight_of_sixteen_bits(self, backend: str, tmp_path: Path) -> None:
        Image.fromarray(np.array([[0x12FF, 0x3400, 0xFFFF]], np.uint16)).save(tmp_path / "a.png")
        assert read(tmp_path / "a.png", backend)[0, :, 0].tolist() == [0x12, 0x34, 0xFF]

    def test_what_is_no_picture_is_told(self, backend: str, tmp_path: Path) -> None:
        (tmp_path / "words.png").write_text("hello")
        for kind in ("png", "jpg"):
            noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (300, 200, 3)).astype(np.uint8))
            noise.save(tmp_path / f"whole.{kind}")
            (tmp_path / f"half.{kind}").write_bytes((tmp_path / f"whole.{kind}").read_bytes()[:20_000])
        with pytest.raises(ValueError, match=r"words\.png is not a picture that can be read"):
            read(tmp_path / "words.png", backend)
        for kind in ("png", "jpg"):
            with pytest.raises(ValueError, match=rf"half\.{kind} is a damaged picture"):
                read(tmp_path / f"half.{kind}", backend)
        with pytest.raises(FileNotFoundError, match="there is no file"):
            read(tmp_path / "nothing.png", backend)
        with pytest.raises(ValueError, match="is a folder, not a picture"):
            read(tmp_path, backend)

    def test_a_picture_that_unpacks_to_a_huge_one_is_refused(
        self, backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Image.new("1", (1000, 1000)).save(tmp_path / "bomb.png")
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 300_000)
        with pytest.raises(ValueError, match="has more than 300000 pixels; make it smaller first"):
            read(tmp_path / "bomb.png", backend)


def test_an_unknown_or_missing_library_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    RGB.save(tmp_path / "a.png")
    with pytest.raises(ValueError, match=r"backend 'opencl'.* did you mean 'opencv'"):
        read(tmp_path / "a.png", "opencl")
    monkeypatch.setitem(sys.modules, "cv2", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r'pip install "glassnet\[opencv\]"'):
        read(tmp_path / "a.png", "opencv")
