"""Image folders: one subfolder of images per class.

    photos/cats/1.jpg, photos/cats/2.png, …, photos/dogs/1.jpg, …
    photos/train/cats/…, photos/test/cats/… predefined splits, optionally with valid (or val)

Images are read in parallel, and large ones one at a time, directly into their rows of X, so that memory use is close to
the size of X. Rows are sorted by name. All unreadable files are reported in one error.
"""

from __future__ import annotations

import dataclasses
import os
import unicodedata
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from glassnet.common import checks, specs
from glassnet.common.arrays import AnyArray
from glassnet.common.text import printable
from glassnet.common.user_warnings import warn
from glassnet.data.dataset import Dataset
from glassnet.data.images.decode import LargeImageError, shape_of
from glassnet.data.images.transforms import ImageTransform, PhotoTransform

MAX_KEPT_SIDE, DEFAULT_SIDE = 64, 32
"""Images of one common size up to MAX_KEPT_SIDE keep it; others are resized to DEFAULT_SIDE × DEFAULT_SIDE."""

SPLITS = {"train": "train", "valid": "valid", "val": "valid", "test": "test"}
"""Splits by the folder names that stand for them instead of for classes."""

SYSTEM_FILES = ("Thumbs.db", "desktop.ini", "__MACOSX")
"""System files of Windows and macOS that are skipped, as are names that begin with a dot."""

SUFFIXES = (".png", ".jpg", ".jpeg", ".jfif", ".bmp", ".webp", ".gif", ".tif", ".tiff")
"""Suffixes that mark a misplaced image next to the class folders; inside them, all files are read."""

MAX_SIDE = 2048

CHUNK = 4
"""Number of images that a thread reads at a time."""

COLORS = ("auto", "gray", "rgb")


def read_folder(
    path: str | Path, image_size: int | Sequence[int] | None = None, color: str = "auto", skip_invalid: bool = False
) -> Dataset:
    """Return the images in a folder as a Dataset of uint8, with the names of its subfolders as classes.

    image_size: the size that images are resized to, one number or (height, width). By default, small images of one
    common size keep it, and others are resized to 32×32. color: "gray", "rgb", or "auto", which is gray if all images
    are. skip_invalid: skip files that cannot be read, with a warning, instead of raising an error.

    For a folder with splits (train, test, valid), the training set is returned. Raises FileNotFoundError or ValueError.

    >>> import tempfile
    >>> from PIL import Image
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("blue", "green"):
    ...         (Path(folder) / name).mkdir()
    ...         Image.new("RGB", (300, 200), name).save(Path(folder) / name / "1.png")
    ...     data = read_folder(folder, image_size=2)
    >>> data.class_names, data.image_shape, data.X[0]
    (('blue', 'green'), (2, 2, 3), array([  0,   0, 255,   0,   0, 255,   0,   0, 255,   0,   0, 255], dtype=uint8))
    """
    path = Path(path)
    if color not in COLORS:
        raise specs.unknown("color", color, COLORS)
    if not isinstance(skip_invalid, bool):
        raise TypeError(f"skip_invalid must be true or false, got {skip_invalid!r}")
    size = None if image_size is None else _size(image_size)
    classes = _classes_in(splits_in(path).get("train", path), skip_invalid=skip_invalid)
    if size is None:
        size = _common_size([one for images in classes.values() for one in images]) or (DEFAULT_SIDE, DEFAULT_SIDE)
    transform = PhotoTransform(size if color == "gray" else (*size, 3))
    data = _dataset(path, classes, transform, tuple(classes), _name(path), skip_invalid)
    for i, name in enumerate(classes):
        if i not in data.y:
            raise ValueError(f"class {name!r} in {printable(path)} has no readable images")
    return _as_gray(data, size) if color == "auto" else data


def read_folder_parts(path: str | Path, known: Dataset, skip_invalid: bool = False) -> dict[str, Dataset]:
    """Return the splits "valid" and "test" of a folder. known: the Dataset of its training set."""
    found = {name: part for name, part in splits_in(Path(path)).items() if name != "train"}
    assert known.image_shape is not None
    transform = PhotoTransform(known.image_shape)
    return {
        name: read_folder_for_model(part, transform, known.class_names or (), skip_invalid, f"{known.name} {name}")
        for name, part in found.items()
    }


