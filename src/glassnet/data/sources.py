"""Data sources: five built-in data sets, four synthetic ones, and the user's own files and folders.

`resolve` returns the `Source` of a name, which loads the data and describes them.
The files of the built-in data sets are in `builtin/`, with their origins and licenses in the README there.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.common import specs
from glassnet.common.option_names import names_parameters
from glassnet.data import synthetic
from glassnet.data.dataset import Dataset
from glassnet.data.formats import KINDS
from glassnet.data.memory import MEMORY
from glassnet.data.tables.arrow_tables import is_dataframe
from glassnet.data.tables.file_formats import DESCRIPTORS, STANDARD_INPUT, is_stream, label_of
from glassnet.data.tables.reader import check_target, load_table

BUILTIN, IN_MEMORY = "builtin", "memory"
"""The kinds of the sources in `SOURCES`, and of data in memory; the other kinds are those of `formats.KINDS`."""


LAYOUT = ("format", "sheet", "header", "names", "skip_lines", "skip_footer")
"""Options that say where the column names of a table are."""


@dataclass(frozen=True)
class Source:
    """A data source: where a Dataset comes from.

    kind: "builtin", "memory", "table", "arrays", or "folder". name: the name of a built-in or synthetic data set, a
    path, or "memory:" and a name; the path of a folder ends with a slash. options: options of the function that reads
    it, checked by `load`.

    >>> resolve("data/mine.npz")
    Source(kind='arrays', name='data/mine.npz', options={})
    """

    kind: str
    name: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def load(self) -> Dataset:
        """Return the Dataset; raise FileNotFoundError, ValueError, or TypeError if the data or an option is invalid."""
        if self.kind == IN_MEMORY:
            raise ValueError(self.unavailable_again)
        read = SOURCES[self.name] if self.kind == BUILTIN else KINDS[self.kind].read
        self._check_options(_option_names(read, self.kind))
        return read(**self.options) if self.kind == BUILTIN else read(self.name, **self.options)

    def check(self) -> None:
        """Raise an error if a table is missing, or its target is; only its header is read."""
        if self.kind == "table":
            self._check_options(_option_names(KINDS[self.kind].read, self.kind))
            layout = {name: self.options[name] for name in LAYOUT if name in self.options}
            check_target(self.name, self.options.get("target"), **layout)

    def provided_parts(self, dataset: Dataset) -> dict[str, Dataset]:
        """Return the splits of the source: "test", for a folder also "valid". dataset: the result of `load`."""
        if self.kind in (BUILTIN, IN_MEMORY):
            return {}
        return KINDS[self.kind].provided_parts(self.name, dataset, **self.options)

    def holds_images(self) -> bool:
        """Return whether a file or folder contains images with values from 0 to 255, without reading all of it."""
        return self.kind in KINDS and KINDS[self.kind].holds_images(self.name)

    def exists(self) -> bool:
        """Return whether the data are available: built in, or on this machine's disk."""
        return self.kind == BUILTIN or (self.kind != IN_MEMORY and Path(self.name).exists())

    @property
    def unavailable_again(self) -> str | None:
        """The reason why the data must be given again; None for what can be read repeatedly."""
        if self.kind == IN_MEMORY:
            return f"the data were in memory ({self.name}), so they must be given again, or a file in their place"
        if self.kind == "table" and is_stream(self.name):
            return f"the data came from {label_of(self.name)}, so they must be given again"
        return None

    @property
    def stem(self) -> str:
        """Name of the data set, of the file without its suffixes, or of the folder."""
        if self.kind in (BUILTIN, IN_MEMORY):
            return self.name.removeprefix(MEMORY)
        if self.name.startswith((STANDARD_INPUT, *DESCRIPTORS)) and is_stream(self.name):
            return "stdin"
        if self.kind == "folder":
            return Path(self.name).resolve().name or "images"  # also for "." and ".."
        return Path(self.name).name.split(".")[0]

    def _check_options(self, known: list[str]) -> None:
        unknown = [option for option in self.options if option not in known]
        if not unknown:
            return
        option = unknown[0]
        kinds = (kind.label for key, kind in KINDS.items() if option in _option_names(kind.read, key))
        other, flag = next(kinds, None), f"{option} (--{option.replace('_', '-')})"
        if self.kind == BUILTIN:
            label = f"data source {self.name!r}"
            if not known:
                advice = f"; {flag} applies to {other}" if other else ""
                raise ValueError(f"{label} takes no options, got {', '.join(self.options)}{advice}")
        else:
            label = KINDS[self.kind].label
            if other:
                raise ValueError(f"{flag} applies to {other}, but {self.name} is {label}")
        raise specs.unknown(f"option of {label}:", option, known)


