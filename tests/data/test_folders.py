"""Image folders: a folder per class becomes a dataset, and invalid folders raise clear errors."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import glassnet as gn
from glassnet.cli.main import run
from glassnet.data.images.decode import ORIENTATION, read
from glassnet.data.images.folders import image_paths, read_folder
from glassnet.model import load_model
from glassnet.recipes.load import load_recipe, shipped_names
from glassnet.recipes.recipe import recipe_from_spec
from glassnet.runs.run import load_parts

pytestmark = pytest.mark.usefixtures("as_on_the_command_line")

COLORS = {"grass": (40, 160, 50), "sand": (210, 180, 120), "sky": (90, 150, 230)}


def image(color: tuple[int, int, int], seed: int, size: tuple[int, int] = (40, 30)) -> Image.Image:
    """An image of mostly one color, (width, height) pixels."""
    noise = np.random.default_rng(seed).normal(0, 25, (size[1], size[0], 3))
    return Image.fromarray(np.clip(np.array(color) + noise, 0, 255).astype(np.uint8))


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of 3 classes with 12 images each, of four formats and two shapes."""
    monkeypatch.chdir(tmp_path)
    kinds = ("png", "JPG", "bmp", "WebP")
    for name, color in COLORS.items():
        (tmp_path / "photos" / name).mkdir(parents=True)
        for i in range(12):
            size = (40, 30) if i % 3 else (70, 90)
            image(color, i, size).save(tmp_path / "photos" / name / f"{i:02}.{kinds[i % 4]}")
    return Path("photos")


def small(folder: Path, names: str = "a b", mode: str = "RGB", size: tuple[int, int] = (6, 4)) -> Path:
    """Make a folder with two images for each of these classes."""
    for name in names.split():
        (folder / name).mkdir(parents=True)
        for i in range(2):
            image((200, 100, 10 * i), i, size).convert(mode).save(folder / name / f"{i}.png")
    return folder


