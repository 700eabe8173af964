"""Decoding of image files: three libraries give the same array; upright, three channels, on white."""

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glassnet.api import images
from glassnet.data.images.decode import BACKENDS, read
from helpers.image_files import COLORS, KINDS, RGB, held

"""A function per format that writes a file."""


@pytest.mark.parametrize("kind", KINDS)
def test_all_libraries_give_the_same_array(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"ä {kind}"
    KINDS[kind](path)
    found = {backend: read(path, backend) for backend in BACKENDS}
    for array in found.values():
        assert (array.dtype, array.ndim, array.shape[2]) == (np.uint8, 3, 3)
        np.testing.assert_array_equal(array, found["pillow"])


@pytest.mark.parametrize("backend", BACKENDS)
class TestDecodedArrays:
    def test_channels_are_in_rgb_order(self, backend: str, tmp_path: Path) -> None:
        RGB.save(tmp_path / "a.png")
        np.testing.assert_array_equal(images.read(tmp_path / "a.png", backend=backend), COLORS)

    def test_transparency_is_composited_on_white(self, backend: str, tmp_path: Path) -> None:
        Image.new("RGBA", (2, 1), (200, 100, 0, 51)).save(tmp_path / "a.png")
        assert read(tmp_path / "a.png", backend)[0, 0].tolist() == [244, 224, 204]

    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_exif_orientation_is_applied(self, backend: str, orientation: int, tmp_path: Path) -> None:
        seen = np.zeros((3, 2, 3), np.uint8)
        seen[0, 0] = 255  # white in the upper left corner
        # The eight EXIF orientations of an image that was upright.
        written = {1: seen, 2: seen[:, ::-1], 3: seen[::-1, ::-1], 4: seen[::-1], 5: seen.swapaxes(0, 1)}
        written |= {6: np.rot90(seen), 7: seen[::-1, ::-1].swapaxes(0, 1), 8: np.rot90(seen, -1)}
        Image.fromarray(np.ascontiguousarray(written[orientation])).save(tmp_path / "a.png", exif=held(orientation))
        np.testing.assert_array_equal(read(tmp_path / "a.png", backend), seen)

    def test_16_bit_images_are_reduced_to_the_upper_8_bits(self, backend: str, tmp_path: Path) -> None:
        Image.fromarray(np.array([[0x12FF, 0x3400, 0xFFFF]], np.uint16)).save(tmp_path / "a.png")
        assert read(tmp_path / "a.png", backend)[0, :, 0].tolist() == [0x12, 0x34, 0xFF]

    def test_a_file_that_is_not_an_image_raises(self, backend: str, tmp_path: Path) -> None:
        (tmp_path / "words.png").write_text("hello")
        for kind in ("png", "jpg"):
            noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (300, 200, 3)).astype(np.uint8))
            noise.save(tmp_path / f"whole.{kind}")
            (tmp_path / f"half.{kind}").write_bytes((tmp_path / f"whole.{kind}").read_bytes()[:20_000])
        with pytest.raises(ValueError, match=r"words\.png is not a supported image; use PNG or JPEG"):
            read(tmp_path / "words.png", backend)
        for kind in ("png", "jpg"):
            with pytest.raises(ValueError, match=rf"half\.{kind} is a damaged image"):
                read(tmp_path / f"half.{kind}", backend)
        with pytest.raises(FileNotFoundError, match="there is no file"):
            read(tmp_path / "nothing.png", backend)
        with pytest.raises(ValueError, match="is a folder, not an image"):
            read(tmp_path, backend)

    def test_a_decompression_bomb_raises(self, backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        Image.new("1", (1000, 1000)).save(tmp_path / "bomb.png")
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 300_000)
        with pytest.raises(ValueError, match="has more than 300000 pixels; resize it first"):
            read(tmp_path / "bomb.png", backend)


def test_an_unknown_or_missing_library_raises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    RGB.save(tmp_path / "a.png")
    with pytest.raises(ValueError, match=r"backend 'opencl'.* did you mean 'opencv'"):
        read(tmp_path / "a.png", "opencl")
    monkeypatch.setitem(sys.modules, "cv2", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r"a\.png: .* pip install opencv-python-headless"):
        read(tmp_path / "a.png", "opencv")
