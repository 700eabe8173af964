"""MNIST, handwritten digits of 28 × 28 pixels, 60 000 to learn from: read from its IDX files, plain or packed by gzip.

An IDX file is a magic number that says the type and the number of dimensions, their sizes, and then the bytes
themselves, in rows. Source: LeCun, Cortes & Burges, "The MNIST database of handwritten digits".
"""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path

import numpy as np

from glassnet.common.arrays import AnyArray


def load_mnist(folder: str | Path) -> tuple[AnyArray, AnyArray]:
    """Return the 60 000 training pictures as rows of bytes, (n, pixels), and their digits, (n,) int64."""
    images, labels = (_find(Path(folder), what) for what in ("images-idx3", "labels-idx1"))
    X, y = read_idx(images, 3), read_idx(labels, 1)
    if len(X) != len(y):
        raise ValueError(f"{images} holds {len(X)} pictures but {labels} {len(y)} labels")
    return X.reshape(len(X), -1), y.astype(np.int64)


def _find(folder: Path, what: str) -> Path:
    name = f"train-{what}-ubyte"
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise FileNotFoundError(f"{folder} has no {name} or {name}.gz; --mnist wants the folder of MNIST's IDX files")


def read_idx(path: Path, dimensions: int) -> AnyArray:
    """Return the array of bytes that an IDX file holds, read-only; ValueError if it is not such a file, or not whole.

    A length in the file is compared with what is there, never believed.
    """
    data = path.read_bytes()
    if path.suffix == ".gz":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(f"{path} is not a whole gzip file: {error}") from None
    header = 4 + 4 * dimensions
    if len(data) < header or data[:4] != bytes([0, 0, 8, dimensions]):
        raise ValueError(f"{path} is not an IDX file of bytes in {dimensions} dimension{'s' if dimensions > 1 else ''}")
    shape = [int.from_bytes(data[at : at + 4], "big") for at in range(4, header, 4)]
    if len(data) - header != math.prod(shape):
        raise ValueError(f"{path} says it holds {math.prod(shape)} bytes, but {len(data) - header} are there")
    return np.frombuffer(data, np.uint8, offset=header).reshape(shape)
