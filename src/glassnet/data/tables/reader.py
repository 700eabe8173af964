"""Tables from files: text, plain or compressed, spreadsheets, and Parquet, with a target column.

    read_table("prices.csv")                        the file as a Table
    load_table("prices.csv", target="price")        a Dataset: the table without the target, and the target as y

The task is classification if the target holds strings or few distinct integers; otherwise it is regression.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.common import specs
from glassnet.common.arrays import AnyArray
from glassnet.common.user_warnings import warn
from glassnet.data.dataset import Dataset, check_task
from glassnet.data.splits import as_groups, as_times
from glassnet.data.tables import delimited, parquet
from glassnet.data.tables.decisions import Decision, check_strict
from glassnet.data.tables.file_formats import format_of, is_stream, label_of, readable_file
from glassnet.data.tables.mixed_columns import quoted
from glassnet.data.tables.number_formats import separators
from glassnet.data.tables.table import BOOLEAN, NUMBER, TEXT, Table
from glassnet.data.tables.type_inference import FEW_CATEGORIES, TableOptions

READERS: dict[str, tuple[Callable[..., Table], Callable[[Path], list[str]]]] = {
    "csv": (delimited.read_text, delimited.names_in),
    "tsv": (partial(delimited.read_text, separator="\t"), partial(delimited.names_in, separator="\t")),
    "psv": (partial(delimited.read_text, separator="|"), partial(delimited.names_in, separator="|")),
    "parquet": (parquet.read_parquet, parquet.names_in),
}
"""By format: the functions that return a file's table, given its path and the options, and its column names."""

TYPED = ("parquet",)
"""Formats that store the types of values; in others, they are inferred from texts."""

MAX_INTEGER_CLASSES = 20
"""Integers are classes if at most this many values are distinct, with at least ROWS_PER_CLASS rows each."""

ROWS_PER_CLASS = 3

MAX_LISTED_ROWS = 5
"""Maximum number of rows listed in a message."""


def is_table_file(source: str) -> bool:
    """Return whether a source is a table, by its name: a file of a known format, standard input, or a pipe.

    >>> is_table_file("prices.csv"), is_table_file("prices.csv.gz"), is_table_file("-"), is_table_file("mine.npz")
    (True, True, True, False)
    """
    return format_of(source) is not None or is_stream(source)


def read_table(
    path: str | Path,
    *,
    na_value: str | Collection[str] = (),
    drop: str | Collection[str] = (),
    categorical: str | Collection[str] = (),
    numeric: str | Collection[str] = (),
    decimal: str | None = None,
    thousands: str | None = None,
    format: str | None = None,  # noqa: A002 - as --format
    sheet: str | int | None = None,
) -> Table:
    r"""Read a table from a file.

    Columns of a Parquet file are read on access. Row 1 is the first row below the header; empty lines do not count.

    Parameters
    ----------
    path : str or Path
        The file: text with a separator, .csv, .tsv, or .psv, plain or compressed (.gz, .bz2, .xz, .zst, .zip); .xlsx;
        or .parquet. "-" is standard input.
    na_value : str or collection of str, optional
        Texts that mark missing values, in addition to empty cells and to NA, NaN, and null in numeric columns.
    drop : str or collection of str, optional
        Columns to leave out.
    categorical : str or collection of str, optional
        Columns to read as categories, even if they look like numbers or dates.
    numeric : str or collection of str, optional
        Columns that must be numeric, even if their numbers have leading zeros.
    decimal : {".", ","}, optional
        Decimal separator of a text file; by default inferred from all columns.
    thousands : {",", "."}, optional
        Thousands separator; by default the other of the two. Spaces and apostrophes are always recognized.
    format : str, optional
        Format of the file: "csv", "tsv", "psv", "xlsx", or "parquet"; by default that of its name, and CSV for
        standard input and pipes.
    sheet : str or int, optional
        Sheet of a spreadsheet, by name or by number from 1; by default the only one with data.

    Returns
    -------
    Table
        The table.

    Raises
    ------
    FileNotFoundError
        If the file does not exist.
    ValueError
        If a column cannot be used: dates, lists, text among numbers, or inf. The message names the column and the row.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "people.csv"
    ...     _ = path.write_text("name,age,city\nAnn,20,Rome\nBob,,Oslo\n")
    ...     table = read_table(path, drop="name")
    >>> table, table["age"]
    (<Table: 2 rows of 2 columns (age, city)>, array([20., nan]))
    """
    choices = {"na_value": na_value, "drop": drop, "categorical": categorical, "numeric": numeric}
    named = {name: frozenset(_as_tuple(name, values)) for name, values in choices.items()}
    options = TableOptions(**named, separators=separators(decimal, thousands))
    with readable_file(path, format, sheet) as (file, found):
        return READERS[found][0](file, options)


