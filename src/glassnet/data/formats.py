"""Supported data files and folders, and the functions that read them.

prices.csv, prices.parquet                    a table with a target column, see `data.tables`
photos/                                       a folder with one subfolder of images per class, see `data.images.folders`
X.npy, mine.npz, train-images-idx3-ubyte.gz   arrays, see `data.arrays`
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glassnet.data.arrays import holds_images, is_array_file, read_arrays, read_test_arrays
from glassnet.data.dataset import Dataset
from glassnet.data.images.folders import read_folder, read_folder_parts
from glassnet.data.tables.reader import is_table_file, load_table


@dataclass(frozen=True)
class Kind:
    """One kind of data source.

    label: its name in messages. fits: returns whether a path is of this kind, judging by its name. read: returns the
    Dataset of a path, given options. provided_parts: returns the splits that come with a path ("test", perhaps
    "valid"), given its Dataset and options. holds_images: returns whether a path contains images with values from 0 to
    255, without reading all of it.
    """

    label: str
    fits: Callable[[str], bool]
    read: Callable[..., Dataset]
    provided_parts: Callable[..., dict[str, Dataset]]
    holds_images: Callable[[str], bool]


def is_folder(path: str) -> bool:
    """Return whether a path is an existing folder, or ends with a slash."""
    return path.endswith("/") or (path != "" and Path(path).is_dir())


def _folder_parts(path: str, dataset: Dataset, skip_invalid: bool = False, **options: Any) -> dict[str, Dataset]:
    return read_folder_parts(path, dataset, skip_invalid)


def _test_part(path: str, dataset: Dataset, task: str | None = None) -> dict[str, Dataset]:
    test = read_test_arrays(path, dataset, task)
    return {} if test is None else {"test": test}


def _no_parts(path: str, dataset: Dataset, **options: Any) -> dict[str, Dataset]:
    return {}


KINDS: dict[str, Kind] = {
    "table": Kind("a table", is_table_file, load_table, _no_parts, lambda path: False),
    "arrays": Kind("arrays", is_array_file, read_arrays, _test_part, holds_images),
    "folder": Kind("a folder of images", is_folder, read_folder, _folder_parts, lambda path: True),
}
"""The kinds of files and folders, by name; the first kind that fits a path is used."""
