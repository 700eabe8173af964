"""Arrays in files of one's own: IDX, in which MNIST and its relatives come, and NumPy's .npz and .npy.

    train-images-idx3-ubyte.gz     images, with train-labels-idx1-ubyte.gz next to it; t10k-… is the test set
    mine.npz                       arrays X, (n, features) or images (n, height, width), and y; X_test and y_test too
    X.npy                          the same X alone, of any size, since it stays on the disk; y.npy beside it

For `X` and `y` in the names of .npy files, `images` and `labels` do too; X_test.npy beside X.npy or X_train.npy is the
part to test on.

An IDX file is a magic number that says the type and the number of dimensions, their sizes, and then the bytes
themselves, in rows. No size that a file tells is believed before it has been compared with what is there.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import math
import re
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.common.files import existing_path
from glassnet.data.dataset import Dataset, check_task, from_one_hot

IDX = re.compile(r"idx\d-ubyte(\.gz)?$")

LARGEST = 1 << 30
"""An array up to this many bytes may have any compression ratio; a larger one, at most RATIO."""

RATIO = 200
"""A file above this compression ratio that decompresses to more than LARGEST raises an error."""


def is_array_file(source: str) -> bool:
    """Return whether a file holds arrays, by its name.

    >>> is_array_file("data/mine.npz"), is_array_file("train-images-idx3-ubyte.gz"), is_array_file("digits")
    (True, True, False)
    """
    return source.endswith((".npz", ".npy")) or IDX.search(source) is not None


def holds_images(source: str) -> bool:
    """Return whether a file of arrays holds images with values 0 to 255, as far as a glance can tell.

    IDX files do; an .npz or .npy file does where X holds bytes and has a height and a width.
    """
    if not source.endswith((".npz", ".npy")):
        return True
    try:
        with contextlib.ExitStack() as stack:
            if source.endswith(".npz"):
                file = stack.enter_context(stack.enter_context(zipfile.ZipFile(source)).open("X.npy"))
            else:
                file = stack.enter_context(Path(source).open("rb"))
            read_header = {
                (1, 0): np.lib.format.read_array_header_1_0,
                (2, 0): np.lib.format.read_array_header_2_0,
            }[np.lib.format.read_magic(file)]
            shape, _, dtype = read_header(file)
    except (OSError, KeyError, ValueError, EOFError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return False  # what is wrong with it is told when it is read
    return len(shape) in (3, 4) and dtype == np.uint8


def read_arrays(source: str, task: str | None = None) -> Dataset:
    """Return the Dataset in a file of arrays; FileNotFoundError or ValueError says what is wrong, and where.

    task: "classification", also for whole numbers kept as floats and one-hot rows, or "regression", also for integers;
    without it names and integers are classes, floats numbers to predict.
    """
    path = existing_path(source)
    check_task(task)
    if path.suffix == ".npz":
        return _dataset(path, "X", "y", _name(path), task=task)
    if path.suffix == ".npy":
        return _arrays(path, _name(path), task=task)
    if task == "regression":
        raise ValueError(f"{source} contains images with classes, so it has no numeric target")
    labels = labels_beside(path)
    return _images(path, read_idx(path, 3), labels, read_idx(labels, 1), None)


def read_test_arrays(source: str, known: Dataset, task: str | None = None) -> Dataset | None:
    """Return the part for testing that comes with a file, None if none does. known: the Dataset of the file itself."""
    path = existing_path(source)
    if path.suffix == ".npz":
        if not {"X_test", "y_test"} & set(_npz(path, ())):
            return None
        return _dataset(path, "X_test", "y_test", f"{known.name} test", known, task)
    if path.suffix == ".npy":
        rows = _test_rows_beside(path)
        return None if rows is None else _arrays(rows, f"{known.name} test", known, task)
    if not path.name.startswith("train"):
        return None
    images = plain_or_gzipped(path.parent / re.sub("^train", "t10k", path.name))
    if images is None:
        return None
    labels = labels_beside(images)
    return _images(images, read_idx(images, 3), labels, read_idx(labels, 1), known)


def read_rows(source: str) -> AnyArray:
    """Return the rows of X in a file of arrays, (n, features), with or without answers beside them."""
    path = existing_path(source)
    if path.suffix == ".npz":
        arrays = _npz(path, ("X",))
        if "X" not in arrays:
            raise ValueError(f"{path} has no array X; it has {', '.join(arrays) or 'none'}")
        X: AnyArray = arrays["X"]
    else:
        X = _npy(path, on_disk=True) if path.suffix == ".npy" else read_idx(path, 3)
    return X.reshape(len(X), -1) if X.ndim > 2 else X


def _name(path: Path) -> str:
    """Return what data are called that come from a file: train-images for train-images-idx3-ubyte.gz."""
    return IDX.sub("", path.name.removesuffix(".npz").removesuffix(".npy")).rstrip("-.") or path.stem


def plain_or_gzipped(path: Path) -> Path | None:
    """Return the file of this name, plain or packed by gzip."""
    plain = path.with_name(path.name.removesuffix(".gz"))
    return next((one for one in (plain, plain.with_name(f"{plain.name}.gz")) if one.is_file()), None)


def labels_beside(images: Path) -> Path:
    """Return the file with the answers to an IDX file of images: of the same name, but for labels and idx1."""
    if "images" not in images.name or "idx3" not in images.name:
        raise ValueError(f"{images} is not a file of images; use one such as train-images-idx3-ubyte")
    wanted = images.with_name(images.name.replace("images", "labels").replace("idx3", "idx1"))
    found = plain_or_gzipped(wanted)
    if found is None:
        raise FileNotFoundError(f"{images} has no labels: the file {wanted.name} next to it does not exist")
    return found


def _images(images: Path, X: AnyArray, labels: Path, y: AnyArray, known: Dataset | None) -> Dataset:
    if len(X) != len(y):
        raise ValueError(f"{images} contains {len(X)} images but {labels} {len(y)} labels")
    name = _name(images) if known is None else f"{known.name} test"
    return _made(images, X, y, name, known)


def _dataset(path: Path, x: str, y: str, name: str, known: Dataset | None = None, task: str | None = None) -> Dataset:
    arrays = _npz(path, (x, y, *NAMES))
    for wanted in (x, y):
        if wanted not in arrays:
            raise ValueError(f"{path} has no array {wanted}; it has {', '.join(arrays) or 'none'}")
    return _made(path, arrays[x], _as_task(path, arrays[y], task), name, known, arrays)


def _made(
    path: Path, X: AnyArray, y: AnyArray, name: str, known: Dataset | None, words: dict[str, Any] | None = None
) -> Dataset:
    """Return a Dataset of rows, or of images, with the names that the file holds, or those of the known one."""
    if not len(X):
        raise ValueError(f"{path} has no rows")
    image_shape = X.shape[1:] if X.ndim in (3, 4) else None
    X = X.reshape(len(X), -1) if image_shape else X
    classes = None if known is None else known.class_names
    if classes is not None:
        y = y.astype(str)  # as names, so that a class that does not occur in this part keeps its place
    names = {key: None if words is None or key not in words else words[key].tolist() for key in NAMES}
    try:
        return Dataset(
            X,
            y,
            class_names=classes if classes is not None else names["class_names"],
            image_shape=image_shape if known is None else known.image_shape,
            feature_names=names["feature_names"] if known is None else known.feature_names,
            name=name,
        )
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path}: {error}") from None


def _as_task(path: Path, y: AnyArray, task: str | None) -> AnyArray:
    """Return the answers as a task wants them: classes as names or integers, (n,), numbers to predict as floats."""
    try:
        if task == "regression" and y.dtype.kind in "iub":
            return y.astype(np.float64)
        if task == "regression" and y.dtype.kind != "f":
            raise ValueError("y contains strings, but regression needs numbers")
        if task == "classification" and y.ndim == 2 and y.shape[1] > 1:
            return from_one_hot(y)
        if task == "classification" and y.dtype.kind == "f":
            if not np.array_equal(y, np.floor(y)):
                raise ValueError("y contains fractions, which cannot be classes")
            y = y.astype(np.int64)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    # A column of answers is what a table gives; a number for each row is meant.
    return y[:, 0] if y.ndim == 2 and y.shape[1] == 1 and y.dtype.kind in "iubUT" else y


NAMES = ("class_names", "feature_names")
"""What an .npz file may hold beside the numbers."""


def _npz(path: Path, wanted: Sequence[str]) -> dict[str, Any]:
    """Return the arrays of an .npz file by name, None for those that are not wanted: they are not read.

    What only Python objects could hold, and what is a trap, is refused.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.file_size > max(LARGEST, RATIO * member.compress_size):
                    raise ValueError(
                        f"{path}: {member.filename} unpacks to {member.file_size} bytes, which is not plausible"
                    )
        with np.load(path, allow_pickle=False) as file:
            return {key: np.asarray(file[key]) if key in wanted else None for key in file.files}
    except zipfile.BadZipFile:
        raise ValueError(f"{path} is not an .npz file, or incomplete") from None
    except ValueError as error:
        raise ValueError(f"{path}: {_without_pickle(str(error).removeprefix(f'{path}: '))}") from None
    except (OSError, EOFError, zlib.error, KeyError, MemoryError, SyntaxError) as error:
        raise ValueError(f"{path} is a damaged .npz file: {error}") from None