def load_table(
    source: str | Path,
    target: str | None = None,
    task: str | None = None,
    na_value: str | Collection[str] = (),
    drop: str | Collection[str] = (),
    categorical: str | Collection[str] = (),
    numeric: str | Collection[str] = (),
    decimal: str | None = None,
    thousands: str | None = None,
    skip_invalid: bool = False,
    strict: bool = False,
    group: str | None = None,
    time: str | None = None,
    format: str | None = None,  # noqa: A002 - as --format
    sheet: str | int | None = None,
) -> Dataset:
    """Load a table and split off its target column.

    Parameters
    ----------
    source : str or Path
        The file; see `read_table`.
    target : str
        Name of the target column.
    task : {"classification", "regression"}, optional
        By default, strings, booleans, and few distinct integers are classes.
    na_value : str or collection of str, optional
        See `read_table`.
    drop : str or collection of str, optional
        See `read_table`.
    categorical : str or collection of str, optional
        See `read_table`.
    numeric : str or collection of str, optional
        See `read_table`.
    decimal : {".", ","}, optional
        See `read_table`.
    thousands : {",", "."}, optional
        See `read_table`.
    skip_invalid : bool, default False
        Leave out rows without a target, group, or time, with a warning.
    strict : bool, default False
        Raise an error where reading requires a decision, instead of listing it in `Dataset.decisions`.
    group : str, optional
        Column whose rows with equal values are never in two splits or folds, such as a patient's ID. It is no feature
        unless it is in `categorical`.
    time : str, optional
        Column of numbers, dates, or ISO text. Splits and folds train on earlier rows and evaluate on later ones. It
        remains a feature unless it is in `drop`.
    format : str, optional
        See `read_table`.
    sheet : str or int, optional
        See `read_table`.

    Returns
    -------
    Dataset
        X is the Table without the target, y the target.

    Raises
    ------
    ValueError
        If a target, group, or time is missing, `group` and `time` are both given, all targets are equal, or a string
        column has a different value in every row.
    """
    check_task(task)
    dropped = _as_tuple("drop", drop)
    if target is not None and target in dropped:
        raise ValueError(f"column {target!r} is the target, so it cannot be dropped")
    label, there = label_of(source), [name for name in column_names(source, format, sheet) if name]
    if target is None:
        raise ValueError(f"{label} requires --target, the column to predict; columns: {specs.join_names(there)}")
    if target not in there:
        raise ValueError(f"{label}: {specs.unknown('column', target, there)}")
    for option, value in (("skip_invalid", skip_invalid), ("strict", strict)):
        if not isinstance(value, bool):
            raise TypeError(f"{option} must be true or false, got {value!r}")
    split_by = _split_columns(label, there, target, group, time)
    table = read_table(
        source,
        na_value=na_value,
        drop=[name for name in dropped if name not in split_by.values()],
        categorical=categorical,
        numeric=(*_as_tuple("numeric", numeric), *([target] if task == "regression" else [])),
        decimal=decimal,
        thousands=thousands,
        format=format,
        sheet=sheet,
    )
    for name in (target, *split_by.values()) if skip_invalid else ():
        if not (is_valid := has_value(table[name])).all():
            warn(f"skipped {int((~is_valid).sum()):,} of {len(table):,} rows of {label} without a value in {name!r}")
            table = table.take(is_valid)
    try:
        X = table.without(target, *dropped)
        decisions: tuple[Decision, ...] = ()
        if group in X.columns and group not in _as_tuple("categorical", categorical):
            decisions = (
                Decision(group, f"{group!r} groups the rows: left out", f"--categorical {shlex.quote(group)}"),
            )
            X = X.without(group)
        if not X.columns:
            raise ValueError(f"there is no column besides {target!r} to predict it from")
        _check_features(X)
        y, class_names, classes = _target(table, target, task, is_typed=_is_typed(source, format, sheet))
        by: dict[str, Any] = {f"{option}s": _split_values(table, option, name) for option, name in split_by.items()}
    except ValueError as error:
        raise ValueError(f"{label}: {error}") from None
    needless = set(split_by.values()) - set(X.columns)  # how these would be features does not matter
    decisions = (*(one for one in X.decisions if one.column not in needless), *decisions)
    check_strict(label, decisions, strict)
    name = label.rpartition("/")[2].split(".")[0]
    return Dataset(X, y, class_names, name=name, decisions=decisions, classes=classes, **by)


