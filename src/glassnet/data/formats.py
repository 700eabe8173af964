"""Data of one's own: which kinds of files and folders there are, and who reads each.

prices.csv, prices.parquet                    a table, of which one column is to be predicted, see `data.tables`
photos/                                       a folder of pictures for each class, see `data.folders`
X.npy, mine.npz, train-images-idx3-ubyte.gz   arrays, see `data.files`
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glassnet.common import specs
from glassnet.data.arrays import holds_pictures as files_hold_pictures
from glassnet.data.arrays import is_array_file, read_arrays, read_test_arrays
from glassnet.data.dataset import Dataset
from glassnet.data.images.folders import read_folder, read_folder_parts
from glassnet.data.tables.reader import is_table_file, load_table


@dataclass(frozen=True)
class Kind:
    """One kind of data of one's own.

    called: what messages call it. fits: whether a source is of this kind, by its name. read: from a source and its
    options to the Dataset. parts: from a source, its Dataset and options to the parts that come with it: "test",
    perhaps "valid". pictures: whether it holds pictures with values 0 to 255, at a glance.
    """

    called: str
    fits: Callable[[str], bool]
    read: Callable[..., Dataset]
    parts: Callable[..., dict[str, Dataset]]
    pictures: Callable[[str], bool]


def is_folder(source: str) -> bool:
    """Return whether a source is a folder: there is one, or its name ends as only a folder's does."""
    return source.endswith("/") or (source != "" and Path(source).is_dir())


def is_own(source: str) -> bool:
    """Return whether a source is a file or a folder of one's own, by its name; a folder also by being there.

    >>> [is_own(source) for source in ("data/mine.npz", "prices.csv", "photos/", "digits")]
    [True, True, True, False]
    """
    return any(kind.fits(source) for kind in KINDS.values())


def holds_pictures(source: str) -> bool:
    """Return whether a source of one's own holds pictures with values 0 to 255, as far as a glance can tell."""
    return _kind(source).pictures(source)


def read_own(source: str, **options: Any) -> Dataset:
    """Return the Dataset in a file or folder of one's own.

    options: of a table those of `load_table`, of a folder those of `read_folder`. Raises FileNotFoundError, ValueError
    or TypeError, which say what is wrong, and where.
    """
    kind = _kind(source)
    known = _options(kind)
    for option in options:
        if option in known:
            continue
        if other := next((one for one in KINDS.values() if option in _options(one)), None):
            words = f"{option} (--{option.replace('_', '-')})"
            raise ValueError(f"{words} goes with {other.called}, and {source} is taken for {kind.called}")
        raise specs.unknown(f"option of {kind.called}:", option, known)
    return kind.read(source, **options)


def read_own_parts(source: str, known: Dataset, **options: Any) -> dict[str, Dataset]:
    """Return the parts that come with a source: "test", with a folder "valid" too. known: the source's own Dataset."""
    return _kind(source).parts(source, known, **options)


def _options(kind: Kind) -> list[str]:
    """Return the names of the options that data of a kind may have."""
    return list(inspect.signature(kind.read).parameters)[1:]


def _kind(source: str) -> Kind:
    return next(kind for kind in KINDS.values() if kind.fits(source))


def _folder_parts(source: str, known: Dataset, skip_invalid: bool = False, **options: Any) -> dict[str, Dataset]:
    return read_folder_parts(source, known, skip_invalid)


def _test_part(source: str, known: Dataset, task: str | None = None) -> dict[str, Dataset]:
    test = read_test_arrays(source, known, task)
    return {} if test is None else {"test": test}


def _no_parts(source: str, known: Dataset, **options: Any) -> dict[str, Dataset]:
    return {}


KINDS: dict[str, Kind] = {
    "table": Kind("a table", is_table_file, load_table, _no_parts, lambda source: False),
    "arrays": Kind("arrays", is_array_file, read_arrays, _test_part, files_hold_pictures),
    "folder": Kind("a folder of pictures", is_folder, read_folder, _folder_parts, lambda source: True),
}
"""The kinds there are; a source is of the first one that fits."""
