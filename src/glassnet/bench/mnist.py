"""MNIST, 60,000 handwritten digits of 28 × 28 pixels, read from IDX files, plain or gzipped.

Source: LeCun, Cortes & Burges, "The MNIST database of handwritten digits".
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.data.arrays import plain_or_gzipped, read_idx


def load_mnist(folder: str | Path) -> tuple[AnyArray, AnyArray]:
    """Return the 60,000 training images as rows of bytes, (n, pixels), and their digits, (n,) int64."""
    images, labels = (_find(Path(folder), what) for what in ("images-idx3", "labels-idx1"))
    X, y = read_idx(images, 3), read_idx(labels, 1)
    if len(X) != len(y):
        raise ValueError(f"{images} has {len(X)} images, but {labels} has {len(y)} labels")
    return X.reshape(len(X), -1), y.astype(np.int64)


def _find(folder: Path, what: str) -> Path:
    name = f"train-{what}-ubyte"
    if (found := plain_or_gzipped(folder / name)) is not None:
        return found
    raise FileNotFoundError(f"{folder} has no {name} or {name}.gz; --mnist must be the folder of MNIST's IDX files")
