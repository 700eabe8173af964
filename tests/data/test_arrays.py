"""Data from files of the user: IDX and .npz become datasets, and invalid files raise clear errors."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.cli.main import run
from glassnet.data.arrays import ALWAYS_ALLOWED_BYTES, read_idx
from glassnet.recipes.load import load_recipe, single_network
from glassnet.runs.run import load_parts

RNG = np.random.default_rng(0)

IMAGES, LABELS = RNG.integers(0, 256, (60, 4, 5)).astype(np.uint8), (np.arange(60) % 3).astype(np.uint8)


def idx(array: Any) -> bytes:
    """The bytes of an array in IDX format."""
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()


@pytest.fixture(params=["", ".gz"], ids=["plain", "packed"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder of four IDX files; train-images is `tmp_path / "train-images-idx3-ubyte"` with the ending."""
    for part, rows in (("train", slice(0, 45)), ("t10k", slice(45, 60))):
        for what, array in (("images-idx3", IMAGES[rows]), ("labels-idx1", LABELS[rows])):
            data = idx(array)
            path = tmp_path / f"{part}-{what}-ubyte{request.param}"
            path.write_bytes(gzip.compress(data) if request.param else data)
    return tmp_path


def images_in(folder: Path, part: str = "train") -> Path:
    return next(folder.glob(f"{part}-images*"))


class TestIdx:
    def test_images_and_their_labels_become_data(self, folder: Path) -> None:
        data = gn.load(str(images_in(folder)))
        assert (data.image_shape, data.class_names, data.name) == ((4, 5), ("0", "1", "2"), "train-images")
        np.testing.assert_array_equal(data.X, IMAGES[:45].reshape(45, 20))
        np.testing.assert_array_equal(data.y, LABELS[:45])

    def test_an_adjacent_test_file_is_the_test_set(self, folder: Path) -> None:
        parts = load_parts(load_recipe(str(images_in(folder))))
        assert {name: len(part) for name, part in parts.items()} == {"train": 34, "valid": 11, "test": 15}
        np.testing.assert_array_equal(parts["test"].y, LABELS[45:])

    def test_without_a_test_file_the_data_are_split(self, folder: Path) -> None:
        for path in folder.glob("t10k*"):
            path.unlink()
        parts = load_parts(load_recipe(str(images_in(folder))))
        assert {name: len(part) for name, part in parts.items()} == {"train": 27, "valid": 9, "test": 9}

    def test_a_file_can_be_trained_on_from_the_command_line(self, folder: Path, tmp_path: Path) -> None:
        out = tmp_path / "run"
        assert run(["train", str(images_in(folder)), "--epochs", "2", "--out", str(out), "--quiet"]) == 0
        assert json.loads((out / "metrics.json").read_text())["test_accuracy"] is not None
        assert run(["evaluate", str(out), str(images_in(folder)), "--json"]) == 0

    def test_an_uncompressed_file_is_memory_mapped(self, tmp_path: Path) -> None:
        (tmp_path / "a-idx3-ubyte").write_bytes(idx(IMAGES))
        array = read_idx(tmp_path / "a-idx3-ubyte", 3)
        assert isinstance(array, np.memmap)
        assert not array.flags.writeable

    @pytest.mark.parametrize(
        ("damage", "message"),
        [
            (lambda data: data[:-1], "declares 900 bytes, but has 899"),
            (lambda data: data + b"x", "declares 900 bytes, but has 901"),
            (lambda data: data[:8], "is not an IDX file of bytes in 3 dimensions"),
            (lambda data: b"\0\0\r\3" + data[4:], "is not an IDX file of bytes in 3 dimensions"),
            (lambda data: data[:4] + b"\xff" * 12 + data[16:], "declares "),
        ],
        ids=["short", "long", "a header alone", "floats", "a lie about its size"],
    )
    def test_a_truncated_file_raises(self, folder: Path, damage: Any, message: str) -> None:
        path = images_in(folder)
        is_packed = path.suffix == ".gz"
        data = damage(gzip.decompress(path.read_bytes()) if is_packed else path.read_bytes())
        path.write_bytes(gzip.compress(data) if is_packed else data)
        with pytest.raises(ValueError, match=message):
            gn.load(str(path))

    def test_a_decompression_bomb_is_not_unpacked(self, folder: Path) -> None:
        path = images_in(folder).with_name("train-images-idx3-ubyte.gz")
        for other in folder.glob("train-images*"):
            other.unlink()
        path.write_bytes(gzip.compress(idx(IMAGES[:45]) + bytes(200_000_000), 9))
        with pytest.raises(ValueError, match="declares 900 bytes, but has 901 or more"):
            gn.load(str(path))

    def test_missing_files_raise(self, folder: Path) -> None:
        with pytest.raises(FileNotFoundError, match="there is no file nowhere-idx3-ubyte"):
            gn.load("nowhere-idx3-ubyte")
        labels = next(folder.glob("train-labels*"))
        with pytest.raises(ValueError, match="is not a file of images; use one such as train-images-idx3-ubyte"):
            gn.load(str(labels))
        labels.write_bytes(next(folder.glob("t10k-labels*")).read_bytes())
        with pytest.raises(ValueError, match=r"contains 45 images but .* 15 labels"):
            gn.load(str(images_in(folder)))
        labels.unlink()
        with pytest.raises(FileNotFoundError, match="the file train-labels-idx1-ubyte"):
            gn.load(str(images_in(folder)))


