"""Array files: IDX, the format of MNIST and its relatives, and NumPy's .npz and .npy.

    train-images-idx3-ubyte.gz     images; labels in train-labels-idx1-ubyte.gz, test set in t10k-…
    mine.npz                       arrays X, (n, features) or images (n, height, width), and y; also X_test, y_test
    X.npy                          X only, of any size, since it stays on disk; targets in y.npy next to it

The names of .npy files may also contain `images` and `labels` instead of `X` and `y`. X_test.npy next to X.npy or
X_train.npy is the test set.

An IDX file contains a magic number with the type and the number of dimensions, the size of each dimension, and the
values in row-major order. Declared sizes are compared with the size of the file before memory is allocated.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import math
import re
import sys
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

ALWAYS_ALLOWED_BYTES = 1 << 30
"""An array up to this many bytes may have any compression ratio; a larger one, at most MAX_RATIO."""

MAX_RATIO = 200
"""Maximum compression ratio of an array above ALWAYS_ALLOWED_BYTES."""


def is_array_file(source: str) -> bool:
    """Return whether a file contains arrays, judging by its name.

    >>> is_array_file("data/mine.npz"), is_array_file("train-images-idx3-ubyte.gz"), is_array_file("digits")
    (True, True, False)
    """
    return source.endswith((".npz", ".npy")) or IDX.search(source) is not None


def holds_images(source: str) -> bool:
    """Return whether an array file contains images with values from 0 to 255, reading only its header.

    IDX files do; an .npz or .npy file does if X is uint8 with a height and a width.
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
    except Exception:  # NumPy's and zipfile's parsers raise many kinds for damaged files
        return False  # the error is reported when the file is read
    return len(shape) in (3, 4) and dtype == np.uint8


def read_arrays(source: str, task: str | None = None) -> Dataset:
    """Return the Dataset in an array file; raise FileNotFoundError or ValueError if it is missing or invalid.

    task: "classification", which also accepts integers stored as floats and one-hot rows, or "regression", which also
    accepts integers. By default, strings and integers are classes, and floats are numeric targets.
    """
    path = existing_path(source)
    check_task(task)
    if path.suffix == ".npz":
        return _npz_dataset(path, "X", "y", _name(path), task=task)
    if path.suffix == ".npy":
        return _npy_dataset(path, _name(path), task=task)
    if task == "regression":
        raise ValueError(f"{source} contains images with classes, so it has no numeric target")
    labels = labels_beside(path)
    return _idx_dataset(path, read_idx(path, 3), labels, read_idx(labels, 1), None)


def read_test_arrays(source: str, known: Dataset, task: str | None = None) -> Dataset | None:
    """Return the test set that comes with a file, or None. known: the Dataset of the file itself."""
    path = existing_path(source)
    if path.suffix == ".npz":
        if not {"X_test", "y_test"} & set(_npz(path, ())):
            return None
        return _npz_dataset(path, "X_test", "y_test", f"{known.name} test", known, task)
    if path.suffix == ".npy":
        rows = _test_rows_beside(path)
        return None if rows is None else _npy_dataset(rows, f"{known.name} test", known, task)
    if not path.name.startswith("train"):
        return None
    images = plain_or_gzipped(path.parent / re.sub("^train", "t10k", path.name))
    if images is None:
        return None
    labels = labels_beside(images)
    return _idx_dataset(images, read_idx(images, 3), labels, read_idx(labels, 1), known)


def read_rows(source: str) -> AnyArray:
    """Return X of an array file, (n, features); targets are not required."""
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
    """Return the name of a file's data: train-images for train-images-idx3-ubyte.gz."""
    return IDX.sub("", path.name.removesuffix(".npz").removesuffix(".npy")).rstrip("-.") or path.stem


def plain_or_gzipped(path: Path) -> Path | None:
    """Return the existing file of this name, plain or gzipped, or None."""
    plain = path.with_name(path.name.removesuffix(".gz"))
    return next((one for one in (plain, plain.with_name(f"{plain.name}.gz")) if one.is_file()), None)


