"""Tables from files, streams, and DataFrames, with a target column.

    read_table("prices.csv")                        the file as a Table
    load_table("prices.csv", target="price")        a Dataset: the table without the target, and the target as y

The task is classification if the target holds strings or few distinct integers; otherwise it is regression.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from glassnet.common import checks, specs
from glassnet.common.arrays import AnyArray
from glassnet.common.option_names import names_parameters
from glassnet.common.pipes import pipes_read_once
from glassnet.common.user_warnings import warn
from glassnet.data.dataset import Dataset, check_task
from glassnet.data.splits import as_groups, as_times
from glassnet.data.tables import delimited, parquet
from glassnet.data.tables.arrow_tables import (
    arrow_of_dataframe,
    feather_names,
    is_dataframe,
    jsonl_names,
    names_in_dataframe,
    read_feather,
    read_jsonl,
    table_of_arrow,
)
from glassnet.data.tables.cells import as_categorical
from glassnet.data.tables.column_selection import left_out
from glassnet.data.tables.decisions import Decision, check_strict
from glassnet.data.tables.file_formats import format_of, is_stream, label_of, readable_file
from glassnet.data.tables.number_formats import separators
from glassnet.data.tables.table import Table
from glassnet.data.tables.targets import MAX_LISTED_ROWS, encoded_target, has_value, rows_text
from glassnet.data.tables.type_inference import TableOptions

READERS: dict[str, tuple[Callable[..., Table], Callable[..., list[str]]]] = {
    "csv": (delimited.read_text, delimited.names_in),
    "tsv": (partial(delimited.read_text, separator="\t"), partial(delimited.names_in, separator="\t")),
    "psv": (partial(delimited.read_text, separator="|"), partial(delimited.names_in, separator="|")),
    "jsonl": (read_jsonl, jsonl_names),
    "parquet": (parquet.read_parquet, parquet.names_in),
    "feather": (read_feather, feather_names),
}
"""By format: the functions that return a file's table, given its path and the options, and its column names."""

DELIMITED = ("csv", "tsv", "psv")
"""Formats of delimited text, whose columns need not have names."""

TYPED = ("jsonl", "parquet", "feather")
"""Formats that store the types of values; in others, they are inferred from texts."""


def is_table_file(source: str) -> bool:
    """Return whether a source is a table, by its name: a file of a known format, standard input, or a pipe.

    >>> is_table_file("prices.csv"), is_table_file("prices.csv.gz"), is_table_file("-"), is_table_file("mine.npz")
    (True, True, True, False)
    """
    return format_of(source) is not None or is_stream(source)