class TestData:
    def test_folders_are_classes_and_their_images_rows_of_bytes(self, photos: Path) -> None:
        data = gn.load("photos/")
        assert (data.X.dtype, data.X.shape, data.image_shape) == (np.uint8, (36, 3072), (32, 32, 3))
        assert (data.class_names, data.name) == (("grass", "sand", "sky"), "photos")
        np.testing.assert_array_equal(data.y, np.repeat([0, 1, 2], 12))
        means = data.X.reshape(36, -1, 3).mean(axis=1)  # (n, 3)
        np.testing.assert_allclose(means, np.repeat(list(COLORS.values()), 12, axis=0), atol=6)

    def test_rows_are_ordered_by_file_name(self, photos: Path) -> None:
        first = read_folder(photos)
        for _ in range(3):
            np.testing.assert_array_equal(read_folder(photos).X, first.X)
        alone = small(Path("alone"))
        (alone / "a" / "0.png").rename(alone / "a" / "2.png")
        np.testing.assert_array_equal(read_folder(alone).X[1], read(alone / "a" / "2.png").ravel())

    def test_small_images_of_one_size_keep_their_size_and_pixels(self, tmp_path: Path) -> None:
        data = read_folder(small(tmp_path / "p"))
        assert data.image_shape == (4, 6, 3)
        np.testing.assert_array_equal(data.X[3], read(tmp_path / "p" / "b" / "1.png").ravel())

    @pytest.mark.parametrize(("size", "shape"), [((65, 4), (32, 32, 3)), ((64, 64), (64, 64, 3))])
    def test_large_images_become_32_by_32(self, size: tuple[int, int], shape: tuple[int, ...], tmp_path: Path) -> None:
        assert read_folder(small(tmp_path / "p", size=size)).image_shape == shape

    @pytest.mark.parametrize(("image_size", "shape"), [(5, (5, 5, 3)), ((8, 5), (8, 5, 3)), ([8, 5], (8, 5, 3))])
    def test_image_size_can_be_set(self, image_size: Any, shape: tuple[int, ...], photos: Path) -> None:
        assert gn.load("photos", image_size=image_size).image_shape == shape

    def test_downscaling_averages_pixels(self, tmp_path: Path) -> None:
        folder = small(tmp_path / "p", size=(60, 40))
        blocks = read(folder / "a" / "0.png").reshape(4, 10, 6, 10, 3).mean(axis=(1, 3))
        np.testing.assert_allclose(read_folder(folder, (4, 6)).X[0].reshape(4, 6, 3), blocks, atol=1)
        fine = Image.fromarray((np.indices((400, 400)).sum(axis=0) % 2 * 255).astype(np.uint8))  # a checkerboard
        for name in ("a", "b"):
            fine.save(folder / name / "2.png")
        assert set(read_folder(folder, 8, "gray").X[2].tolist()) <= {127, 128}

    @pytest.mark.parametrize(
        ("modes", "color", "shape"),
        [
            (("L", "L"), "auto", (4, 6)),
            (("L", "RGB"), "auto", (4, 6, 3)),
            (("RGB", "RGB"), "gray", (4, 6)),
            (("L", "L"), "rgb", (4, 6, 3)),
        ],
    )
    def test_images_are_gray_if_all_are_gray_or_if_requested(
        self, modes: tuple[str, str], color: str, shape: tuple[int, ...], tmp_path: Path
    ) -> None:
        for name, mode in zip("ab", modes, strict=True):
            small(tmp_path / "p", name, mode)
        data = read_folder(tmp_path / "p", color=color)
        assert data.image_shape == shape
        luminance = Image.open(tmp_path / "p" / "b" / "1.png").convert("L")
        if len(shape) == 2:
            np.testing.assert_array_equal(data.X[3], np.asarray(luminance).ravel())

    def test_gray_images_saved_in_color_are_gray(self, tmp_path: Path) -> None:
        folder = small(tmp_path / "p", mode="L")
        for path in folder.glob("*/*"):
            Image.open(path).convert("RGB").save(path.with_suffix(".jpg"))
            path.unlink()
        assert read_folder(folder).image_shape == (4, 6)

    def test_orientation_is_applied_and_transparency_is_white(self, tmp_path: Path) -> None:
        folder = small(tmp_path / "p", size=(4, 4))
        seen = np.zeros((300, 200, 3), np.uint8)
        seen[:150] = 255  # white above black
        note = Image.Exif()
        note[ORIENTATION] = 6
        Image.fromarray(np.rot90(seen).copy()).save(folder / "a" / "2.jpg", exif=note, quality=95)
        Image.new("RGBA", (300, 200), (0, 0, 0, 51)).save(folder / "a" / "3.png")
        rows = read_folder(folder, 2, "gray").X
        np.testing.assert_allclose(rows[2], [255, 255, 0, 0], atol=4)
        np.testing.assert_array_equal(rows[3], [204] * 4)

    def test_a_jpeg_is_close_to_the_lossless_image(self, tmp_path: Path) -> None:
        folder = small(tmp_path / "p", size=(4, 4))
        across = np.linspace(0, 255, 1200)[None, :, None] * np.array([1, 0.5, 0.2])
        large = Image.fromarray(np.broadcast_to(across, (900, 1200, 3)).astype(np.uint8))
        large.save(folder / "a" / "2.png")
        large.save(folder / "a" / "3.jpg", quality=95)
        rows = read_folder(folder, 16).X.astype(int)
        assert np.abs(rows[2] - rows[3]).max() <= 3

    def test_hidden_files_are_ignored(self, tmp_path: Path) -> None:
        folder = small(tmp_path / "p")
        for name in (".DS_Store", "a/.hidden.png", "a/Thumbs.db", "a/desktop.ini", "README.md"):
            (folder / name).write_text("words")
        (folder / ".git").mkdir()
        (folder / "__MACOSX").mkdir()
        assert len(read_folder(folder)) == 4

    def test_links_to_images_and_classes_are_followed(self, tmp_path: Path) -> None:
        folder = small(tmp_path / "p")
        (folder / "a" / "2.png").symlink_to(folder / "b" / "0.png")
        (folder / "c").symlink_to(folder / "b", target_is_directory=True)
        assert np.bincount(read_folder(folder).y).tolist() == [3, 2, 2]