def find_source(name: str, options: Mapping[str, Any] | None = None) -> Source | None:
    """Return the Source with this name, or None if it is neither built in nor a supported file or folder."""
    if name in SOURCES:
        return Source(BUILTIN, name, options or {})
    if name.startswith(MEMORY):
        return Source(IN_MEMORY, name, options or {})
    if "format" in (options or {}):
        return Source("table", name, options or {})
    kind = next((key for key, kind in KINDS.items() if kind.fits(name)), None)
    if kind is None:
        return None
    # The slash marks a folder even where it does not exist: recipes are read on other machines, too.
    is_open = kind == "folder" and not name.endswith("/")
    return Source(kind, f"{name}/" if is_open else name, options or {})


def resolve(name: str, options: Mapping[str, Any] | None = None) -> Source:
    """Return the Source with this name; raise ValueError with the closest known names if there is none.

    >>> [resolve(name).kind for name in ("digits", "prices.csv", "photos/")]
    ['builtin', 'table', 'folder']
    """
    source = find_source(name, options)
    if source is None:
        raise specs.unknown("data source", name, SOURCES)
    return source


@names_parameters
def load(name: Any, **options: Any) -> Dataset:
    """Load a data set by name, from a file or folder, or from a DataFrame.

    =================  ==================================================================
    digits             1,797 images of handwritten digits, 8×8 pixels from 0 to 16 (ink)
    iris               150 iris flowers of three species; 4 measurements in cm
    wine               178 wines of three growers; 13 chemical measurements
    breast_cancer      569 tumors, malignant or benign; 30 measurements of their cells
    diabetes           442 patients; target: disease progression within a year
    moons, circles,    points in the plane, with the options n, noise, and seed
    spirals, blobs
    prices.csv         table with a target column, in any format of `read_table`
    -                  the same, from standard input
    a DataFrame        table of pandas, Polars, or pyarrow with a target column
    photos/            folder with one subfolder of images per class
    X.npy, data.npz    arrays, also MNIST's IDX format (train-images-idx3-ubyte.gz)
    =================  ==================================================================

    Parameters
    ----------
    name : str, DataFrame, or pyarrow.Table
        Name of a built-in data set, a path, or a table of pandas, Polars, or pyarrow.
    **options
        Options of the source: n, noise, seed; target, task, na_value, drop, categorical, numeric,
        date, decimal, thousands, dayfirst, header, names, skip_lines, skip_footer, skip_invalid, strict,
        group, time for tables;
        image_size, color, skip_invalid for folders.

    Returns
    -------
    Dataset
        The data set.

    Raises
    ------
    FileNotFoundError
        If the file or folder does not exist.
    ValueError
        If the name or an option is unknown, or the data are invalid.

    Examples
    --------
    >>> load("digits")
    <Dataset 'digits': 1797 rows of 64 features (8×8 images), 10 classes (0, 1, 2, 3, 4, 5, 6, 7, 8, 9)>
    >>> load("moons", n=500, seed=1).X.shape
    (500, 2)
    """
    if is_dataframe(name):
        unknown = [option for option in options if option not in _option_names(load_table, "table")]
        if unknown:
            raise specs.unknown("option of a table:", unknown[0], _option_names(load_table, "table"))
        return load_table(name, **options)
    return resolve(str(name), options).load()


def _option_names(read: Callable[..., Dataset], kind: str) -> list[str]:
    """Return the names of a reader's options; its first parameter is the path, except for built-in sources."""
    return list(inspect.signature(read).parameters)[0 if kind == BUILTIN else 1 :]


def _builtin(name: str, /) -> Dataset:
    with np.load(Path(__file__).parent / "builtin" / f"{name}.npz", allow_pickle=False) as file:
        stored = {key: file[key] for key in file}
    names = tuple(stored["class_names"].tolist()) if "class_names" in stored else None
    is_numbered = names is not None and names == tuple(map(str, range(len(names))))  # the digits
    return Dataset(
        stored["X"].astype(np.float32),
        stored["y"],
        class_names=names,
        classes=np.arange(len(names)) if names is not None and is_numbered else None,
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