def _split_columns(
    label: str, there: Sequence[str], target: str, group: str | None, time: str | None
) -> dict[str, str]:
    """Return the column of the option "group" or "time", by option; ValueError if it cannot be used."""
    given = {option: name for option, name in (("group", group), ("time", time)) if name is not None}
    if len(given) == 2:
        raise ValueError(f"rows are split by --group {group} or by --time {time}, not by both; omit one of the options")
    for option, name in given.items():
        if name not in there:
            raise ValueError(f"{label}: --{option}: {specs.unknown('column', name, there)}")
        if name == target:
            raise ValueError(f"column {name!r} is the target, so it cannot be used with --{option}")
    return given


def _split_values(table: Table, option: str, name: str) -> AnyArray:
    """Return the group or the time of each row, (n,), from its column."""
    values = table[name]
    if not (is_valid := has_value(values)).all():
        where = _rows_text(table, ~is_valid)
        raise ValueError(f"column {name!r} of --{option} is missing in {where}; use --skip-invalid to skip such rows")
    try:
        return as_groups(values) if option == "group" else as_times(values, table.number_of)
    except ValueError as error:
        raise ValueError(f"column {name!r} of --{option}: {error}") from None


def column_names(
    path: str | Path,
    format: str | None = None,  # noqa: A002 - as --format
    sheet: str | int | None = None,
) -> list[str]:
    """Return the column names of a table file, "" for unnamed columns; only the header is read."""
    with readable_file(path, format, sheet) as (file, found):
        return READERS[found][1](file)


def class_names_of(table: Table, target: str) -> AnyArray:
    """Return the class name of each row, (n,): "3" for 3.0, "true" for 1 in a boolean column.

    Raises ValueError if a target is missing.
    """
    values, kind = table[target], table.kinds[target]
    _check_no_missing(table, target, values)
    if kind == TEXT:
        return values.astype(str)
    return np.array([_class_name(kind, value) for value in values.tolist()])


def _class_name(kind: str, value: float) -> str:
    if kind == BOOLEAN:
        return "true" if value == 1 else "false"
    return number_name(value)


def numbers_of(table: Table, target: str) -> AnyArray:
    """Return the numeric target of each row, (n,); raise ValueError if one is missing or text."""
    values = table[target]
    _check_no_missing(table, target, values)
    if table.kinds[target] == TEXT:
        raise ValueError(
            f"column {target!r}, row {table.number_of(0)}: {quoted(values[0])} is not a number, which regression "
            "requires"
        )
    return values


def number_name(value: float) -> str:
    """Return the name of a numeric class: "3" for 3.0."""
    return str(int(value)) if np.isfinite(value) and value == int(value) else repr(value)


