"""Photographs: a model file keeps their transform, and no file takes much memory."""

import itertools
import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import glassnet as gn
from glassnet.data.images.decode import read, read_small, shape_of
from glassnet.data.images.transforms import DrawingTransform, PhotoTransform, image_transform_from_spec
from helpers.image_files import KINDS


class TestTransform:
    @pytest.mark.parametrize("shape", [(4, 6), (4, 6, 3)])
    def test_it_survives_the_model_file(self, shape: tuple[int, ...], tmp_path: Path) -> None:
        network = gn.Network(int(np.prod(shape)), [gn.Dense(2, "softmax")], seed=0)
        model = gn.Model(gn.Divide(255), network, ("a", "b"), image_transform=PhotoTransform(shape))
        model.save(tmp_path / "m.safetensors")
        loaded = gn.load_model(tmp_path / "m.safetensors")
        assert loaded.image_transform == PhotoTransform(shape)
        (length,) = struct.unpack("<Q", (tmp_path / "m.safetensors").read_bytes()[:8])
        header = json.loads((tmp_path / "m.safetensors").read_bytes()[8 : 8 + length])
        assert (
            json.loads(header["__metadata__"]["glassnet"])["format"] == 3
        )  # so that versions without it report an unknown format

    def test_it_must_fit_the_network(self) -> None:
        network = gn.Network(24, [gn.Dense(2, "softmax")], seed=0)
        with pytest.raises(ValueError, match="the image transform has 72 features, but the network has 24 inputs"):
            gn.Model(None, network, ("a", "b"), image_transform=PhotoTransform((4, 6, 3)))

    def test_files_without_a_kind_have_a_drawing_transform(self) -> None:
        transform = DrawingTransform((2, 2), low=0.0, high=16.0, fill=0.75, balance=(1, 0.5), center=(1.0, 1.25))
        assert image_transform_from_spec(json.loads(json.dumps(transform.to_spec()))) == transform
        assert "kind" not in transform.to_spec()

    @pytest.mark.parametrize(
        ("spec", "message"),
        [
            ({}, "image_shape of a photo transform must be"),
            ({"image_shape": 3}, r"must be \(height, width\), or \(height, width, 3\) in color, got 3"),
            ({"image_shape": [3, 3, 4]}, r"got \[3, 3, 4\]"),
            ({"image_shape": [3, 0]}, "image_shape of a photo transform must be at least 1, got 0"),
            ({"image_shape": [3, 1.5]}, "must be a whole number"),
            ({"image_shape": [3, 3], "size": 3}, "unknown entry of a photo transform 'size'"),
            ({"kind": "photos"}, "unknown kind of image transform 'photos'; did you mean 'photo'"),
            ({"kind": ["photo"]}, "unknown kind of image transform"),
        ],
    )
    def test_invalid_transforms_raise(self, spec: dict[str, Any], message: str) -> None:
        with pytest.raises((ValueError, TypeError), match=message):
            image_transform_from_spec({"kind": "photo", **spec})

    def test_a_row_equals_the_training_image(self, tmp_path: Path) -> None:
        for name, i in itertools.product("ab", range(2)):
            (tmp_path / name).mkdir(exist_ok=True)
            noise = np.random.default_rng(i).integers(0, 256, (70, 90, 3)).astype(np.uint8)
            Image.fromarray(noise).save(tmp_path / name / f"{i}.jpg")
        for color, shape in (("rgb", (8, 9, 3)), ("gray", (8, 9))):
            data = gn.load(f"{tmp_path}/", image_size=(8, 9), color=color)
            np.testing.assert_array_equal(PhotoTransform(shape).row(tmp_path / "b" / "1.jpg"), data.X[3])


@pytest.mark.parametrize("kind", KINDS)
def test_reading_small_equals_reading_and_averaging(kind: str, tmp_path: Path) -> None:
    path = tmp_path / kind
    KINDS[kind](path)
    whole = read(path)
    assert shape_of(path) == whole.shape[:2]
    np.testing.assert_array_equal(read_small(path, *whole.shape[:2]), whole)
    averaged = Image.fromarray(whole).resize((5, 4), Image.Resampling.BOX)
    apart = np.abs(read_small(path, 4, 5).astype(int) - np.asarray(averaged))
    # A JPEG is decoded at reduced size, which differs where these images jump from 255 to 0.
    assert apart.mean() <= 4
    assert apart.max() <= (20 if path.suffix == ".jpg" else 2)