WRONG = {
    "nothing there": (lambda p: None, "there is no folder .*p$"),
    "a file": (lambda p: p.write_text("x"), "p is a file, not a folder"),
    "no folders": (lambda p: p.mkdir(), "p has no subfolders; it needs one subfolder of images per class"),
    "images only": (lambda p: small(p.parent, "p"), "p has no subfolders; it needs"),
    "one class": (lambda p: small(p, "cats"), "p has only one class, 'cats'; it needs one subfolder of images per"),
    "an empty class": (
        lambda p: (small(p) / "c").mkdir(),
        "c has no images; remove it, add some, or use --skip-invalid",
    ),
    "an image beside": (
        lambda p: image((0, 0, 0), 0).save(small(p) / "x.JPG"),
        "x.JPG is next to the class folders; move it into one of them",
    ),
    "folders in a class": (
        lambda p: small(small(p) / "a", "deep"),
        "deep is a folder inside a class; pass .*a itself if its subfolders are the classes",
    ),
    "a link upwards": (
        lambda p: (small(p) / "c").symlink_to(p.parent, target_is_directory=True),
        "is a folder inside a class",
    ),
    "names alike": (lambda p: small(p, "Cats cats"), "contains 'Cats' and 'cats', whose names look alike"),
    "one name in two spellings": (lambda p: small(p, "caf\u00e9 cafe\u0301"), "whose names look alike"),
    "a name no terminal shows": (
        lambda p: small(p, "a b\x1b[2J"),
        r"folder .*b\\x1b\[2J has a name with unprintable characters",
    ),
    "a name that is no text": (
        lambda p: small(p, os.fsdecode(b"a \xff")),
        r"\\udcff has a name with unprintable characters",
    ),
    "a size of 0": (small, "image_size must be at least 1, got 0", {"image_size": 0}),
    "half a pixel": (small, "image_size must be a whole number", {"image_size": 2.5}),
    "three sides": (small, r"image_size must be a number of pixels, or \(height, width\)", {"image_size": [1, 2, 3]}),
    "a color nobody knows": (small, "unknown color 'grey'; did you mean 'gray'", {"color": "grey"}),
    "an option nobody knows": (small, "unknown option of a folder of images: 'imagesize'; did", {"imagesize": 3}),
    "a word for yes": (small, "skip_invalid must be true or false, got 'yes'", {"skip_invalid": "yes"}),
}
"""How an invalid folder is made, the expected message, and the options."""


@pytest.mark.parametrize("what", WRONG)
def test_an_invalid_folder_raises(what: str, tmp_path: Path) -> None:
    make, message, *options = WRONG[what]
    make(tmp_path / "p")
    with pytest.raises((ValueError, TypeError, FileNotFoundError), match=message):
        gn.load(f"{tmp_path / 'p'}/", **(options[0] if options else {}))