def _target(
    table: Table, target: str, task: str | None, is_typed: bool
) -> tuple[AnyArray, tuple[str, ...] | None, AnyArray | None]:
    """Return y and the names and labels of the classes, None for regression.

    is_typed: whether the file declares that a column is boolean. Raises ValueError if the target is constant or too
    varied.
    """
    if (task or _task_of(table, target)) == "regression":
        y = numbers_of(table, target)
        if len(y) > 1 and (y == y[0]).all():
            raise ValueError(f"column {target!r} contains {y[0]:g} in every row, so there is nothing to learn")
        return y, None, None
    found, index, labels = _classes(table, target, is_typed)
    if len(found) == 1 and len(index) > 1:
        raise ValueError(f"column {target!r} contains {quoted(found[0])} in every row, so there is nothing to learn")
    if len(found) > max(FEW_CATEGORIES, len(index) // 2):
        advice = "" if table.kinds[target] == TEXT else "; for a numeric target, use --task regression"
        raise ValueError(
            f"column {target!r} contains {len(found)} distinct values in {len(index)} rows, "
            f"too many for classes{advice}"
        )
    return index, found, labels


def _classes(table: Table, target: str, is_typed: bool) -> tuple[tuple[str, ...], AnyArray, AnyArray | None]:
    """Return the class names, sorted by value, the class index of each row, (n,), and the labels, None for text.

    Names are made per class, not per row, since a table may have many millions of rows.
    """
    values, kind = table[target], table.kinds[target]
    _check_no_missing(table, target, values)
    if kind == TEXT:
        texts = sorted(set(values))
        place = {text: i for i, text in enumerate(texts)}
        return tuple(texts), np.fromiter((place[text] for text in values), np.int64, len(values)), None
    numbers, index = np.unique(values, return_inverse=True)
    names = tuple(_class_name(kind, number) for number in numbers.tolist())
    if kind == BOOLEAN:
        return names, index, numbers == 1 if is_typed else None
    is_whole = bool((numbers == np.floor(numbers)).all())
    return names, index, numbers.astype(np.int64) if is_whole else numbers


def _task_of(table: Table, target: str) -> str:
    """Return the task inferred from the target."""
    values = table[target]
    if table.kinds[target] != NUMBER:
        return "classification"
    different = np.unique(values[~np.isnan(values)])
    if not (different == np.floor(different)).all():
        return "regression"
    is_binary = set(different.tolist()) <= {0.0, 1.0}
    is_few = len(different) <= MAX_INTEGER_CLASSES and len(different) * ROWS_PER_CLASS <= len(values)
    return "classification" if is_binary or is_few else "regression"


def _check_no_missing(table: Table, target: str, values: AnyArray) -> None:
    missing = ~has_value(values)
    if missing.any():
        numbers = [str(table.number_of(int(row))) for row in np.flatnonzero(missing)[: MAX_LISTED_ROWS + 1]]
        listed = ", ".join(numbers[:MAX_LISTED_ROWS]) + (", …" if len(numbers) > MAX_LISTED_ROWS else "")
        where = f"row {listed}" if len(numbers) == 1 else f"{int(missing.sum()):,} rows ({listed})"
        raise ValueError(f"target column {target!r} is missing in {where}; use --skip-invalid to skip such rows")


def _rows_text(table: Table, which: AnyArray) -> str:
    """Return the numbers of some rows for a message. which: (n,), bool."""
    numbers = [str(table.number_of(int(row))) for row in np.flatnonzero(which)[: MAX_LISTED_ROWS + 1]]
    listed = ", ".join(numbers[:MAX_LISTED_ROWS]) + (", …" if len(numbers) > MAX_LISTED_ROWS else "")
    return f"row {listed}" if len(numbers) == 1 else f"{int(which.sum()):,} rows ({listed})"


def has_value(values: AnyArray) -> AnyArray:
    """Return a mask, (n,), of the values that are not missing."""
    if values.dtype.kind == "f":
        return ~np.isnan(values)
    if values.dtype.kind == "M":
        return ~np.isnat(values)
    return np.fromiter((value is not None for value in values), bool, len(values))


def _check_features(X: Table) -> None:
    """Raise ValueError for empty columns and free text; warn about columns of row numbers."""
    head = X.take(np.arange(min(len(X), FEW_CATEGORIES)))
    for name, kind in X.kinds.items():
        if kind == TEXT:
            there = [text for text in X[name].tolist() if text is not None]
            different = len(set(there))
            if different > max(FEW_CATEGORIES, len(there) // 2):
                raise ValueError(
                    f"column {name!r} contains {different} distinct values in {len(there)} rows, such as free text, "
                    f"from which nothing can be learned; ignore it with --drop {shlex.quote(name)}"
                )
        elif np.isnan(head[name]).all() and np.isnan(X[name]).all():
            raise ValueError(f"column {name!r} has no values; ignore it with --drop {shlex.quote(name)}")
        elif len(head) == FEW_CATEGORIES and (np.diff(head[name]) == 1).all() and (np.diff(X[name]) == 1).all():
            warn(
                f"column {name!r} looks like a row number; drop it with --drop {shlex.quote(name)} unless it is "
                "informative"
            )


def _is_typed(source: str | Path, file_format: str | None, sheet: str | int | None) -> bool:
    """Return whether the format of a table stores the types of its values."""
    with readable_file(source, file_format, sheet) as (_, found):
        return found in TYPED


def _as_tuple(name: str, values: str | Collection[str]) -> tuple[str, ...]:
    """Return a string or a collection of strings as a tuple."""
    values = (values,) if isinstance(values, str) else tuple(values)
    for value in values:
        if not isinstance(value, str):
            raise TypeError(f"{name} must be a string or a list of strings, got {value!r}")
    return values