class TestNpz:
    ROWS = RNG.normal(size=(30, 3))

    def test_arrays_become_data(self, tmp_path: Path) -> None:
        names = np.array(["a", "b", "c"])
        np.savez(tmp_path / "mine.npz", X=self.ROWS, y=np.array(["no", "yes"] * 15), feature_names=names)
        data = gn.load(str(tmp_path / "mine.npz"))
        assert (data.class_names, data.feature_names, data.name) == (("no", "yes"), ("a", "b", "c"), "mine")
        np.savez(tmp_path / "numbers.npz", X=self.ROWS, y=self.ROWS[:, 0])
        assert gn.load(str(tmp_path / "numbers.npz")).class_names is None

    def test_images_keep_their_shape(self, tmp_path: Path) -> None:
        np.savez(tmp_path / "mine.npz", X=IMAGES, y=LABELS)
        assert gn.load(str(tmp_path / "mine.npz")).image_shape == (4, 5)

    def test_test_arrays_in_the_file_are_the_test_set(self, tmp_path: Path) -> None:
        y = np.array(["no", "yes"] * 15)
        np.savez(tmp_path / "mine.npz", X=self.ROWS, y=y, X_test=self.ROWS[:3], y_test=np.array(["yes"] * 3))
        recipe = load_recipe(str(tmp_path / "mine.npz"))
        assert len(load_parts(recipe)["train"]) == 30
        parts = load_parts(single_network(recipe))
        assert len(parts["train"]) + len(parts["valid"]) == 30
        assert parts["test"].y.tolist() == [1, 1, 1]  # "no" does not occur in it, and keeps its place

    @pytest.mark.parametrize(
        ("arrays", "message"),
        [
            ({"X": ROWS}, "has no array y; it has X"),
            ({"X": ROWS, "y": np.zeros(29)}, "X has 30 rows but y has 29"),
            ({"X": ROWS * np.nan, "y": np.zeros(30)}, "X"),
            ({"X": ROWS, "y": np.zeros(30), "X_test": ROWS}, "has no array y_test"),
            (
                {"X": np.array([object()] * 30), "y": np.zeros(30)},
                "Python objects are not supported, since they may contain code; save strings as y.astype",
            ),
            ({"X": ROWS, "y": np.array(["a"] * 30), "X_test": ROWS, "y_test": np.array(["b"] * 30)}, "class 'b'"),
        ],
    )
    def test_invalid_arrays_raise(self, arrays: dict[str, Any], message: str, tmp_path: Path) -> None:
        np.savez(tmp_path / "mine.npz", **arrays)
        with pytest.raises(ValueError, match=message):
            load_parts(load_recipe(str(tmp_path / "mine.npz")))

    def test_a_file_that_is_not_npz_raises(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "mine.npz").write_bytes(b"hello")
        assert run(["train", str(tmp_path / "mine.npz"), "--out", str(tmp_path / "run")]) == 2
        assert "is not an .npz file, or incomplete" in capsys.readouterr().err
        assert run(["train", str(tmp_path / "nothing.npz"), "--out", str(tmp_path / "run")]) == 2
        assert "there is no file" in capsys.readouterr().err

    def test_a_decompression_bomb_in_npz_is_not_unpacked(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("glassnet.data.arrays.ALWAYS_ALLOWED_BYTES", ALWAYS_ALLOWED_BYTES >> 10)
        np.savez_compressed(tmp_path / "mine.npz", X=np.zeros((1000, 1000)), y=np.zeros(1000))
        with pytest.raises(ValueError, match=r"X\.npy unpacks to 8000128 bytes, which is not plausible"):
            gn.load(str(tmp_path / "mine.npz"))


def test_options_raise_for_a_file() -> None:
    with pytest.raises(ValueError, match=r"unknown option of arrays: 'n'; known: task"):
        gn.load("mine.npz", n=3)