@names_parameters
def read_table(
    path: Any,
    *,
    na_value: str | Collection[str] = (),
    drop: str | Collection[str] = (),
    categorical: str | Collection[str] = (),
    numeric: str | Collection[str] = (),
    date: str | Collection[str] = (),
    decimal: str | None = None,
    thousands: str | None = None,
    dayfirst: bool | None = None,
    header: bool | None = None,
    names: str | Sequence[str] = (),
    skip_lines: int = 0,
    skip_footer: int | None = None,
    skip_invalid: bool = False,
    format: str | None = None,  # noqa: A002 - as --format
    sheet: str | int | None = None,
) -> Table:
    r"""Read a table from a file, or from a table of another library.

    Columns of a Parquet file are read on access. In messages, row 1 is the first row below the header of a file, and
    empty lines do not count; rows of a DataFrame are counted from 0.

    Parameters
    ----------
    path : str, Path, DataFrame, or pyarrow.Table
        The file: text, .csv, .tsv, .psv, or .jsonl, plain or compressed (.gz, .bz2, .xz, .zst, .zip); .xlsx; .parquet;
        or .feather. "-" is standard input. Or a table of pandas, Polars, or pyarrow.
    na_value : str or collection of str, optional
        Texts that mark missing values, in addition to empty cells and to NA, NaN, and null in numeric columns.
    drop : str or collection of str, optional
        Columns to leave out; "a,b" stands for a and b.
    categorical : str or collection of str, optional
        Columns to read as categories, even if they look like numbers or dates.
    numeric : str or collection of str, optional
        Columns that must be numeric, even if their numbers have leading zeros.
    date : str or collection of str, optional
        Columns that must contain dates.
    decimal : {".", ","}, optional
        Decimal separator of a text file; by default inferred from all columns.
    thousands : {",", "."}, optional
        Thousands separator; by default the other of the two. Spaces and apostrophes are always recognized.
    dayfirst : bool, optional
        Whether 3/1/2024 is in January; by default inferred from all columns.
    header : bool, optional
        Whether the first line of a text file contains the column names; by default inferred.
    names : str or sequence of str, optional
        Column names of a text file without a header, or in place of its header if `header` is True; "a,b" stands for a
        and b.
    skip_lines : int, default 0
        Number of lines of a text file before the header, such as a title.
    skip_footer : int, optional
        Number of lines at the end of a text file that are no rows, such as a total. Empty lines do not count. By
        default, a last line that looks like a total raises an error; 0 reads it as a row.
    skip_invalid : bool, default False
        Skip lines of a text file with too few or too many values, with a warning.
    format : str, optional
        Format of the file: "csv", "tsv", "psv", "jsonl", "xlsx", "parquet", or "feather"; by default that of its
        name, and CSV for standard input and pipes.
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
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "people.csv"
    ...     _ = path.write_text("name,age,city\nAnn,20,Rome\nBob,,Oslo\n")
    ...     table = read_table(path, drop="name")
    >>> table, table["age"]
    (<Table: 2 rows of 2 columns (age, city)>, array([20., nan]))
    """
    choices = {"drop": drop, "categorical": categorical, "numeric": numeric, "date": date}
    for option, value in (("dayfirst", dayfirst), ("skip_invalid", skip_invalid)):
        if not isinstance(value, bool | None):
            raise TypeError(f"{option} must be true or false, got {value!r}")
    options = dataclasses.replace(_layout(header, names, skip_lines, skip_footer), skip_invalid=skip_invalid)
    numbers = separators(decimal, thousands)
    with _opened(path, format, sheet, numbers.decimal if numbers else ".") as (read, names_in, _):
        there = [name or f"column {i + 1}" for i, name in enumerate(names_in(options))]
        named: dict[str, Any] = {
            option: frozenset(split_names(option, names, there)) for option, names in choices.items()
        }
        named["na_value"] = frozenset(_as_tuple("na_value", na_value))
        named |= {"separators": numbers, "dayfirst": dayfirst, "skip_invalid": skip_invalid}
        return read(dataclasses.replace(options, **named))


