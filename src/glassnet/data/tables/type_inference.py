"""Type inference for the cells of a text column: number, boolean, or text.

    (empty) missing, as are the texts passed with --na-value
    NA, NaN, null, None, ... missing in a numeric column; in a text column, text like any other
    3, -1.5e-3, 1,050.5, $5  numbers, see `number_formats`
    007, 9007199254740993    text: leading zeros, and integers that floats would merge, are names
    true, false in any case: the numbers 1 and 0, if the column contains nothing else

What has one reading is read, and listed as a `Decision`. A numeric column with a few cells of text raises an error that
names the first such cell and the options. So does a column of dates. The option --categorical reads such a column as
text.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.common.specs import unknown
from glassnet.data.tables.arrow import first_row, is_null, is_one_of, to_numpy
from glassnet.data.tables.cells import as_categorical, example_of, nulls_for_markers, quoted
from glassnet.data.tables.date_columns import times_of
from glassnet.data.tables.date_formats import may_hold_dates
from glassnet.data.tables.decisions import Decision
from glassnet.data.tables.mixed_columns import check_not_mixed
from glassnet.data.tables.number_formats import POINT, Separators, parsed, without_unit
from glassnet.data.tables.table import BOOLEAN, NUMBER, TEXT

FLAGS = ("true", "false")
"""Texts that are booleans, in any case."""

INTEGER = re.compile(r"[+-]?\d+")

MAX_DIGITS = 400
"""Maximum number of digits of an integer that is compared with a float; the largest float has 309."""

EXACT = 2.0**53
"""Below this, a float represents every integer."""

FEW_CATEGORIES = 20
"""A text column with more distinct values than this, and more than half its number of rows, is not categorical."""


@dataclass(frozen=True)
class TableOptions:
    """Options for reading a table; `drop`, `categorical`, and `numeric` are column names.

    na_value: texts that count as missing. drop: columns that are not read. categorical: columns read as text, whatever
    they look like. numeric, date: columns that must contain numbers, or dates. separators: those of numbers, None to
    infer them. dayfirst: whether 3/1/2024 is in January, None to infer it. header: whether a text
    file has one, None to infer it. names: of the columns of a text file. skip_lines: number of lines before the header.
    skip_footer: number of lines at the end that are no rows; with None, a total there raises an error.
    skip_invalid: whether lines with too few or too many values are skipped.
    """

    na_value: frozenset[str] = frozenset()
    drop: frozenset[str] = frozenset()
    categorical: frozenset[str] = frozenset()
    numeric: frozenset[str] = frozenset()
    date: frozenset[str] = frozenset()
    separators: Separators | None = None
    dayfirst: bool | None = None
    header: bool | None = None
    names: tuple[str, ...] = ()
    skip_lines: int = 0
    skip_footer: int | None = None
    skip_invalid: bool = False

    def check(self, columns: Sequence[str]) -> None:
        """Raise ValueError for an unknown column name."""
        there = set(columns)
        for name in (*self.drop, *self.categorical, *self.numeric, *self.date):
            if name not in there:
                raise unknown("column", name, columns)


def values_of(
    name: str, cells: Any, options: TableOptions = TableOptions(), by: Separators = POINT
) -> tuple[str, AnyArray, Sequence[Decision]]:
    """Return the kind of a text column that contains no dates, its values, (n,), and what was decided.

    cells: a pyarrow array of text, as `cleaned` returns it. by: the separators of numbers. Raises ValueError with the
    column and the row.

    >>> import pyarrow as pa
    >>> from glassnet.data.tables.cells import cleaned
    >>> values_of("age", cleaned(pa.array(["20", "", " 4e1"])))
    ('number', array([20., nan, 40.]), ())
    >>> values_of("age", cleaned(pa.array(["20", "30", "40", "50", "n/a"])))
    Traceback (most recent call last):
        ...
    glassnet.data.tables.cells.CellError: column 'age', row 5: 'n/a' is not a number; pass --na-value n/a ...
    """
    if name in options.categorical:
        return TEXT, as_strings(cells), ()
    if (flags := _as_booleans(cells)) is not None:
        return BOOLEAN, flags, ()
    without_markers, is_number = cells, np.zeros(0, bool)
    numbers = _as_floats(cells) if by == POINT else None
    if numbers is None:
        without_markers = nulls_for_markers(cells)
        numbers = _as_floats(without_markers) if by == POINT else None
    decisions: tuple[Decision, ...] = ()
    if numbers is None:
        numbers, is_number, is_decorated = parsed(without_markers, by)
        if not (is_number | is_null(without_markers)).all():
            if may_hold_dates(without_markers) and (hours := times_of(name, without_markers)) is not None:
                text = f"{name!r} contains times such as {example_of(without_markers)}: read as hours"
                return NUMBER, hours, () if name in options.numeric else (Decision(name, text, as_categorical(name)),)
            if (number := _with_unit(name, without_markers, options, by)) is not None:
                return NUMBER, *number
            decisions = check_not_mixed(name, without_markers, is_number, by, name in options.numeric)
            return TEXT, as_strings(cells), decisions
        if is_decorated.any() and name not in options.numeric:
            example = quoted(cells[int(is_decorated.argmax())])
            text = f"{name!r} contains formatted numbers such as {example}: read as numbers"
            decisions = (Decision(name, text, as_categorical(name)),)
    if name not in options.numeric and (reason := names_not_numbers(without_markers, numbers)):
        text = f"{name!r} {reason}: read as text"
        return TEXT, as_strings(cells), (Decision(name, text, f"--numeric {shlex.quote(name)}"),)
    return NUMBER, finite(name, numbers, options.na_value), decisions


def _with_unit(
    name: str, cells: Any, options: TableOptions, by: Separators
) -> tuple[AnyArray, Sequence[Decision]] | None:
    """Return the numbers of a column with one unit, (n,), or None; a few distinct ones, such as 4WD, are categories."""
    import pyarrow.compute as pc

    texts, unit = without_unit(cells)
    is_varied = len(pc.unique(cells)) > max(FEW_CATEGORIES, (len(cells) - cells.null_count) // 2)
    if unit is None or not (is_varied or name in options.numeric):
        return None
    numbers, is_number, _ = parsed(texts, by)
    if not (is_number | is_null(cells)).all():
        return None
    text = f"{name!r} contains numbers with the unit {quoted(unit)}: read as numbers"
    return numbers, () if name in options.numeric else (Decision(name, text, as_categorical(name)),)


def names_not_numbers(cells: Any, numbers: AnyArray) -> str | None:
    """Return why the numbers in a column are names, or None: leading zeros, or integers that floats would merge.

    cells: a pyarrow array of text, (n,). numbers: their values, (n,).
    """
    import pyarrow.compute as pc

    zeros = pc.filter(cells, pc.starts_with(cells, "0"))
    if (row := first_row(pc.match_substring_regex(zeros, r"^0\d+$"))) >= 0:
        return f"has leading zeros ({quoted(zeros[row])})"
    with np.errstate(invalid="ignore"):
        is_large = np.abs(numbers) >= EXACT
    if not is_large.any():
        return None
    distinct = [text for text in pc.unique(pc.drop_null(cells)).to_pylist() if INTEGER.fullmatch(text)]
    return inexact_integers(distinct, len(cells))


def inexact_integers(distinct: Sequence[str], rows: int) -> str | None:
    """Return why the distinct integers of a column are names, or None: floats would merge or change them."""
    # Comparing an int and a float is exact; beyond all floats, the text itself stands for the number.
    exact = {text: int(text) if len(text) <= MAX_DIGITS else text for text in distinct}
    inexact = [text for text, number in exact.items() if number != float(text)]
    is_merged = len({float(text) for text in distinct}) < len(set(exact.values()))
    if inexact and (is_merged or len(distinct) <= max(FEW_CATEGORIES, rows // 2)):
        return f"contains integers that a float cannot represent ({quoted(inexact[0])})"
    return None


def finite(name: str, values: AnyArray, na_value: Collection[str] = (), first: int = 0) -> AnyArray:
    """Return numbers, (n,), with NaN for those that `na_value` declares missing; raise ValueError with the row for
    inf."""
    for text in na_value:
        try:
            values = np.where(values == float(text), np.nan, values)
        except ValueError:  # text, which no number equals
            continue
    if np.isinf(values).any():
        row = int(np.isinf(values).argmax())
        raise ValueError(
            f"column {name!r}, row {first + row + 1}: {values[row]} is not a finite number; "
            f"pass --na-value {values[row]} to read it as missing"
        )
    return values


def as_strings(cells: Any, na_value: Collection[str] = ()) -> AnyArray:
    """Return cells as an object array of strings, (n,), with None for missing ones; equal strings share memory.

    cells: a pyarrow array of strings, plain or dictionary-encoded. na_value: texts that count as missing.
    """
    import pyarrow as pa

    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        return np.concatenate(
            [np.empty(0, object), *(as_strings(chunk, na_value) for chunk in encoded.unify_dictionaries().chunks)]
        )
    texts = [text.strip() for text in encoded.dictionary.cast(pa.string()).to_pylist()]
    levels = np.array([*(None if text in na_value else text for text in texts), None], object)
    return levels[to_numpy(encoded.indices, null=len(texts))]


def _as_booleans(cells: Any) -> AnyArray | None:
    """Return cells as 0 and 1, (n,), NaN where missing, or None if they are not true and false."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(cells) == cells.null_count or cells[first_row(pc.is_valid(cells))].as_py().lower() not in FLAGS:
        return None
    lower = pc.utf8_lower(cells)
    if not pc.all(is_one_of(pc.drop_null(lower), FLAGS)).as_py():
        return None
    digits = pc.replace_substring(pc.replace_substring(lower, "true", "1"), "false", "0")
    return to_numpy(pc.cast(digits, pa.float64()), null=np.nan)


def _as_floats(cells: Any) -> AnyArray | None:
    """Return cells as floats, (n,), NaN where missing, or None if one is not a number as programs write them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        return to_numpy(pc.cast(cells, pa.float64()), null=np.nan)
    except pa.ArrowInvalid:
        return None