def labels_beside(images: Path) -> Path:
    """Return the file of labels for an IDX file of images: the same name with labels and idx1."""
    if "images" not in images.name or "idx3" not in images.name:
        raise ValueError(f"{images} is not a file of images; use one such as train-images-idx3-ubyte")
    expected = images.with_name(images.name.replace("images", "labels").replace("idx3", "idx1"))
    found = plain_or_gzipped(expected)
    if found is None:
        raise FileNotFoundError(f"{images} has no labels: the file {expected.name} next to it does not exist")
    return found


def _idx_dataset(images: Path, X: AnyArray, labels: Path, y: AnyArray, known: Dataset | None) -> Dataset:
    if len(X) != len(y):
        raise ValueError(f"{images} contains {len(X)} images but {labels} {len(y)} labels")
    name = _name(images) if known is None else f"{known.name} test"
    return _make_dataset(images, X, y, name, known)


def _npz_dataset(
    path: Path, x: str, y: str, name: str, known: Dataset | None = None, task: str | None = None
) -> Dataset:
    arrays = _npz(path, (x, y, *NAME_ARRAYS))
    for expected in (x, y):
        if expected not in arrays:
            raise ValueError(f"{path} has no array {expected}; it has {', '.join(arrays) or 'none'}")
    return _make_dataset(path, arrays[x], _as_task(path, arrays[y], task), name, known, arrays)


def _make_dataset(
    path: Path, X: AnyArray, y: AnyArray, name: str, known: Dataset | None, file_names: dict[str, Any] | None = None
) -> Dataset:
    """Return a Dataset of rows or images, with the names in the file, or those of the known Dataset."""
    if not len(X):
        raise ValueError(f"{path} has no rows")
    image_shape = X.shape[1:] if X.ndim in (3, 4) else None
    X = X.reshape(len(X), -1) if image_shape else X
    classes = None if known is None else known.class_names
    if classes is not None:
        y = y.astype(str)  # as names, so that indices do not shift if a class is missing from the test set
    names = {
        key: None if file_names is None or key not in file_names else file_names[key].tolist() for key in NAME_ARRAYS
    }
    try:
        return Dataset(
            X,
            y,
            class_names=classes if classes is not None else names["class_names"],
            classes=None if known is None else known.classes,
            image_shape=image_shape if known is None else known.image_shape,
            feature_names=names["feature_names"] if known is None else known.feature_names,
            name=name,
        )
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path}: {error}") from None


def _as_task(path: Path, y: AnyArray, task: str | None) -> AnyArray:
    """Return targets as the task requires: classes as strings or integers, (n,), numeric targets as floats."""
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
    # A single column of classes, (n, 1), stands for (n,).
    return y[:, 0] if y.ndim == 2 and y.shape[1] == 1 and y.dtype.kind in "iubUT" else y


NAME_ARRAYS = ("class_names", "feature_names")
"""Optional arrays of names in an .npz file."""


def _npz(path: Path, requested: Sequence[str]) -> dict[str, Any]:
    """Return the arrays of an .npz file by name; those that are not requested are None and not read.

    Raises ValueError for arrays of Python objects and for implausible compression ratios.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.file_size > max(ALWAYS_ALLOWED_BYTES, MAX_RATIO * member.compress_size):
                    raise ValueError(
                        f"{path}: {member.filename} unpacks to {member.file_size} bytes, which is not plausible"
                    )
        with np.load(path, allow_pickle=False) as file:
            return {key: _unicode_checked(file[key]) if key in requested else None for key in file.files}
    except zipfile.BadZipFile:
        raise ValueError(f"{path} is not an .npz file, or incomplete") from None
    except ValueError as error:
        raise ValueError(f"{path}: {_without_pickle(str(error).removeprefix(f'{path}: '))}") from None
    except Exception as error:  # NumPy's and zipfile's parsers raise many kinds for damaged files
        raise ValueError(f"{path} is a damaged .npz file: {error}") from None


def _unicode_checked(array: AnyArray) -> AnyArray:
    """Return the array; raise ValueError for strings with numbers that are not characters."""
    array = np.asarray(array)
    if array.dtype.kind == "U" and array.size and array.dtype.itemsize:
        points = np.ascontiguousarray(array).reshape(-1).view(f"{array.dtype.byteorder.replace('|', '=')}u4")
        if points.max() > sys.maxunicode:
            raise ValueError("it contains strings that are not valid Unicode")
    return array


def _without_pickle(message: str) -> str:
    """Return NumPy's error message, or a clearer one for arrays of Python objects, which may contain code."""
    if "Object arrays" in message:
        return "arrays of Python objects are not supported, since they may contain code; save strings as y.astype(str)"
    return message


