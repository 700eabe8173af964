"""Data in files of one's own: IDX, in which MNIST and its relatives come, NumPy's .npz, and tables.

    train-images-idx3-ubyte.gz     pictures, with train-labels-idx1-ubyte.gz beside it; t10k-… there is the test part
    mine.npz                       arrays X, (n, features) or pictures (n, height, width), and y; X_test and y_test too
    prices.csv, prices.parquet     tables, of which one column is to be predicted, see `glassnet.data.tables`

An IDX file is a magic number that says the type and the number of dimensions, their sizes, and then the bytes
themselves, in rows. No size that a file tells is believed before it has been compared with what is there.
"""

from __future__ import annotations

import gzip
import inspect
import math
import re
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.common.names import unknown
from glassnet.data.dataset import Dataset
from glassnet.data.tables import is_table_file, load_table

IDX = re.compile(r"idx\d-ubyte(\.gz)?$")

LARGEST = 1 << 30
"""So many bytes of an array may be packed into any number; more have to be packed less than RATIO times."""

RATIO = 200
"""What is packed more tightly than this and unpacks to more than LARGEST is taken for a trap."""


def is_own(source: str) -> bool:
    """Return whether a source is a file of one's own, by its name.

    >>> is_own("data/mine.npz"), is_own("train-images-idx3-ubyte.gz"), is_own("digits")
    (True, True, False)
    """
    return source.endswith(".npz") or IDX.search(source) is not None or is_table_file(source)


def read_own(source: str, **options: Any) -> Dataset:
    """Return the Dataset in a file of one's own; FileNotFoundError or ValueError says what is wrong, and where.

    options: those of `load_table` for a table; other files take none.
    """
    known = list(inspect.signature(load_table).parameters)[1:] if is_table_file(source) else []
    for option in options:
        if not known:
            raise ValueError(f"only tables take options, {source} takes none; got {', '.join(options)}")
        if option not in known:
            raise unknown("option of a table:", option, known)
    if is_table_file(source):
        return load_table(source, **options)
    path = _there(Path(source))
    if path.suffix == ".npz":
        return _dataset(path, "X", "y", _name(path))
    labels = labels_beside(path)
    return _pictures(path, read_idx(path, 3), labels, read_idx(labels, 1), None)


def read_own_test(source: str, known: Dataset) -> Dataset | None:
    """Return the part that comes with a file for testing, None if none does. known: the Dataset of the file itself."""
    path = _there(Path(source))
    if is_table_file(source):
        return None
    if path.suffix == ".npz":
        if not {"X_test", "y_test"} & set(_npz(path, ())):
            return None
        return _dataset(path, "X_test", "y_test", f"{known.name} test", known)
    if not path.name.startswith("train"):
        return None
    images = _either(path.parent / re.sub("^train", "t10k", path.name))
    if images is None:
        return None
    labels = labels_beside(images)
    return _pictures(images, read_idx(images, 3), labels, read_idx(labels, 1), known)


def read_rows(source: str) -> AnyArray:
    """Return the rows of X in an .npz or IDX file, (n, features), with or without answers beside them."""
    path = _there(Path(source))
    arrays = _npz(path, ("X",)) if path.suffix == ".npz" else {"X": read_idx(path, 3)}
    if "X" not in arrays:
        raise ValueError(f"{path} holds no array X; there are {', '.join(arrays) or 'none'}")
    X: AnyArray = arrays["X"]
    return X.reshape(len(X), -1) if X.ndim > 2 else X


def _there(path: Path) -> Path:
    if not path.is_file():
        raise FileNotFoundError(f"{path} is a folder" if path.is_dir() else f"there is no file {path}")
    return path


def _name(path: Path) -> str:
    """Return what data are called that come from a file: train-images for train-images-idx3-ubyte.gz."""
    return IDX.sub("", path.name.removesuffix(".npz")).rstrip("-.") or path.stem


def _either(path: Path) -> Path | None:
    """Return the file of this name, plain or packed by gzip."""
    plain = path.with_name(path.name.removesuffix(".gz"))
    return next((one for one in (plain, plain.with_name(f"{plain.name}.gz")) if one.is_file()), None)


def labels_beside(images: Path) -> Path:
    """Return the file with the answers to an IDX file of pictures: of the same name, but for labels and idx1."""
    if "images" not in images.name or "idx3" not in images.name:
        raise ValueError(f"{images} is no file of pictures; name one such as train-images-idx3-ubyte")
    wanted = images.with_name(images.name.replace("images", "labels").replace("idx3", "idx1"))
    found = _either(wanted)
    if found is None:
        raise FileNotFoundError(f"the answers to {images} are missing: there is no {wanted.name} beside it")
    return found


def _pictures(images: Path, X: AnyArray, labels: Path, y: AnyArray, known: Dataset | None) -> Dataset:
    if len(X) != len(y):
        raise ValueError(f"{images} holds {len(X)} pictures but {labels} {len(y)} labels")
    name = _name(images) if known is None else f"{known.name} test"
    return _made(images, X, y, name, known)


def _dataset(path: Path, x: str, y: str, name: str, known: Dataset | None = None) -> Dataset:
    arrays = _npz(path, (x, y, *NAMES))
    for wanted in (x, y):
        if wanted not in arrays:
            raise ValueError(f"{path} holds no array {wanted}; there are {', '.join(arrays) or 'none'}")
    return _made(path, arrays[x], arrays[y], name, known, arrays)


def _made(
    path: Path, X: AnyArray, y: AnyArray, name: str, known: Dataset | None, words: dict[str, Any] | None = None
) -> Dataset:
    """Return a Dataset of rows, or of pictures, with the names that the file holds, or those of the known one."""
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
                    raise ValueError(f"{path}: {member.filename} unpacks to {member.file_size} bytes, which is no data")
        with np.load(path, allow_pickle=False) as file:
            return {key: np.asarray(file[key]) if key in wanted else None for key in file.files}
    except zipfile.BadZipFile:
        raise ValueError(f"{path} is not an .npz file, or not a whole one") from None
    except ValueError as error:
        raise ValueError(f"{path}: {str(error).removeprefix(f'{path}: ')}") from None
    except (OSError, EOFError, zlib.error, KeyError, MemoryError, SyntaxError) as error:
        raise ValueError(f"{path} is a damaged .npz file: {error}") from None


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
        raise ValueError(f"{path} is not a whole gzip file: {error}") from None
    if there != size:
        raise ValueError(f"{path} says it holds {size} bytes, but {there}{more} are there")
    if path.suffix == ".gz" or not size:
        array = np.frombuffer(data, np.uint8).reshape(shape)
        array.flags.writeable = False
        return array
    return np.memmap(path, np.uint8, "r", offset=header, shape=shape)


def _up_to(file: Any, size: int) -> bytearray:
    """Return what a file still holds, at most so many bytes; room is made for what is there, not for what is asked."""
    data = bytearray()
    while len(data) < size and (piece := file.read(min(1 << 20, size - len(data)))):
        data += piece
    return data