def read_folder_for_model(
    path: str | Path,
    transform: ImageTransform,
    class_names: Sequence[str],
    skip_invalid: bool = False,
    name: str | None = None,
) -> Dataset:
    """Return the images in a folder, transformed as the model expects, with some or all of its classes."""
    path = Path(path)
    if parts := splits_in(path):
        raise ValueError(f"{path} is divided into parts, not classes; use one, such as {path / next(iter(parts))}")
    classes = _classes_in(path, min_classes=0)
    for found in classes:
        if found not in class_names:
            raise specs.unknown(f"class in {path}:", found, class_names)
    return _dataset(path, classes, transform, tuple(class_names), name or _name(path), skip_invalid)


def image_paths(inputs: Sequence[str | Path]) -> list[Path]:
    """Return the input files; a folder stands for the files in it and in its subfolders, sorted by name."""
    found: list[Path] = []
    for path in map(Path, inputs):
        if not path.is_dir():
            found.append(path)
            continue
        folders, files = _entries(path)
        inside = [path / file for file in files]
        for folder in folders:
            inside += _class_files(path / folder)
        if not inside:
            raise ValueError(f"{printable(path)} has no images")
        found += inside
    return found


def read_images(
    paths: Sequence[Path], transform: ImageTransform, skip_invalid: bool = False
) -> tuple[AnyArray, list[int]]:
    """Return images as rows, (n, features), and the positions in `paths` of those that could be read.

    Unless skip_invalid is set, a single error lists all files that cannot be read.
    """
    X = np.empty((len(paths), int(np.prod(transform.image_shape, dtype=object))), transform.dtype)
    invalid: dict[int, str] = {}

    large: list[int] = []

    def read(i: int, alone: bool) -> None:
        try:
            if paths[i].exists() and not paths[i].is_file():  # a device or a pipe, which might never end
                raise ValueError(f"{paths[i]} is not a file")
            X[i] = transform.row(paths[i], alone)
        except LargeImageError:
            large.append(i)
        except (ValueError, OSError) as error:
            invalid[i] = printable(error)

    def read_some(start: int) -> None:
        for i in range(start, min(start + CHUNK, len(paths))):
            read(i, alone=False)

    with _without_pillow_warnings(), ThreadPoolExecutor(min(os.cpu_count() or 1, 8)) as pool:
        for _ in pool.map(read_some, range(0, len(paths), CHUNK)):
            pass
        for i in large:
            read(i, alone=True)
    errors = [invalid[i] for i in sorted(invalid)]
    if errors and not skip_invalid:
        if len(paths) == 1:
            raise FileNotFoundError(errors[0]) if not paths[0].exists() else ValueError(errors[0])
        raise ValueError(f"{_summary(errors, len(paths))}; use --skip-invalid to skip them")
    if len(errors) == len(paths):
        raise ValueError(f"no images are left: {_summary(errors, len(paths))}")
    if errors:
        warn(f"skipped: {_summary(errors, len(paths))}")
    kept = [i for i in range(len(paths)) if i not in invalid]
    return X if len(kept) == len(paths) else X[kept], kept


def _summary(errors: list[str], count: int) -> str:
    """Return the errors of several files in one line, without the advice of each."""
    short = [one.removesuffix("; use PNG or JPEG").removesuffix("; resize it first") for one in errors]
    return f"{len(errors)} of {count} files cannot be read: {specs.join_messages(short)}"