def spoil(photos: Path) -> None:
    """Add files that are not images: seven files, a broken link, a link to itself, and a pipe."""
    for i in range(5):
        (photos / "grass" / f"x{i}.txt").write_text("words")
    whole = (photos / "sky" / "00.png").read_bytes()
    (photos / "sky" / "half.png").write_bytes(whole[: len(whole) // 2])
    (photos / "sky" / "red\x1b[31m.png").write_bytes(b"")
    (photos / "sand" / "nowhere.png").symlink_to("gone")
    (photos / "sand" / "loop.png").symlink_to("loop.png")
    os.mkfifo(photos / "sky" / "pipe.png")


class TestBadFiles:
    def test_all_bad_files_are_listed_at_once(self, photos: Path) -> None:
        spoil(photos)
        with pytest.raises(ValueError, match="10 of 46 files cannot be read") as reported:
            gn.load("photos")
        for words in (
            "x0.txt is not a supported image",
            "half.png is a damaged image",
            "pipe.png is not a file",
            "gone",
        ):
            assert words in str(reported.value) or words == "gone"
        assert str(reported.value).endswith("; use --skip-invalid to skip them")
        assert r"red\x1b[31m.png is not a supported image" in str(reported.value)

    def test_of_many_bad_files_ten_are_listed_and_the_rest_counted(self, photos: Path) -> None:
        for i in range(200):
            (photos / "sky" / f"{i}.txt").write_text("words")
        with pytest.raises(ValueError, match="; and 190 more; ") as reported:
            gn.load("photos")
        assert str(reported.value).count("is not a supported image") == 10

    def test_bad_files_can_be_skipped_with_a_warning(self, photos: Path) -> None:
        whole = gn.load("photos")
        spoil(photos)
        with pytest.warns(UserWarning, match="skipped: 10 of 46 files cannot be read: .*loop.png"):
            data = gn.load("photos", skip_invalid=True)
        np.testing.assert_array_equal(data.X, whole.X)
        np.testing.assert_array_equal(data.y, whole.y)

    def test_a_class_without_valid_files_raises(self, photos: Path) -> None:
        for path in (photos / "sand").iterdir():
            path.write_text("words")
        with (
            pytest.warns(UserWarning, match="skipped: 12 of 36"),
            pytest.raises(ValueError, match="class 'sand' in photos has no readable images"),
        ):
            gn.load("photos", skip_invalid=True)
        for path in photos.glob("*/*"):
            path.write_text("words")
        with pytest.raises(ValueError, match="no images are left: 36 of 36 files cannot be read"):
            gn.load("photos", skip_invalid=True)


class TestParts:
    def make(self, **parts: str) -> Path:
        for name, classes in parts.items():
            small(Path("p") / name, classes)
        return Path("p")

    @pytest.mark.parametrize(
        ("parts", "split", "wanted"),
        [
            ({"train": "a b c", "test": "a b c"}, "50/50/0", {"train": 3, "valid": 3, "test": 6}),
            ({"train": "a b c", "test": "a c"}, "60/40", {"train": 6, "test": 4}),
            ({"train": "a b c", "Val": "a b c"}, "50/25/25", {"train": 4, "valid": 6, "test": 2}),
            ({"train": "a b", "valid": "a", "test": "b"}, "60/20/20", {"train": 4, "valid": 2, "test": 2}),
        ],
    )
    def test_split_folders_are_used_as_splits(
        self, parts: dict[str, str], split: str, wanted: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        folder = self.make(**parts)
        found = load_parts(recipe_from_spec({"data": {"source": f"{folder}/", "split": split}}))
        assert {name: len(part) for name, part in found.items()} == wanted
        assert list(found) == [name for name in ("train", "valid", "test") if name in wanted]
        assert {part.class_names for part in found.values()} == {tuple(parts["train"].split())}
        if parts.get("test") == "a c":
            assert found["test"].y.tolist() == [0, 0, 2, 2]

    def test_all_splits_have_the_size_and_color_of_train(self, tmp_path: Path) -> None:
        small(tmp_path / "train", mode="L", size=(5, 5))
        small(tmp_path / "test", size=(90, 70))
        found = load_parts(load_recipe(str(tmp_path)))
        assert {part.image_shape for part in found.values()} == {(5, 5)}

    def test_a_class_only_in_the_test_split_raises(self, tmp_path: Path) -> None:
        small(tmp_path / "train", "cats dogs")
        small(tmp_path / "test", "cats dog")
        with pytest.raises(ValueError, match=r"unknown class in .*test: 'dog'; did you mean 'dogs'\?"):
            load_parts(load_recipe(str(tmp_path)))

    def test_classes_may_be_called_train_and_test(self, tmp_path: Path) -> None:
        assert gn.load(str(small(tmp_path / "p", "test train"))).class_names == ("test", "train")


class TestRecipe:
    def test_a_folder_is_trained_on_by_the_recipe_for_images(self, photos: Path) -> None:
        assert "images" not in shipped_names()
        recipe = load_recipe("photos")
        assert (recipe.name, recipe.source) == ("photos", "photos/")
        assert recipe.steps == ({"name": "divide", "by": 255.0},)
        os.chdir("photos")
        assert (load_recipe(".").name, load_recipe("../photos/").name) == ("photos", "photos")

    def test_images_of_bytes_in_npz_files_use_the_recipe_for_images(self, tmp_path: Path) -> None:
        found = []
        for dtype in (np.uint8, np.float32):
            np.savez(tmp_path / "mine.npz", X=np.zeros((4, 3, 3), dtype), y=[0, 1, 0, 1])
            recipe = load_recipe(str(tmp_path / "mine.npz"))
            found.append((recipe.quality, recipe.steps))
        assert found == [(None, ({"name": "divide", "by": 255.0},)), ("good", ())]

    def test_a_built_in_source_takes_precedence_over_a_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        small(Path("iris"))
        assert len(gn.load("iris")) == 150
        assert sum(map(len, load_parts(load_recipe("iris")).values())) == 150
        assert len(gn.load("iris/")) == 4

    def test_a_recipe_is_read_without_its_folder(self) -> None:
        recipe = recipe_from_spec({"data": {"source": "gone/", "options": {"image_size": [8, 8]}}})
        with pytest.raises(FileNotFoundError, match="there is no folder gone"):
            load_parts(recipe)


def test_predict_accepts_files_and_folders(photos: Path) -> None:
    assert len(image_paths([photos / "sky" / "00.png", photos / "sand", photos])) == 1 + 12 + 36
    assert image_paths([photos / "sand"])[1] == photos / "sand" / "01.JPG"
    (photos / "empty").mkdir()
    with pytest.raises(ValueError, match="empty has no images"):
        image_paths([photos / "empty"])


def test_training_and_predicting_from_folders(photos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "photos", "--image-size", "10x12", "--epochs", "12", "--split", "50/50", "--json"]) == 0
    reported = json.loads(capsys.readouterr().out)
    assert (reported["test_accuracy"], reported["classes"]) == (1, list(COLORS))
    model = load_model("runs/photos")
    assert model.features == 10 * 12 * 3
    recipe = recipe_from_spec(model.recipe or {})
    assert recipe.options == {"image_size": [10, 12]}

    note = Image.Exif()
    note[ORIENTATION] = 8
    image(COLORS["sky"], 99, (1200, 900)).save("phone.jpg", exif=note)
    assert run(["predict", "runs/photos", "phone.jpg", "photos/sand", "--json"]) == 0
    answers = json.loads(capsys.readouterr().out)
    assert [answer["class"] for answer in answers] == ["sky"] + ["sand"] * 12
    rows = gn.load("photos", image_size=(10, 12), color="rgb").take(np.arange(12, 24))
    wanted = model.predict_proba(rows.X).max(axis=1)
    assert [max(answer["probabilities"].values()) for answer in answers[1:]] == pytest.approx(wanted.tolist())

    assert run(["inspect", "runs/photos"]) == 0
    assert "resized to 10×12, RGB from 0 to 255" in capsys.readouterr().out
    assert run(["train", "runs/photos", "--json"]) == 0  # the recipe in the run's folder, not a folder of images
    assert json.loads(capsys.readouterr().out)["test_loss"] == reported["test_loss"]

    small(Path("other"), "sand sky", size=(300, 200))
    for source, parts in (("photos", {"train", "test"}), ("other", {"all"})):
        assert run(["evaluate", "runs/photos", source, "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert parts == {part for part in ("train", "valid", "test", "all") if f"{part}_accuracy" in found}
        assert found["classes"] == list(COLORS)

    (photos / "sand" / "notes.txt").write_text("words")
    assert run(["predict", "runs/photos", "photos/sand"]) == 2
    assert "1 of 13 files cannot be read: photos/sand/notes.txt is not a supported image" in capsys.readouterr().err
    for command in (
        ["predict", "runs/photos", "photos/sand"],
        ["evaluate", "runs/photos", "photos"],
        ["train", "photos"],
    ):
        with pytest.warns(UserWarning, match="skipped: 1 of") if command[0] != "train" else capsys.disabled():
            assert run([*command, "--skip-invalid", "--json"]) == 0


@pytest.mark.parametrize("size", ["0", "x", "3x", "1x2x3", "-4", "2.5"])
def test_invalid_image_sizes_raise(size: str, photos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "photos", f"--image-size={size}"]) == 2
    assert "--image-size must be pixels such as 32, or height x width such as 24x32, got" in capsys.readouterr().err