def _without_pickle(message: str) -> str:
    """Return what NumPy says of a file; arrays of Python objects are code, and not read."""
    if "Object arrays" in message:
        return "arrays of Python objects are not supported, since they may contain code; save strings as y.astype(str)"
    return message


def _arrays(path: Path, name: str, known: Dataset | None = None, task: str | None = None) -> Dataset:
    answers = targets_beside(path)
    X, y = _npy(path, on_disk=True), _npy(answers)
    if X.ndim > 2 and not X.flags.c_contiguous:
        raise ValueError(f"{path} is in Fortran order; save np.ascontiguousarray(X)")
    if X.ndim < 2 or len(X) != len(np.atleast_1d(y)):
        raise ValueError(f"{path} must have one row per target in {answers.name}, got shapes {X.shape}, {y.shape}")
    return _made(path, X, _as_task(path, y, task), name, known)


def _npy(path: Path, on_disk: bool = False) -> AnyArray:
    """Return the array of numbers in an .npy file, read-only and not read yet if it is to stay on the disk."""
    try:
        array = np.load(path, mmap_mode="r" if on_disk else None, allow_pickle=False)
    except (ValueError, OSError, EOFError, MemoryError, SyntaxError, TypeError, OverflowError) as error:
        raise ValueError(
            f"{path} is not an .npy file of numbers, or incomplete: {_without_pickle(str(error))}"
        ) from None
    if not isinstance(array, np.ndarray):
        raise ValueError(f"{path} is not an .npy file; it may be an .npz file")
    return array