def _npy_dataset(path: Path, name: str, known: Dataset | None = None, task: str | None = None) -> Dataset:
    targets = targets_beside(path)
    X, y = _npy(path, on_disk=True), _npy(targets)
    if X.ndim > 2 and not X.flags.c_contiguous:
        raise ValueError(f"{path} is in Fortran order; save np.ascontiguousarray(X)")
    if X.ndim < 2 or len(X) != len(np.atleast_1d(y)):
        raise ValueError(f"{path} must have one row per target in {targets.name}, got shapes {X.shape}, {y.shape}")
    return _make_dataset(path, X, _as_task(path, y, task), name, known)


def _npy(path: Path, on_disk: bool = False) -> AnyArray:
    """Return the array in an .npy file; `on_disk` returns a read-only memory map."""
    try:
        array = np.load(path, mmap_mode="r" if on_disk else None, allow_pickle=False)
    except Exception as error:  # NumPy's parser raises many kinds for damaged files
        raise ValueError(
            f"{path} is not an .npy file of numbers, or incomplete: {_without_pickle(str(error))}"
        ) from None
    if not isinstance(array, np.ndarray):
        raise ValueError(f"{path} is not an .npy file; it may be an .npz file")
    try:
        return array if on_disk and array.dtype.kind != "U" else _unicode_checked(array)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def targets_beside(path: Path) -> Path:
    """Return the file of targets for an .npy file of rows: the same name with y or labels."""
    for pattern, replacement in TARGET_NAMES:
        name = re.sub(pattern, replacement, path.name)
        if name != path.name:
            if not (found := path.with_name(name)).is_file():
                raise FileNotFoundError(f"{path} has no targets: the file {name} next to it does not exist")
            return found
    raise ValueError(f"the file of targets for {path} is unknown; name the two files X.npy and y.npy")


def _test_rows_beside(path: Path) -> Path | None:
    """Return the file of test rows next to an .npy file, X_test.npy for X.npy or X_train.npy, or None."""
    name = re.sub("train", "test", path.name) if "train" in path.name else f"{path.stem}_test.npy"
    return found if (found := path.with_name(name)).is_file() else None


TARGET_NAMES = ((r"(?<![A-Za-z])X(?![A-Za-z])", "y"), (r"(?<![A-Za-z])x(?![A-Za-z])", "y"), ("images", "labels"))
"""Replacements that turn the name of a file of rows into the name of its file of targets."""


def read_idx(path: Path, dimensions: int) -> AnyArray:
    """Return the uint8 array in an IDX file, read-only; raise ValueError if the file is invalid or incomplete.

    A plain file is memory-mapped. A gzipped one is decompressed up to one byte more than its header declares.
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
                data = _read_at_most(file, size + 1)
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


def _read_at_most(file: gzip.GzipFile | io.BufferedReader, size: int) -> bytearray:
    """Return the rest of a file, at most `size` bytes; memory grows with the bytes read, not with the declared size."""
    data = bytearray()
    while len(data) < size and (chunk := file.read(min(1 << 20, size - len(data)))):
        data += chunk
    return data