@contextmanager
def _without_pillow_warnings() -> Iterator[None]:
    """Suppress Pillow's warnings about images that it can decode."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\.")
        yield


def _size(image_size: object) -> tuple[int, int]:
    """Return (height, width) from the option: a pair, or one number for both."""
    sides = image_size if isinstance(image_size, (tuple, list)) else [image_size, image_size]
    if len(sides) != 2:
        raise ValueError(f"image_size must be a number of pixels, or (height, width), got {image_size!r}")
    height, width = (checks.whole_number("image_size", side, at_least=1) for side in sides)
    if max(height, width) > MAX_SIDE:
        raise ValueError(
            f"image_size must be at most {MAX_SIDE} pixels per side, got {max(height, width)}; 28 to 128 are common"
        )
    return height, width


def _common_size(paths: Sequence[Path]) -> tuple[int, int] | None:
    """Return the common size of all images, or None if sizes differ or are large; invalid files are reported later."""
    common = None
    with _without_pillow_warnings():
        for path in paths:
            try:
                size = shape_of(path) if path.is_file() else common
            except (ValueError, OSError):
                continue
            if size is not None and (max(size) > MAX_KEPT_SIDE or size != (common or size)):
                return None
            common = size
    return common


def _as_gray(data: Dataset, size: tuple[int, int]) -> Dataset:
    """Return images with a single channel if all are gray; otherwise unchanged."""
    pixels = data.X.reshape(-1, 3)
    for start in range(0, len(pixels), 1 << 22):
        some = pixels[start : start + (1 << 22)]
        if (some != some[:, :1]).any():
            return data
    gray = np.ascontiguousarray(pixels[:, 0]).reshape(len(data), -1)
    return dataclasses.replace(data, X=gray, image_shape=size)


def _dataset(
    path: Path,
    classes: dict[str, list[Path]],
    transform: ImageTransform,
    class_names: tuple[str, ...],
    name: str,
    skip_invalid: bool,
) -> Dataset:
    """Return the images of some classes as a Dataset with the classes `class_names`."""
    paths = [one for images in classes.values() for one in images]
    if not paths:
        raise ValueError(f"{printable(path)} has no images")
    counts = [len(images) for images in classes.values()]
    y = np.repeat([class_names.index(one) for one in classes], counts)  # (n,)
    X, kept = read_images(paths, transform, skip_invalid)
    files = np.array([printable(paths[i].relative_to(path)) for i in kept])
    return Dataset(X, y[kept], class_names, transform.image_shape, name=name, row_names=files)


def splits_in(path: Path) -> dict[str, Path]:
    """Return the splits in a folder: "train" and at min_classes one of "valid" and "test"; {} if it contains classes.

    Subfolders of these names are splits only if there are no others and each contains subfolders itself.
    """
    folders, _ = _entries(path)
    parts = {SPLITS.get(name.lower(), ""): path / name for name in folders}
    are_splits = len(folders) == len(parts) > 1 and "train" in parts and "" not in parts
    return parts if are_splits and all(_entries(part)[0] for part in parts.values()) else {}


def _classes_in(path: Path, min_classes: int = 2, skip_invalid: bool = False) -> dict[str, list[Path]]:
    """Return the images of each class by name, sorted; raise ValueError if the folder structure is invalid.

    min_classes: minimum number of classes, none of them empty; 0 if classes may be missing. skip_invalid: skip empty
    classes, with a warning.
    """
    folders, files = _entries(path)
    example = "one subfolder of images per class, such as cats and dogs"
    if not folders:
        raise ValueError(f"{printable(path)} has no subfolders; it needs {example}")
    if misplaced := [name for name in files if name.lower().endswith(SUFFIXES)]:
        raise ValueError(f"{printable(path / misplaced[0])} is next to the class folders; move it into one of them")
    alike: dict[str, str] = {}
    for name in folders:
        if not name.isprintable():
            raise ValueError(f"the folder {printable(path / name)} has a name with unprintable characters; rename it")
        plain = unicodedata.normalize("NFKC", name).casefold()
        if plain in alike:
            raise ValueError(
                f"{printable(path)} contains {alike[plain]!r} and {name!r}, whose names look alike; merge them"
            )
        alike[plain] = name
    classes = {name: _class_files(path / name) for name in folders}
    empty = [name for name, images in classes.items() if not images]
    if empty and skip_invalid:
        warn(f"skipped subfolders of {printable(path)} without images: {specs.join_names(empty)}")
        classes = {name: images for name, images in classes.items() if images}
    if len(classes) < min_classes:
        raise ValueError(f"{printable(path)} has only one class, {folders[0]!r}; it needs {example}")
    if min_classes and empty and not skip_invalid:
        raise ValueError(f"{path / empty[0]} has no images; remove it, add some, or use --skip-invalid")
    return classes


def _class_files(folder: Path) -> list[Path]:
    """Return the files in the folder of one class, sorted by name."""
    folders, files = _entries(folder)
    if folders:
        inside = printable(folder / folders[0])
        raise ValueError(
            f"{inside} is a folder inside a class; pass {printable(folder)} itself if its subfolders are the classes"
        )
    return [folder / name for name in files]


def _entries(path: Path) -> tuple[list[str], list[str]]:
    """Return the sorted names of the subfolders of a folder, and of its files, without hidden ones."""
    if not path.exists():
        raise FileNotFoundError(f"there is no folder {printable(path)}")
    if not path.is_dir():
        raise ValueError(f"{printable(path)} is a file, not a folder of images")
    found: tuple[list[str], list[str]] = ([], [])
    with os.scandir(path) as entries:
        for entry in entries:
            if not entry.name.startswith(".") and entry.name not in SYSTEM_FILES:
                found[not _is_folder(entry)].append(entry.name)
    return sorted(found[0]), sorted(found[1])


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a circular link
        return False


def _name(path: Path) -> str:
    """Return the name of the data: that of the folder, also for "." and ".."."""
    return path.resolve().name or "images"