def targets_beside(path: Path) -> Path:
    """Return the file with the answers to an .npy file of rows: of the same name, but for y and labels."""
    for words in RENAMED:
        name = re.sub(*words, path.name)
        if name != path.name:
            if not (found := path.with_name(name)).is_file():
                raise FileNotFoundError(f"{path} has no targets: the file {name} next to it does not exist")
            return found
    raise ValueError(f"the file of targets for {path} is unknown; name the two files X.npy and y.npy")


def _test_rows_beside(path: Path) -> Path | None:
    """Return the file of rows for testing beside an .npy file: X_test.npy for X.npy or X_train.npy."""
    name = re.sub("train", "test", path.name) if "train" in path.name else f"{path.stem}_test.npy"
    return found if (found := path.with_name(name)).is_file() else None


RENAMED = ((r"(?<![A-Za-z])X(?![A-Za-z])", "y"), (r"(?<![A-Za-z])x(?![A-Za-z])", "y"), ("images", "labels"))
"""What in the name of an .npy file of rows stands for what in the name of the file with their answers."""


def read_idx(path: Path, dimensions: int) -> AnyArray:
    """Return the array of bytes that an IDX file holds, read-only; ValueError if it is not such a file, or not whole.

    A plain file is mapped and not read: its numbers come into memory when they are used. Of a packed one no more is
    unpacked than its header announces, and one byte.
    """
    header = 4 + 4 * dimensions
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            head = file.read(header)
            if len(head) < header or head[:4] != bytes([0, 0, 8, dimensions]):
                kind = f"bytes in {dimensions} dimension{'s' if dimensions > 1 else ''}"
                raise ValueError(f"{path} is not an IDX file of {kind}")
            shape = tuple(int.from_bytes(head[at : at + 4], "big") for at in range(4, header, 4))
            size = math.prod(shape)
            if path.suffix == ".gz":
                data = _up_to(file, size + 1)
                there, more = len(data), " or more" if len(data) > size else ""
            else:
                there, more, data = path.stat().st_size - header, "", bytearray()
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{path} is not a complete gzip file: {error}") from None
    if there != size:
        raise ValueError(f"{path} declares {size} bytes, but has {there}{more}")
    if path.suffix == ".gz" or not size:
        array = np.frombuffer(data, np.uint8).reshape(shape)
        array.flags.writeable = False
        return array
    return np.memmap(path, np.uint8, "r", offset=header, shape=shape)


def _up_to(file: gzip.GzipFile | io.BufferedReader, size: int) -> bytearray:
    """Return the rest of a file, at most this many bytes; memory is allocated as it is read, not as it is declared."""
    data = bytearray()
    while len(data) < size and (chunk := file.read(min(1 << 20, size - len(data)))):
        data += chunk
    return data
