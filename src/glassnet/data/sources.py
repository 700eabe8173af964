"""Data by name: five real sets that ship with the package, four that are made on the spot, and files of one's own.

The files of the real sets lie in `builtin/`, with their origins and licenses in the README there.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.common import specs
from glassnet.data import synthetic
from glassnet.data.dataset import Dataset
from glassnet.data.formats import is_own, read_own


def load(name: str, **options: Any) -> Dataset:
    """Return the Dataset of this name; made data take the options n, noise and seed.

    digits         1797 pictures of handwritten digits, 8×8 pixels from 0 (paper) to 16 (ink)
    iris           150 iris flowers of three species by four measures, in cm
    wine           178 wines of three growers by 13 chemical measures
    breast_cancer  569 tumors, malignant or benign, by 30 measures of their cells
    diabetes       442 patients; a number to predict: how far the disease went on within a year
    moons, circles, spirals, blobs   points in the plane, see `glassnet.data.synthetic`
    prices.csv, prices.parquet   tables of one's own: load("prices.csv", target="price"), see `gn.read_table`
    photos/   a folder of images per class, with the options image_size, color, skip_invalid
    X.npy, mine.npz, train-images-idx3-ubyte.gz   arrays of one's own, see `glassnet.data.arrays`

    Raises ValueError for a name or an option that is not known.

    >>> load("digits")
    <Dataset 'digits': 1797 rows of 64 features (8×8 images), 10 classes (0, 1, 2, 3, 4, 5, 6, 7, 8, 9)>
    >>> load("moons", n=500, seed=1).X.shape
    (500, 2)
    """
    if name not in SOURCES and is_own(name):
        return read_own(name, **options)
    if name not in SOURCES:
        raise specs.unknown("data source", name, SOURCES)
    source = SOURCES[name]
    known = inspect.signature(source).parameters
    if options and not known:
        raise ValueError(f"data source {name!r} takes no options, got {', '.join(options)}")
    for option in options:
        if option not in known:
            raise specs.unknown(f"option of data source {name!r}:", option, known)
    return source(**options)


def _builtin(name: str, /) -> Dataset:
    with np.load(Path(__file__).parent / "builtin" / f"{name}.npz", allow_pickle=False) as file:
        stored = {key: file[key] for key in file}
    return Dataset(
        stored["X"].astype(np.float32),
        stored["y"],
        class_names=tuple(stored["class_names"].tolist()) if "class_names" in stored else None,
        image_shape=tuple(stored["image_shape"].tolist()) if "image_shape" in stored else None,
        feature_names=tuple(stored["feature_names"].tolist()),
        name=name,
    )


SOURCES: dict[str, Callable[..., Dataset]] = {
    "digits": partial(_builtin, "digits"),
    "iris": partial(_builtin, "iris"),
    "wine": partial(_builtin, "wine"),
    "breast_cancer": partial(_builtin, "breast_cancer"),
    "diabetes": partial(_builtin, "diabetes"),
    "moons": synthetic.moons,
    "circles": synthetic.circles,
    "spirals": synthetic.spirals,
    "blobs": synthetic.blobs,
}