def scans(count: int) -> bytes:
    """A progressive JPEG of 16 million pixels whose last scan is repeated many times."""
    file = Path("scans.jpg")
    Image.new("RGB", (4000, 4000), (120, 3, 77)).save(file, progressive=True)
    data = file.read_bytes()
    file.unlink()
    return data[:-2] + data[data.rindex(b"\xff\xda") : -2] * count + data[-2:]


def bomb(width: int, height: int, depth: int = 1, declared: tuple[int, int] | None = None) -> bytes:
    """A PNG of black pixels; depth: bits of each; declared: width and height in its header, if not the actual ones."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer = zlib.compressobj()
    line = bytes(1 + width * depth // 8)
    pixels = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", *(declared or (width, height)), depth, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def png_with_text(count: int) -> bytes:
    """A PNG with a text chunk of this size after decompression."""
    data = bomb(8, 8)
    text = b"a\0\0" + zlib.compress(bytes(count))
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text + struct.pack(">I", zlib.crc32(b"zTXt" + text))
    return data[:33] + chunk + data[33:]


LIMIT = """
import re, resource, sys
from pathlib import Path
import glassnet as gn
import PIL.Image
def megabytes(what):
    return int(re.search(what + r":\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) >> 10
gn.load, PIL.Image.init()
there = megabytes("VmRSS")
resource.setrlimit(resource.RLIMIT_AS, (megabytes("VmSize") + int(sys.argv[2]) << 20,) * 2)
try:
    print(gn.load(sys.argv[1], image_size=8))
except ValueError as error:
    print(error)
print(megabytes("VmHWM") - there, file=sys.stderr)
"""


def load_in(megabytes: int, folder: Path) -> tuple[str, int]:
    """Load a folder in a process with limited additional memory; return its output and its memory use."""
    command = [sys.executable, "-c", LIMIT, f"{folder}/", str(megabytes)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return done.stdout, int(done.stderr)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in "ab":
        (tmp_path / "p" / name).mkdir(parents=True)
        Image.new("RGB", (9, 9), "red").save(tmp_path / "p" / name / "0.png")
    return tmp_path / "p"


TRAPS = {
    "a square kilometre.png": (lambda: bomb(40_000, 40_000), "has more than 89478485 pixels"),
    "twice the limit less one.png": (lambda: bomb(13_000, 13_000), "has more than 89478485 pixels"),
    "a line.png": (lambda: bomb(1 << 28, 1), "has more than 89478485 pixels"),
    "promises.png": (lambda: bomb(8, 8, declared=(9000, 9000)), "is a damaged image"),
    "text.png": (lambda: png_with_text(1 << 28), "is a damaged image"),
    "scans.jpg": (lambda: scans(5000), "has more than 100 progressive scans"),
    "script.png": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EOF", "is not a supported image"),
}


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are Linux's")
class TestMemory:
    @pytest.mark.parametrize("name", TRAPS)
    def test_decompression_bombs_raise_in_one_line(self, name: str, folder: Path) -> None:
        make, message = TRAPS[name]
        (folder / "a" / name).write_bytes(make())
        reported, used = load_in(1000, folder)
        assert reported.startswith(f"1 of 3 files cannot be read: {folder / 'a' / name} ")
        assert message in reported
        assert reported.count("\n") == 1
        assert used < 150

    @pytest.mark.large
    def test_large_images_are_read_one_at_a_time(self, folder: Path) -> None:
        """Eight images of 80 million pixels, each of 320 MB in color."""
        for name, i in itertools.product("ab", range(1, 5)):
            Image.new("P", (8900, 8900)).save(folder / name / f"{i}.png")
        reported, used = load_in(1000, folder)
        assert "10 rows of 192 features" in reported
        assert used < 560

    def test_a_large_jpeg_is_decoded_at_reduced_size(self, folder: Path) -> None:
        Image.new("RGB", (9000, 9000), (200, 100, 0)).save(folder / "a" / "1.jpg")
        reported, used = load_in(1000, folder)
        assert "3 rows of 192 features" in reported
        assert used < 60

    def test_an_image_too_large_for_memory_raises(self, folder: Path) -> None:
        Image.new("P", (8900, 8900)).save(folder / "a" / "1.png")
        reported, _ = load_in(250, folder)
        assert f"1 of 3 files cannot be read: {folder / 'a' / '1.png'} needs more memory than available" in reported