@pipes_read_once()
def load_table(
    source: Any,
    target: str | None = None,
    task: str | None = None,
    na_value: str | Collection[str] = (),
    drop: str | Collection[str] = (),
    categorical: str | Collection[str] = (),
    numeric: str | Collection[str] = (),
    date: str | Collection[str] = (),
    decimal: str | None = None,
    thousands: str | None = None,
    dayfirst: bool | None = None,
    header: bool | None = None,
    names: str | Sequence[str] = (),
    skip_lines: int = 0,
    skip_footer: int | None = None,
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
    source : str, Path, DataFrame, or pyarrow.Table
        The file, or the table of another library; see `read_table`.
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
    date : str or collection of str, optional
        See `read_table`.
    decimal : {".", ","}, optional
        See `read_table`.
    thousands : {",", "."}, optional
        See `read_table`.
    dayfirst : bool, optional
        See `read_table`.
    header : bool, optional
        See `read_table`.
    names : str or sequence of str, optional
        See `read_table`.
    skip_lines : int, default 0
        See `read_table`.
    skip_footer : int, optional
        See `read_table`.
    skip_invalid : bool, default False
        Leave out rows without a target, group, or time, and lines with too few or too many values, with a warning.
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
        X is the Table without the target, y the target. Free text, identifiers, and constant columns are left out
        of X and listed in `Dataset.decisions`.

    Raises
    ------
    ValueError
        If a target, group, or time is missing, `group` and `time` are both given, or all targets are equal.
    """
    check_task(task)
    layout: dict[str, Any] = {"header": header, "names": names, "skip_lines": skip_lines, "skip_footer": skip_footer}
    layout["skip_invalid"] = skip_invalid
    found = column_names(source, format, sheet, **layout)
    label, there = label_of(source), [name or f"column {i + 1}" for i, name in enumerate(found)]
    dropped = split_names("drop", drop, there)
    categorical, numeric = split_names("categorical", categorical, there), split_names("numeric", numeric, there)
    if target is not None and target in dropped:
        raise ValueError(f"column {target!r} is the target, so it cannot be dropped")
    target = _existing_target(label, target, there, found[0] == "column 1" and not names)
    for option, value in (("skip_invalid", skip_invalid), ("strict", strict)):
        if not isinstance(value, bool):
            raise TypeError(f"{option} must be true or false, got {value!r}")
    split_by = _split_columns(label, there, target, group, time)
    table = read_table(
        source,
        na_value=na_value,
        drop=[name for name in dropped if name not in split_by.values()],
        categorical=categorical,
        numeric=(*numeric, *([target] if task == "regression" else [])),
        date=date,
        decimal=decimal,
        thousands=thousands,
        dayfirst=dayfirst,
        format=format,
        sheet=sheet,
        **layout,
    )
    for name in (target, *split_by.values()) if skip_invalid else ():
        if not (is_valid := has_value(table[name])).all():
            warn(f"skipped {int((~is_valid).sum()):,} of {len(table):,} rows of {label} without a value in {name!r}")
            table = table.take(is_valid)
    try:
        X = table.without(target, *dropped)
        decisions = left_out(X, categorical, numeric)
        if group in X.columns and group not in categorical:
            decisions = [one for one in decisions if one.column != group]
            decisions.append(Decision(group, f"{group!r} groups the rows: left out", as_categorical(group)))
        X = X.without(*(str(one.column) for one in decisions))
        if not X.columns:
            listed = "".join(f"; {one}" for one in decisions[:MAX_LISTED_ROWS])
            raise ValueError(f"there is no column besides {target!r} to predict it from{listed}")
        is_typed = _is_typed(source, format, sheet)
        y, class_names, classes = encoded_target(table, target, task, is_typed=is_typed)
        by: dict[str, Any] = {f"{option}s": _split_values(table, option, name) for option, name in split_by.items()}
    except ValueError as error:
        raise ValueError(f"{label}: {error}") from None
    needed = {None, target, *X.columns}  # how other columns would be features does not matter
    inferred = {**X.inferred, **_stream_format(source, format)}
    if decisions:
        inferred["drop"] = [*dropped, *(str(one.column) for one in decisions)]
    X.decisions = (*(one for one in X.decisions if one.column in needed), *decisions)
    check_strict(label, X.decisions, strict)
    called = "table" if is_dataframe(source) else label.rpartition("/")[2].split(".")[0]
    return Dataset(X, y, class_names, name=called, inferred=inferred, classes=classes, **by)


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
        where = rows_text(table, ~is_valid)
        raise ValueError(f"column {name!r} of --{option} is missing in {where}; use --skip-invalid to skip such rows")
    try:
        return as_groups(values) if option == "group" else as_times(values, table.number_of)
    except ValueError as error:
        raise ValueError(f"column {name!r} of --{option}: {error}") from None


def column_names(
    path: Any,
    format: str | None = None,  # noqa: A002 - as --format
    sheet: str | int | None = None,
    *,
    header: bool | None = None,
    names: str | Sequence[str] = (),
    skip_lines: int = 0,
    skip_footer: int | None = None,
    skip_invalid: bool = False,
) -> list[str]:
    """Return the column names of a table file, "" for unnamed columns; only the header is read."""
    with _opened(path, format, sheet) as (_, names_in, _):
        return names_in(_layout(header, names, skip_lines, skip_footer))


def check_target(path: Any, target: str | None, **layout: Any) -> None:
    """Raise ValueError if no target is given, or a table has no such column. layout: options of `column_names`."""
    found = column_names(path, **layout)
    there = [name or f"column {i + 1}" for i, name in enumerate(found)]
    _existing_target(label_of(path), target, there, found[0] == "column 1" and not layout.get("names"))


def _existing_target(label: str, target: str | None, columns: Sequence[str], lacks_header: bool) -> str:
    """Return the target; raise ValueError if it is not given, or not among the columns."""
    if target is None:
        raise ValueError(f"{label} requires --target, the column to predict; columns: {specs.join_names(columns)}")
    if target not in columns:
        advice = "; the file has no header, so pass --names" if lacks_header else ""
        raise ValueError(f"{label}: {specs.unknown('column', target, columns)}{advice}")
    return target


def _layout(header: bool | None, names: str | Sequence[str], skip_lines: int, skip_footer: int | None) -> TableOptions:
    """Return the options that say where the column names and the rows of a text file are."""
    if not isinstance(header, bool | None):
        raise TypeError(f"header must be true or false, got {header!r}")
    listed = [name.strip() for name in names.split(",")] if isinstance(names, str) else names
    skip_lines = checks.whole_number("--skip-lines", skip_lines, at_least=0)
    if skip_footer is not None:
        skip_footer = checks.whole_number("--skip-footer", skip_footer, at_least=0)
    return TableOptions(header=header, names=_as_tuple("names", listed), skip_lines=skip_lines, skip_footer=skip_footer)


@contextmanager
def _opened(
    source: Any, file_format: str | None, sheet: str | int | None, decimal: str = "."
) -> Iterator[tuple[Callable[[TableOptions], Table], Callable[[TableOptions], list[str]], bool]]:
    """Yield functions that return the table of a source and its column names, and whether its values have types.

    decimal: the decimal separator that its texts will be read with.
    """
    if is_dataframe(source):
        table = arrow_of_dataframe(source)
        read = partial(table_of_arrow, label_of(source), table, first_row=0)
        yield read, lambda options: names_in_dataframe(table), True
        return
    with readable_file(source, file_format, sheet, decimal) as (path, found):
        read_file, names_in = READERS[found]
        has_options = found in DELIMITED
        yield (
            partial(read_file, path),
            lambda options: names_in(path, options) if has_options else names_in(path),
            found in TYPED,
        )


def _is_typed(source: Any, file_format: str | None, sheet: str | int | None) -> bool:
    """Return whether the values of a source have types."""
    with _opened(source, file_format, sheet) as (_, _, is_typed):
        return is_typed


def _stream_format(source: Any, file_format: str | None) -> dict[str, str]:
    """Return the format of a stream as an option, since its name does not tell it; {} for other sources."""
    if is_dataframe(source) or not is_stream(source):
        return {}
    with readable_file(source, file_format) as (_, found):
        return {"format": found}


def split_names(option: str, names: str | Collection[str], columns: Collection[str]) -> tuple[str, ...]:
    """Return the names of columns in an option, in which "a,b" stands for a and b unless a column has that name.

    >>> split_names("drop", "a,c,d", ["a", "b", "c,d"])
    ('a', 'c,d')
    """
    found = list[str]()
    for text in _as_tuple(option, names):
        parts = text.split(",")
        while parts:
            ends = range(len(parts), 0, -1)
            end = next((end for end in ends if ",".join(parts[:end]).strip() in columns), 1)
            found.append(",".join(parts[:end]).strip())
            parts = parts[end:]
    return tuple(found)


def _as_tuple(name: str, values: str | Collection[str]) -> tuple[str, ...]:
    """Return a string or a collection of strings as a tuple."""
    values = (values,) if isinstance(values, str) else tuple(values)
    for value in values:
        if not isinstance(value, str):
            raise TypeError(f"{name} must be a string or a list of strings, got {value!r}")
    return values
